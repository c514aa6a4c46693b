package emberwall.ebpf.verify;

/** An instruction that a path went through, linked to the one before, back to the last checkpoint. */
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
    private final int index;
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
     * @param index which instruction
     * @param frame in whose frame it was
     * @param stackFrame whose stack it loaded from or stored to, {@link #NONE}, or what else the step was
     * @param slot which slot of that
     * @param linked numbers that a branch found out about together, or null
     */
    Step(Step previous, int index, int frame, int stackFrame, int slot, Linked linked) {
        this.previous = previous;
        this.index = index;
        this.frame = frame;
        this.stackFrame = stackFrame;
        this.slot = slot;
        this.linked = linked;
    }

    Step previous() {
        return previous;
    }

    int index() {
        return index;
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

    Step onStack(int whose, int which) {
        return new Step(previous, index, frame, whose, which, linked);
    }

    Step linking(Linked numbers) {
        return new Step(previous, index, frame, stackFrame, slot, numbers);
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
