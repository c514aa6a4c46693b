package emberwall.ir;

import emberwall.op.Typing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gives the arms of a branch a copy each of a value that only some of them use. Value numbering makes one node of what the
 * arms compute alike, and a {@link Schedule} has one place for it: in front of the branch, where each way pays for it and
 * keeps it, though most never look at it. The loop of an interpreter is the worst case: every instruction would decode the
 * operands of all others.
 *
 * <p>A value stays one where all ways lead to a use, where one use stands above the others, and where it leaves a loop that is
 * around them. Else the highest blocks from which all ways lead to a use have a copy each, as in V8's scheduler. Users come
 * before what they use, so that whole expressions sink.
 *
 * <p>A use by an edge is one at the end of the block that it comes from: {@link CriticalEdges#split} first.
 */
public final class Sinking {
    private static final int NONE = -1;
    /** How long a use is. */
    private static final int USE = 4;

    // How many blocks a value may have looked at: so many, and more for each use.
    private static final int STEPS = 64;
    private static final int STEPS_PER_USE = 16;

    // How many copies a graph may get: so many, and one more for a few nodes.
    private static final int COPIES = 256;
    private static final int NODES_PER_COPY = 2;

    private final Graph graph;
    private final Order order;
    private final LiveNodes live;
    private final Hoisting hoisting;
    private int copiesLeft;

    /** By node: the place of the lowest block that has its inputs; copies have none. */
    private final int[] early;

    // By place, which value was there last: whether all ways lead to a use, how many do, what is the highest such block
    // above,
    // which copy.
    private final int[] marked;
    private final int[] counted;
    private final int[] asked;
    private final int[] ways;
    private final int[] highest;
    private final int[] taken;
    private final int[] armAt;
    private final IntList work = new IntList();
    private int steps;

    /** By floating node: its last use. */
    private final int[] lastUse;
    /**
     * Uses of floating nodes by where they begin, from {@link #USE} on: the previous use of the same value or 0, who uses it,
     * its index there, the place. The user is a node, or the complement of the number of an edge.
     */
    private int[] uses;

    private int usesEnd = USE;
    private final List<Block.Edge> edges = new ArrayList<>();

    /** Of the node at work: where it is wanted, the copies there, and by use which of them. */
    private final IntList wanted = new IntList();

    private final IntList copies = new IntList();
    private final IntList arms = new IntList();

    private Sinking(Graph graph) {
        this.graph = graph;
        order = graph.order();
        live = new LiveNodes(graph, order);
        hoisting = new Hoisting(graph, order, order.loops(), Layout.cold(graph, order));
        copiesLeft = COPIES + graph.size() / NODES_PER_COPY;
        early = new int[graph.size()];
        lastUse = new int[graph.size()];
        uses = new int[USE * (live.size() + 2)];
        marked = filled(order.size());
        counted = filled(order.size());
        ways = new int[order.size()];
        asked = filled(order.size());
        highest = new int[order.size()];
        taken = filled(order.size());
        armAt = new int[order.size()];
    }

    private static int[] filled(int count) {
        int[] none = new int[count];
        Arrays.fill(none, NONE);
        return none;
    }

    /** Changes a graph; whether it is another one now. */
    public static boolean run(Graph graph) {
        int size = graph.size();
        Sinking sinking = new Sinking(graph);
        sinking.findEarly();
        sinking.findUsesByEdges();
        for (int i = sinking.live.size() - 1; i >= 0; i--) {
            sinking.sink(sinking.live.node(i));
        }
        assert Verifier.verify(graph);
        return graph.size() > size;
    }

    private void findEarly() {
        for (int i = 0; i < live.size(); i++) {
            int node = live.node(i);
            if (graph.isPinned(node)) {
                early[node] = order.place(graph.home(node));
                continue;
            }
            for (int in = 0; in < graph.inputCount(node); in++) {
                int input = graph.input(node, in);
                int low = graph.kind(input) == Kind.PARAMETER ? order.place(graph.home(input)) : early[input];
                early[node] = Math.max(early[node], low);
            }
        }
    }

    // ---- uses

    private void findUsesByEdges() {
        for (int i = 0; i < order.size(); i++) {
            for (Block.Edge edge : order.block(i).outgoing) {
                for (int a = 0; a < edge.argumentCount(); a++) {
                    addUse(graph.argument(edge, a), ~edges.size(), a, i);
                }
                edges.add(edge);
            }
        }
    }

    private void findUsesBy(int node, int at) {
        for (int i = 0; i < graph.inputCount(node); i++) {
            addUse(graph.input(node, i), node, i, at);
        }
    }

    private void addUse(int value, int itsUser, int itsIndex, int itsPlace) {
        if (graph.home(value) != null || graph.isAnywhere(value)) {
            return; // it stays where it is
        }
        if (usesEnd == uses.length) {
            uses = Arrays.copyOf(uses, usesEnd * 2);
        }
        uses[usesEnd] = lastUse[value];
        uses[usesEnd + 1] = itsUser;
        uses[usesEnd + 2] = itsIndex;
        uses[usesEnd + 3] = itsPlace;
        lastUse[value] = usesEnd;
        usesEnd += USE;
    }

    private int previous(int use) {
        return uses[use];
    }

    private int place(int use) {
        return uses[use + 3];
    }

    private void redirect(int use, int value) {
        int by = uses[use + 1];
        int index = uses[use + 2];
        if (by >= 0) {
            graph.setInput(by, index, value);
        } else {
            edges.get(~by).arguments.set(index, value);
        }
    }

    // ---- values

    private void sink(int node) {
        if (graph.isPinned(node)) {
            findUsesBy(node, early[node]);
            return;
        }
        if (lastUse[node] == 0) {
            return;
        }
        int above = place(lastUse[node]);
        for (int use = previous(lastUse[node]); use != 0; use = previous(use)) {
            above = order.common(above, place(use));
        }
        int best = hoisting.best(node, above, early[node]);
        if (best != above || !isCheap(node) || !findsArms(node, above)) {
            findUsesBy(node, best);
            return;
        }
        copy(node);
    }

    /** Whether it may be computed twice where a way leads through two arms. */
    private boolean isCheap(int node) {
        return switch (graph.kind(node)) {
            case COMPUTE ->
                switch (graph.op(node)) {
                    case DIV, DIV_S, DIV_U, REM_S, REM_U, SQRT -> false;
                    default -> Typing.results(graph.op(node)) == 1;
                };
            case SELECT -> true;
            default -> false;
        };
    }

    /** Finds the places for copies below one that dominates all uses; false if there shall be none. */
    private boolean findsArms(int node, int above) {
        wanted.truncate(0);
        copies.truncate(0);
        arms.truncate(0);
        work.truncate(0);
        steps = STEPS;
        for (int use = lastUse[node]; use != 0; use = previous(use)) {
            int at = place(use);
            if (at == above) {
                return false;
            }
            steps += STEPS_PER_USE;
            mark(at, node);
        }
        if (!marksUpTo(above, node)) {
            return false;
        }
        for (int use = lastUse[node]; use != 0; use = previous(use)) {
            int top = highest(place(use), above, node);
            if (steps < 0) {
                return false;
            }
            int at = hoisting.best(node, top, early[node]);
            if (order.depth(at) <= order.depth(above)) {
                return false;
            }
            if (taken[at] != node) {
                taken[at] = node;
                armAt[at] = wanted.size();
                wanted.add(at);
            }
            arms.add(armAt[at]);
        }
        copiesLeft -= wanted.size() - 1;
        return copiesLeft >= 0;
    }

    private void mark(int at, int node) {
        if (marked[at] != node) {
            marked[at] = node;
            work.add(at);
        }
    }

    /** Marks blocks whose successors are all marked; false if that reaches the one above, or takes too long. */
    private boolean marksUpTo(int above, int node) {
        while (!work.isEmpty()) {
            for (Block.Edge edge : order.block(work.removeLast()).incoming) {
                int from = order.place(edge.from);
                steps--;
                if (from >= 0 && leadsToMarked(from, node)) {
                    mark(from, node);
                }
            }
            if (steps < 0 || marked[above] == node) {
                work.truncate(0);
                return false;
            }
        }
        return true;
    }

    /** One more way out of a block leads to a marked one: whether all do. */
    private boolean leadsToMarked(int from, int node) {
        if (counted[from] != node) {
            counted[from] = node;
            ways[from] = 0;
        }
        return ++ways[from] == order.block(from).outgoing.length;
    }

    /** The highest marked dominator of a marked block that is below another one. */
    private int highest(int at, int above, int node) {
        int top = at;
        int met = at;
        while (met != above && steps-- >= 0) {
            if (asked[met] == node) {
                top = highest[met] == NONE ? top : highest[met];
                break;
            }
            if (marked[met] == node) {
                top = met;
            }
            met = order.place(order.dominator(order.block(met)));
        }
        boolean isAbove = false;
        for (int b = at; b != met; b = order.place(order.dominator(order.block(b)))) {
            asked[b] = node;
            highest[b] = isAbove ? NONE : top;
            isAbove |= b == top;
        }
        return top;
    }

    /** Makes a copy for each place but the first one, which has the node itself. */
    private void copy(int node) {
        for (int i = 0; i < wanted.size(); i++) {
            int copy = i == 0 ? node : graph.addLike(node);
            for (int in = 0; i > 0 && in < graph.inputCount(node); in++) {
                graph.addInput(graph.input(node, in));
            }
            copies.add(copy);
            findUsesBy(copy, wanted.get(i));
        }
        int arm = 0;
        for (int use = lastUse[node]; use != 0; use = previous(use)) {
            redirect(use, copies.get(arms.get(arm++)));
        }
    }
}
