package emberwall.wasm;

/**
 * What modules may use.
 *
 * @param mask the features, as {@link Feature#bit()}s
 */
public record Features(long mask) {
    /** WebAssembly 3.0. */
    public static final Features WASM_3 = new Features(Feature.WASM_3);

    /** Everything that this package can read. */
    public static final Features ALL = new Features(Feature.ALL);

    /** The same and these. */
    public Features with(Feature... more) {
        return new Features(mask | Feature.mask(more));
    }

    public boolean has(Feature feature) {
        return (mask & feature.bit()) != 0;
    }
}
