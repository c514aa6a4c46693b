package emberwall.engine;

/** How guest functions become actions. */
public enum Tier {
    /** Machine code where this machine allows it, else the reference interpreter after one warning. */
    AUTO,
    /** The reference interpreter: plain Java, slow, the definition of what programs mean. */
    REFERENCE,
    /** The baseline compiler: machine code made in a single pass at a function's first call. */
    BASELINE,
    /** The optimizing compiler: the fastest machine code, made with more patience, also at a function's first call. */
    OPTIMIZING,
    /**
     * The machine's C compiler: the module becomes C, which GCC makes a library of when the module is first instantiated. For
     * WebAssembly 1.0 and what came up to 2.0 without vectors, and typed function references. Slow to compile.
     */
    CC
}
