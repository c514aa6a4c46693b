package emberwall.wasi.host;

import static emberwall.os.Errno.*;
import static emberwall.wasi.host.Linux.*;

/**
 * Resolves paths beneath an open directory: whatever the path says and whoever changes the tree meanwhile, what comes
 * back lies in that directory or is an error. Absolute paths, {@code ..} out of the directory, absolute links and
 * {@code /proc}'s magic links end in {@code EXDEV}.
 *
 * <p>Paths are bytes without terminator. Results are descriptors or negated Linux error numbers.
 */
public final class Beneath {
    private static final int ATTEMPTS = 64;

    private final Kernel kernel;
    private final boolean openat2;

    /** Takes {@code openat2} where the kernel has it. */
    public Beneath(Kernel kernel) {
        this(kernel, works(kernel));
    }

    /** Takes {@code openat2}, or walks by itself. */
    public Beneath(Kernel kernel, boolean openat2) {
        this.kernel = kernel;
        this.openat2 = openat2;
    }

    /** Whether this kernel has {@code openat2} and no filter forbids it. */
    public static boolean works(Kernel kernel) {
        byte[] here = {'.'};
        int fd = kernel.openat2(AT_FDCWD, here, O_PATH | O_CLOEXEC, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
        if (fd >= 0) {
            kernel.close(fd);
        }
        return fd >= 0;
    }

    /**
     * Opens {@code path} beneath {@code directory}.
     *
     * @param flags Linux open flags; with {@code O_NOFOLLOW} a link in last place is not followed ({@code ELOOP}, or the
     *     link itself with {@code O_PATH})
     * @param mode permissions of a file that is created
     */
    public int open(int directory, byte[] path, int flags, int mode) {
        int error = malformed(path);
        if (error != 0) {
            return error;
        }
        if (openat2) {
            int allowed = (flags & O_CREAT) != 0 ? mode : 0;
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                int fd = kernel.openat2(
                        directory, path, flags | O_CLOEXEC, allowed, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
                if (fd != -EAGAIN && fd != -EINTR) {
                    return fd;
                }
            }
            // A rename elsewhere made every ".." uncertain, again and again: our own walk never climbs by "..".
        }
        return new Walk(kernel, directory, path, flags, mode).run();
    }

    /**
     * Resolves all but the last name of {@code path}. The last name is never looked up; it keeps one trailing slash if
     * the path had any, which the calls that take it understand without following links ({@code mkdirat},
     * {@code unlinkat}, {@code renameat}, {@code symlinkat}, the new name of {@code linkat}).
     */
    public Parent parent(int directory, byte[] path) {
        int error = malformed(path);
        if (error != 0) {
            return new Parent(kernel, error, path, false);
        }
        int end = path.length;
        while (end > 0 && path[end - 1] == '/') {
            end--;
        }
        int start = end;
        while (start > 0 && path[start - 1] != '/') {
            start--;
        }
        byte[] name = java.util.Arrays.copyOfRange(path, start, Math.min(end + 1, path.length));
        boolean up = end - start == 2 && path[start] == '.' && path[start + 1] == '.';
        if (up) { // the kernel refuses to change "..", but only this tells whether it is ours to ask about
            int self = open(directory, path, O_PATH | O_NOFOLLOW, 0);
            if (self < 0) {
                return new Parent(kernel, self, name, false);
            }
            kernel.close(self);
        }
        if (start == 0) {
            return new Parent(kernel, directory, name, false);
        }
        byte[] above = java.util.Arrays.copyOf(path, start);
        return new Parent(kernel, open(directory, above, O_PATH | O_DIRECTORY, 0), name, true);
    }

    private static int malformed(byte[] path) {
        if (path.length == 0) {
            return -ENOENT;
        }
        int error = tooLong(path);
        return error != 0 ? error : path[0] == '/' ? -EXDEV : 0;
    }

    /** An error for bytes that cannot be handed to the kernel as a path: too long, or with a terminator inside. */
    public static int tooLong(byte[] path) {
        if (path.length >= PATH_MAX) {
            return -ENAMETOOLONG;
        }
        for (byte b : path) {
            if (b == 0) {
                return -EINVAL;
            }
        }
        return 0;
    }
}
