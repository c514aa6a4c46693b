package emberwall.wasm;

/** The bytes are a module, but not a valid one (WebAssembly 3.0, chapter 3). */
public final class InvalidException extends ModuleException {
    private static final long serialVersionUID = 1;

    public InvalidException(String problem, int offset) {
        super(problem, offset);
    }
}
