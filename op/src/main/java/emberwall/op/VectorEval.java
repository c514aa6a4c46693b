package emberwall.op;

/**
 * What every operator on vectors computes: {@link Eval} lane by lane wherever the operator on a lane is one on scalars, and
 * the rest, each once.
 *
 * <p>Every operand is a {@link V128}; a scalar lies in its lower half as {@link Eval} has it, and so does a scalar result.
 * An immediate is the operand after the last one: a lane's number as a scalar, the lanes of a shuffle as a vector.
 *
 * <p>Relaxed operators compute what the deterministic profile of the specification (3.0, section 4.3.4) has them compute:
 * they are the strict operators, multiplication and addition are rounded each, a lane is selected bit by bit, and a dot
 * product is of signed numbers.
 */
public final class VectorEval {
    private static final boolean[] UNSIGNED = new boolean[Op.values().length];

    static {
        for (Op op : Op.values()) {
            UNSIGNED[op.ordinal()] = op.name().endsWith("_U") || op.name().endsWith("_U_ZERO");
        }
    }

    private VectorEval() {}

    /** The result of an operator with one operand. */
    public static V128 apply(Op op, Type type, V128 a) {
        return apply(op, type, a, V128.ZERO, V128.ZERO);
    }

    /** The result of an operator with two operands. */
    public static V128 apply(Op op, Type type, V128 a, V128 b) {
        return apply(op, type, a, b, V128.ZERO);
    }

    /**
     * The result of an operator with up to three operands, immediates among them; those that it does not have are not
     * looked at.
     *
     * @throws IllegalArgumentException where the type has no such operator
     */
    public static V128 apply(Op op, Type type, V128 a, V128 b, V128 c) {
        return switch (op) {
            case NOT -> new V128(~a.low(), ~a.high());
            case AND -> new V128(a.low() & b.low(), a.high() & b.high());
            case ANDNOT -> new V128(a.low() & ~b.low(), a.high() & ~b.high());
            case OR -> new V128(a.low() | b.low(), a.high() | b.high());
            case XOR -> new V128(a.low() ^ b.low(), a.high() ^ b.high());
            case BITSELECT, RELAXED_LANESELECT -> select(a, b, c);
            case ANY_TRUE -> scalar((a.low() | a.high()) != 0 ? 1 : 0);
            case ALL_TRUE -> scalar(allTrue(type, a));
            case BITMASK -> scalar(bitmask(type, a));
            case SPLAT -> V128.of(type, i -> a.low());
            case EXTRACT_LANE, EXTRACT_LANE_U -> scalar(a.lane(type, (int) b.low()));
            case EXTRACT_LANE_S -> scalar(a.signedLane(type, (int) b.low()) & 0xffff_ffffL);
            case REPLACE_LANE -> a.with(type, (int) c.low(), b.low());
            case SHUFFLE -> V128.of(type, i -> pick(a, b, (int) c.lane(type, i)));
            case SWIZZLE, RELAXED_SWIZZLE -> V128.of(type, i -> pick(a, V128.ZERO, (int) b.lane(type, i)));
            case SHL, SHR_S, SHR_U -> shift(op, type, a, (int) b.low());
            default -> reshape(op, type, a, b, c);
        };
    }

    /** Operators that make lanes of another width or kind. */
    private static V128 reshape(Op op, Type type, V128 a, V128 b, V128 c) {
        return switch (op) {
            case NARROW_I16X8_S, NARROW_I16X8_U, NARROW_I32X4_S, NARROW_I32X4_U -> narrow(op, type, a, b);
            case EXTEND_LOW_I8X16_S,
                    EXTEND_LOW_I16X8_S,
                    EXTEND_LOW_I32X4_S,
                    EXTEND_LOW_I8X16_U,
                    EXTEND_LOW_I16X8_U,
                    EXTEND_LOW_I32X4_U -> V128.of(type, i -> part(op, type, a, i));
            case EXTEND_HIGH_I8X16_S,
                    EXTEND_HIGH_I16X8_S,
                    EXTEND_HIGH_I32X4_S,
                    EXTEND_HIGH_I8X16_U,
                    EXTEND_HIGH_I16X8_U,
                    EXTEND_HIGH_I32X4_U -> V128.of(type, i -> part(op, type, a, type.lanes() + i));
            case EXTMUL_LOW_I8X16_S,
                    EXTMUL_LOW_I16X8_S,
                    EXTMUL_LOW_I32X4_S,
                    EXTMUL_LOW_I8X16_U,
                    EXTMUL_LOW_I16X8_U,
                    EXTMUL_LOW_I32X4_U -> V128.of(type, i -> part(op, type, a, i) * part(op, type, b, i));
            case EXTMUL_HIGH_I8X16_S,
                    EXTMUL_HIGH_I16X8_S,
                    EXTMUL_HIGH_I32X4_S,
                    EXTMUL_HIGH_I8X16_U,
                    EXTMUL_HIGH_I16X8_U,
                    EXTMUL_HIGH_I32X4_U ->
                V128.of(type, i -> part(op, type, a, type.lanes() + i) * part(op, type, b, type.lanes() + i));
            case EXTADD_PAIRWISE_I8X16_S, EXTADD_PAIRWISE_I16X8_S, EXTADD_PAIRWISE_I8X16_U, EXTADD_PAIRWISE_I16X8_U ->
                V128.of(type, i -> part(op, type, a, 2 * i) + part(op, type, a, 2 * i + 1));
            case DOT_I16X8_S -> V128.of(type, i -> dot(op, type, a, b, i));
            case RELAXED_DOT_I8X16_I7X16_S -> V128.of(type, i -> clamp(Type.I16X8, dot(op, Type.I16X8, a, b, i)));
            case RELAXED_DOT_I8X16_I7X16_ADD_S -> {
                V128 products = apply(Op.RELAXED_DOT_I8X16_I7X16_S, Type.I16X8, a, b);
                V128 sums = apply(Op.EXTADD_PAIRWISE_I16X8_S, type, products);
                yield apply(Op.ADD, type, sums, c);
            }
            default -> convert(op, type, a, b, c);
        };
    }

