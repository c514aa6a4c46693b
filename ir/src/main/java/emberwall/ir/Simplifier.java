package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;

/**
 * What an operator can be replaced by before there is a node for it: one of its operands, a constant, or something cheaper.
 * Results are equal bit for bit; so floats, whose NaNs have bits of their own, keep nearly all of their operators.
 *
 * <p>Where operands may change places, the constant is the second one. So is it in a comparison, whose operator changes with
 * them, and subtraction of a constant is addition.
 */
final class Simplifier {
    /** There is nothing better. */
    static final int NONE = -1;

    private final Graph graph;
    private final Builder builder;
    private final KnownBits known;

    Simplifier(Graph graph, Builder builder) {
        this.graph = graph;
        this.builder = builder;
        this.known = new KnownBits(graph);
    }

    // ---- one operand

    /** Something better than an operator with one operand. */
    int unary(Op op, Type type, int x) {
        return switch (op) {
            case EQZ -> isZero(type, x);
            case WRAP -> wrap(x);
            case EXTEND_I32_U -> extendUnsigned(x);
            case EXTEND_I32_S ->
                (known.possible(x) & 0x8000_0000L) == 0 ? builder.compute(Op.EXTEND_I32_U, Type.I64, x) : NONE;
            case EXTEND8_S -> extend(type, x, 8);
            case EXTEND16_S -> extend(type, x, 16);
            case EXTEND32_S -> extend(type, x, 32);
            case REINTERPRET -> is(x, Op.REINTERPRET) ? graph.input(x, 0) : NONE;
            case NEG -> type.isVector() ? NONE : is(x, Op.NEG, type) ? graph.input(x, 0) : NONE;
            case ABS -> absolute(type, x);
            default -> NONE;
        };
    }

    private int isZero(Type type, int x) {
        if (graph.kind(x) != Kind.COMPUTE) {
            return NONE;
        }
        if (graph.op(x).isComparison() && !graph.workingType(x).isVector()) {
            return negated(x);
        }
        return switch (graph.op(x)) {
            case SUB, XOR ->
                is(x, graph.op(x), type) ? builder.compute(Op.EQ, type, graph.input(x, 0), graph.input(x, 1)) : NONE;
            case EXTEND_I32_U, EXTEND_I32_S -> builder.compute(Op.EQZ, Type.I32, graph.input(x, 0));
            default -> NONE;
        };
    }

    /** The contrary of a comparison. */
    private int negated(int comparison) {
        Op op = graph.op(comparison);
        Type type = graph.workingType(comparison);
        int x = graph.input(comparison, 0);
        if (op == Op.EQZ) {
            return builder.compute(Op.NE, type, x, builder.integer(type, 0));
        }
        Op contrary = contrary(op, type);
        return contrary == null ? NONE : builder.compute(contrary, type, x, graph.input(comparison, 1));
    }

    private static Op contrary(Op op, Type type) {
        return switch (op) {
            case EQ -> Op.NE;
            case NE -> Op.EQ;
            case LT_S -> Op.GE_S;
            case GE_S -> Op.LT_S;
            case GT_S -> Op.LE_S;
            case LE_S -> Op.GT_S;
            case LT_U -> Op.GE_U;
            case GE_U -> Op.LT_U;
            case GT_U -> Op.LE_U;
            case LE_U -> Op.GT_U;
            default -> {
                assert type.isFloat() : op; // neither < nor >= holds where there is a NaN
                yield null;
            }
        };
    }

    private int wrap(int x) {
        if (is(x, Op.EXTEND_I32_S) || is(x, Op.EXTEND_I32_U)) {
            return graph.input(x, 0);
        }
        if (is(x, Op.EXTEND32_S)) {
            return builder.compute(Op.WRAP, Type.I32, graph.input(x, 0));
        }
        if (is(x, Op.AND, Type.I64) && graph.isConstant(graph.input(x, 1))) {
            long mask = graph.bits(graph.input(x, 1)) & 0xFFFF_FFFFL;
            int narrow = builder.compute(Op.WRAP, Type.I32, graph.input(x, 0));
            return builder.compute(Op.AND, Type.I32, narrow, builder.integer(Type.I32, mask));
        }
        return NONE;
    }

    private int extendUnsigned(int x) {
        if (is(x, Op.WRAP)) {
            int wide = graph.input(x, 0);
            return (known.possible(wide) & ~0xFFFF_FFFFL) == 0
                    ? wide
                    : builder.compute(Op.AND, Type.I64, wide, builder.integer(Type.I64, 0xFFFF_FFFFL));
        }
        return NONE;
    }

