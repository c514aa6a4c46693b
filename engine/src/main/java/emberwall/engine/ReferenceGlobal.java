package emberwall.engine;

import emberwall.op.V128;
import emberwall.wasm.ValueType;
import emberwall.wasm.reference.GlobalInstance;

/** A global of the reference tier. */
final class ReferenceGlobal extends Global {
    private final ReferenceStore store;
    private final GlobalType type;
    final GlobalInstance global;

    ReferenceGlobal(ReferenceStore store, GlobalInstance global) {
        this.store = store;
        this.global = global;
        type = Types.api(global.type());
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
        store.enter();
        try {
            int value = type.value();
            if (value == ValueType.V128) {
                return global.vector();
            }
            return ValueType.isReference(value)
                    ? store.api(value, global.reference())
                    : ReferenceStore.number(value, global.word());
        } finally {
            store.leave();
        }
    }

    @Override
    public void set(Object value) {
        if (!type.mutable()) {
            throw new IllegalStateException("the global is immutable");
        }
        Types.check(type.value(), value);
        store.enter();
        try {
            initialise(value);
        } finally {
            store.leave();
        }
    }

    /** Sets the value, whether or not it is mutable. */
    void initialise(Object value) {
        if (value instanceof V128 vector && type.value() == ValueType.V128) {
            global.setVector(vector);
        } else if (!ValueType.isReference(type.value())) {
            global.set(ReferenceStore.word(value));
        } else {
            global.setReference(store.reference(global.canonicalType(), value));
        }
    }
}
