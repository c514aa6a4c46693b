package emberwall.wasi.host;

import static emberwall.os.Errno.*;
import static emberwall.wasi.host.Linux.*;

import java.util.Arrays;

/**
 * Resolves one path without {@code openat2}: name by name, each opened without following links, links expanded here.
 * {@code ..} goes back to the descriptor that the walk came from, so that moving a directory meanwhile leads nowhere
 * that the walk has not been; the first directory's {@code ..} is refused.
 */
final class Walk {
    private static final int MAX_LINKS = 40;
    private static final int MAX_DEPTH = 256;
    private static final int CONTINUE = Integer.MIN_VALUE;

    private final Kernel kernel;
    private final int flags;
    private final int mode;
    private final int[] trail = new int[MAX_DEPTH];
    private int depth;
    private int links;
    private byte[] rest;
    private int position;

    Walk(Kernel kernel, int directory, byte[] path, int flags, int mode) {
        this.kernel = kernel;
        this.flags = flags | O_CLOEXEC;
        this.mode = mode;
        this.rest = path;
        trail[0] = directory;
    }

    int run() {
        try {
            while (true) {
                byte[] name = next();
                boolean last = position == rest.length;
                int result = last ? finish(name) : step(name);
                if (result != CONTINUE) {
                    return result;
                }
            }
        } finally {
            while (depth > 0) {
                kernel.close(trail[depth--]);
            }
        }
    }

    /** The next name, leaving {@link #position} behind the slashes that follow it unless they end the path. */
    private byte[] next() {
        int start = position;
        while (position < rest.length && rest[position] != '/') {
            position++;
        }
        byte[] name = Arrays.copyOfRange(rest, start, position);
        int slash = position;
        while (position < rest.length && rest[position] == '/') {
            position++;
        }
        if (position == rest.length && slash < position) { // "name/" means "name/."
            rest = new byte[] {'.'};
            position = 0;
        }
        return name;
    }

    /** Goes through a name that must be a directory, or a link to one. */
    private int step(byte[] name) {
        if (isDot(name)) {
            return CONTINUE;
        }
        if (isDotDot(name)) {
            return up();
        }
        int fd = kernel.openat(trail[depth], name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
        if (fd == -ENOTDIR || fd == -ELOOP) {
            return expand(name, -ENOTDIR);
        }
        if (fd < 0) {
            return fd;
        }
        if (depth + 1 == MAX_DEPTH) {
            kernel.close(fd);
            return -ENAMETOOLONG;
        }
        trail[++depth] = fd;
        return CONTINUE;
    }

    /** Opens the last name as it was asked for. */
    private int finish(byte[] name) {
        if (isDotDot(name)) {
            int result = up();
            return result == CONTINUE ? self() : result;
        }
        if (isDot(name)) {
            return self();
        }
        boolean follow = (flags & O_NOFOLLOW) == 0 && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
        if (follow) {
            int result = expand(name, CONTINUE);
            if (result != CONTINUE || position < rest.length) {
                return result;
            }
        }
        int fd = kernel.openat(trail[depth], name, flags | O_NOFOLLOW, mode);
        if (follow && (fd == -ELOOP || fd == -ENOTDIR || isLink(fd))) {
            // It became a link between the two looks, or truly is no directory.
            int result = expand(name, fd);
            if (fd >= 0 && result != fd) {
                kernel.close(fd);
            }
            return result;
        }
        return fd;
    }

    private boolean isLink(int fd) {
        return fd >= 0 && (flags & O_PATH) != 0 && (kernel.mode(fd) & S_IFMT) == S_IFLNK;
    }

    /** Opens the directory that the walk stands in. */
    private int self() {
        if ((flags & O_CREAT) != 0) {
            return (flags & O_EXCL) != 0 ? -EEXIST : -EISDIR;
        }
        return kernel.openat(trail[depth], new byte[] {'.'}, flags | O_NOFOLLOW, 0);
    }

    private int up() {
        if (depth == 0) {
            return -EXDEV;
        }
        kernel.close(trail[depth--]);
        return CONTINUE;
    }

    /**
     * Puts what the link says in its place. Where the name is no link: {@code otherwise}.
     */
    private int expand(byte[] name, int otherwise) {
        byte[] target = kernel.readlinkat(trail[depth], name);
        if (target == null) {
            return otherwise;
        }
        if (++links > MAX_LINKS) {
            return -ELOOP;
        }
        if (target.length == 0) {
            return -ENOENT;
        }
        if (target[0] == '/') {
            return -EXDEV;
        }
        int left = rest.length - position;
        boolean more = left > 0;
        if (target.length + left + 1 >= PATH_MAX) {
            return -ENAMETOOLONG;
        }
        byte[] path = Arrays.copyOf(target, target.length + (more ? 1 + left : 0));
        if (more) {
            path[target.length] = '/';
            System.arraycopy(rest, position, path, target.length + 1, left);
        }
        rest = path;
        position = 0;
        return CONTINUE;
    }

    private static boolean isDot(byte[] name) {
        return name.length == 1 && name[0] == '.';
    }

    private static boolean isDotDot(byte[] name) {
        return name.length == 2 && name[0] == '.' && name[1] == '.';
    }
}
