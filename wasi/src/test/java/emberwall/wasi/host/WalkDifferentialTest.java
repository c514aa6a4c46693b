package emberwall.wasi.host;

import static emberwall.wasi.host.Linux.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import emberwall.os.RawMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random trees full of links, random paths: our own walk must say what the kernel's {@code openat2} says. */
class WalkDifferentialTest {
    private static final int TREES = 30;
    private static final int PATHS = 400;
    private static final String[] NAMES = {"a", "b", "c", "d"};

    @TempDir
    Path place;

    private final Random random = new Random(11);
    private final Kernel kernel = new Kernel();

    @Test
    void walkAgreesWithOpenat2() throws IOException {
        assumeTrue(Beneath.works(kernel), "this kernel has no openat2 to compare with");
        int opened = 0;
        for (int i = 0; i < TREES; i++) {
            Path outside = Files.createDirectories(place.resolve("tree" + i));
            Path root = Files.createDirectory(outside.resolve("root"));
            Files.createDirectories(outside.resolve("a/b"));
            grow(root, root);
            opened += compare(root);
            removeLinks(root);
        }
        kernel.close();
        assertTrue(opened > TREES * PATHS / 10, "only " + opened + " paths led anywhere");
    }

    private void grow(Path root, Path directory) throws IOException {
        for (int i = 0; i < 40; i++) {
            Path parent = directory;
            try {
                for (int depth = random.nextInt(3); depth > 0; depth--) {
                    parent = parent.resolve(name());
                }
                if (!parent.toRealPath().startsWith(root.toRealPath())) {
                    continue; // we build inside
                }
                Path made = parent.resolve(name());
                switch (random.nextInt(4)) {
                    case 0 -> Files.createFile(made);
                    case 1 -> Files.createDirectory(made);
                    default -> Files.createSymbolicLink(made, Path.of(target(root)));
                }
            } catch (NoSuchFileException | FileAlreadyExistsException e) {
                // a name that leads nowhere, or is taken: another one
            } catch (IOException e) {
                // a loop of links, or a file on the way
            }
        }
    }

    private String target(Path root) {
        return switch (random.nextInt(12)) {
            case 0 -> root.toString();
            case 1 -> "..";
            case 2 -> "../..";
            case 3 -> "../../a";
            default -> path();
        };
    }

    private String name() {
        return NAMES[random.nextInt(NAMES.length)];
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        int length = 1 + random.nextInt(5);
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(10);
            path.append(kind == 0 ? "." : kind <= 2 ? ".." : name());
            if (i < length - 1 || random.nextInt(6) == 0) {
                path.append(random.nextInt(8) == 0 ? "//" : "/");
            }
        }
        return path.toString();
    }

    private int compare(Path root) {
        byte[] name = root.toString().getBytes(StandardCharsets.UTF_8);
        int directory = kernel.openat(AT_FDCWD, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
        Beneath theirs = new Beneath(kernel, true);
        Beneath ours = new Beneath(kernel, false);
        int[] ways = {
            O_RDONLY,
            O_RDONLY | O_NOFOLLOW,
            O_RDONLY | O_DIRECTORY,
            O_PATH,
            O_PATH | O_NOFOLLOW,
            O_PATH | O_DIRECTORY,
            O_RDWR,
            O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        };
        int opened = 0;
        for (int i = 0; i < PATHS; i++) {
            String path = path();
            for (int flags : ways) {
                String wanted = what(theirs.open(directory, path.getBytes(StandardCharsets.UTF_8), flags, 0));
                String found = what(ours.open(directory, path.getBytes(StandardCharsets.UTF_8), flags, 0));
                assertEquals(wanted, found, () -> path + " with flags " + Integer.toHexString(flags) + " in " + root);
                opened += found.startsWith("file") ? 1 : 0;
            }
        }
        kernel.close(directory);
        return opened;
    }

    private String what(int fd) {
        if (fd < 0) {
            return "error " + -fd;
        }
        kernel.stat(fd);
        String what = "file " + RawMemory.getLong(kernel.statx() + 32);
        kernel.close(fd);
        return what;
    }

    private static void removeLinks(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isSymbolicLink).toList()) {
                Files.delete(path);
            }
        }
    }
}
