package emberwall.engine;

/** A global of the native tier: a cell of 16 bytes. */
final class NativeGlobal extends Global {
    private final NativeStore store;
    private final GlobalType type;
    /** The type with canonical ids. */
    final int canonicalType;
    /** Where its value is. */
    final long cell;

    NativeGlobal(NativeStore store, GlobalType type, int canonicalType, long cell) {
        this.store = store;
        this.type = type;
        this.canonicalType = canonicalType;
        this.cell = cell;
    }

    @Override
    public GlobalType type() {
        return type;
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public Object get() {
        Ownership owner = store.enterHost();
        try {
            return store.get(cell, canonicalType);
        } finally {
            store.leave(owner, owner.depth - 1);
        }
    }

    @Override
    public void set(Object value) {
        if (!type.mutable()) {
            throw new IllegalStateException("the global is immutable");
        }
        Types.check(type.value(), value);
        Ownership owner = store.enterHost();
        try {
            store.put(cell, canonicalType, value);
        } finally {
            store.leave(owner, owner.depth - 1);
        }
    }
}