    private static V128 convert(Op op, Type type, V128 a, V128 b, V128 c) {
        return switch (op) {
            case TRUNC_SAT_F32X4_S, RELAXED_TRUNC_F32X4_S -> convert(Op.TRUNC_SAT_F32_S, type, Type.F32X4, a);
            case TRUNC_SAT_F32X4_U, RELAXED_TRUNC_F32X4_U -> convert(Op.TRUNC_SAT_F32_U, type, Type.F32X4, a);
            case TRUNC_SAT_F64X2_S_ZERO, RELAXED_TRUNC_F64X2_S_ZERO -> convert(Op.TRUNC_SAT_F64_S, type, Type.F64X2, a);
            case TRUNC_SAT_F64X2_U_ZERO, RELAXED_TRUNC_F64X2_U_ZERO -> convert(Op.TRUNC_SAT_F64_U, type, Type.F64X2, a);
            case CONVERT_I32X4_S, CONVERT_LOW_I32X4_S -> convert(Op.CONVERT_I32_S, type, Type.I32X4, a);
            case CONVERT_I32X4_U, CONVERT_LOW_I32X4_U -> convert(Op.CONVERT_I32_U, type, Type.I32X4, a);
            case DEMOTE_F64X2_ZERO -> convert(Op.DEMOTE, type, Type.F64X2, a);
            case PROMOTE_LOW_F32X4 -> convert(Op.PROMOTE, type, Type.F32X4, a);
            case RELAXED_MADD -> apply(Op.ADD, type, apply(Op.MUL, type, a, b), c);
            case RELAXED_NMADD -> apply(Op.ADD, type, apply(Op.MUL, type, apply(Op.NEG, type, a), b), c);
            default ->
                type.isFloat()
                        ? V128.of(type, i -> floating(op, type, a.lane(type, i), b.lane(type, i)))
                        : V128.of(type, i -> integer(op, type, operand(op, type, a, i), operand(op, type, b, i)));
        };
    }

    // --- memory

    /**
     * A vector of what an instruction has loaded, at most eight bytes.
     *
     * @param bits the bytes, zero-extended
     */
    public static V128 loaded(Op op, long bits) {
        V128 low = scalar(bits);
        return switch (op) {
            case LOAD8X8_S -> apply(Op.EXTEND_LOW_I8X16_S, Type.I16X8, low);
            case LOAD8X8_U -> apply(Op.EXTEND_LOW_I8X16_U, Type.I16X8, low);
            case LOAD16X4_S -> apply(Op.EXTEND_LOW_I16X8_S, Type.I32X4, low);
            case LOAD16X4_U -> apply(Op.EXTEND_LOW_I16X8_U, Type.I32X4, low);
            case LOAD32X2_S -> apply(Op.EXTEND_LOW_I32X4_S, Type.I64X2, low);
            case LOAD32X2_U -> apply(Op.EXTEND_LOW_I32X4_U, Type.I64X2, low);
            case LOAD8_SPLAT -> apply(Op.SPLAT, Type.I8X16, low);
            case LOAD16_SPLAT -> apply(Op.SPLAT, Type.I16X8, low);
            case LOAD32_SPLAT -> apply(Op.SPLAT, Type.I32X4, low);
            case LOAD64_SPLAT -> apply(Op.SPLAT, Type.I64X2, low);
            case LOAD32_ZERO, LOAD64_ZERO -> low;
            default -> throw new IllegalArgumentException("no operator " + op + " on " + Type.V128);
        };
    }

    /** The shape with lanes of so many bytes: that of {@code LOAD16_LANE} is for 2. */
    public static Type laneShape(int bytes) {
        return switch (bytes) {
            case 1 -> Type.I8X16;
            case 2 -> Type.I16X8;
            case 4 -> Type.I32X4;
            case 8 -> Type.I64X2;
            default -> throw new IllegalArgumentException("no lanes of " + bytes + " bytes");
        };
    }

    // --- the whole vector

    private static V128 scalar(long word) {
        return new V128(word, 0);
    }

