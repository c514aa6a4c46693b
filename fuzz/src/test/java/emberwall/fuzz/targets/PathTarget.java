package emberwall.fuzz.targets;

import static emberwall.wasi.host.Linux.AT_FDCWD;
import static emberwall.wasi.host.Linux.O_CLOEXEC;
import static emberwall.wasi.host.Linux.O_DIRECTORY;
import static emberwall.wasi.host.Linux.O_NOFOLLOW;
import static emberwall.wasi.host.Linux.O_PATH;
import static emberwall.wasi.host.Linux.O_RDONLY;
import static emberwall.wasi.host.Linux.O_RDWR;

import emberwall.wasi.file.Descriptor;
import emberwall.wasi.file.Directory;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.file.HostDirectory;
import emberwall.wasi.host.Beneath;
import emberwall.wasi.host.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Paths of WASI guests: our own walk says what the kernel's {@code openat2} says, what it opens lies in the directory, and
 * nothing that a guest does through paths touches anything beside it.
 */
public final class PathTarget {
    private static final int[] WAYS = {
        O_RDONLY,
        O_RDONLY | O_NOFOLLOW,
        O_RDONLY | O_DIRECTORY,
        O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
        O_PATH,
        O_PATH | O_NOFOLLOW,
        O_PATH | O_DIRECTORY,
        O_RDWR,
    };
    private static final int MOST_STEPS = 12;

    private static final ScratchTree TREE = new ScratchTree();
    private static final Kernel KERNEL = new Kernel();
    private static final Beneath WALK = new Beneath(KERNEL, false);
    private static final Beneath OPENAT2 = Beneath.works(KERNEL) ? new Beneath(KERNEL, true) : WALK;
    private static final int ROOT =
            KERNEL.openat(AT_FDCWD, bytes(TREE.root.toString()), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

    private PathTarget() {}

    /** The first byte says what is done: a way to open the rest, or steps that change the tree. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length < 2) {
            return;
        }
        int first = bytes[0] & 0xFF;
        if (first < 0x80) {
            compare(tail(bytes, 1), WAYS[first % WAYS.length]);
        } else {
            change(split(tail(bytes, 1)), first % 2 == 0 ? WALK : OPENAT2);
        }
    }

    private static void compare(byte[] path, int flags) {
        String expected = open(OPENAT2, path, flags);
        String found = open(WALK, path, flags);
        if (!expected.equals(found)) {
            throw new AssertionError(text(path) + ": " + found + " by ourselves, " + expected + " by the kernel");
        }
    }

    /** What is opened, by its place in the file system, or the error. */
    private static String open(Beneath beneath, byte[] path, int flags) {
        int fd = beneath.open(ROOT, path, flags, 0);
        if (fd < 0) {
            return "error " + -fd;
        }
        try {
            return TREE.inside(fd);
        } finally {
            KERNEL.close(fd);
        }
    }

    /** Each step is a byte and a path; some take the next path too. */
    private static void change(List<byte[]> steps, Beneath beneath) {
        HostDirectory root = HostDirectory.preopen(KERNEL, beneath, bytes(TREE.root.toString()), false);
        try {
            for (int i = 0; i < steps.size(); i++) {
                byte[] step = steps.get(i);
                byte[] next = i + 1 < steps.size() ? steps.get(i + 1) : step;
                if (step.length > 0) {
                    step(root, step[0] & 0xFF, tail(step, 1), next);
                }
            }
        } finally {
            root.close();
            TREE.checkOutside();
            TREE.restore();
        }
    }

    private static void step(HostDirectory root, int what, byte[] path, byte[] other) {
        try {
            switch (what % 10) {
                case 0 -> root.createDirectory(path);
                case 1 -> root.symlink(other, path);
                case 2 -> root.link(path, root, other);
                case 3 -> root.rename(path, root, other);
                case 4 -> root.unlink(path);
                case 5 -> root.removeDirectory(path);
                case 6 -> open(root, path, Directory.CREATE, true);
                case 7 -> open(root, path, Directory.CREATE | Directory.EXCLUSIVE, true);
                case 8 -> open(root, path, Directory.TRUNCATE, true);
                default -> open(root, path, 0, false);
            }
        } catch (ErrnoException refused) {
            // as most of them are
        }
    }

    private static void open(HostDirectory root, byte[] path, int flags, boolean write) {
        try (Descriptor opened = root.open(path, true, flags, true, write, 0)) {
            opened.stat();
        }
    }

    private static List<byte[]> split(byte[] bytes) {
        List<byte[]> parts = new ArrayList<>();
        int start = 0;
        for (int at = 0; at <= bytes.length && parts.size() < MOST_STEPS; at++) {
            if (at == bytes.length || bytes[at] == '\n') {
                parts.add(Arrays.copyOfRange(bytes, start, at));
                start = at + 1;
            }
        }
        return parts;
    }

    private static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] path) {
        return "\"" + new String(path, StandardCharsets.ISO_8859_1) + "\"";
    }
}
