package emberwall.wasm.reference;

import emberwall.wasm.Import;

/** Finds what a module imports. */
@FunctionalInterface
public interface ImportResolver {
    /** What this import is bound to, or null if there is nothing of its name; the type need not fit. */
    Extern resolve(Import wanted);
}
