package emberwall.codegen.select;

import emberwall.codegen.CallLayout;
import emberwall.codegen.alloc.Allocation;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.x64.X64Operators;
import emberwall.ir.Access;
import emberwall.ir.Block;
import emberwall.ir.Callee;
import emberwall.ir.Graph;
import emberwall.ir.Kind;
import emberwall.ir.KnownBits;
import emberwall.ir.Layout;
import emberwall.ir.Schedule;
import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.Typing;
import java.util.Arrays;

/**
 * Chooses the instructions of a scheduled graph: maximal munch, from the last node to the first. A node is looked at when all
 * its users have been: they have asked for it in a register, or computed it themselves as part of an address, an operand in
 * memory or a condition; then there is nothing left to do. Used for function after function.
 *
 * <p>The blocks of the {@link Code} are those of the schedule's {@link Layout}, in that order.
 */
public final class Selector {
    /** So many entries may be put in front of a table to spare a subtraction. */
    private static final int MOST_TAKEN = 16;

    private final Code code;
    private final Selection s;
    private final Addresses addresses;
    private final Conditions conditions;
    private final OperatorRules operators;
    private final CallRules calls;
    private final AtomicRules atomics;
    private final CheckRules checks;

    private Graph graph;
    private Layout layout;
    /** By block of the layout: how many groups there were before its own. */
    private int[] groups = {};
    /** By block of the layout: where in {@link #edgeValues} what its edges bring begins. */
    private int[] firstValue = {};

    private int[] edgeValues = new int[64];
    private int edgeValueCount;

    /** A selector that writes to {@code code}. */
    public Selector(Code code) {
        this.code = code;
        s = new Selection(code);
        addresses = new Addresses(s);
        conditions = new Conditions(s, addresses);
        operators = new OperatorRules(s, addresses, conditions);
        calls = new CallRules(s);
        atomics = new AtomicRules(s, addresses);
        checks = new CheckRules(s, conditions);
    }

    /**
     * Selects instructions.
     *
     * @param itsGraph without critical edges
     * @param schedule the graph's
     * @param features what the processor has: {@link X64Operators}
     */
    public void select(Graph itsGraph, Schedule schedule, Linkage linkage, int features) {
        graph = itsGraph;
        layout = schedule.layout();
        code.reset();
        s.begin(graph, schedule, features);
        calls.begin(linkage);
        int count = layout.size();
        if (groups.length < count + 1) {
            groups = new int[count + count / 2 + 1];
            firstValue = new int[groups.length];
        }
        edgeValueCount = 0;
        code.reserve(caughtWords());
        for (int place = count - 1; place >= 0; place--) {
            groups[place] = s.recorder.groups();
            block(layout.block(place), place);
        }
        int end = s.recorder.groups();
        s.recorder.expect();
        for (int place = 0; place < count; place++) {
            write(schedule, place, place == 0 ? end : groups[place - 1]);
        }
    }

    // ---- what the emitter wants to know

    Payloads payloads() {
        return s.payloads;
    }

    Code code() {
        return code;
    }

    /** What the source's frames hold at an instruction, or null if nobody wants to know. */
    StopState state(int instruction, Allocation allocation) {
        return s.state(instruction, allocation);
    }

    Callee callee(int number) {
        return graph.callees().get(number);
    }

    CallLayout layout(Callee callee, boolean hasRecord) {
        var parameters = callee.parameters();
        return CallRules.layout(hasRecord ? parameters.subList(1, parameters.size()) : parameters, callee.results());
    }

    CallLayout ownLayout() {
        return calls.own();
    }

    int callArea() {
        return calls.area();
    }

    /** Whether an exception's value that the function catches is a vector. */
    public boolean catchesVectors() {
        return caughtVectors;
    }

    // ---- exceptions

    private boolean caughtVectors;

    /** How many words of the frame exceptions bring their values in. */
    private int caughtWords() {
        int most = 0;
        caughtVectors = false;
        for (int place = 0; place < layout.size(); place++) {
            Block block = layout.block(place);
            for (int i = 0; i < block.size() && graph.kind(block.node(i)) == Kind.CAUGHT; i++) {
                most = Math.max(most, graph.number(block.node(i)) + 1);
                caughtVectors |= graph.type(block.node(i)) == Type.V128;
            }
        }
        return Emitter.caughtWords(most, caughtVectors);
    }

