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
    /** By parameter: the value that it is; itself if it is none of those before it. */
    private final int[] value;

    private final byte[] changes;
    /** By parameter: where its followers begin in {@link #followers}: parameters for which an edge brings it. */
    private final int[] firstFollower;

    private int[] followers;
    private final IntList work = new IntList();
    private final BitSet waiting = new BitSet();

    private DeadParameters(Graph graph) {
        this.graph = graph;
        order = graph.order();
        value = new int[graph.size()];
        changes = new byte[graph.size()];
        firstFollower = new int[graph.size() + 1];
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
        if (!hasParameters()) {
            return false;
        }
        Arrays.fill(value, UNKNOWN);
        findFollowers();
        for (int i = order.size() - 1; i > 0; i--) {
            Block block = order.block(i);
            for (int p = block.parameterCount() - 1; p >= 0; p--) {
                work.add(block.parameter(p));
                waiting.set(block.parameter(p));
            }
        }
        while (!work.isEmpty()) {
            int parameter = work.removeLast();
            waiting.clear(parameter);
            look(parameter);
        }
        BitSet copies = new BitSet();
        for (int i = 1; i < order.size(); i++) {
            Block block = order.block(i);
            for (int p = 0; p < block.parameterCount(); p++) {
                int parameter = block.parameter(p);
                copies.set(parameter, value[parameter] != parameter && value[parameter] != UNKNOWN);
            }
        }
        boolean removed = remove(copies);
        for (int copy = copies.nextSetBit(0); copy >= 0; copy = copies.nextSetBit(copy + 1)) {
            graph.replace(copy, value[copy]);
        }
        return removed;
    }

    /** Whether any block but the entry has parameters. */
    private boolean hasParameters() {
        for (int i = 1; i < order.size(); i++) {
            if (order.block(i).parameterCount() > 0) {
                return true;
            }
        }
        return false;
    }

    private void findFollowers() {
        eachArgument((argument, parameter) -> firstFollower[argument + 1]++);
        for (int i = 0; i < graph.size(); i++) {
            firstFollower[i + 1] += firstFollower[i];
        }
        followers = new int[firstFollower[graph.size()]];
        int[] next = Arrays.copyOf(firstFollower, graph.size());
        eachArgument((argument, parameter) -> followers[next[argument]++] = parameter);
    }

    private interface Visitor {
        void visit(int argument, int parameter);
    }

    /** Visits what edges bring that is a parameter itself. */
    private void eachArgument(Visitor visitor) {
        for (int i = 0; i < order.size(); i++) {
            for (Block.Edge edge : order.block(i).outgoing) {
                for (int a = 0; a < edge.argumentCount(); a++) {
                    int argument = graph.argument(edge, a);
                    if (graph.kind(argument) == Kind.PARAMETER) {
                        visitor.visit(argument, edge.to.parameter(a));
                    }
                }
            }
        }
    }

    private void look(int parameter) {
        int old = value[parameter];
        if (old == parameter) {
            return;
        }
        int found = changes[parameter] > PATIENCE ? parameter : brought(parameter);
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
        if (!waiting.get(parameter)) {
            waiting.set(parameter);
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
                if (value[follower] == old && follower != old) {
                    change(follower, changes[follower] > PATIENCE ? follower : UNKNOWN);
                    await(follower);
                    stack.add(follower);
                }
            }
        }
    }

    /** The one value that all ways bring as far as it is known, or the parameter itself if there are several. */
    private int brought(int parameter) {
        int only = UNKNOWN;
        for (Block.Edge edge : graph.home(parameter).incoming) {
            int argument = graph.argument(edge, graph.number(parameter));
            int brings = argument == parameter ? UNKNOWN : isOpen(argument) ? value[argument] : argument;
            if (brings != UNKNOWN && brings != parameter) {
                if (only != UNKNOWN && only != brings) {
                    return parameter;
                }
                only = brings;
            }
        }
        return only;
    }

    private boolean isOpen(int argument) {
        return graph.kind(argument) == Kind.PARAMETER && graph.home(argument) != graph.entry();
    }
}
