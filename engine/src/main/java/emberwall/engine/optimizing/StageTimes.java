package emberwall.engine.optimizing;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the stages of optimizing compilers took, over all threads, in nanoseconds by the clock on the wall. */
public final class StageTimes {
    /** The way of a function, each with what it makes. */
    enum Stage {
        /** The graph of a body. */
        BUILD,
        /** A better graph. */
        PASSES,
        /** A place for each node. */
        SCHEDULE,
        /** Instructions on virtual registers. */
        SELECT,
        /** Registers and words. */
        ALLOCATE,
        /** Bytes. */
        EMIT
    }

    private static final Stage[] STAGES = Stage.values();

    private final LongAdder[] nanos = new LongAdder[STAGES.length];

    /** With nothing done so far. */
    public StageTimes() {
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = new LongAdder();
        }
    }

    void add(Stage stage, long more) {
        nanos[stage.ordinal()].add(more);
    }

    /** Nanoseconds by stage, in the order in which a function goes through them; empty if there were none. */
    public Map<String, Long> nanos() {
        Map<String, Long> times = new LinkedHashMap<>();
        for (Stage stage : STAGES) {
            long sum = nanos[stage.ordinal()].sum();
            if (sum > 0) {
                times.put(stage.name().toLowerCase(Locale.ROOT), sum);
            }
        }
        return times;
    }
}
