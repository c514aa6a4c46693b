package emberwall.ir;

import emberwall.op.Eval;
import emberwall.op.FaultException;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.Typing;
import emberwall.op.V128;
import emberwall.op.VectorEval;
import java.util.List;

/**
 * Runs graphs as they stand: what a graph means, for tests to compare passes and machine code with. A floating node is
 * computed when something pinned wants it, from the latest values of what is pinned.
 *
 * <p>Values are {@link V128}s; scalars are the low word, an i32 or f32 zero-extended.
 */
public final class Interpreter {
    private final Graph graph;
    /** When what floats is computed; null if whenever it is wanted. */
    private final Schedule schedule;

    private final World world;
    private final V128[] value;
    /** By node: the time at which its value was made; 0 is never. */
    private final long[] made;
    /** By floating node: the time at which its value was last found to be good. */
    private final long[] checked;
    /** By node with several results: all of them. */
    private final V128[][] results;

    /** What the latest exception brought. */
    private List<V128> caught = List.of();

    private long clock;
    private long fuel;

    /** What a graph meets when it runs. */
    public interface World {
        /**
         * What is read from memory, extended or made a vector as the operator says.
         *
         * @throws TrapException to trap there; the origin is added
         */
        V128 load(Op op, Type type, long address);

        /**
         * Writes to memory.
         *
         * @throws TrapException to trap there
         */
        void store(Op op, Type type, long address, V128 written);

        /** What is read by an atomic access of so many bytes, if it reads; operands are all but the address. */
        default V128 atomic(Op op, Type type, int bytes, long address, List<V128> operands) {
            throw new UnsupportedOperationException(op.toString());
        }

        /**
         * The results of a call.
         *
         * @throws CaughtException to go on where an invocation lands
         */
        List<V128> call(Callee callee, List<V128> arguments);

        /** A poll. */
        default void poll() {}

        /** The address that a context is. */
        default long address(Context context) {
            throw new UnsupportedOperationException(context.toString());
        }
    }

    /** The callee of an invocation was left by an exception that is caught. */
    public static final class CaughtException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int landing;
        private final transient List<V128> values;

