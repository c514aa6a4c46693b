package emberwall.engine;

import emberwall.wasm.Feature;
import emberwall.wasm.Features;

/**
 * What an engine is told once, at its start.
 *
 * @param tier how functions are run
 * @param bounds how memory accesses are checked
 * @param maxMemory most bytes that one linear memory may reach; what a module asks beyond it fails at instantiation,
 *     growth beyond it returns -1
 * @param maxStack bytes of guest stack, 64 KiB to 1 GiB
 * @param maxTable most elements that one table may reach
 * @param maxHeap most bytes of structures and arrays that one store may have in a heap outside of Java's, 1 MiB to 16 GiB
 *     with the default of 256 MiB; beyond it a trap "out of memory". The reference tier has them in Java's heap
 * @param maxNesting most calls from guests to the host that one thread may be in, over all stores of all engines; beyond
 *     it a trap "call stack exhausted". Each keeps a few hundred bytes to some kilobytes of the thread's Java stack
 * @param polls whether loops and functions look for interruption; without them only a return or a host call ends a
 *     guest
 * @param masking whether table indices and explicit bounds are masked against misspeculation
 * @param cpuMask features of the processor that compilers may use, see {@link Processor#mask}; -1 for all that exist
 * @param statistics whether exits are counted by kind
 * @param counting whether the tiers {@link Tier#BASELINE} and {@link Tier#REFERENCE} count how often functions are entered and
 *     rounds of loops begin: {@link CompiledModule#profile}
 * @param recordedStates at which stops optimized code can say what the frames of its source hold, for whoever wants to hold it
 *     against the reference
 * @param features what modules may use, whether or not the tier can run it; WebAssembly 3.0 and
 *     threads unless proposals are added
 */
