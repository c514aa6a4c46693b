package emberwall.fuzz.targets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory for guests with links of every kind in it, and one beside it that they must not reach. What guests do to the
 * first is undone; what they do to the second is an error.
 */
final class ScratchTree {
    // @formatter:off
    private static final String[][] LINKS = {
        {"to_file",   "file"},
        {"to_dir",    "dir"},
        {"dir/back",  "../file"},
        {"dir/up",    ".."},
        {"here",      "."},
        {"out",       "../outside"},
        {"out_file",  "../outside/secret"},
        {"zigzag",    "dir/../../outside"},
        {"chain",     "dir/chain"},
        {"dir/chain", "../out_file"},
        {"loop",      "loop"},
        {"dangling",  "nothing"},
        {"etc",       "/etc"},
        {"proc",      "/proc/self/root"},
    };
    // @formatter:on

    final Path root;
    private final Path outside;
    private final List<String> rootBefore;
    private final List<String> outsideBefore;

    ScratchTree() {
        try {
            Path place = Files.createTempDirectory("paths").toRealPath();
            root = Files.createDirectory(place.resolve("root"));
            outside = Files.createDirectory(place.resolve("outside"));
            Files.writeString(outside.resolve("secret"), "theirs");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> removeBeneath(place, true)));
            grow();
            rootBefore = look(root);
            outsideBefore = look(place);
            outsideBefore.removeIf(line -> line.startsWith(root.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void grow() throws IOException {
        Files.createDirectories(root.resolve("dir/sub"));
        Files.writeString(root.resolve("file"), "mine");
        Files.writeString(root.resolve("dir/file"), "mine");
        for (String[] link : LINKS) {
            Files.createSymbolicLink(root.resolve(link[0]), Path.of(link[1]));
        }
    }

    /** Where an open descriptor leads, from the root; fails if that is not in it. */
    String inside(int fd) {
        try {
            Path found = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd));
            if (!found.startsWith(root)) {
                throw new AssertionError("opened " + found + " beside " + root);
            }
            return root.relativize(found).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails if anything beside the root was made, removed or changed. */
    void checkOutside() {
        List<String> now = look(root.getParent());
        now.removeIf(line -> line.startsWith(root.toString()));
        if (!now.equals(outsideBefore)) {
            throw new AssertionError("outside of the root: " + now + ", before: " + outsideBefore);
        }
    }

    /** Makes the root what it was. */
    void restore() {
        if (look(root).equals(rootBefore)) {
            return;
        }
        removeBeneath(root, false);
        try {
            grow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line for everything beneath a directory: name, kind, size, how many names it has. */
    private static List<String> look(Path directory) {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) paths.filter(path -> !path.equals(directory))::iterator) {
                var attributes = Files.readAttributes(path, "unix:mode,size,nlink", LinkOption.NOFOLLOW_LINKS);
                boolean isDirectory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
                lines.add(path + " " + attributes.get("mode") + (isDirectory ? "" : " " + attributes));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lines.sort(Comparator.naturalOrder());
        return lines;
    }

    private static void removeBeneath(Path directory, boolean itself) {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                if (itself || !path.equals(directory)) {
                    Files.delete(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
