package emberwall.ir;

/**
 * The nodes that somebody needs: what is pinned for what it does, what that is computed from, and what edges bring for
 * parameters that are needed themselves.
 */
final class LiveNodes {
    private static final byte NEW = 0;
    private static final byte OPEN = 1;
    private static final byte DONE = 2;

    private final Graph graph;
    private final Order order;
    private final byte[] state;
    /** Inputs first; parameters are not among them. */
    private final IntList nodes;

    private final IntList parameters = new IntList();

    /** What is needed in a graph. */
    LiveNodes(Graph graph, Order order) {
        this(graph, order, false);
    }

    /** What is needed, or, on request, all that is computed from what is pinned and for edges. */
    LiveNodes(Graph graph, Order order, boolean all) {
        this.graph = graph;
        this.order = order;
        state = new byte[graph.size()];
        nodes = IntList.sized(graph.size());
        IntList work = IntList.sized(64);
        for (int i = 0; i < order.size(); i++) {
            Block block = order.block(i);
            for (int at = 0; at < block.size(); at++) {
                if (all || isEffect(graph, block.node(at))) {
                    visit(block.node(at), work);
                }
            }
            for (Block.Edge edge : block.outgoing) {
                for (int a = 0; all && a < edge.argumentCount(); a++) {
                    visit(graph.argument(edge, a), work);
                }
            }
        }
        while (!all && !parameters.isEmpty()) {
            bring(parameters.removeLast(), work);
        }
    }

    /** Whether a pinned node does something even if nobody uses its value, be it that it may trap. */
    static boolean isEffect(Graph graph, int node) {
        return switch (graph.kind(node)) {
            case LOAD -> Access.traps(graph.access(node)) || graph.op(node).writesMemory();
            case RESULT -> false;
            case CAUGHT -> true; // it is brought, whether anybody wants it or not, and needs its place
            default -> true;
        };
    }

    private void bring(int parameter, IntList work) {
        for (Block.Edge edge : graph.home(parameter).incoming) {
            if (order.place(edge.from) >= 0) {
                visit(graph.argument(edge, graph.number(parameter)), work);
            }
        }
    }

    private void visit(int root, IntList work) {
        if (state[root] != NEW) {
            return;
        }
        if (graph.hasNoPlace(root)) {
            addLeaf(root);
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
                    if (state[input] == NEW) {
                        if (graph.hasNoPlace(input)) {
                            addLeaf(input);
                        } else {
                            work.add(input);
                        }
                    }
                }
                if (work.size() > waiting) {
                    continue;
                }
            }
            work.removeLast();
            if (state[node] == OPEN) {
                state[node] = DONE;
                nodes.add(node);
            }
        }
    }

    /** What is computed from nothing need not wait for its turn. */
    private void addLeaf(int node) {
        state[node] = DONE;
        (graph.kind(node) == Kind.PARAMETER ? parameters : nodes).add(node);
    }

    boolean isLive(int node) {
        return state[node] != NEW;
    }

    /** How many live nodes there are, parameters aside. */
    int size() {
        return nodes.size();
    }

    /** A live node; those that it is computed from come before it. */
    int node(int index) {
        return nodes.get(index);
    }
}
