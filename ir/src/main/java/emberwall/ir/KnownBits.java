package emberwall.ir;

import emberwall.op.Type;

/** Which bits of an integer can be ones at all. */
public final class KnownBits {
    /** How far to look back. */
    private static final int DEPTH = 4;

    private static final long COUNT = 0x7F;

    private final Graph graph;

    /** What is known of a graph's values as it is now. */
    public KnownBits(Graph graph) {
        this.graph = graph;
    }

    /** All the bits that can be set in an i32 or i64. */
    public long possible(int node) {
        return possible(node, DEPTH);
    }

    /** Whether a value is 0 or 1. */
    boolean isTruth(int node) {
        return (possible(node) & ~1L) == 0;
    }

    static long all(Type type) {
        return type == Type.I32 ? 0xFFFF_FFFFL : -1L;
    }

    private long possible(int node, int depth) {
        Type type = graph.type(node);
        if (type != Type.I32 && type != Type.I64) {
            return -1L;
        }
        if (graph.isConstant(node)) {
            return graph.bits(node);
        }
        if (depth == 0) {
            return all(type);
        }
        return switch (graph.kind(node)) {
            case COMPUTE -> computed(node, type, depth - 1) & all(type);
            case SELECT -> possible(graph.input(node, 1), depth - 1) | possible(graph.input(node, 2), depth - 1);
            case LOAD ->
                switch (graph.op(node)) {
                    case LOAD8_U -> 0xFFL;
                    case LOAD16_U -> 0xFFFFL;
                    case LOAD32_U -> 0xFFFF_FFFFL;
                    default -> all(type);
                };
            default -> all(type);
        };
    }

    private long computed(int node, Type type, int depth) {
        if (graph.op(node).isComparison()) {
            return 1;
        }
        if (graph.workingType(node).isVector()) {
            return all(type);
        }
        return switch (graph.op(node)) {
            case AND -> possible(graph.input(node, 0), depth) & possible(graph.input(node, 1), depth);
            case OR, XOR -> possible(graph.input(node, 0), depth) | possible(graph.input(node, 1), depth);
            case SHL -> shifted(node, type, depth, true);
            case SHR_U -> shifted(node, type, depth, false);
            case EXTEND_I32_U, WRAP -> possible(graph.input(node, 0), depth) & 0xFFFF_FFFFL;
            case CLZ, CTZ, POPCNT -> COUNT;
            case REM_U -> below(graph.input(node, 1), depth);
            default -> all(type);
        };
    }

    private long shifted(int node, Type type, int depth, boolean left) {
        int amount = graph.input(node, 1);
        if (!graph.isConstant(amount)) {
            return all(type);
        }
        int by = (int) graph.bits(amount) & type.bits() - 1;
        long from = possible(graph.input(node, 0), depth);
        return left ? from << by : from >>> by;
    }

    /** The bits of what is less than a value. */
    private long below(int node, int depth) {
        long most = possible(node, depth);
        return most == 0 ? -1L : -1L >>> Long.numberOfLeadingZeros(most);
    }
}
