package emberwall.engine.code;

/** A compiler leaves a function to another one, which does all of them. Its message says why, in words for statistics. */
public final class DeclinedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A reason, the same words for all functions that it holds for. */
    public DeclinedException(String reason) {
        super(reason, null, false, false);
    }
}
