package emberwall.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.Exact.Fraction;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every scalar operator against a second definition, on big integers and exact fractions. */
class EvalTest {
    private static final Map<Type, Set<Op>> OPERATORS = new EnumMap<>(Type.class);

    static {
        // @formatter:off
        EnumSet<Op> integer = EnumSet.of(
                Op.CLZ, Op.CTZ, Op.POPCNT, Op.ADD, Op.SUB, Op.MUL, Op.DIV_S, Op.DIV_U, Op.REM_S, Op.REM_U,
                Op.AND, Op.OR, Op.XOR, Op.SHL, Op.SHR_S, Op.SHR_U, Op.ROTL, Op.ROTR, Op.EXTEND8_S, Op.EXTEND16_S,
                Op.EQZ, Op.EQ, Op.NE, Op.LT_S, Op.LT_U, Op.GT_S, Op.GT_U, Op.LE_S, Op.LE_U, Op.GE_S, Op.GE_U,
                Op.TRUNC_F32_S, Op.TRUNC_F32_U, Op.TRUNC_F64_S, Op.TRUNC_F64_U,
                Op.TRUNC_SAT_F32_S, Op.TRUNC_SAT_F32_U, Op.TRUNC_SAT_F64_S, Op.TRUNC_SAT_F64_U, Op.REINTERPRET);
        EnumSet<Op> floating = EnumSet.of(
                Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.MIN, Op.MAX, Op.COPYSIGN, Op.ABS, Op.NEG, Op.SQRT,
                Op.CEIL, Op.FLOOR, Op.TRUNC, Op.NEAREST, Op.EQ, Op.NE, Op.LT, Op.GT, Op.LE, Op.GE,
                Op.CONVERT_I32_S, Op.CONVERT_I32_U, Op.CONVERT_I64_S, Op.CONVERT_I64_U, Op.REINTERPRET);
        // @formatter:on
        OPERATORS.put(Type.I32, with(integer, Op.WRAP));
        OPERATORS.put(Type.I64, with(integer, Op.EXTEND32_S, Op.EXTEND_I32_S, Op.EXTEND_I32_U));
        OPERATORS.put(Type.F32, with(floating, Op.DEMOTE));
        OPERATORS.put(Type.F64, with(floating, Op.PROMOTE));
    }

    private static EnumSet<Op> with(EnumSet<Op> set, Op... more) {
        EnumSet<Op> all = EnumSet.copyOf(set);
        all.addAll(List.of(more));
        return all;
    }

    @Test
    void everyTypeHasExactlyItsOperators() {
        for (Type type : Type.values()) {
            Set<Op> defined = OPERATORS.getOrDefault(type, EnumSet.noneOf(Op.class));
            for (Op op : Op.values()) {
                if (defined.contains(op)) {
                    Eval.apply(op, type, 1, 1);
                } else {
                    assertThrows(IllegalArgumentException.class, () -> Eval.apply(op, type, 1, 1), op + " " + type);
                }
            }
        }
    }

    @Test
    void integersAgreeWithBigIntegers() {
        checkIntegers(Type.I32, integers(32));
        checkIntegers(Type.I64, integers(64));
    }

    private static void checkIntegers(Type type, long[] values) {
        for (Op op : OPERATORS.get(type)) {
            if (op.name().startsWith("TRUNC")) {
                continue;
            }
            for (long a : values) {
                for (long b : op.arity() == 1 ? new long[1] : values) {
                    check(op, type, a, b, integerModel(op, type.laneBits(), a, b));
                }
            }
        }
    }

