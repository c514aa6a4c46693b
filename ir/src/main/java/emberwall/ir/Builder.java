package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.Typing;
import java.util.List;

/**
 * Makes a {@link Graph}, from its entry on: values wherever they are needed, effects in the block at work, in order.
 *
 * <pre>{@code
 * Builder b = new Builder("sum", List.of(Type.I32), List.of(Type.I32));
 * Block loop = b.block(Type.I32, Type.I32);
 * Block done = b.block();
 * b.jump(loop, b.parameter(0), b.i32(0));
 * b.at(loop);
 * int sum = b.compute(Op.ADD, Type.I32, loop.parameter(1), loop.parameter(0));
 * int less = b.compute(Op.SUB, Type.I32, loop.parameter(0), b.i32(1));
 * b.branch(less, loop, new int[] {less, sum}, done, new int[0]);
 * b.at(done);
 * b.returns(sum);
 * Graph graph = b.finish();
 * }</pre>
 *
 * A value that is there already, is a constant, or is cheaper in another form is not made anew: {@link Simplifier}. So what
 * a method returns may be any node of the right type.
 */
public final class Builder {
    private static final int[] NO_ARGUMENTS = {};

    private final Graph graph;
    private final ValueTable values;
    private final Folding folding;
    private final Simplifier simplifier;
    private final boolean simplifying;

    private Runnable beforeTraps = () -> {};
    private Block block;
    private int origin = Graph.NO_ORIGIN;

    /**
     * Begins a function. The block at work is its entry.
     *
     * @param name what texts call it
     * @param parameters types of its parameters: scalars or {@link Type#V128}
     * @param results types of its results
     */
    public Builder(String name, List<Type> parameters, List<Type> results) {
        this(name, parameters, results, 0, true);
    }

    /** The same with room for so many nodes at once. */
    public Builder(String name, List<Type> parameters, List<Type> results, int nodes) {
        this(name, parameters, results, nodes, true);
    }

    Builder(String name, List<Type> parameters, List<Type> results, int nodes, boolean simplifying) {
        this.simplifying = simplifying;
        graph = new Graph(name, parameters, results, nodes);
        values = new ValueTable(graph);
        folding = new Folding(graph, values);
        simplifier = new Simplifier(graph, this);
        block = block(parameters.toArray(Type[]::new));
    }

    /** Makes values for a graph that is there. Nothing can be pinned. */
    Builder(Graph graph) {
        simplifying = true;
        this.graph = graph;
        values = new ValueTable(graph);
        folding = new Folding(graph, values);
        simplifier = new Simplifier(graph, this);
    }

    /** Makes room for so many values at once; there are none yet. */
    void expect(int count) {
        values.expect(count);
    }

    /**
     * What is as good as a node whose inputs have changed: the same value made before, a simpler one, or the node. What may
     * fault is as good as what does not if now it cannot.
     */
    int renew(int node) {
        if (graph.isPinned(node)) {
            return graph.kind(node) == Kind.COMPUTE ? renewPinned(node) : node;
        }
        int known = values.adopt(node);
        if (known != node) {
            return known;
        }
        int inputs = graph.inputCount(node);
        return switch (graph.kind(node)) {
            case COMPUTE -> Typing.results(graph.op(node)) > 1 ? node : renewCompute(node, inputs);
            case SELECT -> select(graph.input(node, 0), graph.input(node, 1), graph.input(node, 2));
            default -> node;
        };
    }

    private int renewCompute(int node, int inputs) {
        Op op = graph.op(node);
        Type type = graph.workingType(node);
        int better = switch (inputs) {
            case 1 -> better(op, type, graph.input(node, 0));
            case 2 -> better(op, type, graph.input(node, 0), graph.input(node, 1));
            case 3 -> better(op, type, graph.input(node, 0), graph.input(node, 1), graph.input(node, 2));
            default -> Simplifier.NONE;
        };
        return better == Simplifier.NONE ? node : better;
    }

    private int better(Op op, Type type, int x) {
        return graph.isConstant(x) ? folding.fold(op, type, 1, x, 0, 0) : simplifier.unary(op, type, x);
    }

    private int better(Op op, Type type, int x, int y) {
        boolean constant = graph.isConstant(x) && graph.isConstant(y) && Typing.results(op) == 1;
        return constant ? folding.fold(op, type, 2, x, y, 0) : simplifier.binary(op, type, x, y);
    }

