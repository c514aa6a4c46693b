package emberwall.wasm;

/** The bytes are no module: the binary format (WebAssembly 3.0, chapter 5) does not read them. */
public final class MalformedException extends ModuleException {
    private static final long serialVersionUID = 1;

    public MalformedException(String problem, int offset) {
        super(problem, offset);
    }
}
