package emberwall.ebpf.verify;

import emberwall.ebpf.helper.HelperSignature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a function came to run: by which call, in which function that came to run how. There is one of each, so that states of
 * the same functions have the same chain; only they are compared.
 */
final class CallChain {
    private record Call(int site, int subprogram, HelperSignature caller) {}

    private final Call call;
    private final Map<Call, CallChain> calls = new HashMap<>();
    private final Map<Integer, List<Checkpoint>> checkpoints = new HashMap<>();

    private CallChain(Call call) {
        this.call = call;
    }

    /** That of the program itself. */
    static CallChain ofProgram() {
        return new CallChain(new Call(-1, 0, null));
    }

    /**
     * That of a function which is called here.
     *
     * @param site the call, or what the helper was called by
     * @param caller the helper that calls it, or null
     */
    CallChain calling(int site, int subprogram, HelperSignature caller) {
        return calls.computeIfAbsent(new Call(site, subprogram, caller), CallChain::new);
    }

    /** The call that the function will return behind, or -1. */
    int site() {
        return call.site;
    }

    HelperSignature caller() {
        return call.caller;
    }

    /** States that were kept in front of an instruction, as a list to change. */
    List<Checkpoint> checkpoints(int instruction) {
        return checkpoints.computeIfAbsent(instruction, i -> new ArrayList<>(2));
    }
}
