package emberwall.ir;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Takes parameters and loads away that nobody needs, and parameters for which all ways bring the same value. That may be so
 * for several of them at once, which bring each other round a loop: at first each is taken to be what the first way brings,
 * until another one brings something else, and what relied on it is looked at again.
 */
public final class DeadParameters {
    /** No way has brought a value yet. */
    private static final int UNKNOWN = -1;
    /** After so many changes of mind a parameter is taken to be one. */
    private static final int PATIENCE = 4;

    private final Graph graph;
    private final Order order;

    // What follows is by number of a parameter: those of the entry have none.
    private IntList parameters = new IntList();
    /** By node: the number + 1. */
    private int[] number;
    /** The value that it is; itself if it is none of those before it. */
    private int[] value;

    private byte[] changes;
    /** Where its followers begin in {@link #followers}: parameters for which an edge brings it. */
    private int[] firstFollower;

    private int[] followers;
    private IntList work;
    private boolean[] waiting;

    private DeadParameters(Graph graph) {
        this.graph = graph;
        order = graph.order();
    }

    /** Whether there were any. */
    public static boolean run(Graph graph) {
        graph.prune();
        DeadParameters pass = new DeadParameters(graph);
        boolean changed = pass.removeUnused();
        changed |= pass.removeCopies();
        assert Verifier.verify(graph);
        return changed;
    }

    private boolean removeUnused() {
        LiveNodes live = new LiveNodes(graph, order);
        boolean changed = removeLoads(live);
        BitSet unused = new BitSet();
        for (int i = 1; i < order.size(); i++) {
            Block block = order.block(i);
            for (int p = 0; p < block.parameterCount(); p++) {
                unused.set(block.parameter(p), !live.isLive(block.parameter(p)));
            }
        }
        return remove(unused) || changed;
    }

    /** Loads that nobody needs may need such parameters. */
    private boolean removeLoads(LiveNodes live) {
        boolean changed = false;
        for (int i = 0; i < order.size(); i++) {
            Block block = order.block(i);
            boolean found = false;
            for (int at = 0; at < block.size(); at++) {
                int node = block.node(at);
                if (graph.kind(node) == Kind.LOAD && !live.isLive(node)) {
                    graph.detach(node);
                    found = true;
                }
            }
            if (found) {
                graph.compact(block);
                changed = true;
            }
        }
        return changed;
    }

    private boolean remove(BitSet removed) {
        if (removed.isEmpty()) {
            return false;
        }
        for (int i = 1; i < order.size(); i++) {
            Block block = order.block(i);
            for (int p = 0; p < block.parameterCount(); p++) {
                if (removed.get(block.parameter(p))) {
                    graph.removeParameters(block, removed);
                    break;
                }
            }
        }
        return true;
    }

    private boolean removeCopies() {
        findParameters();
        int count = parameters.size();
        if (count == 0) {
            return false;
        }
        findFollowers();
        for (int parameter = count - 1; parameter >= 0; parameter--) {
            work.add(parameter);
            waiting[parameter] = true;
        }
        while (!work.isEmpty()) {
            int parameter = work.removeLast();
            waiting[parameter] = false;
            look(parameter);
        }
        BitSet copies = new BitSet();
        for (int parameter = 0; parameter < count; parameter++) {
            int node = parameters.get(parameter);
            if (value[parameter] != node && value[parameter] != UNKNOWN) {
                copies.set(node);
            }
        }
        boolean removed = remove(copies);
        for (int copy = copies.nextSetBit(0); copy >= 0; copy = copies.nextSetBit(copy + 1)) {
            graph.replace(copy, value[number(copy)]);
        }
        return removed;
    }

    /** Numbers the parameters of all blocks but the entry. */
    private void findParameters() {
        int count = 0;
        for (int i = 1; i < order.size(); i++) {
            count += order.block(i).parameterCount();
        }
        if (count == 0) {
            return;
        }
        parameters = IntList.sized(count);
        work = IntList.sized(count);
        for (int i = 1; i < order.size(); i++) {
            Block block = order.block(i);
            for (int p = 0; p < block.parameterCount(); p++) {
                parameters.add(block.parameter(p));
            }
        }
        number = new int[graph.size()];
        for (int parameter = 0; parameter < count; parameter++) {
            number[parameters.get(parameter)] = parameter + 1;
        }
        value = new int[count];
        Arrays.fill(value, UNKNOWN);
        changes = new byte[count];
        firstFollower = new int[count + 1];
        waiting = new boolean[count];
    }

    /** The number of a parameter, or -1 if it is none of those. */
    private int number(int node) {
        return number[node] - 1;
    }

    private void findFollowers() {
        for (int i = 0; i < order.size(); i++) {
            for (Block.Edge edge : order.block(i).outgoing) {
                for (int a = 0; a < edge.argumentCount(); a++) {
                    int argument = number(graph.argument(edge, a));
                    if (argument >= 0) {
                        firstFollower[argument]++;
                    }
                }
            }
        }
        int sum = 0;
        for (int parameter = 0; parameter < firstFollower.length; parameter++) {
            sum += firstFollower[parameter];
            firstFollower[parameter] = sum;
        }
        followers = new int[sum];
        for (int i = order.size() - 1; i >= 0; i--) {
            Block.Edge[] edges = order.block(i).outgoing;
            for (int e = edges.length - 1; e >= 0; e--) {
                for (int a = edges[e].argumentCount() - 1; a >= 0; a--) {
                    int argument = number(graph.argument(edges[e], a));
                    if (argument >= 0) {
                        followers[--firstFollower[argument]] = number(edges[e].to.parameter(a));
                    }
                }
            }
        }
    }

    private void look(int parameter) {
        int old = value[parameter];
        if (old == parameters.get(parameter)) {
            return;
        }
        int found = changes[parameter] > PATIENCE ? parameters.get(parameter) : brought(parameters.get(parameter));
        if (found != old) {
            change(parameter, found);
            if (old != UNKNOWN) {
                forget(parameter, old);
            }
        }
    }

    private void change(int parameter, int found) {
        value[parameter] = found;
        changes[parameter]++;
        for (int i = firstFollower[parameter]; i < firstFollower[parameter + 1]; i++) {
            await(followers[i]);
        }
    }

    private void await(int parameter) {
        if (!waiting[parameter]) {
            waiting[parameter] = true;
            work.add(parameter);
        }
    }

    /** What followed a parameter in taking a value may have had it from there alone. */
    private void forget(int parameter, int old) {
        IntList stack = new IntList(parameter);
        while (!stack.isEmpty()) {
            int from = stack.removeLast();
            for (int i = firstFollower[from]; i < firstFollower[from + 1]; i++) {
                int follower = followers[i];
                int node = parameters.get(follower);
                if (value[follower] == old && node != old) {
                    change(follower, changes[follower] > PATIENCE ? node : UNKNOWN);
                    await(follower);
                    stack.add(follower);
                }
            }
        }
    }

    /** The one value that all ways bring as far as it is known, or the parameter itself if there are several. */
    private int brought(int node) {
        int only = UNKNOWN;
        for (Block.Edge edge : graph.home(node).incoming) {
            int argument = graph.argument(edge, graph.number(node));
            int other = number(argument);
            int brings = argument == node ? UNKNOWN : other >= 0 ? value[other] : argument;
            if (brings != UNKNOWN && brings != node) {
                if (only != UNKNOWN && only != brings) {
                    return node;
                }
                only = brings;
            }
        }
        return only;
    }
}
