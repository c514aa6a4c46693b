package emberwall.engine.optimizing;

/** A function has something that graphs have no words for yet, or is too much work: it needs another compiler. */
public final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what it is. */
    Unsupported(String what) {
        super(what, null, false, false);
    }
}
