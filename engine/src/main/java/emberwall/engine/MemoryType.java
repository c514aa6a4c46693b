package emberwall.engine;

/**
 * The type of a linear memory. Sizes are in pages, unsigned.
 *
 * @param minimum pages at least
 * @param maximum pages at most, or -1 for no limit of its own
 * @param address64 whether guests address it by i64 rather than i32
 * @param shared whether stores of one engine may share it, each with a thread of its own, which takes a maximum
 * @param pageSizeLog2 binary logarithm of the bytes in a page: 16, or 0 with custom page sizes
 */
public record MemoryType(long minimum, long maximum, boolean address64, boolean shared, int pageSizeLog2)
        implements ExternType {
    private static final int USUAL_PAGE = 16;

    /**
     * A type.
     *
     * @throws IllegalArgumentException if the minimum is above the maximum, either above what its addresses reach, pages
     *     have another size, or a shared memory no maximum
     */
    public MemoryType {
        if (pageSizeLog2 != USUAL_PAGE && pageSizeLog2 != 0) {
            throw new IllegalArgumentException("pages of 2^" + pageSizeLog2 + " bytes");
        }
        if (shared && maximum == -1) {
            throw new IllegalArgumentException("a shared memory without a maximum");
        }
        long most = new emberwall.wasm.MemoryType(address64, shared, pageSizeLog2, 0, 0, false).mostPages();
        if (Long.compareUnsigned(minimum, most) > 0 || (maximum != -1 && Long.compareUnsigned(maximum, most) > 0)) {
            throw new IllegalArgumentException("more than " + Long.toUnsignedString(most) + " pages");
        }
        if (maximum != -1 && Long.compareUnsigned(minimum, maximum) > 0) {
            throw new IllegalArgumentException("size minimum must not be greater than maximum: "
                    + Long.toUnsignedString(minimum) + " pages, " + Long.toUnsignedString(maximum));
        }
    }

    /**
     * A memory with addresses of type i32 and pages of 64 KiB, which is not shared.
     *
     * @param minimum pages at least
     * @param maximum pages at most, or -1 for no limit of its own
     */
    public MemoryType(long minimum, long maximum) {
        this(minimum, maximum, false, false, USUAL_PAGE);
    }

    /**
     * A memory with addresses of type i32 and pages of 64 KiB, without a limit of its own.
     *
     * @param minimum pages at least
     * @return the type
     */
    public static MemoryType of(long minimum) {
        return new MemoryType(minimum, -1);
    }

    /**
     * A shared memory with addresses of type i32 and pages of 64 KiB.
     *
     * @param minimum pages at least
     * @param maximum pages at most
     * @return the type
     */
    public static MemoryType shared(long minimum, long maximum) {
        return new MemoryType(minimum, maximum, false, true, USUAL_PAGE);
    }

    /** {@return bytes in a page: 65 536, or 1 with custom page sizes} */
    public int pageSize() {
        return 1 << pageSizeLog2;
    }

    /** As in {@code memory i64 1..2 shared pagesize 1}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("memory ");
        if (address64) text.append("i64 ");
        text.append(Long.toUnsignedString(minimum));
        if (maximum != -1) text.append("..").append(Long.toUnsignedString(maximum));
        if (shared) text.append(" shared");
        if (pageSizeLog2 != USUAL_PAGE) text.append(" pagesize ").append(pageSize());
        return text.toString();
    }
}
