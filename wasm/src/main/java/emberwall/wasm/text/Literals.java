package emberwall.wasm.text;

/**
 * Numbers of the text format (WebAssembly 3.0, sections 6.3.1 and 6.3.2): which runs of characters are numbers, and their
 * bits. Floating-point numbers are rounded once, to nearest, ties to even, however many digits they have.
 */
final class Literals {
    private Literals() {}

    // What is a number.

    /** {@link TokenKind#INTEGER}, {@link TokenKind#FLOAT}, or null for what is no number. */
    static TokenKind kind(byte[] text, int from, int to) {
        int at = from;
        if (text[at] == '+' || text[at] == '-') {
            at++;
        }
        if (at == to) {
            return null;
        }
        int c = text[at];
        if (c >= '0' && c <= '9') {
            return isHex(text, at, to) ? numberKind(text, at + 2, to, true) : numberKind(text, at, to, false);
        }
        return isSpecial(text, at, to) ? TokenKind.FLOAT : null;
    }

    private static boolean isHex(byte[] text, int at, int to) {
        return at + 1 < to && text[at] == '0' && text[at + 1] == 'x';
    }

    private static TokenKind numberKind(byte[] text, int from, int to, boolean hex) {
        int at = digitsEnd(text, from, to, hex);
        if (at == from) {
            return null;
        }
        if (at == to) {
            return TokenKind.INTEGER;
        }
        if (text[at] == '.') {
            at++;
            // The fraction may be empty.
            if (at < to && isDigit(text[at], hex)) {
                at = digitsEnd(text, at, to, hex);
            }
        }
        if (at < to && (text[at] | 0x20) == (hex ? 'p' : 'e')) {
            at++;
            if (at < to && (text[at] == '+' || text[at] == '-')) {
                at++;
            }
            int exponent = at;
            at = digitsEnd(text, at, to, false);
            if (at == exponent) {
                return null;
            }
        }
        return at == to ? TokenKind.FLOAT : null;
    }

    /** Where digits end that single underscores may part; {@code from} if there are none. */
    private static int digitsEnd(byte[] text, int from, int to, boolean hex) {
        int at = from;
        while (at < to && isDigit(text[at], hex)) {
            at++;
            if (at + 1 < to && text[at] == '_' && isDigit(text[at + 1], hex)) {
                at++;
            }
        }
        return at;
    }

    private static boolean isDigit(int c, boolean hex) {
        return c >= '0' && c <= '9' || hex && Strings.digit(c) >= 0;
    }

    private static boolean isSpecial(byte[] text, int at, int to) {
        if (equals(text, at, to, "inf") || equals(text, at, to, "nan")) {
            return true;
        }
        int payload = at + 6;
        return payload < to
                && equals(text, at, payload, "nan:0x")
                && digitsEnd(text, payload, to, true) == to
                && Strings.digit(text[payload]) >= 0;
    }

