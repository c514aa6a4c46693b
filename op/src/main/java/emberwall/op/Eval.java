package emberwall.op;

/**
 * What every operator computes: the definition of semantics in this project.
 *
 * <p>Operands and results are raw 64-bit words: an {@code I32} zero-extended, an {@code F32} as its 32 bits zero-extended, an
 * {@code F64} as its bits. Of an operand's word only the bits of its type are looked at. A comparison gives 0 or 1.
 *
 * <p>Where the specification leaves a choice (the bits of a NaN), one is made, and always the same one: the first operand
 * that is a NaN, made quiet; if none is, the NaN with only the sign and the quiet bit set. That is what the SSE
 * instructions of x86-64 do, so folding a constant does not show there.
 *
 * <p>One method per type and family; {@link VectorEval} asks them for each lane.
 */
public final class Eval {
    private static final double TWO_31 = 0x1p31;
    private static final double TWO_32 = 0x1p32;
    private static final double TWO_63 = 0x1p63;
    private static final double TWO_64 = 0x1p64;

    private static final long QUIET_F32 = 0x0040_0000L;
    private static final long QUIET_F64 = 0x0008_0000_0000_0000L;
    private static final long DEFAULT_NAN_F32 = 0xffc0_0000L;
    private static final long DEFAULT_NAN_F64 = 0xfff8_0000_0000_0000L;

    private Eval() {}

    /**
     * The result of an operator with one operand.
     *
     * @throws FaultException where there is none
     */
    public static long apply(Op op, Type type, long a) {
        return apply(op, type, a, 0);
    }

    /**
     * The result of an operator with one or two operands; {@code b} is not looked at if there is one.
     *
     * @throws FaultException where there is none
     * @throws IllegalArgumentException where the type has no such operator, or more than one result
     */
    public static long apply(Op op, Type type, long a, long b) {
        return switch (type) {
            case I32 -> i32(op, (int) a, (int) b, a);
            case I64 -> i64(op, a, b);
            case F32 -> f32(op, a, b);
            case F64 -> f64(op, a, b);
            default -> throw none(op, type);
        };
    }

    /**
     * Operators on 64-bit words with a double word as result: {@code ADD128}, {@code SUB128} (operands low, high, low, high)
     * and {@code MUL_WIDE_S}, {@code MUL_WIDE_U} (two operands).
     *
     * @param words holds the operands from {@code at} on, and afterwards the low word there and the high word behind it
     */
    public static void applyWide(Op op, long[] words, int at) {
        long a = words[at];
        long b = words[at + 1];
        switch (op) {
            case ADD128 -> {
                long low = a + words[at + 2];
                long carry = Long.compareUnsigned(low, a) < 0 ? 1 : 0;
                words[at] = low;
                words[at + 1] = b + words[at + 3] + carry;
            }
            case SUB128 -> {
                long borrow = Long.compareUnsigned(a, words[at + 2]) < 0 ? 1 : 0;
                words[at] = a - words[at + 2];
                words[at + 1] = b - words[at + 3] - borrow;
            }
            case MUL_WIDE_S -> {
                words[at] = a * b;
                words[at + 1] = Math.multiplyHigh(a, b);
            }
            case MUL_WIDE_U -> {
                words[at] = a * b;
                words[at + 1] = Math.unsignedMultiplyHigh(a, b);
            }
            default -> throw none(op, Type.I64);
        }
    }

    private static IllegalArgumentException none(Op op, Type type) {
        return new IllegalArgumentException("no operator " + op + " on " + type);
    }

    // --- i32

