package emberwall.op;

/**
 * The types of an operator's operands and results, derived from the {@link Type} that it works on. Lanes and the pattern of
 * a shuffle, immediates in WebAssembly, are operands here: the last ones, always constant.
 */
public final class Typing {
    private Typing() {}

    /** How many operands an operator takes, the one that is always constant included. */
    public static int operands(Op op) {
        return op.arity() + (takesConstant(op) ? 1 : 0);
    }

    /** Whether the last operand is always a constant. */
    public static boolean takesConstant(Op op) {
        return switch (op) {
            case SHUFFLE, EXTRACT_LANE, EXTRACT_LANE_S, EXTRACT_LANE_U, REPLACE_LANE -> true;
            default -> false;
        };
    }

    /** The type of an operand of a pure or faulting operator: a scalar or {@link Type#V128}. */
    public static Type operand(Op op, Type type, int number) {
        return type.isVector() ? vectorOperand(op, type, number) : scalarOperand(op, type);
    }

    private static Type vectorOperand(Op op, Type shape, int number) {
        return switch (op) {
            case SHL, SHR_S, SHR_U -> number == 0 ? Type.V128 : Type.I32;
            case SPLAT -> scalar(shape);
            case EXTRACT_LANE, EXTRACT_LANE_S, EXTRACT_LANE_U -> number == 0 ? Type.V128 : Type.I32;
            case REPLACE_LANE -> number == 0 ? Type.V128 : number == 1 ? scalar(shape) : Type.I32;
            default -> Type.V128;
        };
    }

    private static Type scalarOperand(Op op, Type type) {
        return switch (op) {
            case WRAP, CONVERT_I64_S, CONVERT_I64_U -> Type.I64;
            case EXTEND_I32_S, EXTEND_I32_U, CONVERT_I32_S, CONVERT_I32_U -> Type.I32;
            case TRUNC_F32_S, TRUNC_F32_U, TRUNC_SAT_F32_S, TRUNC_SAT_F32_U, PROMOTE -> Type.F32;
            case TRUNC_F64_S, TRUNC_F64_U, TRUNC_SAT_F64_S, TRUNC_SAT_F64_U, DEMOTE -> Type.F64;
            case REINTERPRET -> reinterpreted(type);
            default -> type;
        };
    }

    private static Type reinterpreted(Type type) {
        return switch (type) {
            case I32 -> Type.F32;
            case I64 -> Type.F64;
            case F32 -> Type.I32;
            case F64 -> Type.I64;
            default -> throw new IllegalArgumentException("no operator " + Op.REINTERPRET + " on " + type);
        };
    }

    /** The type of the result, of the first one where there are two: a scalar or {@link Type#V128}. */
    public static Type result(Op op, Type type) {
        if (!type.isVector()) {
            return op.isComparison() ? Type.I32 : type;
        }
        return switch (op) {
            case ANY_TRUE, ALL_TRUE, BITMASK -> Type.I32;
            case EXTRACT_LANE, EXTRACT_LANE_S, EXTRACT_LANE_U -> scalar(type);
            default -> Type.V128;
        };
    }

    /** How many results an operator has. */
    public static int results(Op op) {
        return switch (op) {
            case ADD128, SUB128, MUL_WIDE_S, MUL_WIDE_U -> 2;
            default -> 1;
        };
    }

    /** The scalar that a lane is extracted as. */
    public static Type scalar(Type shape) {
        return switch (shape) {
            case I8X16, I16X8, I32X4 -> Type.I32;
            case I64X2 -> Type.I64;
            case F32X4 -> Type.F32;
            case F64X2 -> Type.F64;
            default -> throw new IllegalArgumentException("no lanes in " + shape);
        };
    }
}
