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

    /**
     * Features by their names, beginning from WebAssembly 3.0: {@code "threads,-simd"} is that with threads and without
     * vectors. Each word changes what those before it say: a name adds its feature, a minus before it takes it away; {@code
     * all} is {@link #ALL}, {@code 3.0} is {@link #WASM_3}, {@code 1.0} is the first version of the standard.
     *
     * @param text words between commas
     * @throws IllegalArgumentException if a word is none of these; the message lists them
     */
    public static Features parse(String text) {
        long mask = Feature.WASM_3;
        for (String word : text.split(",", -1)) {
            switch (word) {
                case "all" -> mask = Feature.ALL;
                case "3.0" -> mask = Feature.WASM_3;
                case "1.0" -> mask = Feature.MVP.bit();
                default -> {
                    boolean less = word.startsWith("-");
                    long bit = bit(less ? word.substring(1) : word);
                    mask = less ? mask & ~bit : mask | bit;
                }
            }
        }
        return new Features(mask);
    }

    private static long bit(String name) {
        StringBuilder names = new StringBuilder("all, 3.0, 1.0");
        for (Feature feature : Feature.values()) {
            if (feature == Feature.MVP) continue; // without it there is nothing
            if (feature.text().equals(name)) return feature.bit();
            names.append(", ").append(feature.text());
        }
        throw new IllegalArgumentException("'" + name + "' is not one of " + names);
    }

    public boolean has(Feature feature) {
        return (mask & feature.bit()) != 0;
    }
}
