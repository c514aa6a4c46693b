package emberwall.engine;

import emberwall.op.V128;
import emberwall.wasm.ValueType;

/** A call of a host function whose values are Java objects: by Java itself, or by the reference interpreter. */
final class ArrayCall extends Call {
    private final Store store;
    private final FunctionType type;
    private final Object[] arguments;
    private final Object[] results;
    private final Instance instance;
    private final Memory memory;

    ArrayCall(Store store, FunctionType type, Object[] arguments, Instance instance, Memory memory) {
        this.store = store;
        this.type = type;
        this.arguments = arguments;
        this.instance = instance;
        this.memory = memory;
        results = new Object[type.resultCount()];
        for (int index = 0; index < results.length; index++) {
            results[index] = zero(type.result(index));
        }
    }

    /** Calls a host function from Java. */
    static Object perform(Store store, FunctionType type, HostFunction function, Object[] arguments) {
        ArrayCall call = new ArrayCall(store, type, arguments, null, null);
        Sneaky.call(function, call);
        return switch (call.results.length) {
            case 0 -> null;
            case 1 -> call.results[0];
            default -> call.results;
        };
    }

    private static Object zero(int type) {
        return switch (type) {
            case ValueType.I32 -> 0;
            case ValueType.I64 -> 0L;
            case ValueType.F32 -> 0F;
            case ValueType.F64 -> 0D;
            case ValueType.V128 -> V128.ZERO;
            default -> null;
        };
    }

    /** What was set, and zeros for what was not. */
    Object[] results() {
        return results;
    }

    @Override
    public FunctionType type() {
        return type;
    }

    @Override
    public int i32(int index) {
        return (Integer) argument(index, ValueType.I32);
    }

    @Override
    public long i64(int index) {
        return (Long) argument(index, ValueType.I64);
    }

    @Override
    public float f32(int index) {
        return (Float) argument(index, ValueType.F32);
    }

    @Override
    public double f64(int index) {
        return (Double) argument(index, ValueType.F64);
    }

    @Override
    public V128 v128(int index) {
        return (V128) argument(index, ValueType.V128);
    }

    @Override
    public Object ref(int index) {
        if (!ValueType.isReference(type.parameter(index))) {
            throw wrong("argument", index, "a reference", type.parameter(index));
        }
        return arguments[index];
    }

    @Override
    public long word(int index) {
        return switch (type.parameter(index)) {
            case ValueType.I32 -> Integer.toUnsignedLong(i32(index));
            case ValueType.I64 -> i64(index);
            case ValueType.F32 -> Integer.toUnsignedLong(Float.floatToRawIntBits(f32(index)));
            case ValueType.F64 -> Double.doubleToRawLongBits(f64(index));
            default -> throw wrong("argument", index, "a number", type.parameter(index));
        };
    }

    private Object argument(int index, int wanted) {
        if (type.parameter(index) != wanted) {
            throw wrong("argument", index, ValueType.text(wanted), type.parameter(index));
        }
        return arguments[index];
    }

    static IllegalArgumentException wrong(String what, int index, String wanted, int type) {
        return new IllegalArgumentException(what + " " + index + " is " + ValueType.text(type) + ", not " + wanted);
    }

    @Override
    public void result(int index, int value) {
        set(index, ValueType.I32, value);
    }

    @Override
    public void result(int index, long value) {
        set(index, ValueType.I64, value);
    }

    @Override
    public void result(int index, float value) {
        set(index, ValueType.F32, value);
    }

    @Override
    public void result(int index, double value) {
        set(index, ValueType.F64, value);
    }

    @Override
    public void result(int index, Object value) {
        Types.check(type.result(index), value);
        results[index] = value;
    }

    private void set(int index, int given, Object value) {
        if (type.result(index) != given) {
            throw wrong("result", index, ValueType.text(given), type.result(index));
        }
        results[index] = value;
    }

    @Override
    public Instance instance() {
        return instance;
    }

    @Override
    public Memory memory() {
        if (memory == null) {
            throw new IllegalStateException("the caller has no memory");
        }
        return memory;
    }

    @Override
    public Store store() {
        return store;
    }
}