    /** The result, or null for a fault. */
    private static Long integerModel(Op op, int width, long aWord, long bWord) {
        BigInteger a = unsigned(aWord, width);
        BigInteger b = unsigned(bWord, width);
        BigInteger as = signed(aWord, width);
        BigInteger bs = signed(bWord, width);
        int count = b.intValue() & (width - 1);
        BigInteger modulus = BigInteger.ONE.shiftLeft(width);
        boolean isZero = b.signum() == 0;
        BigInteger result = switch (op) {
            case CLZ -> BigInteger.valueOf(width - a.bitLength());
            case CTZ -> BigInteger.valueOf(a.signum() == 0 ? width : a.getLowestSetBit());
            case POPCNT -> BigInteger.valueOf(a.bitCount());
            case ADD -> a.add(b);
            case SUB -> a.subtract(b);
            case MUL -> a.multiply(b);
            case DIV_S -> isZero || as.divide(bs).equals(modulus.shiftRight(1)) ? null : as.divide(bs);
            case DIV_U -> isZero ? null : a.divide(b);
            case REM_S -> isZero ? null : as.remainder(bs);
            case REM_U -> isZero ? null : a.remainder(b);
            case AND -> a.and(b);
            case OR -> a.or(b);
            case XOR -> a.xor(b);
            case SHL -> a.shiftLeft(count);
            case SHR_S -> as.shiftRight(count);
            case SHR_U -> a.shiftRight(count);
            case ROTL -> a.shiftLeft(count).or(a.shiftRight(width - count));
            case ROTR -> a.shiftRight(count).or(a.shiftLeft(width - count));
            case EXTEND8_S -> signed(aWord, 8);
            case EXTEND16_S -> signed(aWord, 16);
            case EXTEND32_S, EXTEND_I32_S -> signed(aWord, 32);
            case EXTEND_I32_U, WRAP -> unsigned(aWord, 32);
            case REINTERPRET -> a;
            case EQZ -> truth(a.signum() == 0);
            case EQ -> truth(a.equals(b));
            case NE -> truth(!a.equals(b));
            case LT_S -> truth(as.compareTo(bs) < 0);
            case LT_U -> truth(a.compareTo(b) < 0);
            case GT_S -> truth(as.compareTo(bs) > 0);
            case GT_U -> truth(a.compareTo(b) > 0);
            case LE_S -> truth(as.compareTo(bs) <= 0);
            case LE_U -> truth(a.compareTo(b) <= 0);
            case GE_S -> truth(as.compareTo(bs) >= 0);
            case GE_U -> truth(a.compareTo(b) >= 0);
            default -> throw new AssertionError(op);
        };
        return result == null ? null : result.mod(modulus).longValue();
    }

    @Test
    void floatsAgreeWithExactFractions() {
        checkFloats(Type.F32, Exact.F32, floats(Exact.F32));
        checkFloats(Type.F64, Exact.F64, floats(Exact.F64));
    }

    private static void checkFloats(Type type, Exact format, long[] values) {
        for (Op op : OPERATORS.get(type)) {
            if (isConversion(op)) {
                continue;
            }
            for (long a : values) {
                for (long b : op.arity() == 1 ? new long[1] : values) {
                    long expected = op.isComparison() ? compareModel(op, format, a, b) : floatModel(op, format, a, b);
                    check(op, type, a, b, expected);
                }
            }
        }
    }

    private static boolean isConversion(Op op) {
        return op.ordinal() >= Op.WRAP.ordinal() && op.ordinal() <= Op.REINTERPRET.ordinal();
    }

    private static long compareModel(Op op, Exact format, long a, long b) {
        if (format.isNaN(a) || format.isNaN(b)) {
            return op == Op.NE ? 1 : 0;
        }
        int order = compare(format, a, b);
        boolean holds = switch (op) {
            case EQ -> order == 0;
            case NE -> order != 0;
            case LT -> order < 0;
            case GT -> order > 0;
            case LE -> order <= 0;
            case GE -> order >= 0;
            default -> throw new AssertionError(op);
        };
        return holds ? 1 : 0;
    }

    /** Zeros of either sign are equal. */
    private static int compare(Exact format, long a, long b) {
        long aMagnitude = a & ~format.signBit();
        long bMagnitude = b & ~format.signBit();
        return Long.compare(
                format.isNegative(a) ? -aMagnitude : aMagnitude, format.isNegative(b) ? -bMagnitude : bMagnitude);
    }

    private static long floatModel(Op op, Exact format, long a, long b) {
        long sign = format.signBit();
        switch (op) {
            case ABS:
                return a & ~sign;
            case NEG:
                return a ^ sign;
            case COPYSIGN:
                return a & ~sign | b & sign;
            default:
                break;
        }
        if (format.isNaN(a)) {
            return a | format.quiet();
        }
        if (op.arity() == 2 && format.isNaN(b)) {
            return b | format.quiet();
        }
        long defaultNaN = sign | format.infinity() | format.quiet();
        boolean negative = format.isNegative(a);
        boolean signsDiffer = negative != format.isNegative(b);
        long product = signsDiffer ? sign : 0;
        return switch (op) {
            case ADD -> sum(format, a, b, defaultNaN);
            case SUB -> sum(format, a, b ^ sign, defaultNaN);
            case MUL -> {
                if (format.isInfinite(a) || format.isInfinite(b)) {
                    yield format.isZero(a) || format.isZero(b) ? defaultNaN : product | format.infinity();
                }
                yield format.round(format.value(a).multiply(format.value(b)), signsDiffer);
            }
            case DIV -> {
                if (format.isInfinite(a)) {
                    yield format.isInfinite(b) ? defaultNaN : product | format.infinity();
                }
                if (format.isInfinite(b)) {
                    yield product;
                }
                if (format.isZero(b)) {
                    yield format.isZero(a) ? defaultNaN : product | format.infinity();
                }
                yield format.round(format.value(a).divide(format.value(b)), signsDiffer);
            }
            case MIN -> {
                int order = compare(format, a, b);
                yield order == 0 ? a | b : order < 0 ? a : b;
            }
            case MAX -> {
                int order = compare(format, a, b);
                yield order == 0 ? a & b : order > 0 ? a : b;
            }
            case SQRT -> {
                if (format.isZero(a)) {
                    yield a;
                }
                yield negative ? defaultNaN : format.isInfinite(a) ? a : format.root(format.value(a));
            }
            case CEIL -> integral(format, a, value -> value.negate().floor().negate());
            case FLOOR -> integral(format, a, Fraction::floor);
            case TRUNC -> integral(format, a, Fraction::truncate);
            case NEAREST -> integral(format, a, Fraction::nearest);
            default -> throw new AssertionError(op);
        };
    }

