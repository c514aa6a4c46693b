package emberwall.engine;

import emberwall.wasm.reference.TableInstance;

/** A table of the reference tier. */
final class ReferenceTable extends Table {
    private final ReferenceStore store;
    final TableInstance table;

    ReferenceTable(ReferenceStore store, TableInstance table) {
        this.store = store;
        this.table = table;
    }

    private int element() {
        return table.type().element();
    }

    @Override
    public TableType type() {
        return new TableType(
                element(),
                table.type().address64(),
                table.size(),
                table.type().hasMaximum() ? table.type().maximum() : -1);
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public long size() {
        return table.size();
    }

    @Override
    public Object get(long index) {
        store.enter();
        try {
            return store.api(element(), table.get(index));
        } finally {
            store.leave();
        }
    }

    @Override
    public void set(long index, Object value) {
        Types.check(element(), value);
        store.enter();
        try {
            table.set(index, inner(value));
        } finally {
            store.leave();
        }
    }

    @Override
    public long grow(long elements, Object value) {
        Types.check(element(), value);
        store.enter();
        try {
            return table.grow(elements, inner(value));
        } finally {
            store.leave();
        }
    }

    private Object inner(Object value) {
        return store.reference(table.canonicalType(), value);
    }
}
