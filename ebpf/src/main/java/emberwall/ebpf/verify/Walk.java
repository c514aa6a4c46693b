package emberwall.ebpf.verify;

import emberwall.ebpf.Program;
import emberwall.ebpf.helper.HelperSignature;
import emberwall.ebpf.helper.RuntimeFunction;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.verify.RegisterState.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * One program's verification: walks all paths, depth first, and stops each where it ends or comes to a state that an earlier
 * one covers.
 */
final class Walk {
    /** Constant parts of offsets stay below this, so that sums of them fit. */
    static final long MOST_OFFSET = 1L << 29;

    private static final int LONG_HISTORY = 40;

    final Program program;
    final Instructions instructions;
    final ContextType context;
    final IntFunction<HelperSignature> helpers;
    final VerifierLimits limits;
    final Memory memory;
    final AddressLoads addressLoads = new AddressLoads();

    /** Whether a helper calls functions of the program, so that nobody counted all instructions. */
    boolean callbacks;

    /** The same for an iterator that goes on for as long as it has elements. */
    boolean iterates;

    /** Whether another program may run in the middle of this one. */
    boolean tailCalls;

    int deepest = 1;

    /** Whether states are compared as a whole: slower, and simple enough to check the other way by. */
    boolean thorough;

    /** What else is known at the beginning. */
    Consumer<State> beginning = state -> {};

    private final Arithmetic arithmetic;
    private final Branches branches;
    private final Calls calls;
    private final Iterators iterators;
    private final Precision precision;
    private final Liveness liveness;
    private final Inclusion inclusion;
    private final Observer observer;
    private final boolean[] comparable;
    private final boolean[] callsBack;
    private final boolean[] callsNext;
    private final Deque<State> pending = new ArrayDeque<>();
    private Checkpoint root;
    private State current;
    private int at;
    private long processed;
    private int kept;
    private int held;
    private int mostHeld;
    private int ids;

    Walk(
            Program program,
            ContextType context,
            IntFunction<HelperSignature> helpers,
            VerifierLimits limits,
            Observer observer) {
        this.program = program;
        this.instructions = program.instructions();
        this.context = context;
        this.helpers = helpers;
        this.limits = limits;
        this.observer = observer;
        memory = new Memory(this);
        arithmetic = new Arithmetic(this);
        branches = new Branches(this);
        calls = new Calls(this);
        iterators = new Iterators(this);
        precision = new Precision(instructions);
        liveness = new Liveness(instructions, helpers);
        inclusion = new Inclusion(liveness);
        comparable = new boolean[instructions.size()];
        callsBack = new boolean[instructions.size()];
        callsNext = new boolean[instructions.size()];
        for (int i = 0; i < instructions.size(); i++) {
            mark(i);
        }
    }

    /** Where states are compared: at branches and where they lead, and at calls that may come back to themselves. */
    private void mark(int i) {
        var insn = instructions.get(i);
        if (insn.kind().endsBlock() && instructions.target(i) >= 0) {
            comparable[instructions.target(i)] = true;
            comparable[i] |= !insn.kind().isFinal();
        }
        if (insn.kind() == emberwall.ebpf.insn.Kind.CALL) {
            var helper = helpers.apply((int) insn.immediate());
            callsBack[i] = helper != null && helper.callback() != null;
            comparable[i] |= callsBack[i];
        }
        callsNext[i] = insn.kind() == emberwall.ebpf.insn.Kind.CALL_RUNTIME
                && insn.immediate() == RuntimeFunction.ITER_NUM_NEXT.number();
        comparable[i] |= callsNext[i];
    }

    Verdict run() {
        try {
            pending.push(entry());
            while (!pending.isEmpty()) {
                current = pending.pop();
                follow(current);
            }
        } catch (RefusedException e) {
            var insn = instructions.get(at);
            var slot = instructions.slot(at);
            return new Refusal(
                    e.getMessage(), e.needed, at, slot, insn.toString(), program.line(slot), current.toString());
        }
        return new Accepted(
                processed,
                kept,
                mostHeld,
                callbacks || tailCalls || iterates ? -1 : root.longest,
                deepest * Frame.STACK_SIZE,
                addressLoads.found());
    }

    private State entry() {
        var state = new State();
        var frame = state.enter(new Frame(CallChain.ofProgram()));
        if (!context.isMemory()) {
            frame.registers[1] = RegisterState.pointer(Kind.CONTEXT, context.size(), true);
        } else {
            frame.registers[1] =
                    context.size() == 0 ? RegisterState.ZERO : RegisterState.pointer(Kind.MEMORY, context.size(), true);
            frame.registers[2] = RegisterState.constant(context.size());
        }
        beginning.accept(state);
        root = keep(state);
        return state;
    }

    private void follow(State state) {
        do {
            at = state.index;
            if (++processed > limits.instructions()) {
                throw refuse(
                        "BPF program is too large. Processed " + (processed - 1) + " insn",
                        "fewer paths: loops with fewer rounds, or bpf_loop");
            }
            if (comparable[at] && state.trail.instructions() > 0 && covered(state)) {
                return;
            }
            if (observer != null) {
                observer.at(state);
            }
            state.trail.enter(at, state.depth());
            state.executed++;
        } while (step(state));
        end(state, 0);
    }

