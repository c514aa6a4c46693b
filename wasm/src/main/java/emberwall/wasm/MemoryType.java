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
}
