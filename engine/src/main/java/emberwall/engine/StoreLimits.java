package emberwall.engine;

/**
 * How much all guests of one store may have together, below what {@link Config} allows each memory and table. What would
 * go beyond fails at instantiation with an {@link EngineLimitException}; growth beyond returns -1.
 *
 * <pre>{@code
 * Store store = engine.newStore(StoreLimits.NONE.memoryBytes(16 << 20).instances(10));
 * }</pre>
 *
 * @param memoryBytes most bytes in all linear memories, at least 0
 * @param tableElements most elements in all tables, at least 0
 * @param instances most instances, at least 0
 * @param heapBytes most bytes of structures and arrays, at least 0; beyond it a trap "out of memory". The reference tier has
 *     them in Java's heap
 */
public record StoreLimits(long memoryBytes, long tableElements, int instances, long heapBytes) {
    /** No limits of the store's own. */
    public static final StoreLimits NONE =
            new StoreLimits(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    /**
     * Limits.
     *
     * @throws IllegalArgumentException if one is below 0
     */
    public StoreLimits {
        if (memoryBytes < 0 || tableElements < 0 || instances < 0 || heapBytes < 0) {
            throw new IllegalArgumentException("limits below 0: " + memoryBytes + " bytes, " + tableElements
                    + " elements, " + instances + " instances, " + heapBytes + " bytes of heap");
        }
    }

    /**
     * These limits with another one for memory, in bytes.
     *
     * @param bytes at least 0
     * @return new limits
     */
    public StoreLimits memoryBytes(long bytes) {
        return new StoreLimits(bytes, tableElements, instances, heapBytes);
    }

    /**
     * These limits with another one for tables, in elements.
     *
     * @param elements at least 0
     * @return new limits
     */
    public StoreLimits tableElements(long elements) {
        return new StoreLimits(memoryBytes, elements, instances, heapBytes);
    }

    /**
     * These limits with another one for instances.
     *
     * @param count at least 0
     * @return new limits
     */
    public StoreLimits instances(int count) {
        return new StoreLimits(memoryBytes, tableElements, count, heapBytes);
    }

    /**
     * These limits with another one for structures and arrays, in bytes.
     *
     * @param bytes at least 0
     * @return new limits
     */
    public StoreLimits heapBytes(long bytes) {
        return new StoreLimits(memoryBytes, tableElements, instances, bytes);
    }
}