    private int better(Op op, Type type, int x, int y, int z) {
        boolean constant = graph.isConstant(x) && graph.isConstant(y) && graph.isConstant(z);
        return constant ? folding.fold(op, type, 3, x, y, z) : Simplifier.NONE;
    }

    private int renewPinned(int node) {
        Op op = graph.op(node);
        Type type = graph.workingType(node);
        int x = graph.input(node, 0);
        if (graph.inputCount(node) == 1) {
            int folded = graph.isConstant(x) ? folding.fold(op, type, 1, x, 0, 0) : Simplifier.NONE;
            return folded == Simplifier.NONE ? node : folded;
        }
        int y = graph.input(node, 1);
        boolean constant = graph.isConstant(x) && graph.isConstant(y);
        int better = constant ? folding.fold(op, type, 2, x, y, 0) : simplifier.binary(op, type, x, y);
        if (better != Simplifier.NONE) {
            return better;
        }
        return isHarmless(op, type, y) ? floating(op, type, 2, x, y, 0) : node;
    }

    /** The function, complete. The builder may go on adding values, and blocks where there are none. */
    public Graph finish() {
        assert Verifier.verify(graph);
        return graph;
    }

    /** The function as far as it is there. */
    public Graph graph() {
        return graph;
    }

    // ---- places

    /** A new block with parameters of these types. It is not at work yet. */
    public Block block(Type... parameters) {
        Block made = graph.addBlock();
        for (Type type : parameters) {
            graph.addParameter(made, type);
        }
        return made;
    }

    /** Gives a block one more parameter, of which no edge knows yet. */
    public int parameter(Block of, Type type) {
        if (!of.incoming.isEmpty()) {
            throw new IllegalStateException(of + " has predecessors");
        }
        return graph.addParameter(of, type);
    }

    /** Gives a block one more parameter, for which all edges that there are bring the same value. */
    public int parameter(Block of, Type type, int value) {
        for (Block.Edge edge : of.incoming) {
            edge.arguments.add(value);
        }
        return graph.addParameter(of, type);
    }

    /** Goes on at the end of a block. */
    public void at(Block other) {
        block = other;
    }

    /** The block at work; it may have ended. */
    public Block current() {
        return block;
    }

    /** Whether the block at work goes on. */
    public boolean isOpen() {
        return !block.isEnded();
    }

    /** What is pinned from now on has this origin. */
    public void origin(int from) {
        origin = from;
    }

    /** From now on something happens each time before a TRAP_IF or TRAP is pinned: a {@link #state}, say. */
    public void beforeTraps(Runnable action) {
        beforeTraps = action;
    }

    /** A parameter of the function. */
    public int parameter(int index) {
        return graph.entry().parameter(index);
    }

    /** Says that a value is a reference that a collector has to know of, and returns it. */
    public int reference(int value) {
        graph.setReference(value);
        return value;
    }

    /** Says that an integer is at least so much, unsigned, and returns it. */
    public int atLeast(int value, long bound) {
        graph.setLeast(value, bound);
        return value;
    }

    // ---- constants

    /** A constant. */
    public int i32(int value) {
        return values.constant(Type.I32, Integer.toUnsignedLong(value), 0);
    }

    /** A constant. */
    public int i64(long value) {
        return values.constant(Type.I64, value, 0);
    }

    /** A constant, with the bits of a NaN as they are. */
    public int f32(float value) {
        return values.constant(Type.F32, Integer.toUnsignedLong(Float.floatToRawIntBits(value)), 0);
    }

    /** A constant, with the bits of a NaN as they are. */
    public int f64(double value) {
        return values.constant(Type.F64, Double.doubleToRawLongBits(value), 0);
    }

    /** A constant of 128 bits. */
    public int vector(long low, long high) {
        return values.constant(Type.V128, low, high);
    }

    /** A scalar constant by its bits; of an i32 or f32 the upper half is not looked at. */
    public int constant(Type type, long bits) {
        return values.constant(type, type.bits() == 32 ? bits & 0xFFFF_FFFFL : bits, 0);
    }

    int integer(Type type, long value) {
        return constant(type, value);
    }

    // ---- values

    /** An address that is in a register of its own. */
    public int context(Context which) {
        return values.node(Kind.CONTEXT, Op.ADD, Type.I32, Type.I64, which.ordinal(), 0, 0, 0, 0, 0);
    }