public record Config(
        Tier tier,
        Bounds bounds,
        long maxMemory,
        long maxStack,
        long maxTable,
        long maxHeap,
        int maxNesting,
        boolean polls,
        boolean masking,
        long cpuMask,
        boolean statistics,
        boolean counting,
        RecordedStates recordedStates,
        Features features) {

    private static final long PAGE = 65_536;
    private static final Features USUAL = Features.WASM_3.with(Feature.THREADS);

    /** The defaults: everything automatic, memories to 4 GiB, 1 MiB of stack. */
    public static final Config DEFAULT = new Config(
            Tier.AUTO,
            Bounds.AUTO,
            65_536 * PAGE,
            1 << 20,
            10_000_000,
            256 << 20,
            500,
            true,
            true,
            -1,
            false,
            false,
            RecordedStates.NONE,
            USUAL);

    /**
     * A configuration.
     *
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Config {
        if (tier == null || bounds == null || recordedStates == null || features == null) {
            throw new NullPointerException();
        }
        if (maxMemory < 0) {
            throw new IllegalArgumentException("maxMemory below 0: " + maxMemory);
        }
        if (maxStack < PAGE || maxStack > 1 << 30) {
            throw new IllegalArgumentException("maxStack outside 64 KiB to 1 GiB: " + maxStack);
        }
        if (maxTable < 0) {
            throw new IllegalArgumentException("maxTable below 0: " + maxTable);
        }
        if (maxHeap < 1 << 20 || maxHeap > 16L << 30) {
            throw new IllegalArgumentException("maxHeap outside 1 MiB to 16 GiB: " + maxHeap);
        }
        if (maxNesting < 1) {
            throw new IllegalArgumentException("maxNesting below 1: " + maxNesting);
        }
    }

    /** {@return a builder that holds the defaults} */
    public static Builder builder() {
        return new Builder(DEFAULT);
    }

    /** {@return a builder that holds this configuration} */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Sets what differs from the defaults. */
    public static final class Builder {
        private Tier tier;
        private Bounds bounds;
        private long maxMemory;
        private long maxStack;
        private long maxTable;
        private long maxHeap;
        private int maxNesting;
        private boolean polls;
        private boolean masking;
        private long cpuMask;
        private boolean statistics;
        private boolean counting;
        private RecordedStates recordedStates;
        private Features features;

        private Builder(Config config) {
            tier = config.tier;
            bounds = config.bounds;
            maxMemory = config.maxMemory;
            maxStack = config.maxStack;
            maxTable = config.maxTable;
            maxHeap = config.maxHeap;
            maxNesting = config.maxNesting;
            polls = config.polls;
            masking = config.masking;
            cpuMask = config.cpuMask;
            statistics = config.statistics;
            counting = config.counting;
            recordedStates = config.recordedStates;
            features = config.features;
        }

        /**
         * How functions are run.
         *
         * @param value the tier
         * @return this
         */
        public Builder tier(Tier value) {
            tier = value;
            return this;
        }

        /**
         * How memory accesses are checked.
         *
         * @param value the strategy
         * @return this
         */
        public Builder bounds(Bounds value) {
            bounds = value;
            return this;
        }

        /**
         * Most bytes of one linear memory.
         *
         * @param bytes at least 0
         * @return this
         */
        public Builder maxMemory(long bytes) {
            maxMemory = bytes;
            return this;
        }

        /**
         * Bytes of guest stack.
         *
         * @param bytes 64 KiB to 1 GiB
         * @return this
         */
        public Builder maxStack(long bytes) {
            maxStack = bytes;
            return this;
        }

        /**
         * Most elements of one table.
         *
         * @param elements at least 0
         * @return this
         */
        public Builder maxTable(long elements) {
            maxTable = elements;
            return this;
        }

        /**
         * Most bytes of structures and arrays of one store.
         *
         * @param bytes 1 MiB to 16 GiB
         * @return this
         */
        public Builder maxHeap(long bytes) {
            maxHeap = bytes;
            return this;
        }

        /**
         * Most calls from guests to the host that one thread may be in.
         *
         * @param crossings at least 1
         * @return this
         */
        public Builder maxNesting(int crossings) {
            maxNesting = crossings;
            return this;
        }

        /**
         * Whether loops and functions look for interruption.
         *
         * @param value whether they do
         * @return this
         */
        public Builder polls(boolean value) {
            polls = value;
            return this;
        }

        /**
         * Whether misspeculation is masked.
         *
         * @param value whether it is
         * @return this
         */
        public Builder masking(boolean value) {
            masking = value;
            return this;
        }

        /**
         * Features of the processor that compilers may use.
         *
         * @param features bits of them, see {@link Processor#mask}; -1 for all that exist
         * @return this
         */
        public Builder cpuMask(long features) {
            cpuMask = features;
            return this;
        }

        /**
         * How much of the processor compilers may use, be there more of it or not.
         *
         * @param processor the most
         * @return this
         */
        public Builder cpu(Processor processor) {
            return cpuMask(processor.mask());
        }

        /**
         * Whether exits are counted by kind.
         *
         * @param value whether they are
         * @return this
         */
        public Builder statistics(boolean value) {
            statistics = value;
            return this;
        }

        /**
         * Whether baseline code and the reference interpreter count how often functions and loops run.
         *
         * @param value whether they do
         * @return this
         */
        public Builder counting(boolean value) {
            counting = value;
            return this;
        }

        /**
         * At which stops optimized code can say what the frames of its source hold.
         *
         * @param value the stops
         * @return this
         */
        public Builder recordedStates(RecordedStates value) {
            recordedStates = value;
            return this;
        }

        /**
         * What modules may use.
         *
         * @param value the features
         * @return this
         */
        public Builder features(Features value) {
            features = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @return what was set, and the defaults for the rest
         * @throws IllegalArgumentException if a number is out of its range
         */
        public Config build() {
            return new Config(
                    tier,
                    bounds,
                    maxMemory,
                    maxStack,
                    maxTable,
                    maxHeap,
                    maxNesting,
                    polls,
                    masking,
                    cpuMask,
                    statistics,
                    counting,
                    recordedStates,
                    features);
        }
    }
}
