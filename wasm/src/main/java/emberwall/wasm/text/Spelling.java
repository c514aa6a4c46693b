package emberwall.wasm.text;

/** Strings, identifiers and floats as the text format spells them (WebAssembly 3.0, section 6.3). */
final class Spelling {
    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final String IDENTIFIER_SIGNS = "!#$%&'*+-./:<=>?@\\^_`|~";

    private static final int QUIET = 0x40_0000;
    private static final int EXPONENT = 0x7F80_0000;
    private static final int MANTISSA = 0x7F_FFFF;
    private static final long QUIET_64 = 0x8_0000_0000_0000L;
    private static final long EXPONENT_64 = 0x7FF0_0000_0000_0000L;
    private static final long MANTISSA_64 = 0xF_FFFF_FFFF_FFFFL;

    private Spelling() {}

    // Strings.

    /** Bytes as a string: printable ASCII as it is, all else as hexadecimal escapes. */
    static void bytes(byte[] bytes, int from, int to, StringBuilder out) {
        out.append('"');
        for (int at = from; at < to; at++) {
            int b = bytes[at] & 0xFF;
            if (b >= 0x20 && b < 0x7F && b != '"' && b != '\\') {
                out.append((char) b);
            } else {
                out.append('\\').append(HEX[b >> 4]).append(HEX[b & 15]);
            }
        }
        out.append('"');
    }

    /** A name as a string: what people can see as it is, all else escaped. */
    static void name(String name, StringBuilder out) {
        out.append('"');
        int at = 0;
        while (at < name.length()) {
            int c = name.codePointAt(at);
            at += Character.charCount(c);
            switch (c) {
                case '"', '\\' -> out.append('\\').append((char) c);
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                default -> {
                    if (isVisible(c)) {
                        out.appendCodePoint(c);
                    } else {
                        out.append("\\u{").append(Integer.toHexString(c)).append('}');
                    }
                }
            }
        }
        out.append('"');
    }

    /** Whether a character shows itself and nothing but itself: no control, no direction mark, no odd space. */
    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    /** The identifier that means a name, which is not empty: in its plain form, or with quotes where that cannot say it. */
    static String identifier(String name) {
        StringBuilder out = new StringBuilder(name.length() + 1).append('$');
        if (isPlain(name)) {
            out.append(name);
        } else {
            name(name, out);
        }
        return out.toString();
    }

    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letterOrDigit = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
            if (!letterOrDigit && IDENTIFIER_SIGNS.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    // Floats: the shortest decimal that reads back as the same number; NaNs with their payload.

    /** The f32 of these bits. */
    static String f32(int bits) {
        int mantissa = bits & MANTISSA;
        if ((bits & EXPONENT) != EXPONENT) {
            return Float.toString(Float.intBitsToFloat(bits));
        }
        return (bits < 0 ? "-" : "")
                + (mantissa == 0 ? "inf" : mantissa == QUIET ? "nan" : "nan:0x" + Integer.toHexString(mantissa));
    }

    /** The f64 of these bits. */
    static String f64(long bits) {
        long mantissa = bits & MANTISSA_64;
        if ((bits & EXPONENT_64) != EXPONENT_64) {
            return Double.toString(Double.longBitsToDouble(bits));
        }
        return (bits < 0 ? "-" : "")
                + (mantissa == 0 ? "inf" : mantissa == QUIET_64 ? "nan" : "nan:0x" + Long.toHexString(mantissa));
    }
}
