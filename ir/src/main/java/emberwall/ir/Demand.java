package emberwall.ir;

import java.util.Arrays;

/**
 * What a graph has to compute: what is pinned for what it does, what edges bring, and what all that is computed from. With
 * each value the highest block that it can stand in.
 */
final class Demand {
    private static final byte NEW = 0;
    private static final byte OPEN = 1;
    private static final byte DONE = 2;
    private static final byte PUT = 3;

    private final Graph graph;
    private final Order order;
    private byte[] state;
    private int[] count;
    /** By node: the place of the lowest block that has its inputs. */
    private int[] early;
    /** Inputs first, without what is anywhere and parameters. */
    private IntList nodes;

    private final IntList further = new IntList();
    private final Uses uses;

    Demand(Graph graph, Order order) {
        this.graph = graph;
        this.order = order;
        state = new byte[graph.size()];
        count = new int[graph.size()];
        early = new int[graph.size()];
        nodes = IntList.sized(graph.size());
        uses = new Uses(graph);
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
                    count[argument]++;
                    visit(argument, work);
                }
                uses.add(edge, i);
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

    private void visit(int root, IntList work) {
        if (state[root] != NEW || graph.hasNoPlace(root)) {
            return;
        }
        work.add(root);
        while (!work.isEmpty()) {
            int node = work.last();
            if (state[node] == NEW) {
                state[node] = OPEN;
                int waiting = work.size();
                for (int i = graph.inputCount(node) - 1; i >= 0; i--) {
                    int input = graph.input(node, i);
                    count[input]++;
                    if (state[input] == NEW && !graph.hasNoPlace(input)) {
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
                nodes.add(node);
                if (isFurther(node)) {
                    further.add(node);
                }
            }
        }
    }

    private void findEarly(int node) {
        if (graph.isPinned(node)) {
            early[node] = order.place(graph.home(node));
            return;
        }
        int lowest = 0;
        for (int i = 0; i < graph.inputCount(node); i++) {
            int input = graph.input(node, i);
            int low = graph.kind(input) == Kind.PARAMETER ? order.place(graph.home(input)) : early[input];
            // All of them dominate the uses, so that of two one dominates the other.
            lowest = Math.max(lowest, low);
        }
        early[node] = lowest;
    }

    /** Whether a node is a further result of one that it stands behind. */
    boolean isFurther(int node) {
        return graph.kind(node) == Kind.RESULT && !graph.isPinned(node);
    }

    /** Makes a copy of a node, which uses the same. */
    int copy(int node) {
        int copy = graph.addLike(node);
        for (int i = 0; i < graph.inputCount(node); i++) {
            graph.addInput(graph.input(node, i));
            count[graph.input(node, i)]++;
        }
        if (copy >= state.length) {
            int room = copy + copy / 2;
            state = Arrays.copyOf(state, room);
            count = Arrays.copyOf(count, room);
            early = Arrays.copyOf(early, room);
        }
        state[copy] = DONE;
        early[copy] = early[node];
        return copy;
    }

    /**
     * Puts copies behind what they are copies of.
     *
     * @param copies pairs of a node and its copy, the last node first
     */
    void addCopies(IntList copies) {
        int at = nodes.size() + copies.size() / 2;
        int[] all = new int[at];
        int copy = 0;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            int node = nodes.get(i);
            for (; copy < copies.size() && copies.get(copy) == node; copy += 2) {
                all[--at] = copies.get(copy + 1);
            }
            all[--at] = node;
        }
        assert at == 0 : at;
        nodes = new IntList(all);
    }

    /** How many nodes are needed, what is anywhere and parameters aside. */
    int size() {
        return nodes.size();
    }

    /** A node that is needed; those that it is computed from come before it. */
    int node(int index) {
        return nodes.get(index);
    }

    /** Those that are further results of others. */
    IntList further() {
        return further;
    }

    /** Uses by edges, and what is added. */
    Uses uses() {
        return uses;
    }

    /** How many times nodes that are needed, and edges, use a value. */
    int count(int node) {
        return count[node];
    }

    /** One use more of a value, and one less of another. */
    void move(int from, int to) {
        count[from]--;
        count[to]++;
    }

    /** The place of the highest block that a node can stand in. */
    int early(int node) {
        return early[node];
    }

    boolean isNeeded(int node) {
        return state[node] != NEW;
    }

    /** Whether a node that has a place stands there. */
    boolean isPut(int node) {
        return state[node] == PUT;
    }

    /** Whether a node is needed and does not stand anywhere so far. */
    boolean isMissing(int node) {
        return state[node] == DONE;
    }

    void put(int node) {
        state[node] = PUT;
    }
}
