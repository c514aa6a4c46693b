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
    private static final byte NEW = 0;
    private static final byte OPEN = 1;
    private static final byte DONE = 2;
    private static final byte PUT = 3;
    private static final int NONE = -1;
    private static final int[] NOTHING = {};

    private final Graph graph;
    private final Order order;
    private final Loops loops;
    private final BitSet cold;
    private final Hoisting hoisting;

    /** What is live, inputs first, without what is anywhere and parameters. */
    private final IntList live;

    private final byte[] state;
    private final int[] uses;
    /** By node: the place of the lowest block that has its inputs. */
    private final int[] early;
    /** By node: that of the lowest block that dominates the uses met so far, then of the block that it stands in; or NONE. */
    private final int[] late;
    /** By node: whether somebody in that block uses it. */
    private final boolean[] usedAtHome;
    /** Live nodes that are further results of others. */
    private final IntList further = new IntList();

    /** By place: where in {@link #nodes} the nodes of a block begin. */
    private int[] first;

    private int[] nodes;
    private int filled;

    private Schedule(Graph graph) {
        this.graph = graph;
        order = graph.order();
        loops = order.loops();
        cold = Layout.cold(graph, order);
        hoisting = new Hoisting(graph, order, loops, cold);
        state = new byte[graph.size()];
        uses = new int[graph.size()];
        early = new int[graph.size()];
        late = new int[graph.size()];
        live = IntList.sized(graph.size());
        usedAtHome = new boolean[graph.size()];
        Arrays.fill(late, NONE);
    }

    /** The schedule of a graph as it is now. */
    public static Schedule of(Graph graph) {
        Schedule schedule = new Schedule(graph);
        schedule.findLive();
        schedule.chooseBlocks();
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
        return state[node] == PUT ? order.block(late[node]) : null;
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
        return uses[node];
    }

    // ---- what is live

    private void findLive() {
        IntList work = IntList.sized(64);
        for (int i = 0; i < order.size(); i++) {
            Block block = order.block(i);
            for (int at = 0; at < block.size(); at++) {
                if (isWanted(block.node(at))) {
                    visit(block.node(at), work);
                }
            }
            for (Block.Edge edge : block.outgoing) {
                for (int a = 0; a < edge.argumentCount(); a++) {
                    int argument = graph.argument(edge, a);
                    uses[argument]++;
                    visit(argument, work);
                }
            }
        }
    }

    /** Whether a pinned node does something, be it that it may trap. */
    private boolean isWanted(int node) {
        return switch (graph.kind(node)) {
            case LOAD -> Access.traps(graph.access(node));
            case RESULT, CAUGHT -> false;
            default -> true;
        };
    }

    /** Whether a node is a further result of one that it stands behind. */
    private boolean isFurther(int node) {
        return graph.kind(node) == Kind.RESULT && !graph.isPinned(node);
    }

    private void visit(int root, IntList work) {
        if (state[root] != NEW) {
            return;
        }
        work.add(root);
        while (!work.isEmpty()) {
            int node = work.last();
            if (state[node] == NEW && !hasNoPlace(node)) {
                state[node] = OPEN;
                int waiting = work.size();
                for (int i = graph.inputCount(node) - 1; i >= 0; i--) {
                    int input = graph.input(node, i);
                    uses[input]++;
                    if (state[input] == NEW && !hasNoPlace(input)) {
                        work.add(input);
                    }
                }
                if (work.size() > waiting) {
                    continue;
                }
            }
            work.removeLast();
            if (state[node] == OPEN) {
                state[node] = DONE;
                findEarly(node);
                live.add(node);
                if (isFurther(node)) {
                    further.add(node);
                }
            }
        }
    }

    private boolean hasNoPlace(int node) {
        return graph.isAnywhere(node) || graph.kind(node) == Kind.PARAMETER;
    }

    private void findEarly(int node) {
        if (graph.isPinned(node)) {
            early[node] = order.place(graph.home(node));
            return;
        }
        for (int i = 0; i < graph.inputCount(node); i++) {
            int input = graph.input(node, i);
            int low = graph.kind(input) == Kind.PARAMETER ? order.place(graph.home(input)) : early[input];
            // All of them dominate the uses, so that of two one dominates the other.
            early[node] = Math.max(early[node], low);
        }
    }

    // ---- blocks

    /** From users to inputs. */
    private void chooseBlocks() {
        for (int i = 0; i < order.size(); i++) {
            Block block = order.block(i);
            for (Block.Edge edge : block.outgoing) {
                for (int a = 0; a < edge.argumentCount(); a++) {
                    usedIn(graph.argument(edge, a), i);
                }
            }
        }
        for (int i = live.size() - 1; i >= 0; i--) {
            int node = live.get(i);
            stand(node, graph.isPinned(node) ? early[node] : best(node));
            for (int input = 0; input < graph.inputCount(node); input++) {
                usedIn(graph.input(node, input), late[node]);
            }
        }
        for (int i = 0; i < further.size(); i++) {
            int node = further.get(i);
            int before = graph.input(node, 0);
            stand(node, late[before]);
            usedAtHome[before] = true;
        }
    }

    private void stand(int node, int place) {
        usedAtHome[node] &= late[node] == place;
        late[node] = place;
    }

    private void usedIn(int value, int place) {
        if (hasNoPlace(value)) {
            return;
        }
        int met = late[value];
        int common = met == NONE || met == place ? place : order.common(met, place);
        usedAtHome[value] = common == place || common == met && usedAtHome[value];
        late[value] = common;
    }

    private int best(int node) {
        int best = late[node];
        assert order.dominates(order.block(early[node]), order.block(best)) : graph.name() + ", " + node;
        // Further results go where what has them goes.
        if (!isFurther(node) && !cold.get(best)) {
            best = hoisting.best(node, best, early[node]);
            int above = aboveLatch(order.block(best));
            if (above != NONE && order.depth(above) >= order.depth(early[node])) {
                best = above;
            }
        }
        return best;
    }

    /**
     * Of a block that only leads back to the head of its loop: the block above, if that leaves the loop otherwise. What stands there
     * is in vain once, and the way back is a branch instead of a branch and a jump.
     */
    private int aboveLatch(Block block) {
        if (block.size() > 1 || block.outgoing.length != 1 || block.incoming.size() != 1) {
            return NONE;
        }
        Block above = block.incoming.getFirst().from;
        boolean isBack = loops.isHeader(block.outgoing[0].to) && order.dominates(block.outgoing[0].to, above);
        if (!isBack || graph.kind(above.end()) != Kind.BRANCH || loops.depth(above) != loops.depth(block)) {
            return NONE;
        }
        Block other = above.outgoing[above.outgoing[0].to == block ? 1 : 0].to;
        return loops.depth(other) < loops.depth(block) ? order.place(above) : NONE;
    }

    // ---- order in blocks

    private void orderBlocks() {
        int[] behind = furtherResults();
        int[] unused = new int[order.size()];
        int[] nextUnused = findUnused(unused);
        first = new int[order.size() + 1];
        nodes = new int[live.size()];
        IntList work = IntList.sized(64);
        for (int i = 0; i < order.size(); i++) {
            first[i] = filled;
            Block block = order.block(i);
            for (int at = 0; at < block.size() - 1; at++) {
                if (state[block.node(at)] != NEW) {
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
        int[] next = early; // which nobody wants to know any more
        Arrays.fill(unused, NONE);
        for (int i = live.size() - 1; i >= 0; i--) {
            int node = live.get(i);
            if (!usedAtHome[node] && !graph.isPinned(node)) {
                next[node] = unused[late[node]];
                unused[late[node]] = node;
            }
        }
        return next;
    }

    private boolean isMissing(int node, int place) {
        return late[node] == place && state[node] == DONE && !graph.isPinned(node);
    }

    /** Puts a node behind those that stand already, and in front of it what it still needs. */
    private void put(int root, int place, IntList work, int[] behind) {
        work.add(root);
        while (!work.isEmpty()) {
            int node = work.last();
            boolean ready = true;
            for (int i = graph.inputCount(node) - 1; i >= 0 && state[node] == DONE; i--) {
                int input = graph.input(node, i);
                if (isMissing(input, place)) {
                    work.add(input);
                    ready = false;
                }
            }
            if (ready) {
                work.removeLast();
                if (state[node] == DONE) {
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
        state[node] = PUT;
        nodes[filled++] = node;
    }
}
