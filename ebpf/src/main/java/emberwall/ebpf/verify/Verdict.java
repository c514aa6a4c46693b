package emberwall.ebpf.verify;

/** What the verifier says of a program. */
public sealed interface Verdict permits Accepted, Refusal {
    /** Whether the program may run. */
    default boolean isAccepted() {
        return this instanceof Accepted;
    }
}