    // ---- blocks

    private void block(Block block, int place) {
        s.at(block);
        firstValue[place] = edgeValueCount;
        Schedule schedule = s.schedule;
        for (int i = schedule.size(block) - 1; i >= 0; i--) {
            int node = schedule.node(block, i);
            s.root(node);
            if (graph.kind(node) == Kind.RESULT) {
                calls.result(node);
            } else {
                node(node, block);
            }
        }
        s.recorder.group();
        if (follows(block)) {
            calls.invoked(block.predecessors().getFirst().from().end());
        }
        if (block == graph.entry()) {
            calls.enter(wantedParameters(block));
        }
    }

    /** Whether a block is where an INVOKE goes on. */
    private boolean follows(Block block) {
        if (block.predecessors().size() != 1) {
            return false;
        }
        Block.Edge edge = block.predecessors().getFirst();
        return graph.kind(edge.from().end()) == Kind.INVOKE
                && edge == edge.from().successor(0);
    }

    private int[] wantedParameters(Block block) {
        int[] registers = new int[block.parameterCount()];
        for (int i = 0; i < registers.length; i++) {
            int node = block.parameter(i);
            registers[i] = s.isFree(node) ? 0 : s.registerOf(node);
        }
        return registers;
    }

    /** Writes what was found for a block. */
    private void write(Schedule schedule, int place, int endOfGroups) {
        Block block = layout.block(place);
        code.block(schedule.loopDepth(block), schedule.isCold(block));
        if (block != graph.entry()) {
            for (int i = 0; i < block.parameterCount(); i++) {
                code.addParameter(s.registerOf(block.parameter(i)));
            }
        }
        s.recorder.replay(groups[place], endOfGroups);
        boolean invokes = graph.kind(block.end()) == Kind.INVOKE;
        int value = firstValue[place];
        for (int i = 0; i < block.successorCount(); i++) {
            Block.Edge edge = block.successor(i);
            int to = layout.place(edge.to());
            if (invokes && i > 0) {
                code.handler(to);
            } else if (!isAsBefore(block, i)) {
                code.edge(to, edgeValues, value, value + edge.argumentCount());
                value += edge.argumentCount();
            }
        }
    }

    /** Whether a successor is the one before it, too, which only neighbours in a table are: they have one edge in the code. */
    private static boolean isAsBefore(Block block, int successor) {
        return successor > 0
                && block.successor(successor).to()
                        == block.successor(successor - 1).to();
    }

    /**
     * How many entries a table has, whether the index may be behind its last one, and for each entry the number of its edge.
     *
     * @param taken how much is taken from the index: so many entries that lead where the last one does come first
     * @param most what the index is at most, if that is little more than there are entries; or else -1
     */
    private int table(Block block, int taken, int most) {
        int successors = block.successorCount();
        int entries = successors + taken;
        int payload = s.payloads.next();
        s.payloads.add(Math.max(entries, most + 1));
        s.payloads.add(most < 0);
        int last = -1;
        for (int i = 0; i < successors; i++) {
            last += isAsBefore(block, i) ? 0 : 1;
        }
        for (int i = 0; i < taken; i++) {
            s.payloads.add(last);
        }
        int edge = -1;
        for (int i = 0; i < successors; i++) {
            edge += isAsBefore(block, i) ? 0 : 1;
            s.payloads.add(edge);
        }
        for (int i = entries; i <= most; i++) {
            s.payloads.add(last);
        }
        return payload;
    }

    /** What a switch is asked for at most, if a table may as well have entries for all of that; or -1. */
    private int most(Block block, int index, int taken) {
        if (block.successorCount() <= Emitter.TABLE) {
            return -1;
        }
        long possible = new KnownBits(graph).possible(index);
        return possible >= 0 && possible < 2L * (block.successorCount() + taken) ? (int) possible : -1;
    }