    /** An operator on one operand. */
    public int compute(Op op, Type type, int x) {
        assert !simplifying || fits(op, type, 1, x, 0, 0);
        if (simplifying) {
            int better = better(op, type, x);
            if (better != Simplifier.NONE) {
                return better;
            }
        }
        return op.mayFault() ? pinned(op, type, 1, x, 0) : floating(op, type, 1, x, 0, 0);
    }

    /** An operator on two operands, the constant one of {@link Typing#takesConstant} included. */
    public int compute(Op op, Type type, int x, int y) {
        assert !simplifying || fits(op, type, 2, x, y, 0);
        if (simplifying) {
            int better = better(op, type, x, y);
            if (better != Simplifier.NONE) {
                return better;
            }
        }
        return op.mayFault() && !isHarmless(op, type, y) ? pinned(op, type, 2, x, y) : floating(op, type, 2, x, y, 0);
    }

    /** An operator on three operands. */
    public int compute(Op op, Type type, int x, int y, int z) {
        assert !simplifying || fits(op, type, 3, x, y, z);
        if (simplifying) {
            int better = better(op, type, x, y, z);
            if (better != Simplifier.NONE) {
                return better;
            }
        }
        return floating(op, type, 3, x, y, z);
    }

    /**
     * An operator with a double word as its result: {@code ADD128}, {@code SUB128} on four operands, {@code MUL_WIDE_S},
     * {@code MUL_WIDE_U} on the first two. The value is the low word; {@link #result} has the high one.
     */
    public int computeWide(Op op, int a, int b, int c, int d) {
        return values.node(Kind.COMPUTE, op, Type.I64, Type.I64, 0, op.arity(), a, b, c, d);
    }

    /**
     * Result 1 or above of a double-word operator or of a call; or any result of an {@link #invoke invoked} function, which
     * is pinned.
     */
    public int result(int node, int number, Type type) {
        if (graph.kind(node) == Kind.INVOKE) {
            int result = graph.addNode(Kind.RESULT, type, number);
            graph.addInput(node);
            return pin(result);
        }
        return values.node(Kind.RESULT, Op.ADD, Type.I32, type, number, 1, node, 0, 0, 0);
    }

    /** {@code x} if the condition, an i32, is not zero, else {@code y}. */
    public int select(int condition, int x, int y) {
        assert !simplifying || graph.type(condition) == Type.I32 && graph.type(x) == graph.type(y);
        if (simplifying) {
            int better = simplifier.select(condition, x, y);
            if (better != Simplifier.NONE) {
                return better;
            }
        }
        return values.node(Kind.SELECT, Op.ADD, Type.I32, graph.type(x), 0, 3, condition, x, y, 0);
    }

    private int floating(Op op, Type type, int inputs, int x, int y, int z) {
        return values.node(Kind.COMPUTE, op, type, Typing.result(op, type), 0, inputs, x, y, z, 0);
    }

    private int pinned(Op op, Type type, int inputs, int x, int y) {
        int node = graph.addNode(Kind.COMPUTE, op, type, Typing.result(op, type), 0);
        graph.addInput(x);
        if (inputs > 1) {
            graph.addInput(y);
        }
        return pin(node);
    }

    /** Whether a division has a result whatever is divided. */
    private boolean isHarmless(Op op, Type type, int divisor) {
        if (!graph.isConstant(divisor) || graph.bits(divisor) == 0) {
            return false;
        }
        boolean isMinusOne = graph.bits(divisor) == KnownBits.all(type);
        return op == Op.DIV_U || op == Op.REM_U || op == Op.REM_S || op == Op.DIV_S && !isMinusOne;
    }

    private boolean fits(Op op, Type type, int count, int x, int y, int z) {
        int[] operands = {x, y, z};
        boolean fits = Typing.operands(op) == count;
        for (int i = 0; i < count; i++) {
            fits &= graph.type(operands[i]) == Typing.operand(op, type, i);
        }
        return fits;
    }

    // ---- memory

    /**
     * Reads at {@code base + displacement}.
     *
     * @param op one of the loads of {@link Op}
     * @param type the type of the value
     * @param base an i64
     * @param access see {@link Access}
     */
    public int load(Op op, Type type, int base, int displacement, int access) {
        return load(op, type, base, 0, displacement, access, 1);
    }

    /** Reads at {@code base + index + displacement}; both are i64. */
    public int load(Op op, Type type, int base, int index, int displacement, int access) {
        return load(op, type, base, index, displacement, access | Access.INDEXED, 2);
    }

