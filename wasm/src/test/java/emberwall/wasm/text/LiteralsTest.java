package emberwall.wasm.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.wasm.text.Literals.OutOfRange;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Numbers as text: exact values by BigDecimal are the oracle for rounding. */
class LiteralsTest {
    private static final int ROUNDS = 4_000;

    @Test
    void decimalsAreRoundedOnceToNearestEven() throws OutOfRange {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder();
            digits(text, random, 10, 1 + random.nextInt(i % 50 == 0 ? 900 : 25));
            if (random.nextBoolean()) {
                text.append('.');
                digits(text, random, 10, random.nextInt(25));
            }
            if (random.nextBoolean()) {
                text.append(random.nextBoolean() ? 'e' : 'E').append(random.nextInt(-345, 325));
            }
            check(text.toString(), new BigDecimal(text.toString().replace("_", "")));
        }
    }

    @Test
    void hexadecimalsAreRoundedOnceToNearestEven() throws OutOfRange {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder whole = new StringBuilder();
            digits(whole, random, 16, 1 + random.nextInt(i % 50 == 0 ? 300 : 20));
            StringBuilder fraction = new StringBuilder();
            digits(fraction, random, 16, random.nextInt(20));
            int exponent = i % 3 == 0 ? random.nextInt(-1200, 1100) : random.nextInt(-170, 140);
            String text = "0x" + whole + "." + fraction + "p" + exponent;
            BigInteger mantissa = new BigInteger((whole + "" + fraction).replace("_", ""), 16);
            int scale = exponent - 4 * fraction.toString().replace("_", "").length();
            check(text, power(scale).multiply(new BigDecimal(mantissa)));
        }
    }

    /** Values between two neighbours: exactly in the middle, and a little beside it. */
    @Test
    void tiesGoToTheEvenNeighbour() throws OutOfRange {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < ROUNDS / 2; i++) {
            float low = Float.intBitsToFloat(random.nextInt(0, 0x7F7F_FFFF));
            BigDecimal middle =
                    new BigDecimal(low).add(new BigDecimal(Math.nextUp(low))).divide(new BigDecimal(2));
            BigDecimal little = new BigDecimal(BigInteger.ONE, middle.scale() + 30);
            check(middle.toPlainString(), middle);
            check(middle.add(little).toPlainString(), middle.add(little));
            check(middle.subtract(little).toPlainString(), middle.subtract(little));
        }
    }

    private static void digits(StringBuilder text, SplittableRandom random, int base, int count) {
        for (int i = 0; i < count; i++) {
            // Runs of zeros and of the last digit are where rounding is hard.
            int kind = random.nextInt(8);
            int digit = kind < 2 ? 0 : kind == 2 ? base - 1 : random.nextInt(base);
            text.append(Character.forDigit(digit, base));
            if (i + 1 < count && kind == 7) {
                text.append('_');
            }
        }
    }

    private static void check(String text, BigDecimal exact) throws OutOfRange {
        byte[] bytes = ("-" + text).getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(bits(exact, 24, 8), f32(bytes, 1), text);
        assertEquals(bits(exact, 53, 11), f64(bytes, 1), text);
        if (bits(exact, 53, 11) >= 0) {
            assertEquals(bits(exact, 53, 11) | Long.MIN_VALUE, f64(bytes, 0), text);
        }
    }

    /** The bits, or -1 if the number is out of range. */
    private static long f32(byte[] text, int from) {
        try {
            return Literals.f32(text, from, text.length);
        } catch (OutOfRange e) {
            return -1;
        }
    }

    private static long f64(byte[] text, int from) {
        try {
            return Literals.f64(text, from, text.length);
        } catch (OutOfRange e) {
            return -1;
        }
    }

    private static BigDecimal power(int exponent) {
        BigDecimal two = new BigDecimal(2);
        return exponent >= 0 ? two.pow(exponent) : BigDecimal.ONE.divide(two.pow(-exponent));
    }

    /** IEEE 754's rounding by the book: the nearest multiple of the last place, halves to even; -1 for infinities. */
    private static long bits(BigDecimal exact, int precision, int exponentBits) {
        if (exact.signum() == 0) {
            return 0;
        }
        int bias = (1 << exponentBits - 1) - 1;
        int exponent = binaryExponent(exact);
        if (exponent > bias) {
            return -1;
        }
        int unit = Math.max(exponent, 1 - bias) - (precision - 1);
        BigInteger multiple = exact.divide(power(unit), 40, RoundingMode.DOWN)
                .setScale(40, RoundingMode.UNNECESSARY)
                .add(isExact(exact, unit) ? BigDecimal.ZERO : new BigDecimal(BigInteger.ONE, 41))
                .setScale(0, RoundingMode.HALF_EVEN)
                .toBigInteger();
        // A mantissa that has outgrown its bits carries into the exponent, as it should.
        long field = exponent < 1 - bias ? 0 : (long) exponent + bias - 1;
        long bits = (field << precision - 1) + multiple.longValueExact();
        return bits >= (1L << exponentBits) - 1 << precision - 1 ? -1 : bits;
    }

    private static boolean isExact(BigDecimal exact, int unit) {
        BigDecimal cut = exact.divide(power(unit), 40, RoundingMode.DOWN);
        return cut.multiply(power(unit)).compareTo(exact) == 0;
    }

    /** The greatest power of two that is not above the value. */
    private static int binaryExponent(BigDecimal value) {
        BigDecimal rounded = value.round(new MathContext(25));
        int guess = (int) Math.floor((rounded.precision() - rounded.scale()) * 3.3219280948873626) - 4;
        while (power(guess + 1).compareTo(value) <= 0) {
            guess++;
        }
        while (power(guess).compareTo(value) > 0) {
            guess--;
        }
        return guess;
    }

    @Test
    void integersHaveTheRangeOfBothSigns() throws OutOfRange {
        assertEquals(-1, integer("-1", 32));
        assertEquals(0xFFFF_FFFFL, integer("4294967295", 32));
        assertEquals(Integer.MIN_VALUE, integer("-0x8000_0000", 32));
        assertEquals(-1L, integer("0xffff_ffff_ffff_ffff", 64));
        assertEquals(Long.MIN_VALUE, integer("-9223372036854775808", 64));
        assertThrows(OutOfRange.class, () -> integer("256", 8));
        assertThrows(OutOfRange.class, () -> integer("-129", 8));
        assertThrows(OutOfRange.class, () -> integer("18446744073709551616", 64));
        assertThrows(OutOfRange.class, () -> integer("-9223372036854775809", 64));
        assertThrows(OutOfRange.class, () -> integer("1" + "0".repeat(10_000), 64));
    }

    @Test
    void nansKeepTheirPayload() throws OutOfRange {
        assertEquals(0x7FC0_0000, f32("nan".getBytes(StandardCharsets.ISO_8859_1), 0));
        assertEquals((int) 0xFF80_0001L, f32("-nan:0x1".getBytes(StandardCharsets.ISO_8859_1), 0));
        assertEquals(0x7FFF_FFFF_FFFF_FFFFL, f64("nan:0xf_ffff_ffff_ffff".getBytes(StandardCharsets.ISO_8859_1), 0));
        assertEquals(-1, f32("nan:0x80_0000".getBytes(StandardCharsets.ISO_8859_1), 0));
        assertEquals(0xFFF0_0000_0000_0000L, f64("-inf".getBytes(StandardCharsets.ISO_8859_1), 0));
    }

    @Test
    void exponentsBeyondAllBoundsAreNoTrouble() {
        String zeros = "0".repeat(5_000);
        assertEquals(
                Float.floatToRawIntBits(1), f32(("0x0." + zeros + "1p20004").getBytes(StandardCharsets.ISO_8859_1), 0));
        assertEquals(0, f64("0x1p-999999999999999999999".getBytes(StandardCharsets.ISO_8859_1), 0));
        assertEquals(-1, f64("0x1p+999999999999999999999".getBytes(StandardCharsets.ISO_8859_1), 0));
        assertEquals(-1, f64("1e999999999999999999999".getBytes(StandardCharsets.ISO_8859_1), 0));
        assertEquals(0, f64("0e999999999999999999999".getBytes(StandardCharsets.ISO_8859_1), 0));
    }

    @Test
    void whatIsNoNumberIsNone() {
        for (String word : new String[] {
            "+", "-", "0x", "1_", "_1", "1__0", "0x_1", ".5", "1._5", "1e", "1e+", "0x1p", "0x1.p", "1e_1", "nan:1",
            "nan:0x", "infi", "0x1e+1", "1p1", "+-1", "0b1"
        }) {
            assertNull(kind(word), word);
        }
        for (String word : new String[] {"0", "+1", "-1_000", "0xAbC_d", "0x1e1"}) {
            assertEquals(TokenKind.INTEGER, kind(word), word);
        }
        for (String word :
                new String[] {"1.", "1.5", "1e5", "-1.e-5", "0x1.", "0x1.8p1_0", "0xap-1", "inf", "-nan", "nan:0x1_f"
                }) {
            assertEquals(TokenKind.FLOAT, kind(word), word);
        }
    }

    private static TokenKind kind(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.ISO_8859_1);
        return Literals.kind(bytes, 0, bytes.length);
    }

    private static long integer(String text, int bits) throws OutOfRange {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return Literals.integer(bytes, 0, bytes.length, bits);
    }
}
