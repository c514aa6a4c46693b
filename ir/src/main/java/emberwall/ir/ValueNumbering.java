package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;

/**
 * Makes values anew whose inputs have changed since they were made: what is constant now is folded, what has become simpler
 * is simplified, and of what computes the same one is left. A {@link Builder} does the same for what it makes.
 */
public final class ValueNumbering {
    private final Graph graph;
    private final Builder builder;
    private boolean changed;
    /** Whether a pinned node stands for another one now. */
    private boolean unpinned;

    private ValueNumbering(Graph graph) {
        this.graph = graph;
        builder = new Builder(graph);
    }

    /** Whether anything has changed. */
    public static boolean run(Graph graph) {
        Order order = graph.order();
        LiveNodes live = new LiveNodes(graph, order);
        ValueNumbering pass = new ValueNumbering(graph);
        pass.builder.expect(live.size());
        for (int i = 0; i < live.size(); i++) {
            pass.renew(live.node(i));
        }
        for (int i = 0; pass.unpinned && i < order.size(); i++) {
            graph.compact(order.block(i));
        }
        assert Verifier.verify(graph);
        return pass.changed;
    }

    private void renew(int node) {
        switch (graph.kind(node)) {
            case TRAP_IF -> condition(node);
            case BRANCH -> {
                condition(node);
                turn(node);
            }
            default -> {
                if (graph.type(node) != null && !graph.kind(node).isEffect()) {
                    int better = builder.renew(node);
                    if (better != node) {
                        unpinned |= graph.isPinned(node);
                        graph.replaceDetached(node, better);
                        changed = true;
                    }
                }
            }
        }
    }

    /** A condition needs no comparison with zero. */
    private void condition(int node) {
        int condition = builder.truth(graph.input(node, 0));
        if (condition != graph.input(node, 0)) {
            graph.setInput(node, 0, condition);
            changed = true;
        }
    }

    /** Instead of the contrary of a condition a branch has the condition, with its ways exchanged. */
    private void turn(int branch) {
        int condition = graph.input(branch, 0);
        boolean isContrary = graph.kind(condition) == Kind.COMPUTE
                && graph.op(condition) == Op.EQZ
                && graph.workingType(condition) == Type.I32;
        if (isContrary) {
            graph.setInput(branch, 0, builder.truth(graph.input(condition, 0)));
            Block block = graph.home(branch);
            graph.leave(block, block.outgoing[1], block.outgoing[0]);
            changed = true;
        }
    }
}
