package emberwall.ir;

import emberwall.op.Type;

/**
 * Makes a SELECT of a branch whose ways do nothing and meet again: with values that are cheap, computing both costs less than
 * guessing wrong. What floats needs no moving for that, so that it is a matter of counting what only one way needs.
 */
public final class IfConversion {
    /** How many nodes may have to be computed in vain. */
    private static final int MOST_NODES = 2;

    private static final int MOST_SELECTS = 1;
    private static final int TOO_MANY = MOST_NODES + 1;

    private final Graph graph;
    private final Builder builder;
    private final Order order;
    private boolean changed;

    private IfConversion(Graph graph) {
        this.graph = graph;
        builder = new Builder(graph);
        order = graph.order();
    }

    /** Whether a branch became a SELECT. */
    public static boolean run(Graph graph) {
        graph.prune();
        IfConversion pass = new IfConversion(graph);
        // Inner ones first: what they leave may be the arm of an outer one.
        for (int i = pass.order.size() - 1; i >= 0; i--) {
            pass.visit(pass.order.block(i));
        }
        if (pass.changed) {
            graph.prune();
        }
        assert Verifier.verify(graph);
        return pass.changed;
    }

    private void visit(Block block) {
        if (graph.kind(block.end()) != Kind.BRANCH) {
            return;
        }
        Block.Edge then = arm(block, block.outgoing[0]);
        Block.Edge otherwise = arm(block, block.outgoing[1]);
        if (then.to != otherwise.to || then == otherwise || order.place(then.to) <= order.place(block)) {
            return;
        }
        Block join = then.to;
        int selects = 0;
        int cost = 0;
        for (int i = 0; i < join.parameterCount(); i++) {
            int x = graph.argument(then, i);
            int y = graph.argument(otherwise, i);
            if (x != y) {
                selects++;
                cost += isInteger(x) ? cost(x) + cost(y) : TOO_MANY;
            }
        }
        if (selects <= MOST_SELECTS && cost <= MOST_NODES) {
            convert(block, then, otherwise);
        }
    }

    private boolean isInteger(int node) {
        return graph.type(node) == Type.I32 || graph.type(node) == Type.I64;
    }

    /** At most how many nodes there are to compute for a value, or too many. */
    private int cost(int value) {
        int cost = 0;
        IntList work = new IntList(value);
        while (!work.isEmpty() && cost < TOO_MANY) {
            int node = work.removeLast();
            if (!graph.isAnywhere(node) && graph.home(node) == null) {
                cost += isCheap(node) ? 1 : TOO_MANY;
                for (int i = 0; i < graph.inputCount(node); i++) {
                    work.add(graph.input(node, i));
                }
            }
        }
        return Math.min(cost, TOO_MANY);
    }

    private boolean isCheap(int node) {
        if (graph.kind(node) != Kind.COMPUTE) {
            return false;
        }
        Type type = graph.workingType(node);
        return switch (graph.op(node)) {
            case ADD, SUB, AND, OR, XOR, SHL, SHR_S, SHR_U -> type == Type.I32 || type == Type.I64;
            case WRAP, EXTEND_I32_S, EXTEND_I32_U, EXTEND8_S, EXTEND16_S, EXTEND32_S -> true;
            default -> false;
        };
    }

    private void convert(Block block, Block.Edge then, Block.Edge otherwise) {
        int condition = graph.input(block.end(), 0);
        IntList arguments = new IntList();
        for (int i = 0; i < then.to.parameterCount(); i++) {
            int x = graph.argument(then, i);
            int y = graph.argument(otherwise, i);
            int selected = x == y ? x : builder.select(condition, x, y);
            if (graph.isReference(then.to.parameter(i)) && !graph.isAnywhere(selected)) {
                graph.setReference(selected);
            }
            arguments.add(selected);
        }
        graph.replaceEnd(block, graph.addNode(Kind.JUMP, null, 0), graph.origin(block.end()));
        then.from = block;
        then.arguments = arguments;
        graph.leave(block, then);
        changed = true;
    }

    /** The edge to where ways may meet: an edge itself, or the one out of the block with nothing in it where it leads. */
    private Block.Edge arm(Block block, Block.Edge edge) {
        Block to = edge.to;
        boolean empty = to.size() == 1
                && to.parameterCount() == 0
                && graph.kind(to.end()) == Kind.JUMP
                && to.incoming.size() == 1
                && to != block;
        return empty ? to.outgoing[0] : edge;
    }
}
