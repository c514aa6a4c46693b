package emberwall.ir;

import emberwall.op.Typing;
import java.util.Arrays;

/**
 * Gives the arms of a branch a copy each of a value that only some of them use. Value numbering makes one node of what the
 * arms compute alike, and one place for it would be in front of the branch, where each way pays for it and
 * keeps it, though most never look at it. The loop of an interpreter is the worst case: every instruction would decode the
 * operands of all others.
 *
 * <p>A value stays one where all ways lead to a use, where one use stands above the others, and where it leaves a loop that is
 * around them. Else the highest blocks from which all ways lead to a use have a copy each, as in V8's scheduler. Users come
 * before what they use, so that whole expressions sink.
 */
final class Sinking {
    private static final int NONE = -1;

    // How many blocks a value may have looked at: so many, and more for each use.
    private static final int STEPS = 64;
    private static final int STEPS_PER_USE = 16;

    // How many copies a graph may get: so many, and one more for a few nodes.
    private static final int COPIES = 256;
    private static final int NODES_PER_COPY = 2;

    private final Graph graph;
    private final Order order;
    private final Hoisting hoisting;
    private final Demand demand;
    private final Uses uses;
    private int copiesLeft;

    // By place, which value was there last: whether all ways lead to a use, how many do, what is the
    // highest such block above, which copy.
    private final int[] marked;
    private final int[] counted;
    private final int[] asked;
    private final int[] ways;
    private final int[] highest;
    private final int[] taken;
    private final int[] armAt;
    private final IntList work = new IntList();
    private int steps;

    // Of the value at work: how many copies are wanted, and by use which of them.
    private int wanted;
    private final IntList arms = new IntList();

    Sinking(Graph graph, Order order, Hoisting hoisting, Demand demand) {
        this.graph = graph;
        this.order = order;
        this.hoisting = hoisting;
        this.demand = demand;
        uses = demand.uses();
        copiesLeft = COPIES + graph.size() / NODES_PER_COPY;
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

    /** Finds blocks for copies of a value below one that dominates all uses; false if there shall be none. */
    boolean findsArms(int node, int above) {
        if (!isCheap(node)) {
            return false;
        }
        wanted = 0;
        arms.truncate(0);
        work.truncate(0);
        steps = STEPS;
        for (int use = uses.latest(node); use != Uses.NONE; use = uses.before(use)) {
            int at = uses.place(use);
            if (at == above) {
                return false;
            }
            steps += STEPS_PER_USE;
            mark(at, node);
        }
        if (!marksUpTo(above, node)) {
            return false;
        }
        for (int use = uses.latest(node); use != Uses.NONE; use = uses.before(use)) {
            int top = highest(uses.place(use), above, node);
            if (steps < 0) {
                return false;
            }
            int at = hoisting.best(node, top, demand.early(node));
            if (order.depth(at) <= order.depth(above)) {
                return false;
            }
            if (taken[at] != node) {
                taken[at] = node;
                armAt[at] = wanted++;
            }
            arms.add(armAt[at]);
        }
        copiesLeft -= wanted - 1;
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

    /** How many arms want a copy of the value that was asked about last. */
    int arms() {
        return wanted;
    }

    /** Which of them a use is in, by its number, the latest one 0. */
    int arm(int use) {
        return arms.get(use);
    }
}
