package emberwall.wasm;

/**
 * A module is refused. The message begins with the specification's own words and ends with the place; {@link #offset()}
 * counts bytes from the beginning of the module.
 */
public abstract sealed class ModuleException extends RuntimeException
        permits MalformedException, InvalidException, LimitException {
    private static final long serialVersionUID = 1;

    private final String problem;
    private final int offset;

    ModuleException(String problem, int offset) {
        // The place in the module is what counts; where we were in our own code is of no use to anyone.
        super(problem + " (at offset 0x" + Integer.toHexString(offset) + ")", null, false, false);
        this.problem = problem;
        this.offset = offset;
    }

    /** The message without the place. */
    public String problem() {
        return problem;
    }

    /** The place that is to blame, in bytes from the beginning of the module. */
    public int offset() {
        return offset;
    }
}
