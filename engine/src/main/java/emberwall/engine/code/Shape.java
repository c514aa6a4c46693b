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
    private final CallLayout calleeLayout;
    private final int[] argumentOffsets;
    private final int[] resultOffsets;
    private final int moreOffset;
    private final int spillBytes;

    private final CodeCache cache;
    private CodeBlob hostThunk;
    private CodeBlob registerThunk;
    private CodeBlob bufferThunk;

    Shape(CodeCache cache, CallLayout layout) {
        this.cache = cache;
        this.layout = layout;
        calleeLayout = cache.systemV() && layout.resultCount() > 1 ? withMore(layout) : layout;
        argumentOffsets = new int[layout.parameterCount()];
        resultOffsets = new int[layout.resultCount()];
        int kept = cache.systemV() ? SystemVThunks.KEPT_BYTES : 0;
        int spilled = kept;
        int more = 0;
        for (int parameter = 0; parameter < calleeLayout.parameterCount(); parameter++) {
            int offset;
            if (calleeLayout.inRegister(parameter)) {
                spilled += calleeLayout.parameterClass(parameter) == Convention.VECTOR ? 16 : 8;
                offset = -spilled;
            } else {
                offset = Convention.FRAME_ARGUMENTS + calleeLayout.stackOffset(parameter);
            }
            if (parameter < argumentOffsets.length) {
                argumentOffsets[parameter] = offset;
            } else {
                more = offset;
            }
        }
        moreOffset = more;
        if (resultOffsets.length > 0 && layout.resultClass(0) == Convention.VECTOR) {
            spilled += 16;
            resultOffsets[0] = -spilled;
        }
        for (int result = 1; result < resultOffsets.length; result++) {
            if (cache.systemV()) {
                spilled += layout.resultClass(result) == Convention.VECTOR ? 16 : 8;
                resultOffsets[result] = -spilled;
            } else {
                resultOffsets[result] =
                        Convention.FRAME_ARGUMENTS + layout.argumentBytes() + layout.resultOffset(result);
            }
        }
        spillBytes = spilled - kept + 15 & -16;
    }

    /** The same with one more argument: where to put all results but the first. */
    private static CallLayout withMore(CallLayout layout) {
        byte[] parameters = new byte[layout.parameterCount() + 1];
        for (int index = 0; index < parameters.length - 1; index++) {
            parameters[index] = (byte) layout.parameterClass(index);
        }
        parameters[parameters.length - 1] = Convention.INT;
        byte[] results = new byte[layout.resultCount()];
        for (int index = 0; index < results.length; index++) {
            results[index] = (byte) layout.resultClass(index);
        }
        return CallLayout.of(parameters, results);
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

    /** The same for functions of a C compiler, which may take one argument more: {@link SystemVThunks}. */
    CallLayout calleeLayout() {
        return calleeLayout;
    }

    /** Distance of that argument from the frame pointer of a host call. */
    int moreOffset() {
        return moreOffset;
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
            hostThunk = cache.publish(cache.systemV() ? SystemVThunks.host(this) : Thunks.host(this), this);
        }
        return hostThunk.address();
    }

    /** Code to enter a guest function with its arguments as words in registers; its result is in the fiber block. */
    public synchronized long registerThunk() {
        if (registerThunk == null) {
            registerThunk =
                    cache.publish(cache.systemV() ? SystemVThunks.registers(this) : Thunks.registers(this), this);
        }
        return registerThunk.address();
    }

    /** Code to enter a guest function with its arguments in a buffer, where its results will be. */
    public synchronized long bufferThunk() {
        if (bufferThunk == null) {
            bufferThunk = cache.publish(cache.systemV() ? SystemVThunks.buffer(this) : Thunks.buffer(this), this);
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