    private static long sum(Exact format, long a, long b, long defaultNaN) {
        boolean aNegative = format.isNegative(a);
        boolean bNegative = format.isNegative(b);
        if (format.isInfinite(a)) {
            return format.isInfinite(b) && aNegative != bNegative ? defaultNaN : a;
        }
        if (format.isInfinite(b)) {
            return b;
        }
        return format.round(format.value(a).add(format.value(b)), aNegative && bNegative);
    }

    private interface Rounding {
        BigInteger apply(Fraction value);
    }

    private static long integral(Exact format, long a, Rounding rounding) {
        return format.isInfinite(a)
                ? a
                : format.round(Fraction.of(rounding.apply(format.value(a))), format.isNegative(a));
    }

    @Test
    void floatsBecomeIntegers() {
        for (Type type : List.of(Type.I32, Type.I64)) {
            for (Op op : OPERATORS.get(type)) {
                if (!op.name().startsWith("TRUNC")) {
                    continue;
                }
                Exact format = op.name().contains("F32") ? Exact.F32 : Exact.F64;
                for (long a : floats(format)) {
                    check(op, type, a, 0, truncateModel(op, type.laneBits(), format, a));
                }
            }
        }
    }

    private static Long truncateModel(Op op, int width, Exact format, long a) {
        boolean saturates = op.name().startsWith("TRUNC_SAT");
        boolean isSigned = op.name().endsWith("_S");
        BigInteger lowest = isSigned ? BigInteger.ONE.shiftLeft(width - 1).negate() : BigInteger.ZERO;
        BigInteger highest =
                BigInteger.ONE.shiftLeft(isSigned ? width - 1 : width).subtract(BigInteger.ONE);
        if (format.isNaN(a)) {
            return saturates ? 0L : null;
        }
        BigInteger value = format.isInfinite(a)
                ? BigInteger.ONE.shiftLeft(100).multiply(BigInteger.valueOf(format.isNegative(a) ? -1 : 1))
                : format.value(a).truncate();
        BigInteger nearest = value.max(lowest).min(highest);
        if (!saturates && !nearest.equals(value)) {
            return null;
        }
        return nearest.mod(BigInteger.ONE.shiftLeft(width)).longValue();
    }

    @Test
    void integersBecomeFloats() {
        for (Type type : List.of(Type.F32, Type.F64)) {
            Exact format = type == Type.F32 ? Exact.F32 : Exact.F64;
            for (int width : new int[] {32, 64}) {
                for (long a : integers(width)) {
                    String source = "CONVERT_I" + width;
                    check(Op.valueOf(source + "_S"), type, a, 0, rounded(format, signed(a, width)));
                    check(Op.valueOf(source + "_U"), type, a, 0, rounded(format, unsigned(a, width)));
                }
            }
        }
    }

    private static long rounded(Exact format, BigInteger value) {
        return format.round(Fraction.of(value), false);
    }

