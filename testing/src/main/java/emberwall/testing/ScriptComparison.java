package emberwall.testing;

import emberwall.testing.ScriptValue.HostReference;
import emberwall.testing.SuiteScript.Value;
import java.math.BigInteger;
import java.util.List;

/** Between the values that scripts write and those that engines compute. */
final class ScriptComparison {
    private ScriptComparison() {}

    /** The argument that a script writes. */
    static ScriptValue argument(Value value) {
        return switch (value.type()) {
            case "i32", "f32" ->
                new ScriptValue(value.type(), bits(value.texts().get(0), 32), 0, null);
            case "i64", "f64" ->
                new ScriptValue(value.type(), bits(value.texts().get(0), 64), 0, null);
            case "v128" -> vector(value);
            default -> ScriptValue.reference(value.type(), host(value));
        };
    }

    /** Whether an engine's result is one that the script allows. */
    static boolean matches(Value expected, ScriptValue actual) {
        return switch (expected.type()) {
            case "either" -> expected.alternatives().stream().anyMatch(one -> matches(one, actual));
            case "i32", "i64", "f32", "f64" ->
                actual.type().equals(expected.type())
                        && matches(expected.type(), expected.texts().get(0), actual.low());
            case "v128" -> actual.type().equals("v128") && matchesLanes(expected, actual);
            default -> !actual.isNumber() && matchesReference(expected, actual);
        };
    }

    private static boolean matches(String type, String text, long actual) {
        int width = width(type);
        if (text.equals("nan:canonical")) {
            return width == 32
                    ? (actual & 0x7fff_ffffL) == 0x7fc0_0000L
                    : (actual & Long.MAX_VALUE) == 0x7ff8_0000_0000_0000L;
        }
        if (text.equals("nan:arithmetic")) {
            long quiet = width == 32 ? 0x7fc0_0000L : 0x7ff8_0000_0000_0000L;
            return (actual & quiet) == quiet;
        }
        return bits(text, width) == actual;
    }

    private static boolean matchesLanes(Value expected, ScriptValue actual) {
        List<String> lanes = expected.texts();
        int width = width(expected.laneType());
        for (int lane = 0; lane < lanes.size(); lane++) {
            int bit = lane * width;
            long word = (bit < 64 ? actual.low() : actual.high()) >>> (bit & 63);
            if (!matches(expected.laneType(), lanes.get(lane), width == 64 ? word : word & ((1L << width) - 1))) {
                return false;
            }
        }
        return true;
    }

    /** What an expectation without a value accepts, beside what is called like it. */
    private static boolean matchesReference(Value expected, ScriptValue actual) {
        if (isNull(expected)) {
            return actual.reference() == null;
        }
        if (actual.reference() == null) {
            return false;
        }
        String kind = actual.type();
        boolean sameKind = kind.equals(expected.type())
                || switch (expected.type()) {
                    case "eqref" -> kind.equals("i31ref") || kind.equals("structref") || kind.equals("arrayref");
                    case "anyref" -> kind.equals("i31ref") || kind.equals("structref") || kind.equals("arrayref");
                    default -> false;
                };
        return sameKind && (expected.texts().isEmpty() || host(expected).equals(actual.reference()));
    }

    private static boolean isNull(Value value) {
        return value.texts().contains("null")
                || value.type().equals("refnull")
                || value.type().startsWith("null");
    }

    private static HostReference host(Value value) {
        return isNull(value)
                ? null
                : new HostReference(Integer.parseInt(value.texts().get(0)));
    }

    private static ScriptValue vector(Value value) {
        int width = width(value.laneType());
        BigInteger all = BigInteger.ZERO;
        for (int lane = value.texts().size() - 1; lane >= 0; lane--) {
            BigInteger bits =
                    new BigInteger(Long.toUnsignedString(bits(value.texts().get(lane), width)));
            all = all.shiftLeft(width).or(bits);
        }
        return ScriptValue.v128(all.longValue(), all.shiftRight(64).longValue());
    }

    private static int width(String type) {
        return Integer.parseInt(type.substring(1));
    }

    /** Signed or unsigned decimal to bits, zero-extended. */
    private static long bits(String text, int width) {
        long bits = new BigInteger(text).longValue();
        return width == 64 ? bits : bits & ((1L << width) - 1);
    }
}
