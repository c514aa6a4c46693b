package emberwall.engine.code;

import emberwall.codegen.CallLayout;
import emberwall.codegen.Convention;
import emberwall.link.CodeBlob;
import emberwall.wasm.FunctionType;
import emberwall.wasm.ValueType;

/**
 * A signature as far as machine code cares: what kind of register each value takes; and the thunks between it and Java,
 * made when first needed.
 *
 * <p>In the frame of a host call, arguments and results have fixed distances from the frame pointer.
 */
public final class Shape {
    private final CallLayout layout;
    private final int[] argumentOffsets;
    private final int[] resultOffsets;
    private final int spillBytes;

    private final CodeCache cache;
    private CodeBlob hostThunk;
    private CodeBlob registerThunk;
    private CodeBlob bufferThunk;

    Shape(CodeCache cache, CallLayout layout) {
        this.cache = cache;
        this.layout = layout;
        argumentOffsets = new int[layout.parameterCount()];
        resultOffsets = new int[layout.resultCount()];
        int spilled = 0;
        for (int parameter = 0; parameter < argumentOffsets.length; parameter++) {
            if (layout.inRegister(parameter)) {
                spilled += layout.parameterClass(parameter) == Convention.VECTOR ? 16 : 8;
                argumentOffsets[parameter] = -spilled;
            } else {
                argumentOffsets[parameter] = Convention.FRAME_ARGUMENTS + layout.stackOffset(parameter);
            }
        }
        if (resultOffsets.length > 0 && layout.resultClass(0) == Convention.VECTOR) {
            spilled += 16;
            resultOffsets[0] = -spilled;
        }
        for (int result = 1; result < resultOffsets.length; result++) {
            resultOffsets[result] = Convention.FRAME_ARGUMENTS + layout.argumentBytes() + layout.resultOffset(result);
        }
        spillBytes = spilled + 15 & -16;
    }

    /** The class of a value type: what kind of register it takes. */
    static byte valueClass(int type) {
        return switch (type) {
            case ValueType.F32, ValueType.F64 -> Convention.FLOAT;
            case ValueType.V128 -> Convention.VECTOR;
            default -> Convention.INT;
        };
    }

    static byte[] classes(int[] types) {
        byte[] classes = new byte[types.length];
        for (int index = 0; index < types.length; index++) {
            classes[index] = valueClass(types[index]);
        }
        return classes;
    }

    /** Text that is equal for equal shapes. */
    static String key(FunctionType type) {
        int parameters = type.parameterCount();
        char[] key = new char[parameters + 1 + type.resultCount()];
        for (int index = 0; index < parameters; index++) {
            key[index] = (char) ('a' + valueClass(type.parameter(index)));
        }
        key[parameters] = '>';
        for (int index = 0; index < type.resultCount(); index++) {
            key[parameters + 1 + index] = (char) ('a' + valueClass(type.result(index)));
        }
        return new String(key);
    }

    /** Where arguments and results lie at a call. */
    public CallLayout layout() {
        return layout;
    }

    /** Distance of an argument from the frame pointer of a host call. */
    public int argumentOffset(int argument) {
        return argumentOffsets[argument];
    }

    /** Distance of a result after the first, or of a vector, from the frame pointer of a host call. */
    public int resultOffset(int result) {
        return resultOffsets[result];
    }

    /** Bytes of register arguments, and of a first result, that a host thunk keeps in its frame; a multiple of 16. */
    int spillBytes() {
        return spillBytes;
    }

    /** Whether {@link #registerThunk} can be used: three parameters and one result at most, none of them a vector. */
    public boolean fitsRegisters() {
        return layout.parameterCount() <= 3 && layout.resultCount() <= 1 && !layout.hasVectors();
    }

    /** Code for {@link emberwall.engine.store.FuncRecord#CODE} of a host function: leaves to Java. */
    public synchronized long hostThunk() {
        if (hostThunk == null) {
            hostThunk = cache.publish(Thunks.host(this), this);
        }
        return hostThunk.address();
    }

    /** Code to enter a guest function with its arguments as words in registers; its result is in the fiber block. */
    public synchronized long registerThunk() {
        if (registerThunk == null) {
            registerThunk = cache.publish(Thunks.registers(this), this);
        }
        return registerThunk.address();
    }

    /** Code to enter a guest function with its arguments in a buffer, where its results will be. */
    public synchronized long bufferThunk() {
        if (bufferThunk == null) {
            bufferThunk = cache.publish(Thunks.buffer(this), this);
        }
        return bufferThunk.address();
    }

    /** Words of a buffer that holds the arguments, then the results. */
    public int bufferWords() {
        return Math.max(layout.parameterCount(), layout.resultCount()) * bufferStep() / Long.BYTES;
    }

    /** Bytes from one value in a buffer to the next. */
    public int bufferStep() {
        return layout.hasVectors() ? 16 : 8;
    }
}