        /**
         * An exception.
         *
         * @param landing where to go on: which of the invocation's successors, from 1
         * @param values what it brings
         */
        public CaughtException(int landing, List<V128> values) {
            this.landing = landing;
            this.values = List.copyOf(values);
        }
    }

    /** The graph trapped, or had no more time. */
    public static final class TrapException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final TrapReason reason;
        private final int origin;

        /** A trap; where it came from is not known yet. */
        public TrapException(TrapReason reason) {
            this(reason, Graph.NO_ORIGIN);
        }

        TrapException(TrapReason reason, int origin) {
            super(reason.text());
            this.reason = reason;
            this.origin = origin;
        }

        /** Why; {@link TrapReason#DEADLINE} if there was no more time. */
        public TrapReason reason() {
            return reason;
        }

        /** The origin of the node that trapped. */
        public int origin() {
            return origin;
        }
    }

    private Interpreter(Graph graph, Schedule schedule, World world, long steps) {
        this.graph = graph;
        this.schedule = schedule;
        this.world = world;
        fuel = steps;
        value = new V128[graph.size()];
        made = new long[graph.size()];
        checked = new long[graph.size()];
        results = new V128[graph.size()][];
    }

    /**
     * The results of a function.
     *
     * @param steps how many pinned nodes it may run
     * @throws TrapException if it traps
     */
    public static List<V128> run(Graph graph, World world, long steps, List<V128> arguments) {
        return new Interpreter(graph, null, world, steps).run(arguments);
    }

    /**
     * The results of a function whose nodes run where, and only where, a schedule says.
     *
     * @param steps how many pinned nodes it may run
     * @throws TrapException if it traps
     * @throws IllegalStateException if a value is wanted that is not there
     */
    public static List<V128> run(Graph graph, Schedule schedule, World world, long steps, List<V128> arguments) {
        return new Interpreter(graph, schedule, world, steps).run(arguments);
    }

    private List<V128> run(List<V128> arguments) {
        Block block = graph.entry();
        for (int i = 0; i < arguments.size(); i++) {
            set(block.parameter(i), arguments.get(i));
        }
        while (true) {
            body(block);
            int end = block.end();
            spend(end);
            switch (graph.kind(end)) {
                case JUMP -> block = follow(block.successor(0));
                case BRANCH -> block = follow(block.successor(low(graph.input(end, 0)) != 0 ? 0 : 1));
                case SWITCH -> {
                    long last = block.successorCount() - 1;
                    block = follow(block.successor((int) Math.min(low(graph.input(end, 0)), last)));
                }
                case INVOKE -> block = invoke(block, end).to();
                case TAIL_CALL -> {
                    return call(end);
                }
                case RETURN -> {
                    return inputs(end);
                }
                case TRAP -> throw new TrapException(graph.reason(end), graph.origin(end));
                default -> throw new IllegalStateException(block + " has no end");
            }
        }
    }

    private void body(Block block) {
        if (schedule == null) {
            for (int i = 0; i < block.size() - 1; i++) {
                effect(block.node(i));
            }
            return;
        }
        for (int i = 0; i < schedule.size(block); i++) {
            value[schedule.node(block, i)] = null;
        }
        for (int i = 0; i < schedule.size(block) - 1; i++) {
            int node = schedule.node(block, i);
            if (graph.isPinned(node)) {
                effect(node);
            } else {
                set(node, computed(node));
            }
        }
    }

    private void spend(int node) {
        if (--fuel < 0) {
            throw new TrapException(TrapReason.DEADLINE, graph.origin(node));
        }
    }

    private List<V128> call(int node) {
        try {
            return world.call(graph.callee(node), inputs(node));
        } catch (TrapException trap) {
            throw new TrapException(trap.reason(), graph.origin(node));
        }
    }

    private Block.Edge invoke(Block block, int node) {
        try {
            results[node] = call(node).toArray(V128[]::new);
            return block.successor(0);
        } catch (CaughtException exception) {
            caught = exception.values;
            return block.successor(exception.landing);
        }
    }

    private Block follow(Block.Edge edge) {
        V128[] brought = new V128[edge.argumentCount()];
        for (int i = 0; i < brought.length; i++) {
            brought[i] = get(graph.argument(edge, i));
        }
        for (int i = 0; i < brought.length; i++) {
            set(edge.to().parameter(i), brought[i]);
        }
        return edge.to();
    }

    private void set(int node, V128 itsValue) {
        value[node] = itsValue;
        made[node] = ++clock;
    }

    private List<V128> inputs(int node) {
        V128[] inputs = new V128[graph.inputCount(node)];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = get(graph.input(node, i));
        }
        return List.of(inputs);
    }

    private long low(int node) {
        return get(node).low();
    }

    // ---- what is pinned

    private void effect(int node) {
        spend(node);
        try {
            switch (graph.kind(node)) {
                case COMPUTE, LOAD, RESULT -> set(node, computed(node));
                case CAUGHT -> set(node, caught.get(graph.number(node)));
                case STORE ->
                    world.store(
                            graph.op(node),
                            graph.workingType(node),
                            address(node),
                            get(graph.input(node, graph.inputCount(node) - 1)));
                case CALL -> {
                    List<V128> all = world.call(graph.callee(node), inputs(node));
                    results[node] = all.toArray(V128[]::new);
                    set(node, all.isEmpty() ? V128.ZERO : all.getFirst());
                }
                case TRAP_IF -> {
                    if (low(graph.input(node, 0)) != 0) {
                        if (low(graph.input(node, graph.inputCount(node) - 1)) == 0) {
                            throw new IllegalStateException("a check that the first look lets pass");
                        }
                        throw new TrapException(graph.reason(node));
                    }
                }
                case POLL -> {
                    if (graph.number(node) == 0) {
                        world.poll();
                    }
                }
                case STATE -> inputs(node); // all of them must be there
                case ATOMIC -> {
                    if (graph.op(node) != Op.ATOMIC_FENCE) {
                        set(node, atomic(node));
                    }
                }
                default -> throw new IllegalStateException(graph.kind(node) + " in the middle of a block");
            }
        } catch (TrapException trap) {
            throw new TrapException(trap.reason(), graph.origin(node));
        } catch (FaultException fault) {
            throw new TrapException(fault.fault().reason(), graph.origin(node));
        }
    }

    private V128 atomic(int node) {
        List<V128> inputs = inputs(node);
        return world.atomic(
                graph.op(node),
                graph.workingType(node),
                Access.atomicBytes(graph.access(node)),
                address(node),
                inputs.subList(2, inputs.size()));
    }

    private long address(int node) {
        long index = graph.isIndexed(node) ? low(graph.input(node, 1)) : 0;
        return low(graph.input(node, 0)) + index + graph.number(node);
    }

    // ---- what floats

    private V128 get(int wanted) {
        if (schedule != null && !graph.isAnywhere(wanted)) {
            if (value[wanted] == null) {
                throw new IllegalStateException(graph.kind(wanted) + " " + wanted + " has no value yet");
            }
            return value[wanted];
        }
        if (isGood(wanted)) {
            return value[wanted];
        }
        IntList work = new IntList(wanted);
        while (!work.isEmpty()) {
            int node = work.get(work.size() - 1);
            boolean ready = true;
            long latest = 1;
            for (int i = 0; i < graph.inputCount(node); i++) {
                int input = graph.input(node, i);
                if (!isGood(input)) {
                    work.add(input);
                    ready = false;
                }
                latest = Math.max(latest, made[input]);
            }
            if (ready) {
                work.removeLast();
                if (made[node] < latest) {
                    value[node] = computed(node);
                    made[node] = latest;
                }
                checked[node] = clock;
            }
        }
        return value[wanted];
    }

    /** Whether the value is of now. What is pinned, and parameters, have what they were given. */
    private boolean isGood(int node) {
        return graph.home(node) != null || made[node] != 0 && checked[node] == clock;
    }

    private V128 computed(int node) {
        return switch (graph.kind(node)) {
            case CONSTANT -> graph.type(node) == Type.V128 ? graph.vector(node) : scalar(graph.bits(node));
            case COMPUTE -> operator(node);
            case CONTEXT -> scalar(world.address(Context.of(graph.number(node))));
            case SELECT -> value(node, value(node, 0).low() != 0 ? 1 : 2);
            case RESULT -> results[graph.input(node, 0)][graph.number(node)];
            case LOAD -> world.load(graph.op(node), graph.workingType(node), address(node));
            default -> throw new IllegalStateException(graph.kind(node) + " does not float");
        };
    }

    private static V128 scalar(long bits) {
        return new V128(bits, 0);
    }

    private V128 value(int node, int input) {
        boolean isThere = schedule == null && graph.home(node) == null;
        return isThere ? value[graph.input(node, input)] : get(graph.input(node, input));
    }

    private V128 operator(int node) {
        Op op = graph.op(node);
        Type type = graph.workingType(node);
        int inputs = graph.inputCount(node);
        if (Typing.results(op) == 2) {
            long[] words = new long[4];
            for (int i = 0; i < inputs; i++) {
                words[i] = value(node, i).low();
            }
            Eval.applyWide(op, words, 0);
            results[node] = new V128[] {scalar(words[0]), scalar(words[1])};
            return results[node][0];
        }
        V128 x = value(node, 0);
        V128 y = inputs > 1 ? value(node, 1) : V128.ZERO;
        if (type.isVector()) {
            return VectorEval.apply(op, type, x, y, inputs > 2 ? value(node, 2) : V128.ZERO);
        }
        return scalar(Eval.apply(op, type, x.low(), y.low()));
    }
}
