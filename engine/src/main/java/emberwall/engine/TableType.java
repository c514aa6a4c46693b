package emberwall.engine;

import emberwall.wasm.ValueType;

/**
 * The type of a table.
 *
 * @param element {@link ValueType} of its elements
 * @param minimum elements at least
 * @param maximum elements at most, or -1 for no limit of its own
 */
public record TableType(int element, long minimum, long maximum) implements ExternType {
    @Override
    public String toString() {
        return "table " + minimum + (maximum < 0 ? "" : ".." + maximum) + " " + ValueType.text(element);
    }
}
