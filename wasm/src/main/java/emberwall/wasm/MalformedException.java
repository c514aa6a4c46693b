package emberwall.wasm;

/** The bytes are no module: neither the binary format (WebAssembly 3.0, chapter 5) nor, where a text was given, the text format (chapter 6) reads them. */
public final class MalformedException extends ModuleException {
    private static final long serialVersionUID = 1;

    public MalformedException(String problem, int offset) {
        super(problem, offset);
    }

    /** A problem with a place in a text. */
    public MalformedException(String problem, int textOffset, TextPosition position) {
        super(problem, textOffset, position);
    }

    @Override
    public MalformedException at(int textOffset, TextPosition position) {
        return new MalformedException(problem(), textOffset, position);
    }
}
