package emberwall.wasm.reference;

/**
 * How much guests of one store may use.
 *
 * @param memoryBytes most bytes that one memory may reach; a larger minimum fails, growth beyond gives -1
 * @param tableElements most elements that one table may reach, likewise
 * @param stackBytes of values and frames in guest calls: a value counts 8, a frame {@link #FRAME_BYTES} besides; at most 1 GiB
 * @param nesting most calls of the store from inside host functions that it called
 * @param allMemoryBytes most bytes that all memories may have together
 * @param allTableElements most elements that all tables may have together
 */
public record StoreLimits(
        long memoryBytes,
        long tableElements,
        long stackBytes,
        int nesting,
        long allMemoryBytes,
        long allTableElements) {
    /** What a frame counts beside its locals and operands. */
    public static final int FRAME_BYTES = 64;

    /** Memories of 4 GiB, tables of ten million elements, 4 MiB of stack, host and guest calling each other 500 times. */
    public static final StoreLimits DEFAULT = new StoreLimits(1L << 32, 10_000_000, 4 << 20, 500);

    /** Limits for each memory and table, and none for all together. */
    public StoreLimits(long memoryBytes, long tableElements, long stackBytes, int nesting) {
        this(memoryBytes, tableElements, stackBytes, nesting, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    public StoreLimits {
        if (memoryBytes < 0 || tableElements < 0 || stackBytes < 0 || stackBytes > 1 << 30 || nesting < 1) {
            throw new IllegalArgumentException("limits out of range");
        }
    }
}
