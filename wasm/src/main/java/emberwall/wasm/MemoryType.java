package emberwall.wasm;

/**
 * The type of a linear memory.
 *
 * @param address64 whether its addresses are i64
 * @param shared whether threads may share it
 * @param pageSizeLog2 binary logarithm of its page size: 16, or 0 with custom page sizes
 * @param minimum its initial size in pages, unsigned
 * @param maximum the size in pages that it never exceeds, unsigned; without meaning if there is none
 * @param hasMaximum whether there is a maximum
 */
public record MemoryType(
        boolean address64, boolean shared, int pageSizeLog2, long minimum, long maximum, boolean hasMaximum) {
    /** The type of its addresses: i32 or i64. */
    public int addressType() {
        return address64 ? ValueType.I64 : ValueType.I32;
    }

    /** The most pages that its addresses reach and its instructions can count, unsigned. */
    public long mostPages() {
        long mostAddress = address64 ? -1 : 0xFFFF_FFFFL;
        return pageSizeLog2 == 0 ? mostAddress : (mostAddress >>> pageSizeLog2) + 1;
    }

    /**
     * The most pages that a memory of the type has, unsigned. Where there is no maximum and addresses are i32, the last page of
     * 4 GiB is given to those only that begin with it: then what is a little above an address in a memory needs no wrapping.
     */
    public long most() {
        long all = mostPages();
        if (hasMaximum) {
            return Long.compareUnsigned(maximum, all) < 0 ? maximum : all;
        }
        return address64 || pageSizeLog2 == 0 || minimum == all ? all : all - 1;
    }

    /** The same but for the initial size. */
    public MemoryType withMinimum(long pages) {
        return new MemoryType(address64, shared, pageSizeLog2, pages, maximum, hasMaximum);
    }

    /** Whether a memory of a type, now of so many pages, can be imported as one of this type (4.5.4). */
    public boolean admits(MemoryType given, long pages) {
        return given.address64 == address64
                && given.shared == shared
                && given.pageSizeLog2 == pageSizeLog2
                && withinLimits(pages, given.hasMaximum, given.maximum, minimum, hasMaximum, maximum);
    }

    /** Whether limits match: a size and perhaps a maximum that are given, those that are wanted; all unsigned. */
    static boolean withinLimits(
            long size, boolean hasMaximum, long maximum, long minimum, boolean wantsMaximum, long wantedMaximum) {
        return Long.compareUnsigned(size, minimum) >= 0
                && (!wantsMaximum || hasMaximum && Long.compareUnsigned(maximum, wantedMaximum) <= 0);
    }
}
