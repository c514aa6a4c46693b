package emberwall.wasm;

/** The module exceeds a limit of this implementation; the message begins with {@code "implementation limit"}. */
public final class LimitException extends ModuleException {
    private static final long serialVersionUID = 1;

    public LimitException(String problem, int offset) {
        super(problem, offset);
    }
}
