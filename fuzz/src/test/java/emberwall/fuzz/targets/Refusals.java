package emberwall.fuzz.targets;

import emberwall.wasm.ModuleException;

/** What every refusal must be: words, and a place in the bytes. */
final class Refusals {
    private Refusals() {}

    static void check(ModuleException refusal, int length) {
        if (refusal.problem().isBlank() || refusal.offset() < 0 || refusal.offset() > length) {
            throw new AssertionError("no clear error for " + length + " bytes", refusal);
        }
    }
}