    static boolean equals(byte[] text, int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (text[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    // Integers.

    /** Thrown where a number has no place in its type. */
    static final class OutOfRange extends Exception {
        private static final long serialVersionUID = 1;

        OutOfRange() {
            super(null, null, false, false);
        }
    }

    /** An integer as it may be written in a constant of so many bits: from -2^(bits-1) to 2^bits - 1. */
    static long integer(byte[] text, int from, int to, int bits) throws OutOfRange {
        boolean signed = text[from] == '+' || text[from] == '-';
        long magnitude = unsigned(text, signed ? from + 1 : from, to);
        boolean negative = text[from] == '-';
        long most = negative ? 1L << bits - 1 : bits == 64 ? -1 : (1L << bits) - 1;
        if (Long.compareUnsigned(magnitude, most) > 0) {
            throw new OutOfRange();
        }
        return negative ? -magnitude : magnitude;
    }

    /** An integer without a sign, of 64 bits. */
    static long unsigned(byte[] text, int from, int to) throws OutOfRange {
        boolean hex = isHex(text, from, to);
        int base = hex ? 16 : 10;
        long value = 0;
        for (int i = hex ? from + 2 : from; i < to; i++) {
            if (text[i] == '_') {
                continue;
            }
            long digit = Strings.digit(text[i]);
            if (Long.compareUnsigned(value, Long.divideUnsigned(-1 - digit, base)) > 0) {
                throw new OutOfRange();
            }
            value = value * base + digit;
        }
        return value;
    }

    // Floating point.

    /** The bits of an f32. */
    static int f32(byte[] text, int from, int to) throws OutOfRange {
        return (int) bits(text, from, to, 24, 8);
    }

    /** The bits of an f64. */
    static long f64(byte[] text, int from, int to) throws OutOfRange {
        return bits(text, from, to, 53, 11);
    }

    private static long bits(byte[] text, int from, int to, int precision, int exponentBits) throws OutOfRange {
        boolean signed = text[from] == '+' || text[from] == '-';
        int at = signed ? from + 1 : from;
        long sign = text[from] == '-' ? 1L << precision - 1 + exponentBits : 0;
        long infinity = (1L << exponentBits) - 1 << precision - 1;
        long magnitude;
        if (text[at] == 'i') {
            return sign | infinity;
        } else if (text[at] == 'n') {
            return sign | infinity | payload(text, at, to, precision);
        } else if (isHex(text, at, to)) {
            magnitude = hexadecimal(text, at + 2, to, precision, exponentBits);
        } else {
            magnitude = decimal(text, at, to, precision);
        }
        if (magnitude >= infinity) {
            throw new OutOfRange();
        }
        return sign | magnitude;
    }

    private static long payload(byte[] text, int at, int to, int precision) throws OutOfRange {
        if (to == at + 3) {
            return 1L << precision - 2;
        }
        long payload = unsigned(text, at + 4, to);
        if (payload == 0 || payload >>> precision - 1 != 0) {
            throw new OutOfRange();
        }
        return payload;
    }

    /** Java rounds decimals exactly, to either type directly. */
    private static long decimal(byte[] text, int from, int to, int precision) {
        StringBuilder digits = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            if (text[i] != '_') {
                digits.append((char) text[i]);
            }
        }
        return precision == 24
                ? Float.floatToRawIntBits(Float.parseFloat(digits.toString()))
                : Double.doubleToRawLongBits(Double.parseDouble(digits.toString()));
    }

    private static long hexadecimal(byte[] text, int from, int to, int precision, int exponentBits) {
        long mantissa = 0;
        boolean sticky = false;
        long exponent = 0;
        boolean fraction = false;
        int at = from;
        for (; at < to && (text[at] | 0x20) != 'p'; at++) {
            if (text[at] == '.') {
                fraction = true;
            } else if (text[at] != '_') {
                int digit = Strings.digit(text[at]);
                if (mantissa >>> 60 == 0) {
                    mantissa = mantissa << 4 | digit;
                    exponent -= fraction ? 4 : 0;
                } else {
                    sticky |= digit != 0;
                    exponent += fraction ? 0 : 4;
                }
            }
        }
        if (at < to) {
            exponent += exponent(text, at + 1, to);
        }
        return round(mantissa, sticky, exponent, precision, exponentBits);
    }

    /** A decimal exponent; beyond what any number of digits could make up for, it is as good as infinite. */
    private static long exponent(byte[] text, int from, int to) {
        boolean negative = text[from] == '-';
        long value = 0;
        for (int i = from; i < to; i++) {
            if (text[i] >= '0' && text[i] <= '9') {
                value = Math.min(value * 10 + text[i] - '0', 1L << 40);
            }
        }
        return negative ? -value : value;
    }

    /**
     * The bits of {@code mantissa * 2^exponent}, where {@code sticky} says that there is a little more. An overflow gives
     * infinity or more.
     */
    private static long round(long mantissa, boolean sticky, long exponent, int precision, int exponentBits) {
        if (mantissa == 0) {
            return 0;
        }
        int zeros = Long.numberOfLeadingZeros(mantissa);
        long scaled = mantissa << zeros;
        int bias = (1 << exponentBits - 1) - 1;
        // The value is 1.xxx * 2^(biased - bias) with the top bit of scaled as the one.
        long biased = exponent - zeros + 63 + bias;
        if (biased > 2L * bias) {
            return Long.MAX_VALUE;
        }
        // Bits below the last place; numbers below the normal ones have more of them.
        long cut = 64 - precision + (biased < 1 ? 1 - biased : 0);
        if (cut > 64) {
            return 0;
        }
        long kept = cut == 64 ? 0 : scaled >>> cut;
        long half = 1L << cut - 1;
        boolean more = sticky || (scaled & half - 1) != 0;
        boolean roundUp = (scaled & half) != 0 && (more || (kept & 1) != 0);
        // The top bit of a normal number's mantissa adds one to the exponent field.
        long field = biased < 1 ? 0 : biased - 1;
        return (field << precision - 1) + kept + (roundUp ? 1 : 0);
    }
}
