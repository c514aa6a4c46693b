package emberwall.wasm;

/**
 * The type of a table.
 *
 * @param element the type of its elements, a {@link ValueType}
 * @param address64 whether its indices are i64
 * @param minimum its initial size in elements, unsigned
 * @param maximum the size it never exceeds, unsigned; without meaning if there is none
 * @param hasMaximum whether there is a maximum
 */
public record TableType(int element, boolean address64, long minimum, long maximum, boolean hasMaximum) {
    /** The type of its indices: i32 or i64. */
    public int addressType() {
        return address64 ? ValueType.I64 : ValueType.I32;
    }

    /** The same but for the initial size. */
    public TableType withMinimum(long elements) {
        return new TableType(element, address64, elements, maximum, hasMaximum);
    }

    /** Whether a table of a type, now of so many elements, can be imported as one of this type, if the elements' types fit. */
    public boolean admits(TableType given, long size) {
        return given.address64 == address64
                && MemoryType.withinLimits(size, given.hasMaximum, given.maximum, minimum, hasMaximum, maximum);
    }
}