    private int extend(Type type, int x, int bits) {
        if ((known.possible(x) & -1L << bits - 1 & KnownBits.all(type)) == 0) {
            return x;
        }
        boolean done = switch (kindOfSign(x)) {
            case 8 -> true;
            case 16 -> bits >= 16;
            case 32 -> bits >= 32;
            default -> false;
        };
        return done ? x : NONE;
    }

    /** From how many bits a value is sign-extended, or 64. */
    private int kindOfSign(int x) {
        return switch (graph.kind(x)) {
            case COMPUTE ->
                switch (graph.op(x)) {
                    case EXTEND8_S -> 8;
                    case EXTEND16_S -> 16;
                    case EXTEND32_S, EXTEND_I32_S -> 32;
                    default -> 64;
                };
            case LOAD ->
                switch (graph.op(x)) {
                    case LOAD8_S -> 8;
                    case LOAD16_S -> 16;
                    case LOAD32_S -> 32;
                    default -> 64;
                };
            default -> 64;
        };
    }

    private int absolute(Type type, int x) {
        if (type.isVector()) {
            return NONE;
        }
        if (is(x, Op.ABS, type)) {
            return x;
        }
        return is(x, Op.NEG, type) ? builder.compute(Op.ABS, type, graph.input(x, 0)) : NONE;
    }

    // ---- two operands

    /** Something better than an operator with two operands. */
    int binary(Op op, Type type, int x, int y) {
        if (type.isVector()) {
            return vector(op, type, x, y);
        }
        if (type.isFloat()) {
            return NONE;
        }
        if (op.isCommutative() && mustSwap(x, y)) {
            return builder.compute(op, type, y, x);
        }
        if (op.isComparison()) {
            return comparison(op, type, x, y);
        }
        if (x == y) {
            int same = same(op, type, x);
            if (same != NONE) {
                return same;
            }
        }
        return graph.isConstant(y) ? withConstant(op, type, x, y) : withoutConstant(op, type, x, y);
    }

    /** Constants are second, and of other operands the older one is first. */
    private boolean mustSwap(int x, int y) {
        return graph.isConstant(x) != graph.isConstant(y) ? graph.isConstant(x) : x > y && !graph.isConstant(y);
    }

    private int same(Op op, Type type, int x) {
        return switch (op) {
            case SUB, XOR -> builder.integer(type, 0);
            case AND, OR -> x;
            default -> NONE;
        };
    }

    private int withoutConstant(Op op, Type type, int x, int y) {
        return switch (op) {
            case SUB -> {
                if (is(x, Op.ADD, type)) {
                    if (graph.input(x, 1) == y) yield graph.input(x, 0);
                    if (graph.input(x, 0) == y) yield graph.input(x, 1);
                }
                if (graph.isConstant(x) && isWithConstant(y, Op.ADD, type)) {
                    long difference = graph.bits(x) - graph.bits(graph.input(y, 1));
                    yield builder.compute(Op.SUB, type, builder.integer(type, difference), graph.input(y, 0));
                }
                yield NONE;
            }
            case SHL, SHR_S, SHR_U, ROTL, ROTR -> {
                // The processor looks at the low bits of the amount alone, and so does the definition.
                long looked = type.bits() - 1;
                boolean masked = isWithConstant(y, Op.AND, type) && (graph.bits(graph.input(y, 1)) & looked) == looked;
                yield masked ? builder.compute(op, type, x, graph.input(y, 0)) : NONE;
            }
            default -> NONE;
        };
    }

    private int withConstant(Op op, Type type, int x, int y) {
        long c = signed(type, graph.bits(y));
        return switch (op) {
            case ADD -> addition(type, x, c);
            case SUB -> builder.compute(Op.ADD, type, x, builder.integer(type, -c));
            case MUL -> multiplication(type, x, c);
            case AND -> and(type, x, c);
            case OR -> c == 0 ? x : c == -1 ? y : again(op, type, x, c);
            case XOR -> c == 0 ? x : c == 1 && isComparison(x) ? negated(x) : again(op, type, x, c);
            case SHL, SHR_U -> shift(op, type, x, (int) c & type.bits() - 1);
            case SHR_S, ROTL, ROTR -> ((int) c & type.bits() - 1) == 0 ? x : NONE;
            case DIV_U -> isPowerOfTwo(type, c) ? builder.compute(Op.SHR_U, type, x, log(type, c)) : NONE;
            case REM_U -> isPowerOfTwo(type, c) ? builder.compute(Op.AND, type, x, builder.integer(type, c - 1)) : NONE;
            case DIV_S -> c == 1 ? x : NONE;
            case REM_S -> c == 1 || c == -1 ? builder.integer(type, 0) : NONE;
            default -> NONE;
        };
    }

