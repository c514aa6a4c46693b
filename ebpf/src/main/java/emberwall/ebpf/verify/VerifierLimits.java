package emberwall.ebpf.verify;

/**
 * How far the verifier goes.
 *
 * @param instructions how many it looks at in all before it gives up
 * @param states how many states it keeps at a time before it gives up: each takes 1 to 4 KiB of memory
 * @param privileged whether a program may call helpers that read memory which is not its own
 */
public record VerifierLimits(long instructions, int states, boolean privileged) {
    private static final int STATES = 1_000_000;

    /** The kernel's limit, and no privileges. */
    public static final VerifierLimits DEFAULT = new VerifierLimits(1_000_000, false);

    /** As many states as the first million instructions could want. */
    public VerifierLimits(long instructions, boolean privileged) {
        this(instructions, STATES, privileged);
    }

    /** The same with another number of states. */
    public VerifierLimits states(int most) {
        return new VerifierLimits(instructions, most, privileged);
    }

    /** The same, for programs that are trusted to look around. */
    public VerifierLimits trusting() {
        return new VerifierLimits(instructions, states, true);
    }
}
