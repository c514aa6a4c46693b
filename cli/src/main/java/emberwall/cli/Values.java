package emberwall.cli;

import emberwall.op.Type;
import emberwall.op.V128;
import emberwall.wasm.ValueType;

/** Values of WebAssembly as they are typed and printed: {@code -1}, {@code 0xffff_ffff}, {@code 1.5}, {@code nan}, {@code i32x4 1 2 3 4}. */
final class Values {
    private Values() {}

    /** The value of a type that a text says, in the Java class that carries the type. */
    static Object parse(int type, String text) {
        try {
            return switch (type) {
                case ValueType.I32 -> parseInt(text);
                case ValueType.I64 -> parseLong(text);
                case ValueType.F32 -> parseFloat(text);
                case ValueType.F64 -> parseDouble(text);
                case ValueType.V128 -> parseVector(text);
                default -> parseReference(type, text);
            };
        } catch (NumberFormatException e) {
            throw Failure.usage("'" + text + "' is not a value of type " + ValueType.text(type));
        }
    }

    /** Signed or unsigned: whatever fits 32 bits in either way. */
    private static int parseInt(String text) {
        long value = parseLong(text);
        if (value < Integer.MIN_VALUE || value > 0xFFFF_FFFFL) throw new NumberFormatException();
        return (int) value;
    }

    /** Signed or unsigned, decimal or hexadecimal; digits may be grouped by underscores. */
    private static long parseLong(String text) {
        String digits = ungrouped(text);
        boolean negative = digits.startsWith("-");
        if (negative || digits.startsWith("+")) digits = digits.substring(1);
        boolean hexadecimal = digits.startsWith("0x") || digits.startsWith("0X");
        if (hexadecimal) digits = digits.substring(2);
        if (digits.startsWith("-") || digits.startsWith("+")) throw new NumberFormatException();
        long value = Long.parseUnsignedLong(digits, hexadecimal ? 16 : 10);
        if (!negative) return value;
        if (value < 0 && value != Long.MIN_VALUE) throw new NumberFormatException();
        return -value;
    }

    private static float parseFloat(String text) {
        String number = special(text);
        return number == null ? Float.parseFloat(javaNumber(text)) : Float.parseFloat(number);
    }

    private static double parseDouble(String text) {
        String number = special(text);
        return number == null ? Double.parseDouble(javaNumber(text)) : Double.parseDouble(number);
    }

    /** Java's name of what is no finite number, or null. */
    private static String special(String text) {
        return switch (text) {
            case "nan", "+nan", "-nan" -> "NaN";
            case "inf", "+inf" -> "Infinity";
            case "-inf" -> "-Infinity";
            default -> null;
        };
    }

    /** Java wants an exponent behind hexadecimal digits, and allows a type's letter behind decimal ones. */
    private static String javaNumber(String text) {
        String number = ungrouped(text);
        boolean hexadecimal = number.contains("0x") || number.contains("0X");
        char last = number.isEmpty() ? ' ' : number.charAt(number.length() - 1);
        if (!hexadecimal && !Character.isDigit(last) && last != '.') throw new NumberFormatException();
        boolean exponent = number.indexOf('p') >= 0 || number.indexOf('P') >= 0;
        return hexadecimal && !exponent ? number + "p0" : number;
    }

    private static String ungrouped(String text) {
        return text.indexOf('_') < 0 ? text : text.replace("_", "");
    }

    /** Four lanes of 32 bits, as vectors are printed: {@code "i32x4 1 2 0xff -1"}. */
    private static V128 parseVector(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != 5 || !words[0].equals("i32x4")) throw new NumberFormatException();
        V128 vector = V128.ZERO;
        for (int lane = 0; lane < 4; lane++) {
            vector = vector.with(Type.I32X4, lane, parseInt(words[lane + 1]));
        }
        return vector;
    }

    private static Object parseReference(int type, String text) {
        if (ValueType.isReference(type) && ValueType.isNullable(type) && text.equals("null")) return null;
        throw new NumberFormatException();
    }

    /** A result as a line of output. */
    static String text(Object value) {
        return switch (value) {
            case null -> "null";
            case Float number -> text(number.floatValue());
            case Double number -> text(number.doubleValue());
            default -> value.toString();
        };
    }

    static String text(float value) {
        return Float.isNaN(value) ? "nan" : Float.isInfinite(value) ? infinity(value) : Float.toString(value);
    }

    static String text(double value) {
        return Double.isNaN(value) ? "nan" : Double.isInfinite(value) ? infinity(value) : Double.toString(value);
    }

    private static String infinity(double value) {
        return value < 0 ? "-inf" : "inf";
    }
}
