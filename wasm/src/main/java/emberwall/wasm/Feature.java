package emberwall.wasm;

import java.util.Set;

/** The steps in which WebAssembly grew: what a module may need beyond the first version of the standard. */
public enum Feature {
    // @formatter:off
    MVP                    ("mvp"),
    MUTABLE_GLOBALS        ("mutable-globals"),
    SIGN_EXTENSION         ("sign-extension"),
    SATURATING_CONVERSIONS ("saturating-conversions"),
    MULTI_VALUE            ("multi-value"),
    BULK_MEMORY            ("bulk-memory"),
    REFERENCE_TYPES        ("reference-types"),
    EXTENDED_CONST         ("extended-const"),
    SIMD                   ("simd"),
    RELAXED_SIMD           ("relaxed-simd"),
    TAIL_CALL              ("tail-call"),
    FUNCTION_REFERENCES    ("function-references"),
    GC                     ("gc"),
    EXCEPTIONS             ("exceptions"),
    LEGACY_EXCEPTIONS      ("legacy-exceptions"),
    MEMORY64               ("memory64"),
    MULTI_MEMORY           ("multi-memory"),
    THREADS                ("threads"),
    WIDE_ARITHMETIC        ("wide-arithmetic"),
    CUSTOM_PAGE_SIZES      ("custom-page-sizes");
    // @formatter:on

    /** What WebAssembly 3.0 is made of, as a mask of {@link #bit()}s. */
    public static final long WASM_3 = MVP.bit()
            | MUTABLE_GLOBALS.bit()
            | SIGN_EXTENSION.bit()
            | SATURATING_CONVERSIONS.bit()
            | MULTI_VALUE.bit()
            | BULK_MEMORY.bit()
            | REFERENCE_TYPES.bit()
            | EXTENDED_CONST.bit()
            | SIMD.bit()
            | RELAXED_SIMD.bit()
            | TAIL_CALL.bit()
            | FUNCTION_REFERENCES.bit()
            | GC.bit()
            | EXCEPTIONS.bit()
            | MEMORY64.bit()
            | MULTI_MEMORY.bit();

    /** Everything that this package can read. */
    public static final long ALL = (1L << CUSTOM_PAGE_SIZES.ordinal() + 1) - 1;

    private final String text;

    Feature(String text) {
        this.text = text;
    }

    /** The name that people use for it, as {@code "multi-value"}. */
    public String text() {
        return text;
    }

    /** This feature in a mask. */
    public long bit() {
        return 1L << ordinal();
    }

    /** The features as a mask. */
    public static long mask(Set<Feature> features) {
        long mask = 0;
        for (Feature feature : features) {
            mask |= feature.bit();
        }
        return mask;
    }

    /** The features as a mask. */
    public static long mask(Feature... features) {
        long mask = 0;
        for (Feature feature : features) {
            mask |= feature.bit();
        }
        return mask;
    }
}
