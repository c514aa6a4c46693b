package emberwall.engine.cc;

/** There is no library of a module: no compiler, or one that did not make it. */
public final class CCompilerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CCompilerException(String message) {
        super(message);
    }
}
