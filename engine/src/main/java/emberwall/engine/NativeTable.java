package emberwall.engine;

import emberwall.engine.store.TableStorage;

/** A table of the native tier. */
final class NativeTable extends Table {
    private final NativeStore store;
    private final int element;
    private final long maximum;
    final TableStorage words;

    /**
     * Wraps a table.
     *
     * @param element type of its elements as its module names it
     * @param maximum the declared maximum, or -1
     */
    NativeTable(NativeStore store, TableStorage words, int element, long maximum) {
        this.store = store;
        this.words = words;
        this.element = element;
        this.maximum = maximum;
    }

    @Override
    public TableType type() {
        return new TableType(element, words.size(), maximum);
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
