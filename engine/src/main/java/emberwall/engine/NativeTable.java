package emberwall.engine;

import emberwall.engine.store.TableStorage;

/** A table of the native tier. */
final class NativeTable extends Table {
    private final NativeStore store;
    private final int element;
    /** As its module declared it, or Java. */
    final emberwall.wasm.TableType declared;

    final TableStorage words;

    NativeTable(NativeStore store, emberwall.wasm.TableType declared, TableStorage words) {
        this.store = store;
        this.declared = declared;
        this.words = words;
        element = declared.element();
    }

    @Override
    public TableType type() {
        return Types.api(declared.withMinimum(words.size()));
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public long size() {
        return words.size();
    }

    @Override
    public Object get(long index) {
        Ownership owner = store.enterHost();
        try {
            check(index);
            return store.value(words.elementType(), words.get(index));
        } finally {
            store.leave(owner, owner.depth - 1);
        }
    }

    @Override
    public void set(long index, Object value) {
        Types.check(element, value);
        Ownership owner = store.enterHost();
        try {
            check(index);
            words.set(index, store.word(words.elementType(), value));
        } finally {
            store.leave(owner, owner.depth - 1);
        }
    }

    @Override
    public long grow(long elements, Object value) {
        Types.check(element, value);
        Ownership owner = store.enterHost();
        try {
            return words.grow(elements, store.word(words.elementType(), value));
        } finally {
            store.leave(owner, owner.depth - 1);
        }
    }

    private void check(long index) {
        if (!words.contains(index, 1)) {
            throw new IndexOutOfBoundsException("element " + index + " of " + words.size());
        }
    }
}
