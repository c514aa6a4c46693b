package emberwall.ebpf.insn;

/** Bytes, or a text, that are no program of eBPF. */
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int slot;

    /**
     * A problem with a place.
     *
     * @param problem in words
     * @param slot of the instruction, in units of 8 bytes; or the line of a text, from 1
     */
    public MalformedException(String problem, int slot) {
        super(problem);
        this.slot = slot;
    }

    /** {@return which slot of 8 bytes, or which line of a text} */
    public int slot() {
        return slot;
    }
}
