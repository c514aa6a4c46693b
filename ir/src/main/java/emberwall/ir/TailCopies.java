package emberwall.ir;

import java.util.ArrayList;
import java.util.List;

/**
 * Copies a small block in which many ways meet to go back to the head of a loop: each way goes back itself. The loop of an
 * interpreter fetches the next instruction in such a block. Copied, that costs no jump more, and no values are moved to where
 * all ways have them, only to be moved again.
 *
 * <p>{@link CriticalEdges#split} first, so that there is a block to copy to on each way.
 */
public final class TailCopies {
    /** So many ways have to meet. */
    static final int LEAST_WAYS = 8;

    private static final int MOST_PINNED = 6;
    /** So many pinned nodes a graph may have more. */
    private static final int MOST_COPIED = 2000;

    private final Graph graph;
    private final Order order;
    private int left = MOST_COPIED;
    private boolean changed;

    private TailCopies(Graph graph) {
        this.graph = graph;
        order = graph.order();
    }

    /** Changes a graph; whether it is another one now. */
    public static boolean run(Graph graph) {
        TailCopies pass = new TailCopies(graph);
        List<Block> tails = new ArrayList<>();
        for (int i = 0; i < pass.order.size(); i++) {
            if (pass.isTail(pass.order.block(i))) {
                tails.add(pass.order.block(i));
            }
        }
        for (Block tail : tails) {
            pass.copy(tail);
        }
        if (pass.changed) {
            graph.prune();
        }
        assert Verifier.verify(graph);
        return pass.changed;
    }

    private boolean isTail(Block block) {
        return block.incoming.size() >= LEAST_WAYS
                && graph.kind(block.end()) == Kind.JUMP
                && block.outgoing[0].to != block
                && order.dominates(block.outgoing[0].to, block)
                && block.size() <= MOST_PINNED
                && isCopied(block);
    }

    private boolean isCopied(Block block) {
        for (int i = 0; i < block.size() - 1; i++) {
            boolean fits = switch (graph.kind(block.node(i))) {
                case LOAD, STORE, STATE, TRAP_IF -> true;
                default -> false;
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /** Copies a tail to the end of each block that does nothing but go there. Nothing in a tail is used elsewhere. */
    private void copy(Block tail) {
        Dependence inside = new Dependence(graph, home -> home == tail);
        for (Block.Edge edge : List.copyOf(tail.incoming)) {
            if (edge.from.outgoing.length == 1 && left >= tail.size()) {
                left -= tail.size();
                copy(tail, edge, inside);
                changed = true;
            }
        }
    }

    private void copy(Block tail, Block.Edge edge, Dependence inside) {
        Rebuilt copied = new Rebuilt(graph, inside);
        for (int i = 0; i < tail.parameterCount(); i++) {
            copied.put(tail.parameter(i), graph.argument(edge, i));
        }
        Block from = edge.from;
        for (int i = 0; i < tail.size() - 1; i++) {
            int node = tail.node(i);
            int[] inputs = new int[graph.inputCount(node)];
            for (int in = 0; in < inputs.length; in++) {
                inputs[in] = copied.of(graph.input(node, in));
            }
            int copy = graph.addLike(node);
            for (int input : inputs) {
                graph.addInput(input);
            }
            graph.pinBeforeEnd(copy, from, graph.origin(node));
            copied.put(node, copy);
        }
        Block.Edge back = tail.outgoing[0];
        IntList arguments = new IntList();
        for (int i = 0; i < back.argumentCount(); i++) {
            arguments.add(copied.of(graph.argument(back, i)));
        }
        graph.leave(from, new Block.Edge(from, back.to, arguments));
    }
}
