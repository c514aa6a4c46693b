package emberwall.ebpf.verify;

/**
 * How far the verifier goes.
 *
 * @param instructions how many it looks at in all before it gives up
 * @param privileged whether a program may call helpers that read memory which is not its own
 */
public record VerifierLimits(long instructions, boolean privileged) {
    /** The kernel's limit, and no privileges. */
    public static final VerifierLimits DEFAULT = new VerifierLimits(1_000_000, false);

    /** The same, for programs that are trusted to look around. */
    public VerifierLimits trusting() {
        return new VerifierLimits(instructions, true);
    }
}
