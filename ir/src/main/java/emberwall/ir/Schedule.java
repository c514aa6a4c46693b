package emberwall.ir;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A place for each value that is needed (Click, "Global Code Motion, Global Value Numbering"). A floating node may stand in
 * any block from the lowest one that has its inputs down to the lowest one that dominates all its uses. Of these it gets one
 * in as few loops as pay ({@link Hoisting}), and of these the last one. So what is the same in each round of a loop leaves the loop, what
 * only one arm needs sinks into the arm, and what nobody needs is nowhere. Values for cold blocks are computed there,
 * whatever loop they left.
 *
 * <p>In its block a node stands in front of its first user there, or at the end of the block if there is none. What is
 * pinned keeps its order; loads that cannot trap, results and caught values are left out if nobody uses them. Further results stand directly behind
 * what has them. Constants and contexts have no place: who uses one makes it. Parameters are there when their block begins.
 *
 * <p>A use by an edge is one at the end of the block that it comes from: {@link CriticalEdges#split} first.
 */
public final class Schedule {
    private static final int NONE = -1;
    private static final int[] NOTHING = {};

    private final Graph graph;
    private final Order order;
    private final Loops loops;
    private final BitSet cold;
    private final Demand demand;
    private final ChosenBlocks chosen;

    /** By place: where in {@link #nodes} the nodes of a block begin. */
    private int[] first;

    private int[] nodes;
    private int filled;

    private Schedule(Graph graph) {
        this.graph = graph;
        order = graph.order();
        loops = order.loops();
        cold = Layout.cold(graph, order);
        demand = new Demand(graph, order);
        chosen = new ChosenBlocks(graph, order, cold, demand);
    }

    /** The schedule of a graph, which gets copies of some values for that ({@link Sinking}). */
    public static Schedule of(Graph graph) {
        Schedule schedule = new Schedule(graph);
        schedule.orderBlocks();
        return schedule;
    }

    // ---- what it says

    /** The blocks and their dominators. */
    public Order order() {
        return order;
    }

    /** The order in which code should stand. */
    public Layout layout() {
        return new Layout(order, loops, cold);
    }

    /** How many nodes stand in a block, the last one included. */
    public int size(Block block) {
        int at = order.place(block);
        return first[at + 1] - first[at];
    }

    /** A node of a block, in the order in which they run. */
    public int node(Block block, int index) {
        assert index < size(block) : block + ", " + index;
        return nodes[first[order.place(block)] + index];
    }

    /** The block that a node stands in, or that it is a parameter of; null if it stands nowhere. */
    public Block block(int node) {
        if (graph.kind(node) == Kind.PARAMETER) {
            return graph.home(node);
        }
        return demand.isPut(node) ? order.block(chosen.place(node)) : null;
    }

    /** How many loops are around a block. */
    public int loopDepth(Block block) {
        return loops.depth(block);
    }

    /** The header of the innermost loop around a block, itself if it is one; null outside of loops. */
    public Block loopHeader(Block block) {
        return loops.header(block);
    }

    /** All about loops. */
    public Loops loops() {
        return loops;
    }

    /** Whether a block leads to traps only. */
    public boolean isCold(Block block) {
        return cold.get(order.place(block));
    }

    /** How many times nodes that have a place, and edges, use a value. */
    public int uses(int node) {
        return demand.count(node);
    }

    // ---- order in blocks

    private void orderBlocks() {
        int[] behind = furtherResults();
        int[] unused = new int[order.size()];
        int[] nextUnused = findUnused(unused);
        first = new int[order.size() + 1];
        nodes = new int[demand.size()];
        IntList work = IntList.sized(64);
        for (int i = 0; i < order.size(); i++) {
            first[i] = filled;
            Block block = order.block(i);
            for (int at = 0; at < block.size() - 1; at++) {
                if (demand.isNeeded(block.node(at))) {
                    put(block.node(at), i, work, behind);
                }
            }
            for (int node = unused[i]; node != NONE; node = nextUnused[node]) {
                put(node, i, work, behind);
            }
            for (Block.Edge edge : block.outgoing) {
                for (int a = 0; a < edge.argumentCount(); a++) {
                    if (isMissing(graph.argument(edge, a), i)) {
                        put(graph.argument(edge, a), i, work, behind);
                    }
                }
            }
            put(block.end(), i, work, behind);
        }
        first[order.size()] = filled;
        assert filled == nodes.length : filled + " of " + nodes.length;
    }

    /** By node: the further result to put behind it, or 0. */
    private int[] furtherResults() {
        IntList further = demand.further();
        int[] behind = further.isEmpty() ? NOTHING : new int[graph.size()];
        for (int i = further.size() - 1; i >= 0; i--) {
            int node = further.get(i);
            behind[node] = behind[graph.input(node, 0)];
            behind[graph.input(node, 0)] = node;
        }
        return behind;
    }

    /**
     * Lists floating nodes that nobody in their block uses.
     *
     * @param unused gets the first one by place, or NONE
     * @return by node: the next one
     */
    private int[] findUnused(int[] unused) {
        int[] next = new int[graph.size()];
        Arrays.fill(unused, NONE);
        for (int i = demand.size() - 1; i >= 0; i--) {
            int node = demand.node(i);
            if (!chosen.isUsedAtHome(node) && !graph.isPinned(node)) {
                int place = chosen.place(node);
                next[node] = unused[place];
                unused[place] = node;
            }
        }
        return next;
    }

    private boolean isMissing(int node, int place) {
        return demand.isMissing(node) && chosen.place(node) == place && !graph.isPinned(node);
    }

    /** Puts a node behind those that stand already, and in front of it what it still needs. */
    private void put(int root, int place, IntList work, int[] behind) {
        work.add(root);
        while (!work.isEmpty()) {
            int node = work.last();
            boolean ready = true;
            for (int i = graph.inputCount(node) - 1; i >= 0 && demand.isMissing(node); i--) {
                int input = graph.input(node, i);
                if (isMissing(input, place)) {
                    work.add(input);
                    ready = false;
                }
            }
            if (ready) {
                work.removeLast();
                if (demand.isMissing(node)) {
                    add(node);
                    for (int at = further(node, behind); at != 0; at = further(at, behind)) {
                        add(at);
                    }
                }
            }
        }
    }

    private static int further(int node, int[] behind) {
        return behind.length == 0 ? 0 : behind[node];
    }

    private void add(int node) {
        demand.put(node);
        nodes[filled++] = node;
    }
}
