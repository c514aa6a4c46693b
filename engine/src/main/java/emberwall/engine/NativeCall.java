package emberwall.engine;

import emberwall.engine.store.InstanceLayout;
import emberwall.op.V128;
import emberwall.os.RawMemory;
import emberwall.wasm.ValueType;
import java.util.function.LongConsumer;

/** A call by a guest: arguments and results are in the frame of the host thunk. One object serves one nesting depth. */
final class NativeCall extends Call {
    private final NativeStore store;
    private Thread thread;
    private NativeHostFunction target;
    private long frame;
    private long block;
    private long firstResult;

    NativeCall(NativeStore store) {
        this.store = store;
    }

    /** Performs the call of the guest that left with this frame pointer and instance; the first result as a word. */
    @SuppressWarnings("ReferenceEquality")
    long perform(NativeHostFunction function, long framePointer, long instanceBlock) {
        Thread current = Thread.currentThread();
        if (thread != current) {
            thread = current;
        }
        target = function;
        frame = framePointer;
        block = instanceBlock;
        firstResult = 0;
        for (int index = function.results.length - 1; index >= 0; index--) {
            boolean isVector = function.results[index] == ValueType.V128;
            if (isVector || index > 0) {
                long at = framePointer + function.shape.resultOffset(index);
                RawMemory.putLong(at, 0);
                if (isVector) {
                    RawMemory.putLong(at + Long.BYTES, 0);
                }
            }
        }
        try {
            Sneaky.call(function.function, this);
            store.sweepHandles(); // while what was given and what is given back can still be found here
            return firstResult;
        } finally {
            target = null;
        }
    }

    /** Reads the references among arguments and results, if the call is going on. */
    void forEachReference(LongConsumer words) {
        NativeHostFunction function = target;
        if (function == null) {
            return;
        }
        for (int index = 0; index < function.parameters.length; index++) {
            if (ValueType.isReference(function.parameters[index])) {
                words.accept(RawMemory.getLong(argument(function, index)));
            }
        }
        for (int index = 0; index < function.results.length; index++) {
            if (ValueType.isReference(function.results[index])) {
                words.accept(index == 0 ? firstResult : RawMemory.getLong(frame + function.shape.resultOffset(index)));
            }
        }
    }

    /** What is called. Another thread is refused: the frame may be gone by the time that it looks. */
    @SuppressWarnings("ReferenceEquality")
    private NativeHostFunction target() {
        NativeHostFunction function = target;
        if (function == null || thread != Thread.currentThread()) {
            throw new IllegalStateException(
                    function == null ? "the call is over" : "the call belongs to the thread that it was made on");
        }
        return function;
    }

    private long argument(NativeHostFunction function, int index) {
        return frame + function.shape.argumentOffset(index);
    }

    private NativeHostFunction expect(int index, int wanted) {
        NativeHostFunction function = target();
        int type = function.parameters[index];
        if (type != wanted) {
            throw ArrayCall.wrong("argument", index, ValueType.text(wanted), type);
        }
        return function;
    }

    @Override
    public FunctionType type() {
        return target().type();
    }

    @Override
    public int i32(int index) {
        return RawMemory.getInt(argument(expect(index, ValueType.I32), index));
    }

    @Override
    public long i64(int index) {
        return RawMemory.getLong(argument(expect(index, ValueType.I64), index));
    }

    @Override
    public float f32(int index) {
        return Float.intBitsToFloat(RawMemory.getInt(argument(expect(index, ValueType.F32), index)));
    }

    @Override
    public double f64(int index) {
        return Double.longBitsToDouble(RawMemory.getLong(argument(expect(index, ValueType.F64), index)));
    }

    @Override
    public V128 v128(int index) {
        long at = argument(expect(index, ValueType.V128), index);
        return new V128(RawMemory.getLong(at), RawMemory.getLong(at + Long.BYTES));
    }

    @Override
    public Object ref(int index) {
        NativeHostFunction function = target();
        int type = function.parameters[index];
        if (!ValueType.isReference(type)) {
            throw ArrayCall.wrong("argument", index, "a reference", type);
        }
        return store.value(type, RawMemory.getLong(argument(function, index)));
    }

    @Override
    public long word(int index) {
        NativeHostFunction function = target();
        long at = argument(function, index);
        return switch (function.parameters[index]) {
            case ValueType.I32, ValueType.F32 -> RawMemory.getInt(at) & 0xFFFF_FFFFL;
            case ValueType.I64, ValueType.F64 -> RawMemory.getLong(at);
            default -> throw ArrayCall.wrong("argument", index, "a number", function.parameters[index]);
        };
    }

    @Override
    public void result(int index, int value) {
        set(index, ValueType.I32, value & 0xFFFF_FFFFL);
    }

    @Override
    public void result(int index, long value) {
        set(index, ValueType.I64, value);
    }

    @Override
    public void result(int index, float value) {
        set(index, ValueType.F32, Float.floatToRawIntBits(value) & 0xFFFF_FFFFL);
    }

    @Override
    public void result(int index, double value) {
        set(index, ValueType.F64, Double.doubleToRawLongBits(value));
    }

    @Override
    public void result(int index, Object value) {
        NativeHostFunction function = target();
        int type = function.results[index];
        Types.check(type, value);
        if (type == ValueType.V128) {
            store.put(frame + function.shape.resultOffset(index), type, value);
        } else {
            put(function, index, store.word(type, value));
        }
    }

    private void set(int index, int given, long word) {
        NativeHostFunction function = target();
        int type = function.results[index];
        if (type != given) {
            throw ArrayCall.wrong("result", index, ValueType.text(given), type);
        }
        put(function, index, word);
    }

    private void put(NativeHostFunction function, int index, long word) {
        if (index == 0) {
            firstResult = word;
        } else {
            RawMemory.putLong(frame + function.shape.resultOffset(index), word);
        }
    }

    /** After a tail call the guest left in its instance; else the thunk's frame leads to the caller's, which names it. */
    @Override
    public NativeInstance instance() {
        target();
        int id = RawMemory.getInt(block + InstanceLayout.ID);
        if (id == NativeStore.HOST) {
            long caller = RawMemory.getLong(frame);
            long its = RawMemory.getLong(caller + emberwall.codegen.Convention.FRAME_INSTANCE);
            id = RawMemory.getInt(its + InstanceLayout.ID);
        }
        return store.instance(id);
    }

    @Override
    public Memory memory() {
        NativeInstance instance = instance();
        if (instance.memories.length == 0) {
            throw new IllegalStateException("the caller has no memory");
        }
        return instance.memories[0];
    }

    @Override
    public Store store() {
        return store;
    }
}
