package emberwall.codegen.select;

import emberwall.codegen.Convention;
import emberwall.codegen.alloc.Allocation;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.x64.X64Operators;
import emberwall.ir.Access;
import emberwall.ir.Block;
import emberwall.ir.Context;
import emberwall.ir.Graph;
import emberwall.ir.Kind;
import emberwall.ir.Schedule;
import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.V128;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What the rules of selection share: which node has which virtual register, and whether it may be computed elsewhere. Nodes
 * are looked at from the last one to the first, so that all users of a node come before it: one that nobody has asked for in
 * a register is computed by its users.
 */
final class Selection {
    /** No register yet. */
    private static final int NONE = 0;

    private static final int STATELESS = -1;
    private static final int STOP = 3;

    /** No register: the only user loads the value itself. */
    private static final int ABSORBED = -1;

    final Code code;
    final Payloads payloads = new Payloads();
    final Recorder recorder;

    /** What the processor has, as {@link X64Operators} names it. */
    int features;

    Graph graph;
    Schedule schedule;

    /** By node: its register; of constants one more than the payload that makes them. */
    private int[] registers = {};
    /** By node of the block at work: how many barriers stand before it. */
    private int[] barriers = {};

    /** By node of the block at work that may stop: its state, or {@link #STATELESS}. */
    private int[] states = {};
    /** Instructions with states, in the order of their payloads: payload, state, number of the first operand that is for it. */
    private int[] stops = new int[48];

    private int stopCount;
    /** Registers that states have asked for. */
    private final BitSet kept = new BitSet();

    private Block block;
    private int barriersNow;

    Selection(Code code) {
        this.code = code;
        recorder = new Recorder(code);
    }

    void begin(Graph itsGraph, Schedule itsSchedule, int itsFeatures) {
        graph = itsGraph;
        schedule = itsSchedule;
        features = itsFeatures;
        payloads.reset();
        recorder.reset();
        stopCount = 0;
        kept.clear();
        if (registers.length < graph.size()) {
            registers = new int[graph.size() + graph.size() / 2];
            barriers = new int[registers.length];
            states = new int[registers.length];
        } else {
            Arrays.fill(registers, 0, graph.size(), NONE);
        }
    }

    boolean has(int feature) {
        return (features & feature) != 0;
    }

    // ---- places

    /** Goes to a block. */
    void at(Block itsBlock) {
        block = itsBlock;
        int count = 0;
        int state = STATELESS;
        for (int i = 0; i < schedule.size(block); i++) {
            int node = schedule.node(block, i);
            barriers[node] = count;
            count += isBarrier(node) ? 1 : 0;
            Kind kind = graph.kind(node);
            if (kind == Kind.STATE) {
                state = node;
            } else if (kind.mayStop()) {
                boolean fits = state != STATELESS && graph.origin(state) == graph.origin(node);
                states[node] = fits ? state : STATELESS;
                state = STATELESS;
            }
        }
    }

    // ---- states

    /**
     * Keeps what the state of a node lists until the latest instruction is through, be it anywhere.
     *
     * @param role {@link Code#LATE_USE} where the instruction spoils registers
     */
    void keepState(int node, int payload, int role) {
        int state = states[node];
        if (state == STATELESS) {
            return;
        }
        if (stopCount + STOP > stops.length) {
            stops = Arrays.copyOf(stops, stopCount * 2);
        }
        stops[stopCount++] = payload;
        stops[stopCount++] = state;
        stops[stopCount++] = recorder.operands();
        for (int i = 0; i < graph.inputCount(state); i++) {
            int value = graph.input(state, i);
            if (!graph.isConstant(StopState.carrier(graph, value))) {
                int register = operand(value, graph.type(value));
                recorder.operand(register, role, Code.ANY, 0);
                kept.set(register);
            }
        }
    }

    /** Whether a state has asked for a register: what it holds is then not made anew each time. */
    boolean isKept(int register) {
        return kept.get(register);
    }

