package emberwall.engine;

import emberwall.wasm.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Makes method handles of a function's own type from one static method over words, so that they fold to it. */
final class Handles {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    // @formatter:off
    private static final MethodHandle CALL        = find(EntryPoint.class, "call", long.class, EntryPoint.class, long.class, long.class, long.class);
    private static final MethodHandle I32_TO_WORD = find(Integer.class, "toUnsignedLong", long.class, int.class);
    private static final MethodHandle F32_TO_BITS = find(Float.class, "floatToRawIntBits", int.class, float.class);
    private static final MethodHandle F64_TO_BITS = find(Double.class, "doubleToRawLongBits", long.class, double.class);
    private static final MethodHandle BITS_TO_F32 = find(Float.class, "intBitsToFloat", float.class, int.class);
    private static final MethodHandle BITS_TO_F64 = find(Double.class, "longBitsToDouble", double.class, long.class);
    private static final MethodHandle LOW_HALF    = find(Handles.class, "lowHalf", int.class, long.class);
    private static final MethodHandle F32_TO_WORD = MethodHandles.filterReturnValue(F32_TO_BITS, I32_TO_WORD);
    private static final MethodHandle WORD_TO_F32 = MethodHandles.filterReturnValue(LOW_HALF, BITS_TO_F32);
    private static final MethodHandle GENERIC     = findVirtual(Function.class, "call", Object.class, Object[].class);
    // @formatter:on

    private Handles() {}

    private static MethodHandle find(Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
        try {
            return LOOKUP.findStatic(owner, name, MethodType.methodType(result, parameters));
        } catch (ReflectiveOperationException impossible) {
            throw new InternalError(impossible);
        }
    }

    private static MethodHandle findVirtual(Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
        try {
            return LOOKUP.findVirtual(owner, name, MethodType.methodType(result, parameters));
        } catch (ReflectiveOperationException impossible) {
            throw new InternalError(impossible);
        }
    }

    static int lowHalf(long word) {
        return (int) word;
    }

    /** Whether {@link #direct} serves a type: numbers only, three parameters and one result at most. */
    static boolean isDirect(FunctionType type) {
        if (type.parameterCount() > 3 || type.resultCount() > 1) {
            return false;
        }
        for (int index = 0; index < type.parameterCount(); index++) {
            if (!ValueType.isNumber(type.parameter(index))) {
                return false;
            }
        }
        return type.resultCount() == 0 || ValueType.isNumber(type.result(0));
    }

    /** A handle that enters the guest without boxing. */
    static MethodHandle direct(FunctionType type, EntryPoint entry) {
        MethodHandle handle = MethodHandles.insertArguments(CALL, 0, entry);
        int count = type.parameterCount();
        MethodHandle[] filters = new MethodHandle[count];
        Object[] zeros = new Object[3 - count];
        for (int index = 0; index < count; index++) {
            filters[index] = switch (type.parameter(index)) {
                case ValueType.I32 -> I32_TO_WORD;
                case ValueType.F32 -> F32_TO_WORD;
                case ValueType.F64 -> F64_TO_BITS;
                default -> null;
            };
        }
        java.util.Arrays.fill(zeros, 0L);
        handle = MethodHandles.insertArguments(handle, count, zeros);
        handle = MethodHandles.filterArguments(handle, 0, filters);
        if (type.resultCount() == 0) {
            return handle.asType(handle.type().changeReturnType(void.class));
        }
        return switch (type.result(0)) {
            case ValueType.I32 -> MethodHandles.filterReturnValue(handle, LOW_HALF);
            case ValueType.F32 -> MethodHandles.filterReturnValue(handle, WORD_TO_F32);
            case ValueType.F64 -> MethodHandles.filterReturnValue(handle, BITS_TO_F64);
            default -> handle;
        };
    }

    /** A handle over {@link Function#call}. */
    static MethodHandle generic(Function function) {
        MethodType type = function.type().methodType();
        return GENERIC.bindTo(function)
                .asCollector(Object[].class, type.parameterCount())
                .asType(type);
    }
}
