package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.Typing;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Checks what all passes rely on: that blocks end, that edges bring what parameters want, that types fit, and that every
 * value is there where it is used. A pass that leaves something else has a bug.
 */
public final class Verifier {
    private final Graph graph;
    private final Order order;
    /** Of pinned nodes: how many nodes of the block there are with it. */
    private final int[] seenAt;
    /** By node: the place of the lowest block that it needs, + 1; 0 is unknown. */
    private final int[] needs;
    /** By node: how many nodes of that block it needs. */
    private final int[] after;
    /** All edges that some block knows as a way in. */
    private final Set<Block.Edge> incoming = Collections.newSetFromMap(new IdentityHashMap<>());

    private Verifier(Graph graph) {
        this.graph = graph;
        order = graph.order();
        seenAt = new int[graph.size()];
        needs = new int[graph.size()];
        after = new int[graph.size()];
    }

    /**
     * True.
     *
     * @throws AssertionError if the graph is not as it should be
     */
    public static boolean verify(Graph graph) {
        new Verifier(graph).blocks();
        return true;
    }

    private void blocks() {
        require(graph.entry().predecessors().isEmpty(), "the entry has predecessors");
        for (int i = 0; i < order.size(); i++) {
            Block block = order.block(i);
            require(block.isEnded(), () -> block + " has no end");
            incoming.addAll(block.incoming);
            for (int at = 0; at < block.size(); at++) {
                seenAt[block.node(at)] = at + 1;
            }
        }
        for (int i = 0; i < order.size(); i++) {
            Block block = order.block(i);
            for (int p = 0; p < block.parameterCount(); p++) {
                require(
                        graph.home(block.parameter(p)) == block && graph.number(block.parameter(p)) == p,
                        () -> "a parameter of " + block);
            }
            for (int at = 0; at < block.size(); at++) {
                int node = block.node(at);
                require(graph.home(node) == block, () -> name(node) + " is not at home in " + block);
                require(graph.kind(node).endsBlock() == (at == block.size() - 1), () -> name(node) + " in " + block);
                types(node);
                inputs(node, block, at);
            }
            edges(block);
        }
    }

    private void inputs(int node, Block block, int at) {
        for (int i = 0; i < graph.inputCount(node); i++) {
            there(graph.input(node, i), block, at, node);
        }
    }

    /** A value is there at a place in a block if all that it is computed from is. */
    private void there(int value, Block block, int at, int user) {
        Block low = order.block(need(value));
        require(order.dominates(low, block), () -> name(value) + " is not there in " + block + " for " + name(user));
        require(low != block || after[value] <= at, () -> name(value) + " comes after " + name(user));
    }

    /** The place of the lowest block that a value needs, and in {@link #after} how many of its nodes. */
    private int need(int value) {
        IntList work = new IntList();
        work.add(value);
        while (!work.isEmpty()) {
            int node = work.get(work.size() - 1);
            if (needs[node] != 0 || place(node, work)) {
                work.removeLast();
            }
        }
        return needs[value] - 1;
    }

    /** Finds what a node needs, or adds the inputs that have to be looked at first and says false. */
    private boolean place(int node, IntList work) {
        Block home = graph.home(node);
        if (home != null) {
            require(order.place(home) >= 0, () -> name(node) + " is in " + home + ", which nothing leads to");
            needs[node] = order.place(home) + 1;
            after[node] = seenAt[node];
            return true;
        }
        boolean ready = true;
        for (int i = 0; i < graph.inputCount(node); i++) {
            int input = graph.input(node, i);
            if (needs[input] == 0) {
                work.add(input);
                ready = false;
                require(work.size() <= 8 * graph.size() + 8, () -> name(node) + " is its own input");
            }
        }
        if (ready) {
            types(node);
            lowest(node);
        }
        return ready;
    }

    private void lowest(int node) {
        int place = 0;
        int position = 0;
        for (int i = 0; i < graph.inputCount(node); i++) {
            int input = graph.input(node, i);
            int other = needs[input] - 1;
            Block high = order.block(Math.min(place, other));
            Block low = order.block(Math.max(place, other));
            require(order.dominates(high, low), () -> name(node) + " has inputs of " + high + " and " + low);
            position = other == place ? Math.max(position, after[input]) : other > place ? after[input] : position;
            place = Math.max(place, other);
        }
        needs[node] = place + 1;
        after[node] = position;
    }

    private void edges(Block block) {
        int wanted = switch (graph.kind(block.end())) {
            case JUMP -> 1;
            case BRANCH -> 2;
            case SWITCH -> Math.max(1, block.successorCount());
            case INVOKE -> Math.max(2, block.successorCount());
            default -> 0;
        };
        require(block.successorCount() == wanted, () -> block + " has " + block.successorCount() + " successors");
        for (Block.Edge edge : block.outgoing) {
            Block to = edge.to();
            require(
                    graph.kind(block.end()) != Kind.INVOKE || to.predecessors().size() == 1 && to.parameterCount() == 0,
                    () -> to + " is not that of an invocation alone");
            require(edge.from() == block && incoming.contains(edge), () -> "edge from " + block + " to " + to);
            require(edge.argumentCount() == to.parameterCount(), () -> "arguments from " + block + " to " + to);
            for (int i = 0; i < edge.argumentCount(); i++) {
                int argument = graph.argument(edge, i);
                int parameter = to.parameter(i);
                require(
                        graph.type(argument) == graph.type(parameter),
                        () -> name(argument) + " for " + name(parameter));
                there(argument, block, block.size() - 1, block.end());
            }
        }
    }

