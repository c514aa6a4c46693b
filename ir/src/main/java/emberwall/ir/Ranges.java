package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;

/**
 * Up to how much integers can be, unsigned: what their operators say, and, for what is known in a block only, what
 * comparisons above have shown. All is below 2^63, or not known.
 */
final class Ranges {
    /** Not known. */
    static final long ANY = Long.MAX_VALUE;

    private static final int DEPTH = 6;

    private final Graph graph;
    private final KnownBits bits;
    private final Shown shown;

    /** What comparisons have shown of a value. */
    interface Shown {
        /** The most that a value can be, or {@link Ranges#ANY}. */
        long most(int node);
    }

    Ranges(Graph graph, Shown shown) {
        this.graph = graph;
        this.shown = shown;
        bits = new KnownBits(graph);
    }

    /** The most that an i32 or i64 can be wherever it is. */
    long most(int node) {
        return most(node, false, DEPTH);
    }

    /** The most that an i32 or i64 can be in the block at work. */
    long mostHere(int node) {
        return most(node, true, DEPTH);
    }

    private long most(int node, boolean here, int depth) {
        long possible = bits.possible(node);
        long most = possible < 0 ? ANY : possible;
        if (here) {
            most = Math.min(most, shown.most(node));
        }
        if (depth == 0
                || graph.kind(node) != Kind.COMPUTE
                || graph.workingType(node).isVector()) {
            return most;
        }
        return Math.min(most, computed(node, here, depth - 1));
    }

    private long computed(int node, boolean here, int depth) {
        Type type = graph.type(node);
        long all = type == Type.I32 ? KnownBits.all(type) : ANY;
        return switch (graph.op(node)) {
            case EXTEND_I32_U -> most(graph.input(node, 0), here, depth);
            case ADD -> {
                long x = most(graph.input(node, 0), here, depth);
                long y = most(graph.input(node, 1), here, depth);
                yield x == ANY || y == ANY || x > all - y ? ANY : x + y;
            }
            case AND -> Math.min(most(graph.input(node, 0), here, depth), most(graph.input(node, 1), here, depth));
            case SHL, SHR_U, MUL -> scaled(node, most(graph.input(node, 0), here, depth), all);
            default -> ANY;
        };
    }

    private long scaled(int node, long most, long all) {
        int by = graph.input(node, 1);
        if (most == ANY || !graph.isConstant(by)) {
            return ANY;
        }
        if (graph.op(node) == Op.SHR_U) {
            return most >>> (graph.bits(by) & graph.type(node).bits() - 1);
        }
        boolean shifts = graph.op(node) == Op.SHL;
        int amount = (int) graph.bits(by) & graph.type(node).bits() - 1;
        long factor = !shifts ? graph.bits(by) : amount < Long.SIZE - 2 ? 1L << amount : -1;
        return factor > 0 && most <= all / factor ? most * factor : ANY;
    }
}