    private int addition(Type type, int x, long c) {
        if (c == 0) {
            return x;
        }
        if (isWithConstant(x, Op.ADD, type)) {
            return builder.compute(
                    Op.ADD, type, graph.input(x, 0), builder.integer(type, c + graph.bits(graph.input(x, 1))));
        }
        if (is(x, Op.SUB, type) && graph.isConstant(graph.input(x, 0))) {
            return builder.compute(
                    Op.SUB, type, builder.integer(type, c + graph.bits(graph.input(x, 0))), graph.input(x, 1));
        }
        return NONE;
    }

    private int multiplication(Type type, int x, long c) {
        if (c == 0) {
            return builder.integer(type, 0);
        }
        if (c == 1) {
            return x;
        }
        if (c == -1) {
            return builder.compute(Op.SUB, type, builder.integer(type, 0), x);
        }
        if (isPowerOfTwo(type, c)) {
            return builder.compute(Op.SHL, type, x, log(type, c));
        }
        if (isWithConstant(x, Op.MUL, type)) {
            return builder.compute(
                    Op.MUL, type, graph.input(x, 0), builder.integer(type, c * graph.bits(graph.input(x, 1))));
        }
        if (isWithConstant(x, Op.SHL, type)) {
            int by = (int) graph.bits(graph.input(x, 1)) & type.bits() - 1;
            return builder.compute(Op.MUL, type, graph.input(x, 0), builder.integer(type, c << by));
        }
        return NONE;
    }

    private int and(Type type, int x, long c) {
        long possible = known.possible(x);
        if ((possible & ~c) == 0) {
            return x;
        }
        if ((possible & c) == 0) {
            return builder.integer(type, 0);
        }
        return again(Op.AND, type, x, c);
    }

    /** {@code (x op c1) op c} by one operator, which may change its operands' order at will. */
    private int again(Op op, Type type, int x, long c) {
        if (!isWithConstant(x, op, type)) {
            return NONE;
        }
        int both = builder.compute(op, type, graph.input(x, 1), builder.integer(type, c));
        return builder.compute(op, type, graph.input(x, 0), both);
    }

    private int shift(Op op, Type type, int x, int by) {
        if (by == 0) {
            return x;
        }
        Op back = op == Op.SHL ? Op.SHR_U : Op.SHL;
        if (isWithConstant(x, op, type)) {
            int all = by + ((int) graph.bits(graph.input(x, 1)) & type.bits() - 1);
            return all >= type.bits()
                    ? builder.integer(type, 0)
                    : builder.compute(op, type, graph.input(x, 0), builder.integer(type, all));
        }
        if (isWithConstant(x, back, type) && ((int) graph.bits(graph.input(x, 1)) & type.bits() - 1) == by) {
            long kept = op == Op.SHL ? -1L << by : KnownBits.all(type) >>> by;
            return builder.compute(Op.AND, type, graph.input(x, 0), builder.integer(type, kept));
        }
        return NONE;
    }

    private static boolean isPowerOfTwo(Type type, long c) {
        long unsigned = c & KnownBits.all(type);
        return unsigned != 0 && (unsigned & unsigned - 1) == 0;
    }

    private int log(Type type, long c) {
        return builder.integer(type, Long.numberOfTrailingZeros(c));
    }

    // ---- comparisons of integers

    private int comparison(Op op, Type type, int x, int y) {
        if (x == y) {
            return builder.integer(Type.I32, holdsForEqual(op) ? 1 : 0);
        }
        if (graph.isConstant(x)) {
            return builder.compute(swapped(op), type, y, x);
        }
        if (!graph.isConstant(y)) {
            return NONE;
        }
        long c = signed(type, graph.bits(y));
        if (known.isTruth(x)) {
            int truth = ofTruth(op, type, x, c);
            if (truth != NONE) {
                return truth;
            }
        }
        return switch (op) {
            case EQ -> c == 0 ? builder.compute(Op.EQZ, type, x) : equality(op, type, x, c);
            case NE -> equality(op, type, x, c);
            case LT_U -> c == 0 ? builder.integer(Type.I32, 0) : c == 1 ? builder.compute(Op.EQZ, type, x) : NONE;
            case GE_U -> c == 0 ? builder.integer(Type.I32, 1) : c == 1 ? notZero(type, x) : NONE;
            case GT_U -> c == 0 ? notZero(type, x) : c == -1 ? builder.integer(Type.I32, 0) : NONE;
            case LE_U -> c == 0 ? builder.compute(Op.EQZ, type, x) : c == -1 ? builder.integer(Type.I32, 1) : NONE;
            default -> NONE;
        };
    }