    private void types(int node) {
        switch (graph.kind(node)) {
            case COMPUTE -> {
                Op op = graph.op(node);
                require(graph.inputCount(node) == Typing.operands(op), () -> "operands of " + name(node));
                for (int i = 0; i < graph.inputCount(node); i++) {
                    type(node, i, Typing.operand(op, graph.workingType(node), i));
                }
                if (Typing.takesConstant(op)) {
                    int last = graph.input(node, graph.inputCount(node) - 1);
                    require(graph.isConstant(last), () -> "last operand of " + name(node));
                }
            }
            case SELECT -> {
                type(node, 0, Type.I32);
                type(node, 1, graph.type(node));
                type(node, 2, graph.type(node));
            }
            case LOAD, STORE -> {
                int value = graph.inputCount(node) - (graph.isIndexed(node) ? 2 : 1);
                require(value == (graph.kind(node) == Kind.STORE ? 1 : 0), () -> "operands of " + name(node));
                type(node, 0, Type.I64);
                if (graph.isIndexed(node)) {
                    type(node, 1, Type.I64);
                }
                if (value > 0) {
                    type(node, graph.inputCount(node) - 1, graph.workingType(node));
                }
            }
            case ATOMIC -> {
                int count =
                        graph.op(node) == Op.ATOMIC_FENCE ? 0 : graph.op(node).arity() + 1;
                require(graph.inputCount(node) == count, () -> "operands of " + name(node));
                for (int i = 0; i < count; i++) {
                    type(node, i, i < 2 ? Type.I64 : graph.workingType(node));
                }
            }
            case CALL -> list(node, graph.callee(node).parameters());
            case INVOKE -> list(node, graph.callee(node).parameters());
            case TAIL_CALL -> {
                list(node, graph.callee(node).parameters());
                require(graph.callee(node).results().equals(graph.resultTypes()), () -> "results of " + name(node));
            }
            case RETURN -> list(node, graph.resultTypes());
            case TRAP_IF -> {
                for (int i = 0; i < graph.inputCount(node); i++) {
                    type(node, i, Type.I32);
                }
            }
            case BRANCH, SWITCH -> type(node, 0, Type.I32);
            case RESULT -> {
                int of = graph.input(node, 0);
                Kind kind = graph.kind(of);
                boolean calls = kind == Kind.CALL || kind == Kind.INVOKE;
                require(calls || kind == Kind.COMPUTE, () -> name(node) + " of " + name(of));
                Type result = calls ? graph.callee(of).results().get(graph.number(node)) : Type.I64;
                require(result == graph.type(node), () -> "type of " + name(node));
                require(
                        kind != Kind.INVOKE || arrives(node, 0) && graph.home(of) == from(graph.home(node)),
                        () -> name(node) + " of " + name(of));
            }
            case STATE -> {
                int[] slots = graph.slots(node);
                require(graph.inputCount(node) == slots.length, () -> "slots of " + name(node));
                for (int i = 1; i < slots.length; i++) {
                    require(slots[i - 1] < slots[i], () -> "order of the slots of " + name(node));
                }
            }
            case CAUGHT -> require(arrives(node, 1), () -> name(node) + " is not where an exception lands");
            default -> {}
        }
    }

    /** Whether a node stands first, or behind others of its kind, in a certain successor of an INVOKE, or any behind that. */
    private boolean arrives(int node, int successor) {
        Block home = graph.home(node);
        if (home == null || home.predecessors().size() != 1) {
            return false;
        }
        for (int i = 0; home.node(i) != node; i++) {
            if (graph.kind(home.node(i)) != graph.kind(node)) {
                return false;
            }
        }
        Block from = from(home);
        return graph.kind(from.end()) == Kind.INVOKE && (from.successor(0).to() == home) == (successor == 0);
    }

    private static Block from(Block block) {
        return block.predecessors().getFirst().from();
    }

    private void list(int node, List<Type> types) {
        require(graph.inputCount(node) == types.size(), () -> "operands of " + name(node));
        for (int i = 0; i < types.size(); i++) {
            type(node, i, types.get(i));
        }
    }

    private void type(int node, int input, Type wanted) {
        require(
                graph.type(graph.input(node, input)) == wanted,
                () -> name(graph.input(node, input)) + " for " + name(node) + ", which wants " + wanted);
    }

    private String name(int node) {
        return graph.kind(node) + " " + node;
    }

    private void require(boolean condition, String what) {
        require(condition, () -> what);
    }

    private void require(boolean condition, Supplier<String> what) {
        if (!condition) {
            throw new AssertionError(what.get() + " in " + graph.name());
        }
    }
}
