package emberwall.ir;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The block for each value that is needed: from the lowest one that dominates all uses up to where its inputs are, one in as
 * few loops as pays ({@link Hoisting}), and of these the lowest. Users come before what they use, so that the uses of a value
 * are known when it is its turn, and what sinks takes along what it is computed from ({@link Sinking}).
 */
final class ChosenBlocks {
    private static final int NONE = -1;

    private final Graph graph;
    private final Order order;
    private final Loops loops;
    private final BitSet cold;
    private final Hoisting hoisting;
    private final Demand demand;
    private final Uses uses;
    private final Sinking sinking;

    /** By node: the place of its block. */
    private int[] place;
    /** By node: whether somebody in that block uses it. */
    private boolean[] usedAtHome;
    /** Pairs of a node and its copy. */
    private final IntList copies = new IntList();

    ChosenBlocks(Graph graph, Order order, BitSet cold, Demand demand) {
        this.graph = graph;
        this.order = order;
        this.cold = cold;
        this.demand = demand;
        loops = order.loops();
        hoisting = new Hoisting(graph, order, loops, cold);
        uses = demand.uses();
        sinking = new Sinking(graph, order, hoisting, demand);
        place = new int[graph.size()];
        usedAtHome = new boolean[graph.size()];
        for (int i = demand.size() - 1; i >= 0; i--) {
            choose(demand.node(i));
        }
        if (!copies.isEmpty()) {
            demand.addCopies(copies);
        }
        for (int i = 0; i < demand.further().size(); i++) {
            int node = demand.further().get(i);
            int before = graph.input(node, 0);
            usedAtHome[node] &= place[node] == place[before];
            usedAtHome[before] = true;
            place[node] = place[before];
        }
        assert Verifier.verify(graph);
    }

    private void choose(int node) {
        if (graph.isPinned(node)) {
            stand(node, demand.early(node));
            return;
        }
        int above = above(node);
        // Further results go where what has them goes.
        int best = demand.isFurther(node) ? above : hoisting.best(node, above, demand.early(node));
        if (best == above && sinking.findsArms(node, above)) {
            sink(node);
        } else {
            stand(node, best);
        }
    }

    /** The lowest block that dominates all uses. */
    private int above(int node) {
        int use = uses.latest(node);
        int above = uses.place(use);
        for (use = uses.before(use); use != Uses.NONE; use = uses.before(use)) {
            int other = uses.place(use);
            above = other == above ? above : order.common(above, other);
        }
        assert order.dominates(order.block(demand.early(node)), order.block(above)) : graph.name() + ", " + node;
        return above;
    }

    private void stand(int node, int best) {
        int at = graph.isPinned(node) || demand.isFurther(node) || cold.get(best) ? best : aboveLatch(node, best);
        place[node] = at;
        for (int use = uses.latest(node); use != Uses.NONE && !usedAtHome[node]; use = uses.before(use)) {
            usedAtHome[node] = uses.place(use) == at;
        }
        uses.add(node, at);
    }

    /**
     * Instead of a block that only leads back to the head of its loop the block above, if that leaves the loop otherwise. What
     * stands there is in vain once, and the way back is a branch instead of a branch and a jump.
     */
    private int aboveLatch(int node, int best) {
        int above = aboveLatch(order.block(best));
        return above != NONE && order.depth(above) >= order.depth(demand.early(node)) ? above : best;
    }

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

    /** Makes a copy for each arm but the first one, which has the node itself. */
    private void sink(int node) {
        int[] made = new int[sinking.arms()];
        for (int arm = 0; arm < made.length; arm++) {
            made[arm] = arm == 0 ? node : demand.copy(node);
            if (arm > 0) {
                copies.add(node);
                copies.add(made[arm]);
            }
        }
        int index = 0;
        int before;
        for (int use = uses.takeAll(node); use != Uses.NONE; use = before) {
            before = uses.before(use);
            int to = made[sinking.arm(index++)];
            uses.give(use, to);
            demand.move(node, to);
        }
        int last = made[made.length - 1];
        if (last >= place.length) {
            place = Arrays.copyOf(place, last + last / 2);
            usedAtHome = Arrays.copyOf(usedAtHome, place.length);
        }
        for (int each : made) {
            stand(each, hoisting.best(each, above(each), demand.early(each)));
        }
    }

    /** The place of the block that a needed node stands in. */
    int place(int node) {
        return place[node];
    }

    /** Whether somebody uses a node in the block that it stands in. */
    boolean isUsedAtHome(int node) {
        return usedAtHome[node];
    }
}