    private int notZero(Type type, int x) {
        return builder.compute(Op.NE, type, x, builder.integer(type, 0));
    }

    /** (In)equality of a truth value and a constant. */
    private int ofTruth(Op op, Type type, int x, long c) {
        if (op != Op.EQ && op != Op.NE || c != 0 && c != 1) {
            return NONE;
        }
        boolean itself = op == Op.EQ == (c == 1);
        if (itself) {
            return type == Type.I32 ? x : NONE;
        }
        // EQZ turns a comparison round; of another truth value it is all that can be said.
        return op == Op.EQ ? NONE : builder.compute(Op.EQZ, type, x);
    }

    private int equality(Op op, Type type, int x, long c) {
        if (isWithConstant(x, Op.ADD, type)) {
            long moved = c - graph.bits(graph.input(x, 1));
            return builder.compute(op, type, graph.input(x, 0), builder.integer(type, moved));
        }
        if (c == 0 && op == Op.NE && (is(x, Op.SUB, type) || is(x, Op.XOR, type))) {
            return builder.compute(Op.NE, type, graph.input(x, 0), graph.input(x, 1));
        }
        return NONE;
    }

    private static boolean holdsForEqual(Op op) {
        return switch (op) {
            case EQ, LE_S, LE_U, GE_S, GE_U -> true;
            default -> false;
        };
    }

    private static Op swapped(Op op) {
        return switch (op) {
            case LT_S -> Op.GT_S;
            case LT_U -> Op.GT_U;
            case GT_S -> Op.LT_S;
            case GT_U -> Op.LT_U;
            case LE_S -> Op.GE_S;
            case LE_U -> Op.GE_U;
            case GE_S -> Op.LE_S;
            case GE_U -> Op.LE_U;
            default -> op;
        };
    }

    // ---- vectors

    private int vector(Op op, Type type, int x, int y) {
        if (type != Type.V128) {
            return NONE;
        }
        return switch (op) {
            case AND, OR -> x == y ? x : NONE;
            case XOR -> x == y ? builder.vector(0, 0) : NONE;
            default -> NONE;
        };
    }

    // ---- select

    /** Something better than a SELECT. */
    int select(int condition, int x, int y) {
        if (x == y) {
            return x;
        }
        if (graph.isConstant(condition)) {
            return graph.bits(condition) != 0 ? x : y;
        }
        if (is(condition, Op.EQZ, Type.I32)) {
            return builder.select(graph.input(condition, 0), y, x);
        }
        if (is(condition, Op.NE, Type.I32) && isZeroConstant(graph.input(condition, 1))) {
            return builder.select(graph.input(condition, 0), x, y);
        }
        boolean numbers = graph.type(x) == Type.I32 && graph.isConstant(x) && graph.isConstant(y);
        if (numbers && known.isTruth(condition)) {
            if (graph.bits(x) == 1 && graph.bits(y) == 0) {
                return condition;
            }
            if (graph.bits(x) == 0 && graph.bits(y) == 1) {
                return builder.compute(Op.EQZ, Type.I32, condition);
            }
        }
        return NONE;
    }

    // ---- shapes of nodes

    private boolean is(int node, Op op) {
        return graph.kind(node) == Kind.COMPUTE
                && graph.op(node) == op
                && !graph.workingType(node).isVector();
    }

    private boolean is(int node, Op op, Type type) {
        return graph.kind(node) == Kind.COMPUTE && graph.op(node) == op && graph.workingType(node) == type;
    }

    private boolean isWithConstant(int node, Op op, Type type) {
        return is(node, op, type) && graph.isConstant(graph.input(node, 1));
    }

    private boolean isComparison(int node) {
        return graph.kind(node) == Kind.COMPUTE
                && graph.op(node).isComparison()
                && !graph.workingType(node).isVector();
    }

    private boolean isZeroConstant(int node) {
        return graph.isConstant(node) && graph.bits(node) == 0;
    }

    private static long signed(Type type, long bits) {
        return type == Type.I32 ? (int) bits : bits;
    }
}
