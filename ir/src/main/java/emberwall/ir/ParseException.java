package emberwall.ir;

/** A text that is no graph. The message has the line, counted from 1. */
public final class ParseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ParseException(int line, String message) {
        super("line " + line + ": " + message);
    }
}
