package emberwall.ebpf.verify;

/** Sees the proof as it is made. */
@FunctionalInterface
public interface Observer {
    /** A path is in front of {@link State#instruction}, knowing this. The state is valid during the call only. */
    void at(State state);
}
