package emberwall.ebpf.verify;

import java.util.Map;

/**
 * The program ends and stays inside of its memory.
 *
 * @param processed how many instructions were looked at to find out, each as often as that took
 * @param states how many states were kept to compare with
 * @param statesAtOnce how many of them at a time, at most
 * @param longest how many instructions a run has at most, or -1 if helpers call functions of the program, or other programs
 *     run in the middle of it: it ends, but only their own bounds say when
 * @param stack how many bytes of stack all frames together take at most
 * @param addressLoads by instruction: loads that find an address in the context, each one field on all paths. Whoever keeps
 *     whole addresses elsewhere, since fields of 4 bytes have no room for them, makes these load from there
 */
public record Accepted(
        long processed,
        int states,
        int statesAtOnce,
        long longest,
        int stack,
        Map<Integer, ContextType.Field> addressLoads)
        implements Verdict {
    public Accepted {
        addressLoads = Map.copyOf(addressLoads);
    }

    /** Whether a run's length is known, and at most this. */
    public boolean isShorterThan(long instructions) {
        return longest >= 0 && longest <= instructions;
    }
}
