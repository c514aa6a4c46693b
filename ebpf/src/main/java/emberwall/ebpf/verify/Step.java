package emberwall.ebpf.verify;

/**
 * An instruction that a path went through, linked to the one before, back to the last checkpoint.
 *
 * @param index which instruction
 * @param frame in whose frame it was
 * @param stackFrame whose stack it loaded from or stored to, {@link #NONE}, or what else the step was
 * @param slot which slot of that
 * @param linked numbers that a branch found out about together, or null
 */
record Step(Step previous, int index, int frame, int stackFrame, int slot, Linked linked) {
    static final int NONE = -1;

    /** The return of a function to the helper that called it. */
    static final int CALLBACK_EXIT = -2;

    /** The call of a function by a helper. */
    static final int CALLBACK_ENTRY = -3;

    /** A tail call that worked: its program's result is the function's. */
    static final int TAIL_RETURN = -4;

    /** Registers and slots with numbers of one id, as masks by frame. */
    record Linked(long[] registers, long[] slots) {}

    Step onStack(int whose, int which) {
        return new Step(previous, index, frame, whose, which, linked);
    }

    Step linking(Linked numbers) {
        return new Step(previous, index, frame, stackFrame, slot, numbers);
    }
}
