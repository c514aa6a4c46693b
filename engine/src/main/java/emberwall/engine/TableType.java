package emberwall.engine;

import emberwall.wasm.ValueType;

/**
 * The type of a table. Sizes are in elements, unsigned.
 *
 * @param element {@link ValueType} of its elements
 * @param address64 whether guests index it by i64 rather than i32
 * @param minimum elements at least
 * @param maximum elements at most, or -1 for no limit of its own
 */
public record TableType(int element, boolean address64, long minimum, long maximum) implements ExternType {
    /**
     * A table that is indexed by i32.
     *
     * @param element {@link ValueType} of its elements
     * @param minimum elements at least
     * @param maximum elements at most, or -1 for no limit of its own
     */
    public TableType(int element, long minimum, long maximum) {
        this(element, false, minimum, maximum);
    }

    @Override
    public String toString() {
        return "table " + (address64 ? "i64 " : "") + Long.toUnsignedString(minimum)
                + (maximum == -1 ? "" : ".." + Long.toUnsignedString(maximum)) + " "
                + ValueType.text(element);
    }
}