    /** One instruction; answers whether the path goes on. */
    private boolean step(State state) {
        var goesOn = execute(state, instructions.get(at));
        state.trail.leave(at, state.index, state.depth());
        return goesOn;
    }

    private boolean execute(State state, Insn insn) {
        switch (insn.kind()) {
            case ALU, NEGATE, MOVE, MOVE_SIGNED, TO_LITTLE, TO_BIG, SWAP -> arithmetic.compute(state, insn);
            case LOAD_WIDE -> set(state, insn.dst(), wide(insn));
            case LOAD -> {
                if (!addressLoads.isOneField(at, memory.addressField(state, insn))) {
                    throw refuse("same insn cannot be used with different pointers", "one field of the context each");
                }
                memory.load(state, insn);
                frameIsFixed(insn.dst());
            }
            case STORE -> memory.store(state, insn);
            case ATOMIC -> memory.atomic(state, insn);
            case PACKET_ABSOLUTE, PACKET_INDIRECT -> loadPacket(state, insn);
            case CALL -> calls.helper(state, (int) insn.immediate());
            case CALL_REGISTER -> calls.helper(state, called(state, insn));
            case CALL_RUNTIME -> iterators.call(state, insn.immediate());
            case CALL_LOCAL -> {
                state.trail.jump();
                calls.enter(state, instructions.target(at));
                return true;
            }
            case EXIT -> {
                return calls.exit(state);
            }
            case JUMP -> {
                state.trail.jump();
                state.index = instructions.target(at);
                return true;
            }
            case BRANCH -> {
                state.trail.jump();
                branches.branch(state, insn);
                return true;
            }
        }
        state.index++;
        return true;
    }

    private RegisterState wide(Insn insn) {
        var low = (int) insn.immediate();
        return switch (insn.src()) {
            case Insn.VALUE -> RegisterState.constant(insn.immediate());
            case Insn.MAP, Insn.MAP_INDEX -> RegisterState.map(map(low));
            case Insn.MAP_VALUE, Insn.MAP_INDEX_VALUE -> {
                var map = map(low);
                var offset = insn.immediate() >>> 32;
                if (!map.kind().isAddressable() || !map.kind().isArray() || offset >= map.valueSize()) {
                    throw refuse(
                            "direct value offset of " + offset + " is not allowed in map " + map.name(),
                            "an offset in an array's first value");
                }
                yield RegisterState.mapValue(map).at((int) offset);
            }
            case Insn.FUNCTION -> RegisterState.pointer(Kind.FUNCTION, 0, false).at(instructions.target(at));
            default -> throw refuse("unrecognized bpf_ld_imm64 insn", "a number, a map or a function");
        };
    }

    private emberwall.ebpf.map.MapDefinition map(int index) {
        if (index < 0 || index >= program.maps().size()) {
            throw refuse(
                    "map " + index + " does not exist",
                    "one of " + program.maps().size() + " maps");
        }
        return program.maps().get(index);
    }

    private int called(State state, Insn insn) {
        var number = initialized(state, insn.dst());
        if (!number.isScalar()
                || !number.value().isConstant()
                || number.value().value() != (int) number.value().value()) {
            throw refuse("R" + insn.dst() + " is called and not a known constant", "the number of a helper");
        }
        need(state, insn.dst());
        return (int) number.value().value();
    }

    private void loadPacket(State state, Insn insn) {
        if (state.register(6).kind() != Kind.CONTEXT
                || !state.register(6).isFixed()
                || state.register(6).fixed() != 0) {
            throw refuse("at the time of BPF_LD_ABS|IND R6 != pointer to skb", "the context in R6");
        }
        if (state.references.length > 0 || state.locked || state.depth() > 0) {
            throw refuse(
                    "BPF_LD_[ABS|IND] cannot be mixed with references, locks and functions", "an access by pointers");
        }
        if (insn.opcode().fromRegister() && initialized(state, insn.src()).isPointer()) {
            throw refuse("R" + insn.src() + " leaks addr into packet access", "a number");
        }
        for (int r = 1; r <= 5; r++) {
            state.set(r, RegisterState.UNINITIALIZED);
        }
        state.set(0, RegisterState.number(Scalar.ofWidth(insn.opcode().bits())));
    }

    // ---- what the parts share

    RefusedException refuse(String reason, String needed) {
        return new RefusedException(reason, needed);
    }

    int newId() {
        return ++ids;
    }

    RegisterState initialized(State state, int register) {
        var value = state.register(register);
        if (value.kind() == Kind.UNINITIALIZED) {
            throw refuse("R" + register + " !read_ok", "a value in R" + register + " on every path");
        }
        return value;
    }

    private void frameIsFixed(int register) {
        if (register == Insn.FRAME_POINTER) {
            throw refuse("frame pointer is read only", "another register");
        }
    }

    void set(State state, int register, RegisterState value) {
        frameIsFixed(register);
        state.set(register, value);
    }

