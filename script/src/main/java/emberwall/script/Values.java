package emberwall.script;

import emberwall.engine.Function;
import emberwall.engine.GuestReference;
import emberwall.engine.WasmException;
import emberwall.op.V128;
import emberwall.wasm.ValueType;
import emberwall.wasm.text.ScriptValue;
import emberwall.wasm.text.ScriptValue.AnyReference;
import emberwall.wasm.text.ScriptValue.Either;
import emberwall.wasm.text.ScriptValue.HostReference;
import emberwall.wasm.text.ScriptValue.Nan;
import emberwall.wasm.text.ScriptValue.Null;
import emberwall.wasm.text.ScriptValue.Scalar;
import emberwall.wasm.text.ScriptValue.Vector;

/** Between the values that scripts write and those of the engine's API. The host's object is the {@link HostReference}. */
final class Values {
    private Values() {}

    /** The argument that a script writes. */
    static Object argument(ScriptValue value) {
        return switch (value) {
            case Scalar number -> number(number.type(), number.bits());
            case Vector vector -> new V128(vector.low(), vector.high());
            case Null nothing -> null;
            case HostReference reference -> new HostReference(false, reference.number());
            default -> throw new IllegalArgumentException("no argument: " + value);
        };
    }

    private static Object number(int type, long bits) {
        return switch (type) {
            case ValueType.I32 -> (int) bits;
            case ValueType.I64 -> bits;
            case ValueType.F32 -> Float.intBitsToFloat((int) bits);
            case ValueType.F64 -> Double.longBitsToDouble(bits);
            default -> throw new IllegalArgumentException("no number type: " + type);
        };
    }

    /**
     * Whether a result is one that the script allows.
     *
     * @param type of the result, as declared
     * @param actual the result
     */
    static boolean matches(ScriptValue expected, int type, Object actual) {
        return switch (expected) {
            case Scalar number -> number.type() == type && number.bits() == bits(actual);
            case Nan nan -> nan.type() == type && isNan(nan, bits(actual));
            case Vector vector -> actual instanceof V128 lanes && matchesLanes(vector, lanes);
            case Null nothing ->
                actual == null && ValueType.isReference(type) && isSameHierarchy(nothing.heapType(), type);
            case HostReference reference ->
                new HostReference(false, reference.number()).equals(actual)
                        && isOf(reference.isInternal() ? ValueType.ANY : ValueType.EXTERN, type, actual);
            case AnyReference reference ->
                actual != null && ValueType.isReference(type) && isOf(reference.heapType(), type, actual);
            case Either either -> matchesOne(either, type, actual);
        };
    }

    private static boolean matchesLanes(Vector expected, V128 actual) {
        int lanes = expected.lanes().size();
        int width = 128 / lanes;
        for (int lane = 0; lane < lanes; lane++) {
            int bit = lane * width;
            long word = (bit < 64 ? actual.low() : actual.high()) >>> (bit & 63);
            long bits = width == 64 ? word : word & (1L << width) - 1;
            boolean same = switch (expected.lanes().get(lane)) {
                case Scalar number -> number.bits() == bits;
                case Nan nan -> isNan(nan, bits);
                default -> false;
            };
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static boolean matchesOne(Either either, int type, Object actual) {
        for (ScriptValue alternative : either.alternatives()) {
            if (matches(alternative, type, actual)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNan(Nan expected, long bits) {
        boolean single = expected.type() == ValueType.F32;
        long quiet = single ? 0x7fc0_0000L : 0x7ff8_0000_0000_0000L;
        long magnitude = bits & (single ? 0x7fff_ffffL : Long.MAX_VALUE);
        return expected.isCanonical() ? magnitude == quiet : (magnitude & quiet) == quiet;
    }

    /** Whether nulls of a heap type can be of a reference type; what an index stands for is not known here. */
    private static boolean isSameHierarchy(int heapType, int type) {
        return heapType == ValueType.BOTTOM
                || ValueType.isConcrete(type)
                || top(heapType) == top(ValueType.heapType(type));
    }

    private static int top(int heapType) {
        return switch (heapType) {
            case ValueType.FUNC, ValueType.NOFUNC -> ValueType.FUNC;
            case ValueType.EXTERN, ValueType.NOEXTERN -> ValueType.EXTERN;
            case ValueType.EXN, ValueType.NOEXN -> ValueType.EXN;
            default -> ValueType.ANY;
        };
    }

    /** What a reference refers to is seen by what it is; whether it is external, by what it is declared to be. */
    private static boolean isOf(int heapType, int type, Object actual) {
        if (!ValueType.isConcrete(type) && top(ValueType.heapType(type)) == ValueType.EXTERN) {
            return heapType == ValueType.EXTERN;
        }
        return switch (actual) {
            case Function function -> heapType == ValueType.FUNC;
            case WasmException exception -> heapType == ValueType.EXN;
            case GuestReference guest ->
                heapType == ValueType.ANY || heapType == ValueType.EQ || heapType == heapType(guest.kind());
            default -> heapType == ValueType.ANY;
        };
    }

    private static int heapType(GuestReference.Kind kind) {
        return switch (kind) {
            case STRUCT -> ValueType.STRUCT;
            case ARRAY -> ValueType.ARRAY;
            case I31 -> ValueType.I31;
        };
    }

    /** The bits of a number, zero-extended; of anything else, 0. */
    private static long bits(Object value) {
        return switch (value) {
            case Integer number -> Integer.toUnsignedLong(number);
            case Long number -> number;
            case Float number -> Integer.toUnsignedLong(Float.floatToRawIntBits(number));
            case Double number -> Double.doubleToRawLongBits(number);
            case null, default -> 0;
        };
    }

    /** A result in the notation of scripts where it has one. */
    static String text(int type, Object actual) {
        if (actual == null) {
            return new Null(ValueType.BOTTOM).toString();
        }
        return ValueType.isNumber(type) ? new Scalar(type, bits(actual)).toString() : actual.toString();
    }
}