    /** How much the index of a table is less than what it is computed from, if it is a little and nobody else wants to know. */
    private int taken(Block block, int index) {
        if (block.successorCount() <= Emitter.TABLE
                || !s.is(index, Op.ADD, Type.I32)
                || !s.isSole(index)
                || !s.isHere(index)) {
            return 0;
        }
        int right = graph.input(index, 1);
        int constant = s.isImmediate(right) ? s.immediate(right) : 0;
        return constant < 0 && constant >= -MOST_TAKEN ? -constant : 0;
    }

    /** Brings what the edges of a block carry into registers. */
    private void edges(Block block) {
        for (int i = 0; i < block.successorCount(); i++) {
            Block.Edge edge = block.successor(i);
            for (int argument = 0; argument < edge.argumentCount(); argument++) {
                if (edgeValueCount == edgeValues.length) {
                    edgeValues = Arrays.copyOf(edgeValues, edgeValueCount * 2);
                }
                edgeValues[edgeValueCount++] = s.value(graph.argument(edge, argument));
            }
        }
    }

    // ---- nodes

    private void node(int node, Block block) {
        switch (graph.kind(node)) {
            case COMPUTE -> compute(node);
            case SELECT -> {
                if (!s.isFree(node)) {
                    operators.choose(node);
                }
            }
            case LOAD -> {
                boolean wanted = !s.isFree(node) || graph.isPinned(node) && Access.traps(graph.access(node));
                if (wanted && !s.isAbsorbed(node)) {
                    operators.load(node);
                }
            }
            case STORE -> operators.store(node);
            case CALL -> calls.call(node);
            case ATOMIC -> atomics.select(node);
            case TRAP_IF -> checks.select(node);
            case STATE -> {} // what may stop keeps it
            case CONTEXT -> {} // who uses it names its register
            case POLL -> withOrigin(Instruction.POLL, node);
            case CAUGHT -> caught(node);
            default -> end(node, block);
        }
    }

    private void compute(int node) {
        if (Typing.results(graph.op(node)) == 2) {
            if (!s.isFree(node) || calls.hasResults(node)) {
                operators.wide(node, calls.onlyResult(node));
            }
        } else if (!s.isFree(node) || graph.op(node).mayFault() && graph.isPinned(node)) {
            operators.select(node);
        }
    }

    private void caught(int node) {
        if (!s.isFree(node)) {
            int payload = s.payloads.next();
            s.payloads.add(graph.number(node));
            s.payloads.add(graph.type(node));
            s.recorder.begin(Instruction.CAUGHT, payload);
            s.recorder.operand(s.registerOf(node), Code.DEFINE, Code.ANY, 0);
        }
    }

    private void withOrigin(Instruction instruction, int node) {
        int payload = s.payloads.next();
        s.payloads.add(graph.origin(node));
        s.recorder.begin(instruction, payload);
        s.keepState(node, payload, Code.USE);
    }

    private void end(int node, Block block) {
        edges(block);
        switch (graph.kind(node)) {
            case JUMP -> s.recorder.begin(Instruction.JUMP, -1);
            case BRANCH -> {
                conditions.of(graph.input(node, 0));
                int payload = s.payloads.next();
                conditions.addTo(s.payloads);
                s.recorder.begin(Instruction.BRANCH, payload);
                conditions.use();
            }
            case SWITCH -> {
                int taken = taken(block, graph.input(node, 0));
                int index = taken == 0 ? graph.input(node, 0) : graph.input(graph.input(node, 0), 0);
                int most = most(block, index, taken);
                int register = most < 0 ? s.low(index) : s.value(index);
                s.recorder.begin(Instruction.SWITCH, table(block, taken, most));
                s.recorder.use(register, Code.REGISTER);
                s.recorder.operand(s.fresh(Type.I64), Code.TEMPORARY, Code.REGISTER, 0);
            }
            case RETURN -> calls.leave(node);
            case INVOKE, TAIL_CALL -> calls.call(node);
            case TRAP -> {
                int payload = s.payloads.next();
                s.payloads.add(graph.reason(node));
                s.payloads.add(graph.origin(node));
                s.recorder.begin(Instruction.TRAP, payload);
                s.keepState(node, payload, Code.USE);
            }
            default -> throw new IllegalArgumentException(graph.kind(node) + " in " + block);
        }
    }
}