    private int load(Op op, Type type, int base, int index, int displacement, int access, int inputs) {
        assert op.readsMemory() && !op.writesMemory() : op;
        if (Access.floats(access)) {
            int node = values.node(Kind.LOAD, op, type, type, displacement, inputs, base, index, 0, 0);
            graph.setAccess(node, access);
            return node;
        }
        int node = graph.addNode(Kind.LOAD, op, type, type, displacement);
        graph.addInput(base);
        if (inputs > 1) {
            graph.addInput(index);
        }
        graph.setAccess(node, access);
        return pin(node);
    }

    /**
     * Writes a value at {@code base + displacement}.
     *
     * @param op one of the stores of {@link Op}
     * @param type the type of the value
     */
    public void store(Op op, Type type, int base, int displacement, int value, int access) {
        int node = graph.addNode(Kind.STORE, op, type, null, displacement);
        graph.addInput(base);
        graph.addInput(value);
        graph.setAccess(node, access);
        pin(node);
    }

    /** Writes a value at {@code base + index + displacement}. */
    public void store(Op op, Type type, int base, int index, int displacement, int value, int access) {
        int node = graph.addNode(Kind.STORE, op, type, null, displacement);
        graph.addInput(base);
        graph.addInput(index);
        graph.addInput(value);
        graph.setAccess(node, access | Access.INDEXED);
        pin(node);
    }

    /**
     * Reads and writes at {@code base + index + displacement} as one.
     *
     * @param op one of the atomic operators of {@link Op} but ATOMIC_FENCE
     * @param type the type of operands and result
     * @param operands all but the address
     * @param access made by {@link Access#atomic}
     * @return what was there; of ATOMIC_STORE nothing
     */
    public int atomic(Op op, Type type, int base, int index, int displacement, int access, int... operands) {
        assert op.isAtomic() : op;
        int node = graph.addNode(Kind.ATOMIC, op, type, op == Op.ATOMIC_STORE ? null : type, displacement);
        graph.addInput(base);
        graph.addInput(index);
        for (int operand : operands) {
            graph.addInput(operand);
        }
        graph.setAccess(node, access | Access.INDEXED);
        return pin(node);
    }

    /** A barrier between all accesses before and behind it. */
    public void fence() {
        pin(graph.addNode(Kind.ATOMIC, Op.ATOMIC_FENCE, Type.I32, null, 0));
    }

    // ---- effects

    /** Makes a callee known, whose number calls take. */
    public int callee(Callee callee) {
        return graph.add(callee);
    }

    /** Calls; the value is the first result, and {@link #result} has the others. */
    public int call(int callee, int... arguments) {
        Callee called = graph.callees().get(callee);
        Type type = called.results().isEmpty() ? null : called.results().getFirst();
        return pinCall(Kind.CALL, type, callee, arguments);
    }

    /** A value that an exception brought to the block at work, a landing block of an {@link #invoke}. */
    public int caught(int number, Type type) {
        return pin(graph.addNode(Kind.CAUGHT, type, number));
    }

    /** Traps if a condition, an i32, is not zero. */
    public void trapIf(int condition, TrapReason reason) {
        trapIf(condition, -1, reason);
    }

    /**
     * The same.
     *
     * @param first what is not zero either where the condition is not, and easier to ask; or -1
     */
    public void trapIf(int condition, int first, TrapReason reason) {
        int simple = truth(condition);
        if (simplifying && graph.isConstant(simple) && graph.bits(simple) == 0) {
            return;
        }
        beforeTraps.run();
        int node = graph.addNode(Kind.TRAP_IF, null, reason.ordinal());
        graph.addInput(simple);
        if (first >= 0) {
            graph.addInput(first);
        }
        pin(node);
    }

    /** Looks whether somebody wants attention, and may write memory then. */
    public void poll() {
        pin(graph.addNode(Kind.POLL, null, 0));
    }

    /** Looks whether somebody wants attention who writes nothing that this function loads. */
    public void quietPoll() {
        pin(graph.addNode(Kind.POLL, null, 1));
    }

    /** Says what slots of the source hold at the next node that may stop: {@link Kind#STATE}. */
    public void state(int[] slots, int[] held) {
        int node = graph.addNode(Kind.STATE, null, graph.addSlots(slots));
        for (int value : held) {
            graph.addInput(value);
        }
        pin(node);
    }

