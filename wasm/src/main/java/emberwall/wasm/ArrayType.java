package emberwall.wasm;

/**
 * The elements of an array.
 *
 * @param element their storage type, a {@link ValueType}, packed ones included
 * @param mutable whether they can be set
 */
public record ArrayType(int element, boolean mutable) implements CompositeType {}
