package emberwall.wasm;

/**
 * Checks function bodies (WebAssembly 3.0, chapter 3 and appendix 7.6) in one pass, and finds out on the way what
 * interpreters and compilers want to know. A validator is the workspace of one thread and serves any number of functions
 * of one module.
 */
public final class Validator {
    /** Asks for {@link FunctionInfo#sideTable}. */
    public static final int SIDE_TABLE = 1;
    /** Asks for {@link FunctionInfo#loops}. */
    public static final int LOOPS = 2;

    private final Module module;

    /** A validator of the bodies of a module that gathers what is asked for: {@link #SIDE_TABLE}, {@link #LOOPS}. */
    public Validator(Module module, Limits limits, int wanted) {
        this.module = module;
    }

    /**
     * Checks one function that is not imported.
     *
     * @throws MalformedException if its bytes are no instructions
     * @throws InvalidException if it is invalid
     * @throws LimitException if it exceeds a limit
     */
    public FunctionInfo validate(int function) {
        throw new UnsupportedOperationException("function " + function + " of " + module.functionCount());
    }

    /** Checks an expression of this type at this offset and gives the offset after it. */
    int constant(int offset, int limit, int type) {
        throw new InvalidException(ValueType.text(type) + limit, offset);
    }
}