    @Test
    void floatsChangeTheirSize() {
        for (long a : floats(Exact.F64)) {
            check(Op.REINTERPRET, Type.I64, a, 0, a);
            check(Op.REINTERPRET, Type.F64, a, 0, a);
            long sign = Exact.F64.isNegative(a) ? Exact.F32.signBit() : 0;
            if (Exact.F64.isNaN(a)) {
                long result = Eval.apply(Op.DEMOTE, Type.F32, a);
                assertTrue((result & Exact.F32.quiet()) != 0 && Exact.F32.isNaN(result));
                if ((a & Long.MAX_VALUE) == (Exact.F64.infinity() | Exact.F64.quiet())) {
                    assertEquals(sign | Exact.F32.infinity() | Exact.F32.quiet(), result);
                }
            } else if (Exact.F64.isInfinite(a)) {
                check(Op.DEMOTE, Type.F32, a, 0, sign | Exact.F32.infinity());
            } else {
                check(Op.DEMOTE, Type.F32, a, 0, Exact.F32.round(Exact.F64.value(a), sign != 0));
            }
        }
        for (long a : floats(Exact.F32)) {
            check(Op.REINTERPRET, Type.I32, a, 0, a);
            check(Op.REINTERPRET, Type.F32, a, 0, a);
            long sign = Exact.F32.isNegative(a) ? Exact.F64.signBit() : 0;
            if (Exact.F32.isNaN(a)) {
                long payload = (a & 0x7f_ffffL) << 29;
                check(Op.PROMOTE, Type.F64, a, 0, sign | Exact.F64.infinity() | Exact.F64.quiet() | payload);
            } else if (Exact.F32.isInfinite(a)) {
                check(Op.PROMOTE, Type.F64, a, 0, sign | Exact.F64.infinity());
            } else {
                check(Op.PROMOTE, Type.F64, a, 0, Exact.F64.round(Exact.F32.value(a), sign != 0));
            }
        }
    }

    @Test
    void wideArithmeticAgreesWithBigIntegers() {
        long[] values = {0, 1, 2, -1, -2, Long.MIN_VALUE, Long.MAX_VALUE, 0x1234_5678_9abc_def0L, 0xffff_ffffL};
        BigInteger modulus = BigInteger.ONE.shiftLeft(128);
        for (long a : values) {
            for (long b : values) {
                checkWide(signed(a, 64).multiply(signed(b, 64)).mod(modulus), Op.MUL_WIDE_S, a, b);
                checkWide(unsigned(a, 64).multiply(unsigned(b, 64)).mod(modulus), Op.MUL_WIDE_U, a, b);
                for (long c : values) {
                    for (long d : values) {
                        BigInteger left = unsigned(b, 64).shiftLeft(64).add(unsigned(a, 64));
                        BigInteger right = unsigned(d, 64).shiftLeft(64).add(unsigned(c, 64));
                        checkWide(left.add(right).mod(modulus), Op.ADD128, a, b, c, d);
                        checkWide(left.subtract(right).mod(modulus), Op.SUB128, a, b, c, d);
                    }
                }
            }
        }
        assertThrows(IllegalArgumentException.class, () -> Eval.applyWide(Op.ADD, new long[4], 0));
    }

    private static void checkWide(BigInteger expected, Op op, long... operands) {
        long[] words = new long[operands.length + 1];
        System.arraycopy(operands, 0, words, 1, operands.length);
        Eval.applyWide(op, words, 1);
        assertEquals(expected.longValue(), words[1], () -> op + " low");
        assertEquals(expected.shiftRight(64).longValue(), words[2], () -> op + " high");
    }

    @Test
    void faultsSayWhy() {
        assertFault(Fault.DIVIDE_BY_ZERO, Op.DIV_S, Type.I32, 0x8000_0000L, 0);
        assertFault(Fault.DIVIDE_BY_ZERO, Op.REM_U, Type.I64, 1, 0);
        assertFault(Fault.INTEGER_OVERFLOW, Op.DIV_S, Type.I32, 0x8000_0000L, 0xffff_ffffL);
        assertFault(Fault.INTEGER_OVERFLOW, Op.DIV_S, Type.I64, Long.MIN_VALUE, -1);
        assertFault(Fault.INTEGER_OVERFLOW, Op.TRUNC_F32_S, Type.I32, 0x4f00_0000L, 0);
        assertFault(Fault.INVALID_CONVERSION, Op.TRUNC_F64_U, Type.I64, 0x7ff8_0000_0000_0000L, 0);
    }

    private static void assertFault(Fault fault, Op op, Type type, long a, long b) {
        FaultException thrown = assertThrows(FaultException.class, () -> Eval.apply(op, type, a, b));
        assertEquals(fault, thrown.fault());
        assertEquals(fault.reason().text(), thrown.getMessage());
        assertTrue(op.mayFault());
    }