    /** A register whose copy will be known to be equal to it. */
    RegisterState identified(State state, int register) {
        var value = state.register(register);
        if (value.isScalar() && value.id() == 0 && !value.value().isConstant()) {
            value = value.id(newId());
            state.set(register, value);
        }
        return value;
    }

    /** The proof depends on a register's number. */
    void need(State state, int register) {
        precision.need(state, register);
    }

    /** The proof depends on the number in a slot of a frame. */
    void needSlot(State state, int frame, int slot) {
        precision.needSlot(state, frame, slot);
    }

    /** The proof depends on slots of a frame, as far as the path did not write them itself. */
    void reads(State state, int frame, long slots) {
        var rest = slots & ~state.frames.get(frame).written;
        for (var checkpoint = state.parent; checkpoint != null && rest != 0; checkpoint = checkpoint.parent) {
            if (!checkpoint.reads(frame, rest)) {
                return;
            }
            rest &= ~checkpoint.state.frames.get(frame).written;
        }
    }

    /** A second path from here, to be walked later. */
    State fork(State state, int index) {
        state.trail.close(at);
        var other = state.copy();
        other.index = index;
        other.parent.branches++;
        pending.push(other);
        return other;
    }

    // ---- comparing states

    private boolean covered(State state) {
        var seen = state.frame().chain.checkpoints(at);
        var rounds = callsBack[at] || callsNext[at];
        var trail = state.trail;
        var keeps = rounds || trail.instructions() > LONG_HISTORY || trail.jumps() >= 2 && trail.instructions() >= 8;
        for (int i = 0; i < seen.size(); i++) {
            var old = seen.get(i);
            if (old.branches > 0) {
                if (comesBack(old, state)) {
                    return true;
                }
                keeps &= rounds || trail.jumps() >= 20 || trail.instructions() >= 100;
                if (++old.misses > (callsBack[at] ? LONG_HISTORY * LONG_HISTORY : LONG_HISTORY)) {
                    drop(seen, i--); // a loop that goes on: comparing with each round before would take ever longer
                }
                continue;
            }
            if (inclusion.covers(old, state, thorough ? Inclusion.Mode.WITHIN : Inclusion.Mode.NEEDED)) {
                old.hits++;
                inherit(state, old);
                end(state, old.longest);
                return true;
            }
            if (keeps && ++old.misses > 3 * old.hits + 3) {
                drop(seen, i--);
            }
        }
        if (keeps) {
            keep(state);
        }
        return false;
    }

    private void drop(List<Checkpoint> seen, int index) {
        var dropped = seen.remove(index);
        dropped.listed = false;
        held -= dropped.branches == 0 ? 1 : 0;
    }

    /** A path that comes to a state that it was in never ends, but where a helper or an iterator counts. */
    private boolean comesBack(Checkpoint old, State state) {
        var counts = callsBack[at] || callsNext[at] && Iterators.isActive(state);
        if (counts && inclusion.covers(old, state, Inclusion.Mode.WITHIN)) {
            setExact(state);
            end(state, 0);
            return true;
        }
        if (!callsBack[at] && inclusion.covers(old, state, Inclusion.Mode.SAME)) {
            throw refuse(
                    "infinite loop detected at insn " + instructions.slot(at),
                    "something that changes with each round and ends it");
        }
        return false;
    }

    /** What paths from the older state depended on is what this one depends on. */
    private void inherit(State state, Checkpoint old) {
        if (old.exact) {
            setExact(state);
        }
        for (int f = 0; f < state.frames.size(); f++) {
            reads(state, f, old.read[f]);
        }
        precision.needAll(state, old);
    }

    private static void setExact(State state) {
        for (var checkpoint = state.parent; checkpoint != null && !checkpoint.exact; checkpoint = checkpoint.parent) {
            checkpoint.exact = true;
        }
    }

    private Checkpoint keep(State state) {
        if (++held > limits.states()) {
            throw refuse(
                    "BPF program is too large. Kept " + (held - 1) + " states at a time",
                    "fewer paths: loops with fewer rounds, or bpf_loop");
        }
        kept++;
        mostHeld = Math.max(mostHeld, held);
        var checkpoint = new Checkpoint(state, liveness);
        state.frame().chain.checkpoints(state.index).add(checkpoint);
        state.parent = checkpoint;
        state.trail.restart();
        for (var frame : state.frames) {
            frame.written = 0;
        }
        return checkpoint;
    }

    /** A path ends, {@code rest} instructions from here: so do checkpoints from which no other goes on, which know their longest then. */
    private void end(State state, long rest) {
        var executed = state.executed + rest;
        for (var checkpoint = state.parent; checkpoint != null; ) {
            checkpoint.longest = Math.max(checkpoint.longest, executed - checkpoint.state.executed);
            if (--checkpoint.branches > 0) {
                return;
            }
            executed = checkpoint.state.executed + checkpoint.longest;
            held -= checkpoint.listed ? 0 : 1;
            checkpoint = checkpoint.forgetWay();
        }
    }
}
