package emberwall.ebpf.verify;

import emberwall.ebpf.Program;
import emberwall.ebpf.helper.HelperSignature;
import java.util.function.IntFunction;

/**
 * Decides whether a program may run: whether every path of it ends, reads only what was written, touches only memory that it
 * was given, gives back what it acquired, and leaves no address where others see it.
 *
 * <p>What it accepts needs no check at run time. What it refuses may be harmless: it walks paths as the Linux kernel does,
 * and knows no more than that about loops and about relations between numbers.
 */
public final class Verifier {
    private final IntFunction<HelperSignature> helpers;
    private final VerifierLimits limits;

    /**
     * A verifier for programs that may call these helpers.
     *
     * @param helpers by number; null for what does not exist
     */
    public Verifier(IntFunction<HelperSignature> helpers, VerifierLimits limits) {
        this.helpers = helpers;
        this.limits = limits;
    }

    /** Verifies a program with the context of its kind. */
    public Verdict verify(Program program) {
        return verify(program, ContextTypes.of(program.kind()));
    }

    /** Verifies a program that is given this context. */
    public Verdict verify(Program program, ContextType context) {
        return verify(program, context, null);
    }

    /** The same, showing what is known in front of each instruction on each path. */
    public Verdict verify(Program program, ContextType context, Observer observer) {
        return new Walk(program, context, helpers, limits, observer).run();
    }
}
