package emberwall.engine;

import emberwall.op.TrapReason;
import java.util.List;

/**
 * A guest was stopped, for a reason and at a place of its own. The Java stack is not recorded: it says nothing about the
 * guest, and would cost more than everything else about a trap.
 */
public final class Trap extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final TrapReason reason;
    private final transient List<GuestFrame> trace;
    private final int omitted;

    /**
     * A trap without a place.
     *
     * @param reason why
     */
    public Trap(TrapReason reason) {
        this(reason, reason.text(), List.of(), 0);
    }

    /**
     * A trap in the frames of {@code trace}, innermost first.
     *
     * @param reason why
     * @param trace the guest's frames, innermost first
     */
    public Trap(TrapReason reason, List<GuestFrame> trace) {
        this(reason, reason.text(), trace, 0);
    }

    /**
     * A trap.
     *
     * @param reason why
     * @param message what to say instead of the reason's text
     * @param trace the guest's frames, innermost first
     * @param omitted how many frames there are besides
     */
    public Trap(TrapReason reason, String message, List<GuestFrame> trace, int omitted) {
        super(message, null, false, false);
        this.reason = reason;
        this.trace = List.copyOf(trace);
        this.omitted = omitted;
    }

    /** {@return why it was stopped} */
    public TrapReason reason() {
        return reason;
    }

    /** {@return the guest's frames, innermost first; some may be left out, see {@link #omitted}} */
    public List<GuestFrame> trace() {
        return trace == null ? List.of() : trace;
    }

    /** {@return how many frames the trace leaves out at its end} */
    public int omitted() {
        return omitted;
    }

    /** {@return the message, and a line for each frame} */
    public String describe() {
        StringBuilder text = new StringBuilder(getMessage());
        for (GuestFrame frame : trace()) {
            text.append("\n    at ").append(frame);
        }
        if (omitted > 0) {
            text.append("\n    ... ").append(omitted).append(" more");
        }
        return text.toString();
    }
}
