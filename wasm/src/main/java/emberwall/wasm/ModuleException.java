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
    private final transient TextPosition position;

    ModuleException(String problem, int offset) {
        // The place in the module is what counts; where we were in our own code is of no use to anyone.
        super(problem + " (at offset 0x" + Integer.toHexString(offset) + ")", null, false, false);
        this.problem = problem;
        this.offset = offset;
        this.position = null;
    }

    ModuleException(String problem, int offset, TextPosition position) {
        super(problem + " (" + position.describe(), null, false, false);
        this.problem = problem;
        this.offset = offset;
        this.position = position;
    }

    /** The message without the place. */
    public String problem() {
        return problem;
    }

    /** The place that is to blame, in bytes from the beginning of the module; of a text, from its beginning. */
    public int offset() {
        return offset;
    }

    /** The place in the text if the module was given as one, else null. */
    public TextPosition position() {
        return position;
    }

    /** The same problem, said of a place in the text from which the module was made. */
    public abstract ModuleException at(int textOffset, TextPosition position);
}
