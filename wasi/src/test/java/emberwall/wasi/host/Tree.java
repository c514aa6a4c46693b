package emberwall.wasi.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory to keep guests in, with a way out of every kind inside, and what they must not reach beside it:
 * <pre>
 *   root/file            "mine"
 *   root/dir/file        "mine"
 *   root/dir/sub/
 *   root/...             links, see {@link #LINKS}
 *   outside/secret       "theirs"
 *   outside/dir/file     "theirs"
 * </pre>
 */
public final class Tree implements AutoCloseable {
    // @formatter:off
    private static final String[][] LINKS = {
        {"to_file",      "file"},
        {"to_dir",       "dir"},
        {"dir/to_file",  "../file"},
        {"dir/up",       ".."},
        {"here",         "."},
        {"out",          "../outside"},
        {"out_file",     "../outside/secret"},
        {"parent",       ".."},
        {"zigzag",       "dir/../../outside"},
        {"slashes",      "dir//..///..//outside/"},
        {"chain1",       "chain2"},
        {"chain2",       "dir/chain3"},
        {"dir/chain3",   "../out_file"},
        {"loop",         "loop"},
        {"ping",         "pong"},
        {"pong",         "ping"},
        {"dangling",     "nothing"},
        {"dangling_out", "../outside/nothing"},
        {"etc",          "/etc"},
        {"slash",        "/"},
        {"proc_root",    "/proc/self/root"},
    };
    // @formatter:on

    /** Where the guest is kept. */
    public final Path root;

    /** What it must not reach. */
    public final Path outside;

    private final List<String> before;

    /** Makes the tree in an empty directory. */
    public Tree(Path place) throws IOException {
        root = Files.createDirectory(place.resolve("root"));
        outside = Files.createDirectory(place.resolve("outside"));
        Files.createDirectories(root.resolve("dir/sub"));
        Files.createDirectory(outside.resolve("dir"));
        Files.writeString(root.resolve("file"), "mine");
        Files.writeString(root.resolve("dir/file"), "mine");
        Files.writeString(outside.resolve("secret"), "theirs");
        Files.writeString(outside.resolve("dir/file"), "theirs");
        for (String[] link : LINKS) {
            Files.createSymbolicLink(root.resolve(link[0]), Path.of(link[1]));
        }
        Files.createSymbolicLink(root.resolve("absolute"), outside);
        Files.createSymbolicLink(root.resolve("absolute_in"), root.resolve("file"));
        before = outsideNow();
    }

    /** Removes the links, before somebody removes everything else. */
    @Override
    public void close() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isSymbolicLink).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Whether nothing outside was made, removed, changed or dated. */
    public boolean outsideUntouched() throws IOException {
        return outsideNow().equals(before);
    }

    private List<String> outsideNow() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(outside)) {
            for (Path path : paths.sorted().toList()) {
                String content = Files.isRegularFile(path) ? Files.readString(path) : "";
                Object links = Files.getAttribute(path, "unix:nlink");
                found.add(path + " " + Files.getLastModifiedTime(path) + " " + links + " " + content);
            }
        }
        return found;
    }
}
