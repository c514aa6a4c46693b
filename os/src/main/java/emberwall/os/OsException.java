package emberwall.os;

/** The operating system refused something, and the caller cannot go on without it. */
public final class OsException extends RuntimeException {
    private final int errno;

    /** A refusal of {@code operation} for the reason {@code errno} (positive, see {@link Errno}). */
    public OsException(String operation, int errno) {
        super(operation + ": " + Errno.text(errno));
        this.errno = errno;
    }

    /** The error number, positive. */
    public int errno() {
        return errno;
    }
}
