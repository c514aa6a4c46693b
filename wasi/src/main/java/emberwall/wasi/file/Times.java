package emberwall.wasi.file;

import emberwall.wasi.host.Kernel;

/**
 * New times of a file.
 *
 * @param accessed nanoseconds since 1970, unsigned
 * @param accessedKind 0, {@link Kernel#TIME_NOW} or {@link Kernel#TIME_KEEP}
 * @param modified as {@code accessed}
 * @param modifiedKind as {@code accessedKind}
 */
public record Times(long accessed, int accessedKind, long modified, int modifiedKind) {
    private static final int ATIM = 1;
    private static final int ATIM_NOW = 2;
    private static final int MTIM = 4;
    private static final int MTIM_NOW = 8;

    /** From the guest's {@code fstflags}; {@link Errno#INVAL} for a time that is to be given and now at once. */
    public static Times of(long accessed, long modified, int flags) {
        if ((flags & ~(ATIM | ATIM_NOW | MTIM | MTIM_NOW)) != 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        return new Times(accessed, kind(flags, ATIM, ATIM_NOW), modified, kind(flags, MTIM, MTIM_NOW));
    }

    private static int kind(int flags, int given, int now) {
        boolean isGiven = (flags & given) != 0;
        boolean isNow = (flags & now) != 0;
        if (isGiven && isNow) {
            throw new ErrnoException(Errno.INVAL);
        }
        return isGiven ? 0 : isNow ? Kernel.TIME_NOW : Kernel.TIME_KEEP;
    }
}
