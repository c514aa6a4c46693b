package emberwall.ir;

import emberwall.op.Typing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds values that only some ways from the block that dominates their uses need, where each of these ways is better off with
 * a copy of its own: what stands in many arms of a switch was made one value by its number, but most runs of the switch do not
 * want it (the reverse of partial redundancy elimination; V8's scheduler splits nodes in this way, too).
 *
 * <p>A block is <em>certain</em> if it, or what all ways out of it lead to, uses the value. Where the dominator itself is
 * certain, the value belongs there. Else each use is served by the highest certain block above it.
 */
final class Splitting {
    private static final int NONE = -1;
    /** How many steps there may be for each node and each block, so that all remains linear. */
    private static final int STEPS = 32;

    private final Graph graph;
    private final Order order;

    // Uses, each of a value linked to the one before. A user is a node, or an edge: its number's complement.
    private int[] latest;
    private final List<Block.Edge> edges = new ArrayList<>();
    private final IntList users = new IntList();
    private final IntList inputs = new IntList();
    private final IntList before = new IntList();

    // By place, as far as it is of this round.
    private final int[] round;
    private final int[] missing;
    private int now;

    private final IntList work = new IntList();
    private long steps;

    Splitting(Graph graph, Order order) {
        this.graph = graph;
        this.order = order;
        latest = new int[graph.size()];
        Arrays.fill(latest, NONE);
        round = new int[order.size()];
        missing = new int[order.size()];
        steps = (long) STEPS * (graph.size() + order.size());
    }

    // ---- uses

    /** Whether a node may be computed more than once: what floats, costs little and needs no memory. */
    boolean mayCopy(int node) {
        if (graph.isPinned(node)) {
            return false;
        }
        return switch (graph.kind(node)) {
            case SELECT -> true;
            case COMPUTE ->
                switch (graph.op(node)) {
                    case DIV, DIV_S, DIV_U, REM_S, REM_U, SQRT -> false;
                    default -> !graph.workingType(node).isVector() && Typing.results(graph.op(node)) == 1;
                };
            default -> false;
        };
    }

    /** A node uses a value as an input. */
    void uses(int user, int input, int value) {
        add(user, input, value);
    }

    /** An edge brings a value for a parameter. */
    void brings(Block.Edge edge, int argument, int value) {
        if (edges.isEmpty() || edges.getLast() != edge) {
            edges.add(edge);
        }
        add(-edges.size(), argument, value);
    }

    private void add(int user, int input, int value) {
        if (!mayCopy(value)) {
            return;
        }
        if (value >= latest.length) {
            int known = latest.length;
            latest = Arrays.copyOf(latest, value + value / 2);
            Arrays.fill(latest, known, latest.length, NONE);
        }
        users.add(user);
        inputs.add(input);
        before.add(latest[value]);
        latest[value] = users.size() - 1;
    }

    /** A use of a value, or -1. */
    int first(int value) {
        return value < latest.length ? latest[value] : NONE;
    }

    /** Another use of the same value, or -1. */
    int next(int use) {
        return before.get(use);
    }

    /** The place of a use. */
    int place(int use, int[] places) {
        int user = users.get(use);
        return user < 0 ? order.place(edges.get(~user).from) : places[user];
    }

    /** Makes a use one of another value. */
    void redirect(int use, int value) {
        int user = users.get(use);
        int input = inputs.get(use);
        if (user >= 0) {
            graph.setInput(user, input, value);
        } else {
            edges.get(~user).arguments.set(input, value);
        }
    }

    // ---- certainty

    /** Whether the block above all uses of a value is not certain, so that the value is better copied. */
    boolean isPartial(int value, int root, int[] places) {
        now++;
        work.truncate(0);
        for (int use = first(value); use >= 0; use = next(use)) {
            int place = place(use, places);
            if (place == root || --steps < 0) {
                return false;
            }
            mark(place);
        }
        while (!work.isEmpty()) {
            for (Block.Edge edge : order.block(work.removeLast()).incoming) {
                int from = order.place(edge.from);
                if (from >= 0 && leads(from)) {
                    if (from == root) {
                        return false;
                    }
                    work.add(from);
                }
            }
        }
        return steps >= 0;
    }

    /** Makes a block certain. */
    void mark(int place) {
        if (round[place] != now || missing[place] > 0) {
            round[place] = now;
            missing[place] = 0;
            work.add(place);
        }
    }

    /** Counts one more way out of a block that leads to a certain one; whether that was the last. */
    private boolean leads(int from) {
        steps--;
        if (round[from] != now) {
            round[from] = now;
            missing[from] = order.block(from).outgoing.length;
        }
        return missing[from] > 0 && --missing[from] == 0;
    }

    /** The highest certain block above a use, below the block above all. */
    int highest(int use, int root, int[] places) {
        int found = NONE;
        for (int at = place(use, places); at != root; at = order.place(order.dominator(order.block(at)))) {
            steps--;
            if (round[at] == now && missing[at] == 0) {
                found = at;
            }
        }
        return found;
    }
}
