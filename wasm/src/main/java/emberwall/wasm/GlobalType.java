package emberwall.wasm;

/**
 * The type of a global.
 *
 * @param type the type of its value, a {@link ValueType}
 * @param mutable whether it can be set
 */
public record GlobalType(int type, boolean mutable) {}