    /** Also that garbage above a narrow operand does not matter, and what the operator says of itself. */
    private static void check(Op op, Type type, long a, long b, Long expected) {
        Long actual = apply(op, type, a, b);
        if (expected == null) {
            assertNull(actual, () -> describe(op, type, a, b));
            assertTrue(op.mayFault(), op::name);
            return;
        }
        assertEquals(expected, actual, () -> describe(op, type, a, b) + " = " + Long.toHexString(expected));
        if (op.isCommutative() && !(type.isFloat() && !op.isComparison())) {
            assertEquals(expected, apply(op, type, b, a), () -> describe(op, type, b, a));
        }
        boolean isNarrow = sourceBits(op, type) == 32;
        if (isNarrow) {
            long garbage = 0x5a5a_0001L << 32;
            assertEquals(expected, apply(op, type, a | garbage, b | garbage), () -> describe(op, type, a, b));
        }
    }

    private static int sourceBits(Op op, Type type) {
        String name = op.name();
        return switch (op) {
            case WRAP, DEMOTE -> 64;
            case PROMOTE -> 32;
            default -> name.contains("32") && isConversion(op) ? 32 : name.contains("64") ? 64 : type.laneBits();
        };
    }

    private static Long apply(Op op, Type type, long a, long b) {
        try {
            return op.arity() == 1 ? Eval.apply(op, type, a) : Eval.apply(op, type, a, b);
        } catch (FaultException fault) {
            return null;
        }
    }

    private static String describe(Op op, Type type, long a, long b) {
        return type + "." + op + "(" + Long.toHexString(a) + ", " + Long.toHexString(b) + ")";
    }

    // --- values worth trying

    private static long[] integers(int width) {
        var values = new ArrayList<Long>();
        long mask = width == 64 ? -1 : (1L << width) - 1;
        for (int bit = 0; bit < width; bit += bit < 2 || bit > width - 4 ? 1 : 7) {
            for (int delta = -1; delta <= 1; delta++) {
                values.add((1L << bit) + delta & mask);
                values.add(-(1L << bit) + delta & mask);
            }
        }
        for (int bits : new int[] {24, 25, 53, 54}) { // just too wide for a significand: ties and their neighbours
            for (int delta = -2; delta <= 3; delta++) {
                values.add((1L << bits) + delta & mask);
                values.add((1L << bits) + (1L << (bits / 2)) * 3 + delta & mask);
            }
        }
        for (long tie : new long[] {1L << 39, 3L << 39, 1L << 10, 3L << 10}) { // of 64 bits, and just beside
            for (int delta = -1; delta <= 1; delta++) {
                values.add(Long.MIN_VALUE + tie + delta & mask);
                values.add((Long.MIN_VALUE + tie >> 1) + delta & mask);
            }
        }
        var random = new Random(width);
        for (int i = 0; i < 20; i++) {
            values.add(random.nextLong() & mask);
        }
        return toArray(values);
    }

    private static long[] floats(Exact format) {
        var values = new ArrayList<Long>();
        long one = (long) format.bias() << format.fractionBits();
        long ulp = 1;
        long[] positive = {
            0,
            ulp,
            2,
            (1L << format.fractionBits()) - 1,
            1L << format.fractionBits(),
            one - ulp,
            one,
            one + ulp,
            format.infinity() - 1,
            format.infinity(),
            format.infinity() + 1,
            format.infinity() | format.quiet(),
            format.infinity() | format.quiet() | 0x1234,
            format.infinity() | format.quiet() - 1,
        };
        for (long bits : positive) {
            values.add(bits);
            values.add(bits | format.signBit());
        }
        // around every integer's limit, and halves
        for (int exponent : new int[] {-2, -1, 0, 1, 2, 22, 23, 24, 30, 31, 32, 51, 52, 53, 62, 63, 64, 65}) {
            long power = one + ((long) exponent << format.fractionBits());
            for (long bits : new long[] {power - 1, power, power + 1, power | format.quiet(), power + (ulp << 3)}) {
                values.add(bits);
                values.add(bits | format.signBit());
            }
        }
        var random = new Random(format.width());
        for (int i = 0; i < 40; i++) {
            long bits = random.nextLong();
            values.add(format.width() == 32 ? bits & 0xffff_ffffL : bits);
        }
        return toArray(values);
    }

    private static long[] toArray(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).distinct().toArray();
    }

    private static BigInteger unsigned(long word, int width) {
        return new BigInteger(Long.toUnsignedString(width == 64 ? word : word & ((1L << width) - 1)));
    }

    private static BigInteger signed(long word, int width) {
        int spare = 64 - width;
        return BigInteger.valueOf(word << spare >> spare);
    }

    private static BigInteger truth(boolean holds) {
        return holds ? BigInteger.ONE : BigInteger.ZERO;
    }
}