    private static V128 select(V128 a, V128 b, V128 mask) {
        return new V128(a.low() & mask.low() | b.low() & ~mask.low(), a.high() & mask.high() | b.high() & ~mask.high());
    }

    private static int allTrue(Type type, V128 a) {
        for (int lane = 0; lane < type.lanes(); lane++) {
            if (a.lane(type, lane) == 0) {
                return 0;
            }
        }
        return 1;
    }

    private static int bitmask(Type type, V128 a) {
        int mask = 0;
        for (int lane = 0; lane < type.lanes(); lane++) {
            mask |= (a.signedLane(type, lane) < 0 ? 1 : 0) << lane;
        }
        return mask;
    }

    /** A byte of two vectors; zero from the end of the second one on. */
    private static long pick(V128 a, V128 b, int lane) {
        if (lane < 16) {
            return a.lane(Type.I8X16, lane);
        }
        return lane < 32 ? b.lane(Type.I8X16, lane - 16) : 0;
    }

    // --- other lanes

    /** The lanes of half the width that an operator takes apart for lanes of this type. */
    private static Type half(Type type) {
        return switch (type) {
            case I16X8 -> Type.I8X16;
            case I32X4 -> Type.I16X8;
            default -> Type.I32X4;
        };
    }

    /** A lane of half the type's width, extended as the operator says. */
    private static long part(Op op, Type type, V128 a, int lane) {
        return operand(op, half(type), a, lane);
    }

    private static long dot(Op op, Type type, V128 a, V128 b, int lane) {
        return part(op, type, a, 2 * lane) * part(op, type, b, 2 * lane)
                + part(op, type, a, 2 * lane + 1) * part(op, type, b, 2 * lane + 1);
    }

    private static V128 narrow(Op op, Type type, V128 a, V128 b) {
        Type wide = type == Type.I8X16 ? Type.I16X8 : Type.I32X4;
        int lanes = wide.lanes();
        return V128.of(type, i -> {
            long value = i < lanes ? a.signedLane(wide, i) : b.signedLane(wide, i - lanes);
            return isUnsigned(op) ? clampUnsigned(type, value) : clamp(type, value);
        });
    }

    /** Converts lane by lane; lanes for which there is no source are zero. */
    private static V128 convert(Op scalar, Type type, Type source, V128 a) {
        return V128.of(type, i -> i < source.lanes() ? Eval.apply(scalar, scalar(type), a.lane(source, i)) : 0);
    }

    // --- one lane

    private static boolean isUnsigned(Op op) {
        return UNSIGNED[op.ordinal()];
    }

    private static long operand(Op op, Type type, V128 a, int lane) {
        return isUnsigned(op) ? a.lane(type, lane) : a.signedLane(type, lane);
    }

    /** The scalars that hold a lane. */
    private static Type scalar(Type type) {
        return switch (type) {
            case F32X4 -> Type.F32;
            case F64X2 -> Type.F64;
            case I64X2 -> Type.I64;
            default -> Type.I32;
        };
    }

    private static V128 shift(Op op, Type type, V128 a, int count) {
        int distance = count & type.laneBits() - 1;
        return V128.of(type, i -> Eval.apply(op, scalar(type), operand(op, type, a, i), distance));
    }

    private static long integer(Op op, Type type, long a, long b) {
        return switch (op) {
            case ABS -> Math.abs(a);
            case NEG -> -a;
            case POPCNT -> Long.bitCount(a & 0xff);
            case ADD_SAT_S -> clamp(type, a + b);
            case ADD_SAT_U -> clampUnsigned(type, a + b);
            case SUB_SAT_S -> clamp(type, a - b);
            case SUB_SAT_U -> clampUnsigned(type, a - b);
            case MIN_S, MIN_U -> Math.min(a, b);
            case MAX_S, MAX_U -> Math.max(a, b);
            case AVGR_U -> a + b + 1 >> 1;
            case Q15MULR_SAT_S, RELAXED_Q15MULR_S -> clamp(type, a * b + 0x4000 >> 15);
            default -> {
                long result = Eval.apply(op, scalar(type), a, b);
                yield op.isComparison() ? -result : result;
            }
        };
    }

    private static long floating(Op op, Type type, long a, long b) {
        return switch (op) {
            case PMIN -> Eval.apply(Op.LT, scalar(type), b, a) != 0 ? b : a;
            case PMAX -> Eval.apply(Op.LT, scalar(type), a, b) != 0 ? b : a;
            case RELAXED_MIN -> Eval.apply(Op.MIN, scalar(type), a, b);
            case RELAXED_MAX -> Eval.apply(Op.MAX, scalar(type), a, b);
            default -> {
                long result = Eval.apply(op, scalar(type), a, b);
                yield op.isComparison() ? -result : result;
            }
        };
    }

    private static long clamp(Type type, long value) {
        long most = (1L << type.laneBits() - 1) - 1;
        return Math.clamp(value, -most - 1, most);
    }

    private static long clampUnsigned(Type type, long value) {
        return Math.clamp(value, 0, (1L << type.laneBits()) - 1);
    }
}
