package emberwall.wasi.file;

/** An operation of the guest failed with an error number; it ends the WASI call, never the guest. */
public final class ErrnoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Errno errno;

    public ErrnoException(Errno errno) {
        super(errno.name(), null, false, false);
        this.errno = errno;
    }

    /** What went wrong, in WASI's words. */
    public Errno errno() {
        return errno;
    }

    /** Passes on what a system call returned, a negative value being the negated Linux error number. */
    static long check(long result) {
        if (result < 0) {
            throw new ErrnoException(Errno.ofLinux((int) -result));
        }
        return result;
    }

    /** {@link #check(long)} for calls that return a small number or nothing. */
    static int check(int result) {
        if (result < 0) {
            throw new ErrnoException(Errno.ofLinux(-result));
        }
        return result;
    }
}
