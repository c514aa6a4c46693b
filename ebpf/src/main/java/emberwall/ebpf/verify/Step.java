package emberwall.ebpf.verify;

/**
 * Instructions that a path went through one behind the other, linked to those before, back to the last checkpoint. Only of the
 * last one there is more to say than which it was.
 */
final class Step {
    static final int NONE = -1;

    /** The return of a function to the helper that called it. */
    static final int CALLBACK_EXIT = -2;

    /** The call of a function by a helper. */
    static final int CALLBACK_ENTRY = -3;

    /** A tail call that worked: its program's result is the function's. */
    static final int TAIL_RETURN = -4;

    /** Registers and slots with numbers of one id, as masks by frame. */
    record Linked(long[] registers, long[] slots) {}

    private final Step previous;
    private final int first;
    private final int last;
    private final int frame;
    private final int stackFrame;
    private final int slot;
    private final Linked linked;

    /** Registers and slots of this frame, and of no other, that were asked for here. */
    private long askedRegisters;

    private long askedSlots;

    /**
     * A step.
     *
     * @param first the first of its instructions
     * @param last the last of them
     * @param frame in whose frame they were
     * @param stackFrame whose stack the last one loaded from or stored to, {@link #NONE}, or what else it was
     * @param slot which slot of that
     * @param linked numbers that a branch found out about together, or null
     */
    Step(Step previous, int first, int last, int frame, int stackFrame, int slot, Linked linked) {
        this.previous = previous;
        this.first = first;
        this.last = last;
        this.frame = frame;
        this.stackFrame = stackFrame;
        this.slot = slot;
        this.linked = linked;
    }

    Step previous() {
        return previous;
    }

    int first() {
        return first;
    }

    int last() {
        return last;
    }

    int frame() {
        return frame;
    }

    int stackFrame() {
        return stackFrame;
    }

    int slot() {
        return slot;
    }

    Linked linked() {
        return linked;
    }

    /** The same where the last instruction was something else. */
    Step as(int what) {
        return new Step(previous, first, last, frame, what, 0, null);
    }

    /** Notes that nothing else is asked for behind this step; answers whether all of that was before. */
    boolean isAsked(long registers, long slots) {
        if ((registers & ~askedRegisters | slots & ~askedSlots) == 0) {
            return true;
        }
        askedRegisters |= registers;
        askedSlots |= slots;
        return false;
    }
}
