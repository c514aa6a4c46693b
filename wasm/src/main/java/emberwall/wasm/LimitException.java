package emberwall.wasm;

/** The module exceeds a limit of this implementation; the message begins with {@code "implementation limit"}. */
public final class LimitException extends ModuleException {
    private static final long serialVersionUID = 1;

    public LimitException(String problem, int offset) {
        super(problem, offset);
    }

    /** A problem with a place in a text. */
    public LimitException(String problem, int textOffset, TextPosition position) {
        super(problem, textOffset, position);
    }

    @Override
    public LimitException at(int textOffset, TextPosition position) {
        return new LimitException(problem(), textOffset, position);
    }
}