    /** The same condition without a comparison of it with zero. */
    int truth(int condition) {
        if (simplifying
                && graph.kind(condition) == Kind.COMPUTE
                && graph.op(condition) == Op.NE
                && graph.workingType(condition) == Type.I32
                && graph.isConstant(graph.input(condition, 1))
                && graph.bits(graph.input(condition, 1)) == 0) {
            return graph.input(condition, 0);
        }
        return condition;
    }

    private int pin(int node) {
        if (block.isEnded()) {
            throw new IllegalStateException(block + " has ended");
        }
        graph.pin(node, block, origin);
        return node;
    }

    // ---- ends of blocks

    /** Goes on in a block. */
    public void jump(Block to, int... arguments) {
        pin(graph.addNode(Kind.JUMP, null, 0));
        graph.leave(block, edge(to, arguments));
    }

    /** Goes on in one block if the condition, an i32, is not zero, and in another one if it is. */
    public void branch(int condition, Block then, int[] thenArguments, Block otherwise, int[] otherwiseArguments) {
        int simple = truth(condition);
        if (simplifying && graph.isConstant(simple)) {
            boolean taken = graph.bits(simple) != 0;
            jump(taken ? then : otherwise, taken ? thenArguments : otherwiseArguments);
            return;
        }
        if (simplifying
                && graph.kind(simple) == Kind.COMPUTE
                && graph.op(simple) == Op.EQZ
                && graph.workingType(simple) == Type.I32) {
            branch(graph.input(simple, 0), otherwise, otherwiseArguments, then, thenArguments);
            return;
        }
        int node = graph.addNode(Kind.BRANCH, null, 0);
        graph.addInput(simple);
        pin(node);
        graph.leave(block, edge(then, thenArguments), edge(otherwise, otherwiseArguments));
    }

    /** {@link #branch(int, Block, int[], Block, int[])} to blocks without parameters. */
    public void branch(int condition, Block then, Block otherwise) {
        branch(condition, then, NO_ARGUMENTS, otherwise, NO_ARGUMENTS);
    }

    /** Goes on in the block with the number that the index, an unsigned i32, says, or in the last one. */
    public void choose(int index, List<Block> targets, List<int[]> arguments) {
        int last = targets.size() - 1;
        if (simplifying && (last == 0 || graph.isConstant(index))) {
            int taken = last == 0 ? 0 : (int) Math.min(graph.bits(index), last);
            jump(targets.get(taken), arguments.get(taken));
            return;
        }
        int node = graph.addNode(Kind.SWITCH, null, 0);
        graph.addInput(index);
        pin(node);
        Block.Edge[] edges = new Block.Edge[targets.size()];
        for (int i = 0; i <= last; i++) {
            edges[i] = edge(targets.get(i), arguments.get(i));
        }
        graph.leave(block, edges);
    }

    /**
     * Calls, and goes on in {@code normal} or, where an exception is caught, in one of the others.
     *
     * @return the node that {@link #result} takes
     */
    public int invoke(int callee, int[] arguments, Block normal, List<Block> landings) {
        int node = pinCall(Kind.INVOKE, null, callee, arguments);
        Block.Edge[] edges = new Block.Edge[landings.size() + 1];
        edges[0] = edge(normal, NO_ARGUMENTS);
        for (int i = 0; i < landings.size(); i++) {
            edges[i + 1] = edge(landings.get(i), NO_ARGUMENTS);
        }
        graph.leave(block, edges);
        return node;
    }

    /** Ends the function with a call: the results are the callee's. */
    public void tailCall(int callee, int... arguments) {
        pinCall(Kind.TAIL_CALL, null, callee, arguments);
    }

    private int pinCall(Kind kind, Type type, int callee, int[] arguments) {
        int node = graph.addNode(kind, type, callee);
        for (int argument : arguments) {
            graph.addInput(argument);
        }
        return pin(node);
    }

    private Block.Edge edge(Block to, int[] arguments) {
        Block.Edge edge = new Block.Edge(block, to, new IntList(arguments.clone()));
        to.incoming.add(edge);
        return edge;
    }

    /** Ends the function with its results. */
    public void returns(int... results) {
        int node = graph.addNode(Kind.RETURN, null, 0);
        for (int result : results) {
            graph.addInput(result);
        }
        pin(node);
    }

    /** Traps. */
    public void trap(TrapReason reason) {
        beforeTraps.run();
        pin(graph.addNode(Kind.TRAP, null, reason.ordinal()));
    }
}
