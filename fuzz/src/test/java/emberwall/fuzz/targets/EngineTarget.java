package emberwall.fuzz.targets;

import emberwall.fuzz.mutate.Comparison;
import java.util.Arrays;
import java.util.SplittableRandom;

/** All engines: what is accepted compiles and runs within limits, to the same end everywhere. */
public final class EngineTarget {
    private static final Comparison COMPARISON = new Comparison();

    private EngineTarget() {}

    /** The bytes are a module. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        COMPARISON.run(bytes, () -> new SplittableRandom(Arrays.hashCode(bytes)));
    }
}