    /** {@code word} is the whole operand, for conversions from wider types. */
    private static long i32(Op op, int a, int b, long word) {
        return switch (op) {
            case CLZ -> Integer.numberOfLeadingZeros(a);
            case CTZ -> Integer.numberOfTrailingZeros(a);
            case POPCNT -> Integer.bitCount(a);
            case ADD -> zeroExtend(a + b);
            case SUB -> zeroExtend(a - b);
            case MUL -> zeroExtend(a * b);
            case DIV_S -> zeroExtend(divide(a, b));
            case DIV_U -> zeroExtend(Integer.divideUnsigned(a, nonZero(b)));
            case REM_S -> zeroExtend(a % nonZero(b));
            case REM_U -> zeroExtend(Integer.remainderUnsigned(a, nonZero(b)));
            case AND -> zeroExtend(a & b);
            case OR -> zeroExtend(a | b);
            case XOR -> zeroExtend(a ^ b);
            case SHL -> zeroExtend(a << b);
            case SHR_S -> zeroExtend(a >> b);
            case SHR_U -> zeroExtend(a >>> b);
            case ROTL -> zeroExtend(Integer.rotateLeft(a, b));
            case ROTR -> zeroExtend(Integer.rotateRight(a, b));
            case EXTEND8_S -> zeroExtend((byte) a);
            case EXTEND16_S -> zeroExtend((short) a);
            case WRAP, REINTERPRET -> word & 0xffff_ffffL;
            case EQZ -> a == 0 ? 1 : 0;
            case EQ -> a == b ? 1 : 0;
            case NE -> a != b ? 1 : 0;
            case LT_S -> a < b ? 1 : 0;
            case LT_U -> Integer.compareUnsigned(a, b) < 0 ? 1 : 0;
            case GT_S -> a > b ? 1 : 0;
            case GT_U -> Integer.compareUnsigned(a, b) > 0 ? 1 : 0;
            case LE_S -> a <= b ? 1 : 0;
            case LE_U -> Integer.compareUnsigned(a, b) <= 0 ? 1 : 0;
            case GE_S -> a >= b ? 1 : 0;
            case GE_U -> Integer.compareUnsigned(a, b) >= 0 ? 1 : 0;
            default -> i32FromFloat(op, word);
        };
    }

    private static long i32FromFloat(Op op, long word) {
        return switch (op) {
            case TRUNC_F32_S -> truncateS32(f32(word));
            case TRUNC_F32_U -> truncateU32(f32(word));
            case TRUNC_F64_S -> truncateS32(f64(word));
            case TRUNC_F64_U -> truncateU32(f64(word));
            case TRUNC_SAT_F32_S -> zeroExtend((int) f32(word));
            case TRUNC_SAT_F32_U -> saturateU32(f32(word));
            case TRUNC_SAT_F64_S -> zeroExtend((int) f64(word));
            case TRUNC_SAT_F64_U -> saturateU32(f64(word));
            default -> throw none(op, Type.I32);
        };
    }

    private static long zeroExtend(int value) {
        return value & 0xffff_ffffL;
    }

    private static int nonZero(int divisor) {
        if (divisor == 0) {
            throw FaultException.DIVIDE_BY_ZERO;
        }
        return divisor;
    }

    private static int divide(int a, int b) {
        if (a == Integer.MIN_VALUE && b == -1) {
            throw FaultException.INTEGER_OVERFLOW;
        }
        return a / nonZero(b);
    }

    // --- i64

    private static long i64(Op op, long a, long b) {
        return switch (op) {
            case CLZ -> Long.numberOfLeadingZeros(a);
            case CTZ -> Long.numberOfTrailingZeros(a);
            case POPCNT -> Long.bitCount(a);
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV_S -> divide(a, b);
            case DIV_U -> Long.divideUnsigned(a, nonZero(b));
            case REM_S -> a % nonZero(b);
            case REM_U -> Long.remainderUnsigned(a, nonZero(b));
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case SHL -> a << b;
            case SHR_S -> a >> b;
            case SHR_U -> a >>> b;
            case ROTL -> Long.rotateLeft(a, (int) b);
            case ROTR -> Long.rotateRight(a, (int) b);
            case EXTEND8_S -> (byte) a;
            case EXTEND16_S -> (short) a;
            case EXTEND32_S, EXTEND_I32_S -> (int) a;
            case EXTEND_I32_U -> a & 0xffff_ffffL;
            case REINTERPRET -> a;
            case EQZ -> a == 0 ? 1 : 0;
            case EQ -> a == b ? 1 : 0;
            case NE -> a != b ? 1 : 0;
            case LT_S -> a < b ? 1 : 0;
            case LT_U -> Long.compareUnsigned(a, b) < 0 ? 1 : 0;
            case GT_S -> a > b ? 1 : 0;
            case GT_U -> Long.compareUnsigned(a, b) > 0 ? 1 : 0;
            case LE_S -> a <= b ? 1 : 0;
            case LE_U -> Long.compareUnsigned(a, b) <= 0 ? 1 : 0;
            case GE_S -> a >= b ? 1 : 0;
            case GE_U -> Long.compareUnsigned(a, b) >= 0 ? 1 : 0;
            default -> i64FromFloat(op, a);
        };
    }

