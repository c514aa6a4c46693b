package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;

/**
 * Lets the last branch of a loop look at a counter after it has counted: {@code x == 9}, where the way back brings
 * {@code x + 1} for {@code x}, becomes {@code x + 1 == 10}. Then nobody wants {@code x} any more when {@code x + 1} is
 * computed, both can be in one register, and the way back needs no move. Which of the two a compiler writes depends on its
 * mood, and {@link Simplifier} prefers the former, which is better elsewhere.
 *
 * <p>Comes before {@link CriticalEdges#split}. A branch back to a block whose parameter it brings a sum of is the end of a loop.
 */
public final class LoopEnds {
    private final Graph graph;
    private final Builder builder;

    private LoopEnds(Graph graph) {
        this.graph = graph;
        builder = new Builder(graph);
    }

    /** Whether a branch looks at something else now. */
    public static boolean run(Graph graph) {
        LoopEnds pass = new LoopEnds(graph);
        boolean changed = false;
        for (Block block : graph.blocks()) {
            changed |= block.isEnded() && graph.kind(block.end()) == Kind.BRANCH && pass.visit(block);
        }
        assert Verifier.verify(graph);
        return changed;
    }

    private boolean visit(Block block) {
        int condition = graph.input(block.end(), 0);
        boolean compares = graph.kind(condition) == Kind.COMPUTE && isEquality(graph.op(condition));
        int counter = compares ? graph.input(condition, 0) : condition;
        Type type = graph.type(counter);
        if (graph.kind(counter) != Kind.PARAMETER || type != Type.I32 && type != Type.I64) {
            return false;
        }
        Op op = compares && graph.op(condition) != Op.NE ? Op.EQ : Op.NE;
        long bits = 0;
        if (compares && graph.op(condition) != Op.EQZ) {
            if (!graph.isConstant(graph.input(condition, 1))) {
                return false;
            }
            bits = graph.bits(graph.input(condition, 1));
        }
        int next = next(block, counter);
        if (next < 0) {
            return false;
        }
        long sum = bits + graph.bits(graph.input(next, 1)) & KnownBits.all(type);
        if (type == Type.I64 && sum != (int) sum) {
            return false;
        }
        graph.setInput(block.end(), 0, test(op, type, next, sum));
        return true;
    }

    private static boolean isEquality(Op op) {
        return op == Op.EQ || op == Op.NE || op == Op.EQZ;
    }

    /** What a block brings back for a parameter, if that is the parameter and a constant; else -1. */
    private int next(Block block, int counter) {
        for (Block.Edge edge : block.outgoing) {
            if (edge.to == graph.home(counter)) {
                int next = graph.argument(edge, graph.number(counter));
                boolean isSum = graph.kind(next) == Kind.COMPUTE
                        && graph.op(next) == Op.ADD
                        && graph.input(next, 0) == counter
                        && graph.isConstant(graph.input(next, 1));
                return isSum ? next : -1;
            }
        }
        return -1;
    }

    /** A comparison as it is: the simplifier would turn it back. */
    private int test(Op op, Type type, int next, long bits) {
        if (bits == 0 && op == Op.NE && type == Type.I32) {
            return next;
        }
        boolean isZero = bits == 0 && op == Op.EQ;
        int constant = isZero ? -1 : builder.integer(type, bits);
        int test = graph.addNode(Kind.COMPUTE, isZero ? Op.EQZ : op, type, Type.I32, 0);
        graph.addInput(next);
        if (!isZero) {
            graph.addInput(constant);
        }
        return test;
    }
}
