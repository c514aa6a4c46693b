package emberwall.script;

import emberwall.wasm.Feature;
import emberwall.wasm.Features;
import java.nio.file.Path;

/** What lies beside WebAssembly 3.0 in the suite, each in a folder of its own. */
enum Proposal {
    // @formatter:off
    THREADS             ("threads",              Feature.THREADS),
    WIDE_ARITHMETIC     ("wide-arithmetic",      Feature.WIDE_ARITHMETIC),
    CUSTOM_PAGE_SIZES   ("custom-page-sizes",    Feature.CUSTOM_PAGE_SIZES),
    LEGACY_EXCEPTIONS   ("legacy",               Feature.LEGACY_EXCEPTIONS),
    CUSTOM_DESCRIPTORS  ("custom-descriptors",   null),
    STACK_SWITCHING     ("stack-switching",      null);
    // @formatter:on

    private final String folder;
    private final Feature feature;

    Proposal(String folder, Feature feature) {
        this.folder = folder;
        this.feature = feature;
    }

    /** What scripts under this path may use; null if they need what we know nothing of. */
    static Features features(Path path) {
        for (Proposal proposal : values()) {
            for (Path part : path) {
                if (part.toString().equals(proposal.folder)) {
                    return proposal.feature == null ? null : Features.WASM_3.with(proposal.feature);
                }
            }
        }
        return Features.WASM_3;
    }
}