    private static long i64FromFloat(Op op, long word) {
        return switch (op) {
            case TRUNC_F32_S -> truncateS64(f32(word));
            case TRUNC_F32_U -> truncateU64(f32(word));
            case TRUNC_F64_S -> truncateS64(f64(word));
            case TRUNC_F64_U -> truncateU64(f64(word));
            case TRUNC_SAT_F32_S -> (long) f32(word);
            case TRUNC_SAT_F32_U -> saturateU64(f32(word));
            case TRUNC_SAT_F64_S -> (long) f64(word);
            case TRUNC_SAT_F64_U -> saturateU64(f64(word));
            default -> throw none(op, Type.I64);
        };
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw FaultException.DIVIDE_BY_ZERO;
        }
        return divisor;
    }

    private static long divide(long a, long b) {
        if (a == Long.MIN_VALUE && b == -1) {
            throw FaultException.INTEGER_OVERFLOW;
        }
        return a / nonZero(b);
    }

    // --- comparisons

    /** Floats; to a double an f32 goes without loss. */
    private static long compare(Op op, Type type, double a, double b) {
        boolean holds = switch (op) {
            case EQ -> a == b;
            case NE -> a != b;
            case LT -> a < b;
            case GT -> a > b;
            case LE -> a <= b;
            case GE -> a >= b;
            default -> throw none(op, type);
        };
        return holds ? 1 : 0;
    }

    // --- f32

    private static float f32(long word) {
        return Float.intBitsToFloat((int) word);
    }

    private static long bits(float value) {
        return Float.floatToRawIntBits(value) & 0xffff_ffffL;
    }

    private static boolean isNaNF32(long word) {
        return (word & 0x7fff_ffffL) > 0x7f80_0000L;
    }

    /** A root that is rounded to a double and then to a float is the same as one rounded once. */
    private static long f32(Op op, long aWord, long bWord) {
        float a = f32(aWord);
        float b = f32(bWord);
        return switch (op) {
            case ADD -> f32Result(a + b, aWord, bWord);
            case SUB -> f32Result(a - b, aWord, bWord);
            case MUL -> f32Result(a * b, aWord, bWord);
            case DIV -> f32Result(a / b, aWord, bWord);
            case MIN -> f32Result(Math.min(a, b), aWord, bWord);
            case MAX -> f32Result(Math.max(a, b), aWord, bWord);
            case SQRT -> f32Result((float) Math.sqrt(a), aWord, aWord);
            case CEIL -> f32Result((float) Math.ceil(a), aWord, aWord);
            case FLOOR -> f32Result((float) Math.floor(a), aWord, aWord);
            case TRUNC -> f32Result((float) truncate(a), aWord, aWord);
            case NEAREST -> f32Result((float) Math.rint(a), aWord, aWord);
            case ABS -> aWord & 0x7fff_ffffL;
            case NEG -> (aWord & 0xffff_ffffL) ^ 0x8000_0000L;
            case COPYSIGN -> (aWord & 0x7fff_ffffL) | (bWord & 0x8000_0000L);
            default -> op.isComparison() ? compare(op, Type.F32, (double) a, (double) b) : f32From(op, aWord);
        };
    }

    private static long f32Result(float result, long a, long b) {
        if (!Float.isNaN(result)) {
            return bits(result);
        }
        if (isNaNF32(a)) {
            return (a & 0xffff_ffffL) | QUIET_F32;
        }
        return isNaNF32(b) ? (b & 0xffff_ffffL) | QUIET_F32 : DEFAULT_NAN_F32;
    }

    private static long f32From(Op op, long word) {
        return switch (op) {
            case CONVERT_I32_S -> bits((float) (int) word);
            case CONVERT_I32_U -> bits((float) (word & 0xffff_ffffL));
            case CONVERT_I64_S -> bits((float) word);
            case CONVERT_I64_U -> bits(word >= 0 ? (float) word : 2 * (float) halfToOdd(word));
            case DEMOTE -> demote(word);
            case REINTERPRET -> word & 0xffff_ffffL;
            default -> throw none(op, Type.F32);
        };
    }

    /** Half of an unsigned number; a lost bit stays visible to rounding. */
    private static long halfToOdd(long word) {
        return word >>> 1 | word & 1;
    }

    /** A NaN keeps its sign and the upper part of its payload. */
    private static long demote(long word) {
        if (!isNaNF64(word)) {
            return bits((float) f64(word));
        }
        return word >>> 63 << 31 | 0x7f80_0000L | QUIET_F32 | word >>> 29 & 0x003f_ffffL;
    }

    // --- f64

    private static double f64(long word) {
        return Double.longBitsToDouble(word);
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    private static boolean isNaNF64(long word) {
        return (word & Long.MAX_VALUE) > 0x7ff0_0000_0000_0000L;
    }

    private static long f64(Op op, long aWord, long bWord) {
        double a = f64(aWord);
        double b = f64(bWord);
        return switch (op) {
            case ADD -> f64Result(a + b, aWord, bWord);
            case SUB -> f64Result(a - b, aWord, bWord);
            case MUL -> f64Result(a * b, aWord, bWord);
            case DIV -> f64Result(a / b, aWord, bWord);
            case MIN -> f64Result(Math.min(a, b), aWord, bWord);
            case MAX -> f64Result(Math.max(a, b), aWord, bWord);
            case SQRT -> f64Result(Math.sqrt(a), aWord, aWord);
            case CEIL -> f64Result(Math.ceil(a), aWord, aWord);
            case FLOOR -> f64Result(Math.floor(a), aWord, aWord);
            case TRUNC -> f64Result(truncate(a), aWord, aWord);
            case NEAREST -> f64Result(Math.rint(a), aWord, aWord);
            case ABS -> aWord & Long.MAX_VALUE;
            case NEG -> aWord ^ Long.MIN_VALUE;
            case COPYSIGN -> (aWord & Long.MAX_VALUE) | (bWord & Long.MIN_VALUE);
            default -> op.isComparison() ? compare(op, Type.F64, a, b) : f64From(op, aWord);
        };
    }

    private static long f64Result(double result, long a, long b) {
        if (!Double.isNaN(result)) {
            return bits(result);
        }
        if (isNaNF64(a)) {
            return a | QUIET_F64;
        }
        return isNaNF64(b) ? b | QUIET_F64 : DEFAULT_NAN_F64;
    }

    private static long f64From(Op op, long word) {
        return switch (op) {
            case CONVERT_I32_S -> bits((double) (int) word);
            case CONVERT_I32_U -> bits((double) (word & 0xffff_ffffL));
            case CONVERT_I64_S -> bits((double) word);
            case CONVERT_I64_U -> bits(word >= 0 ? (double) word : 2 * (double) halfToOdd(word));
            case PROMOTE -> promote(word);
            case REINTERPRET -> word;
            default -> throw none(op, Type.F64);
        };
    }

    private static long promote(long word) {
        if (!isNaNF32(word)) {
            return bits((double) f32(word));
        }
        return word << 32 & Long.MIN_VALUE | 0x7ff0_0000_0000_0000L | QUIET_F64 | (word & 0x003f_ffffL) << 29;
    }

    // --- from floats to integers

    /** Towards zero; the sign of a zero stays. */
    private static double truncate(double value) {
        return value < 0 ? Math.ceil(value) : Math.floor(value);
    }

    private static double number(double value) {
        if (Double.isNaN(value)) {
            throw FaultException.INVALID_CONVERSION;
        }
        return value;
    }

    private static long truncateS32(double value) {
        if (number(value) <= -TWO_31 - 1 || value >= TWO_31) {
            throw FaultException.INTEGER_OVERFLOW;
        }
        return zeroExtend((int) value);
    }

    private static long truncateU32(double value) {
        if (number(value) <= -1 || value >= TWO_32) {
            throw FaultException.INTEGER_OVERFLOW;
        }
        return (long) value;
    }

    private static long truncateS64(double value) {
        if (number(value) < -TWO_63 || value >= TWO_63) {
            throw FaultException.INTEGER_OVERFLOW;
        }
        return (long) value;
    }

    private static long truncateU64(double value) {
        if (number(value) <= -1 || value >= TWO_64) {
            throw FaultException.INTEGER_OVERFLOW;
        }
        return saturateU64(value);
    }

    private static long saturateU32(double value) {
        return Math.clamp((long) value, 0L, 0xffff_ffffL);
    }

    /** Java's conversions saturate signed numbers and make 0 of a NaN. */
    private static long saturateU64(double value) {
        if (value >= TWO_64) {
            return -1;
        }
        return value >= TWO_63 ? (long) (value - TWO_63) ^ Long.MIN_VALUE : Math.max((long) value, 0);
    }
}
