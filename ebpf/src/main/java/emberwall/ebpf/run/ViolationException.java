package emberwall.ebpf.run;

/** An interpreted program did what no verified program does. */
public final class ViolationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int slot;

    /**
     * A violation.
     *
     * @param problem in words
     * @param slot of the instruction
     */
    public ViolationException(String problem, int slot) {
        super(problem + " at slot " + slot);
        this.slot = slot;
    }

    /** {@return which instruction, in slots} */
    public int slot() {
        return slot;
    }
}
