package emberwall.wasm.reference;

import emberwall.op.TrapReason;
import emberwall.wasm.Module;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A guest was stopped. Carries the reason and the guest's own backtrace, not Java's. */
public final class GuestTrap extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** How many frames a backtrace has at most: the innermost ones. */
    public static final int MAXIMUM_FRAMES = 64;

    /** Instead of a function: a segment was being put in its place. */
    static final int INSTANTIATION = -1;

    private final transient List<Frame> frames = new ArrayList<>();
    private final TrapReason reason;
    private int omitted;

    /**
     * One frame of the guest.
     *
     * @param module whose code it is
     * @param function its index in the module, or -1 if an active segment did not fit
     * @param offset the opcode that trapped or called, or the segment, in bytes from the beginning of the module
     */
    public record Frame(Module module, int function, int offset) {
        /** The function's name as the module tells it, or its index. */
        public String name() {
            return function == INSTANTIATION ? "instantiation" : module.functionName(function);
        }

        @Override
        public String toString() {
            return name() + " (0x" + Integer.toHexString(offset) + ")";
        }
    }

    GuestTrap(TrapReason reason) {
        super(reason.text(), null, false, false);
        this.reason = reason;
    }

    public TrapReason reason() {
        return reason;
    }

    /**
     * The guest's frames, the innermost first: all of the store's, those that wait for host functions included. Frames of
     * host functions are not among them.
     */
    public List<Frame> frames() {
        return Collections.unmodifiableList(frames);
    }

    /** How many frames further out are not listed. */
    public int omittedFrames() {
        return omitted;
    }

    void add(Module module, int function, int offset) {
        if (frames.size() < MAXIMUM_FRAMES) {
            frames.add(new Frame(module, function, offset));
        } else {
            omitted++;
        }
    }
}