    /** The state of an instruction, or null. */
    StopState state(int instruction, Allocation allocation) {
        int low = 0;
        int high = stopCount / STOP - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (stops[middle * STOP] <= code.payload(instruction)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        if (stopCount == 0 || stops[low * STOP] != code.payload(instruction)) {
            return null;
        }
        int first = code.firstOperand(instruction) + stops[low * STOP + 2];
        return new StopState(graph, code, allocation, stops[low * STOP + 1], first);
    }

    /** Goes to a node of the block at work, whose instructions begin a group. */
    void root(int node) {
        barriersNow = barriers[node];
        recorder.group();
    }

    /** Whether loads must not be moved over a node. */
    private boolean isBarrier(int node) {
        return graph.isPinned(node) && (graph.kind(node) != Kind.LOAD || Access.traps(graph.access(node)));
    }

    boolean isHere(int node) {
        return schedule.block(node) == block;
    }

    /** Whether nobody has asked for a node in a register yet. */
    boolean isFree(int node) {
        return registers[node] == NONE;
    }

    /** Whether a value is needed behind the node at work, as far as is known, so that it is better not overwritten. */
    boolean isLive(int node) {
        int holder = holder(node);
        if (graph.isConstant(holder) || graph.kind(holder) == Kind.CONTEXT || registers[holder] > NONE) {
            return true;
        }
        Block home = schedule.block(holder);
        return home != null && schedule.loopDepth(home) < schedule.loopDepth(block);
    }

    /** Says that a load is done where its value is used, if that is not in a register. */
    void absorb(int load) {
        if (registers[load] == NONE) {
            registers[load] = ABSORBED;
        }
    }

    boolean isAbsorbed(int load) {
        return registers[load] == ABSORBED;
    }

    /**
     * Whether a bound may be loaded for each check: what is there only grows, and is right when the check is made. A register is
     * of more use to others.
     */
    boolean mayLoadAgain(int node) {
        return graph.kind(node) == Kind.LOAD
                && Access.grows(graph.access(node))
                && !graph.isIndexed(node)
                && graph.kind(graph.input(node, 0)) == Kind.CONTEXT;
    }

    /** Whether the node at work alone uses a node, so that it can be computed there and nowhere else. */
    boolean isSole(int node) {
        return registers[node] == NONE && schedule.uses(node) == 1;
    }

    /** Whether the node at work, which alone uses a value, may load it itself as an operand of a type in memory. */
    boolean isOperandInMemory(int node, Type type) {
        return graph.kind(node) == Kind.LOAD
                && graph.op(node) == Op.LOAD
                && graph.type(node) == type
                && mayLoadHere(node);
    }

    /** Whether a load, used here alone, gives the same value here. */
    boolean mayLoadHere(int node) {
        if (!isSole(node) || !isHere(node)) {
            return false;
        }
        return !graph.isPinned(node) || barriers[node] + (isBarrier(node) ? 1 : 0) == barriersNow;
    }

    // ---- values

    static int valueClass(Type type) {
        return switch (type) {
            case I32, I64 -> Convention.INT;
            case F32, F64 -> Convention.FLOAT;
            default -> Convention.VECTOR;
        };
    }

    boolean is(int node, Op op) {
        return graph.kind(node) == Kind.COMPUTE && graph.op(node) == op;
    }

    boolean is(int node, Op op, Type type) {
        return is(node, op) && graph.workingType(node) == type;
    }

    /** The node whose register has a value: registers hold integers of 32 bits with zeros above. */
    private int holder(int node) {
        int holder = node;
        while (is(holder, Op.EXTEND_I32_U)) {
            holder = graph.input(holder, 0);
        }
        return holder;
    }

    /** The register of a value, from now on needed. Constants are made here. */
    int value(int node) {
        int holder = holder(node);
        return switch (graph.kind(holder)) {
            case CONSTANT -> constant(holder);
            case CONTEXT -> pinned(holder);
            default -> registerOf(holder);
        };
    }

    /** The register of a value of which the lower 32 bits are looked at. */
    int low(int node) {
        return is(node, Op.WRAP) && isFree(node) ? value(graph.input(node, 0)) : value(node);
    }

    /** The register of an operand of an integer type. */
    int operand(int node, Type type) {
        return type == Type.I32 ? low(node) : value(node);
    }

    /** The register of what is no constant. */
    int registerOf(int node) {
        if (registers[node] == NONE) {
            registers[node] = fresh(graph.type(node));
            if (graph.isReference(node)) {
                code.setReference(registers[node]);
            }
        }
        return registers[node];
    }

    int fresh(Type type) {
        return code.register(valueClass(type));
    }

    private int pinned(int node) {
        int payload = payloads.next();
        payloads.add(pinnedRegister(node));
        int register = fresh(Type.I64);
        recorder.begin(Instruction.PINNED, payload);
        recorder.define(register);
        code.setRemade(register, Instruction.PINNED.ordinal(), payload);
        return register;
    }

    /** The physical register of a CONTEXT. */
    int pinnedRegister(int node) {
        return switch (Context.of(graph.number(node))) {
            case FIBER -> Convention.FIBER;
            case INSTANCE -> Convention.INSTANCE;
            case MEMORY0 -> Convention.MEM0;
        };
    }

    private int constant(int node) {
        if (registers[node] == NONE) {
            registers[node] = 1 + constantPayload(node);
        }
        int payload = registers[node] - 1;
        int register = fresh(graph.type(node));
        recorder.begin(Instruction.CONSTANT, payload);
        recorder.define(register);
        code.setRemade(register, Instruction.CONSTANT.ordinal(), payload);
        return register;
    }

    private int constantPayload(int node) {
        int payload = payloads.next();
        payloads.add(graph.type(node));
        addBits(node);
        return payload;
    }

    /** A constant that no node has. */
    int constant(Type type, long bits) {
        int payload = payloads.next();
        payloads.add(type);
        payloads.addLong(bits);
        int register = fresh(type);
        recorder.begin(Instruction.CONSTANT, payload);
        recorder.define(register);
        code.setRemade(register, Instruction.CONSTANT.ordinal(), payload);
        return register;
    }

    /** Adds the bits of a constant to a payload: two words, or four. */
    void addBits(int node) {
        if (graph.type(node) == Type.V128) {
            V128 vector = graph.vector(node);
            payloads.addLong(vector.low());
            payloads.addLong(vector.high());
        } else {
            payloads.addLong(graph.bits(node));
        }
    }

    // ---- constants

    /** Whether a node is an integer that an instruction of its type can have as an immediate. */
    boolean isImmediate(int node) {
        if (!graph.isConstant(node)) {
            return false;
        }
        return switch (graph.type(node)) {
            case I32 -> true;
            case I64 -> graph.bits(node) == (int) graph.bits(node);
            default -> false;
        };
    }

    int immediate(int node) {
        return (int) graph.bits(node);
    }

    boolean isConstant(int node, long bits) {
        return graph.isConstant(node) && graph.bits(node) == bits;
    }
}
