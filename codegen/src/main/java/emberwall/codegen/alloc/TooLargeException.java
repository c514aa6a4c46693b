package emberwall.codegen.alloc;

/** Lifetimes reach over more blocks, or have more holes, than there is time and memory for. */
public final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLargeException() {
        super("too much is live in too many blocks", null, false, false);
    }
}
