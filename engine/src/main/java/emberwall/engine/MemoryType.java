package emberwall.engine;

/**
 * The type of a linear memory, in pages of 64 KiB.
 *
 * @param minimum pages at least
 * @param maximum pages at most, or -1 for no limit of its own
 */
public record MemoryType(long minimum, long maximum) implements ExternType {
    /**
     * A memory without a limit of its own.
     *
     * @param minimum pages at least
     * @return the type
     */
    public static MemoryType of(long minimum) {
        return new MemoryType(minimum, -1);
    }

    @Override
    public String toString() {
        return "memory " + minimum + (maximum < 0 ? "" : ".." + maximum);
    }
}
