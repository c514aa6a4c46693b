package emberwall.script;

/** How a module or an action failed, in the classes that scripts know. */
final class Fault extends Exception {
    private static final long serialVersionUID = 1;

    enum Kind {
        MALFORMED,
        INVALID,
        LIMIT,
        UNLINKABLE,
        TRAP,
        EXHAUSTION,
        EXCEPTION
    }

    private final Kind kind;

    Fault(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** As {@code TRAP (unreachable)}. */
    @Override
    public String toString() {
        return kind + " (" + getMessage() + ")";
    }
}
