package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;

/**
 * Which conditions are known in a block, since a branch or a check above has looked at them. Blocks are visited in
 * {@link Order#treeOrder}: a fact holds until a block comes that is not dominated by the one in which it was learnt, and
 * then never again, so that one place for each condition is enough.
 */
final class Known {
    private final Graph graph;
    private final Order order;
    /** By node: the number of the block where it was learnt, + 1, negative if the condition is zero; 0 if it was not. */
    private final int[] learnt;

    private Block block;

    Known(Graph graph, Order order) {
        this.graph = graph;
        this.order = order;
        learnt = new int[graph.size()];
    }

    /** Goes on in the next block, and learns from the branch that leads to it, if it is the only way. */
    void enter(Block next) {
        block = next;
        if (next.incoming.size() == 1) {
            Block.Edge edge = next.incoming.getFirst();
            Block from = edge.from;
            if (graph.kind(from.end()) == Kind.BRANCH && from.outgoing[0].to != from.outgoing[1].to) {
                learn(graph.input(from.end(), 0), edge == from.outgoing[0]);
            }
        }
    }

    /** From here on, in the block and those that it dominates, an i32 is, or is not, other than zero. */
    void learn(int condition, boolean holds) {
        int at = condition;
        boolean truth = holds;
        while (true) {
            if (at < learnt.length && isOpen(at)) {
                learnt[at] = truth ? block.number + 1 : -block.number - 1;
            }
            if (!isContrary(graph, at)) {
                return;
            }
            at = graph.input(at, 0);
            truth = !truth;
        }
    }

    /** Whether an i32 is zero just where another one, its input, is not. */
    static boolean isContrary(Graph graph, int node) {
        return graph.kind(node) == Kind.COMPUTE && graph.op(node) == Op.EQZ && graph.workingType(node) == Type.I32;
    }

    private boolean isOpen(int node) {
        return learnt[node] == 0 || !order.dominates(graph.blocks().get(Math.abs(learnt[node]) - 1), block);
    }

    /** 1 if a condition is known to be other than zero, 0 if it is known to be zero, -1 if it is not known. */
    int ask(int condition) {
        if (graph.isConstant(condition)) {
            return graph.bits(condition) != 0 ? 1 : 0;
        }
        if (condition < learnt.length && !isOpen(condition)) {
            return learnt[condition] > 0 ? 1 : 0;
        }
        if (isContrary(graph, condition)) {
            int other = ask(graph.input(condition, 0));
            return other < 0 ? other : 1 - other;
        }
        return -1;
    }
}
