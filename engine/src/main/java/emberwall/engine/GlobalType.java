package emberwall.engine;

import emberwall.wasm.ValueType;

/**
 * The type of a global.
 *
 * @param value {@link ValueType} of its value
 * @param mutable whether it can be set
 */
public record GlobalType(int value, boolean mutable) implements ExternType {
    @Override
    public String toString() {
        return mutable ? "global (mut " + ValueType.text(value) + ")" : "global " + ValueType.text(value);
    }
}
