package emberwall.ebpf.verify;

import emberwall.ebpf.insn.Insn;
import java.util.ArrayList;
import java.util.List;

/** What is known where a path has got to: the frames of all functions that are running, and what has to be given back. */
public final class State {
    static final int MAX_FRAMES = 8;

    final List<Frame> frames;

    /** What was acquired and not given back. */
    int[] references = {};

    /** How often a helper called a function of the program: with that, a state that comes back is not the same. */
    int rounds;

    /** Whether a lock is held. */
    boolean locked;

    /** The next instruction. */
    int index;

    /** How many instructions the path has. */
    long executed;

    /** Where the path was compared with others last. */
    Checkpoint parent;

    /** What it went through since then. */
    final Trail trail;

    State() {
        this(new ArrayList<>(2), new Trail());
    }

    private State(List<Frame> frames, Trail trail) {
        this.frames = frames;
        this.trail = trail;
    }

    /** Another path from here. */
    State copy() {
        return copy(trail.copy());
    }

    private State copy(Trail way) {
        var copy = new State(new ArrayList<>(frames.size()), way);
        for (var frame : frames) {
            copy.frames.add(frame.copy());
        }
        copy.references = references;
        copy.rounds = rounds;
        copy.locked = locked;
        copy.index = index;
        copy.executed = executed;
        copy.parent = parent;
        return copy;
    }

    /** What a checkpoint keeps: how the path got here is not in it. */
    State toKeep() {
        var kept = copy(null);
        kept.parent = null;
        return kept;
    }

    /** The running function's. */
    Frame frame() {
        return frames.getLast();
    }

    int depth() {
        return frames.size() - 1;
    }

    RegisterState register(int number) {
        return frame().registers[number];
    }

    void set(int number, RegisterState register) {
        frame().registers[number] = register;
    }

    /** A new frame, of which nothing is initialised but the frame pointer. */
    Frame enter(Frame frame) {
        frames.add(frame);
        frame.registers[Insn.FRAME_POINTER] = RegisterState.framePointer(depth());
        frame.written = -1; // whatever was read there before was another's
        return frame;
    }

    void leave() {
        frames.removeLast();
    }

    /** Puts {@code change} of every register and every spilled one in its place. */
    void replaceAll(java.util.function.UnaryOperator<RegisterState> change) {
        for (var frame : frames) {
            for (int r = 0; r < frame.registers.length; r++) {
                frame.registers[r] = change.apply(frame.registers[r]);
            }
            for (int i = 0; i < frame.depth(); i++) {
                var slot = frame.slot(i);
                if (slot.isSpill()) {
                    var changed = change.apply(slot.spilled());
                    if (changed.kind() == RegisterState.Kind.UNINITIALIZED) {
                        frame.set(i, Slot.EMPTY);
                    } else if (!changed.equals(slot.spilled())) {
                        frame.set(i, new Slot(slot.bytes(), changed));
                    }
                }
            }
        }
    }

    boolean hasReference(int reference) {
        for (int one : references) {
            if (one == reference) {
                return true;
            }
        }
        return false;
    }

    void acquire(int reference) {
        references = java.util.Arrays.copyOf(references, references.length + 1);
        references[references.length - 1] = reference;
    }

    void release(int reference) {
        references = java.util.Arrays.stream(references)
                .filter(one -> one != reference)
                .toArray();
    }

    /** The instruction that is to come next, by its number in the program. */
    public int instruction() {
        return index;
    }

    /** Whether a word may be in a register of the running function, as far as that is a number; true of pointers. */
    public boolean admits(int register, long word) {
        var state = register(register);
        return !state.isScalar() || state.value().contains(word);
    }

    /** How many functions are running. */
    public int functions() {
        return frames.size();
    }

    /** Registers and stack of the running function, as the kernel's log has them. */
    @Override
    public String toString() {
        var text = (depth() == 0 ? "" : "frame" + depth() + ": ") + frame();
        return references.length == 0 ? text : text + " refs=" + java.util.Arrays.toString(references);
    }
}
