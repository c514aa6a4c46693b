package emberwall.wasm;

/** The bytes are a module, but not a valid one (WebAssembly 3.0, chapter 3). */
public final class InvalidException extends ModuleException {
    private static final long serialVersionUID = 1;

    public InvalidException(String problem, int offset) {
        super(problem, offset);
    }

    /** A problem with a place in a text. */
    public InvalidException(String problem, int textOffset, TextPosition position) {
        super(problem, textOffset, position);
    }

    @Override
    public InvalidException at(int textOffset, TextPosition position) {
        return new InvalidException(problem(), textOffset, position);
    }
}
