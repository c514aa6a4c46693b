package emberwall.wasm;

/**
 * How much of everything a module may declare. The defaults are the implementation-defined limits of the WebAssembly
 * JavaScript API, so that what runs in browsers runs here; custom sections, and operands on the stack at one time, are
 * limited here only, where a few bytes would otherwise cost very much memory. Exceeding one is a {@link LimitException}.
 *
 * <p>Sizes of memories and tables are limits of run time: declaring a bigger one is no error, it cannot be made or grown.
 */
public record Limits(
        int moduleBytes,
        int types,
        int recursionGroupTypes,
        int subtypingDepth,
        int parameters,
        int results,
        int structFields,
        int functions,
        int imports,
        int exports,
        int globals,
        int tags,
        int tables,
        int memories,
        int elementSegments,
        int segmentElements,
        int dataSegments,
        int functionBytes,
        int locals,
        int operands,
        int newFixedOperands,
        int customSections) {

    /** The limits of the JavaScript API. */
    public static final Limits DEFAULT = new Limits(
            1 << 30,
            1_000_000,
            1_000_000,
            63,
            1_000,
            1_000,
            10_000,
            1_000_000,
            1_000_000,
            1_000_000,
            1_000_000,
            1_000_000,
            100_000,
            100,
            10_000_000,
            10_000_000,
            100_000,
            7_654_321,
            50_000,
            1_000_000,
            10_000,
            1_000_000);

    /** No limits but those of ints. */
    public static final Limits UNLIMITED = new Limits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);
}
