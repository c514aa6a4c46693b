package emberwall.wasi;

import emberwall.wasi.file.Errno;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.file.FileStat;
import emberwall.wasi.file.FileType;
import emberwall.wasi.file.MemoryDirectory;
import emberwall.wasi.file.MemoryTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Files, directories and links in Java's heap, to be opened for guests as if they were a directory of the host: guests can
 * do with them what they can do with those, and nothing of the host is reached.
 *
 * <pre>{@code
 * MemoryFileSystem files = new MemoryFileSystem();
 * files.writeString("in/words.txt", "one two three");
 * try (Wasi wasi = Wasi.builder().preopen(files, "/", false).build()) {
 *     wasi.run(module.instantiate(wasi.addTo(Imports.of())));
 * }
 * String counted = files.readString("out/counts.txt");
 * }</pre>
 *
 * Paths of Java have slashes between their names and are taken from the top, whether or not they begin with one; {@code ""}
 * is the top itself. Symbolic links are followed, but never out. Sizes are in bytes. It is thread-safe: several guests and
 * Java may use it at the same time, and it outlives them. Needs no native access.
 */
public final class MemoryFileSystem {
    /** Most bytes of a file system that is made without a quota: 64 MiB. */
    public static final long DEFAULT_BYTES = 64L << 20;

    /** Most names in a file system that is made without a quota. */
    public static final int DEFAULT_NAMES = 65_536;

    private final MemoryTree tree;
    private final MemoryDirectory top;

    /** An empty file system of at most {@link #DEFAULT_BYTES} and {@link #DEFAULT_NAMES}. */
    public MemoryFileSystem() {
        this(DEFAULT_BYTES, DEFAULT_NAMES);
    }

    /**
     * An empty file system. What goes beyond its quota fails with {@code ENOSPC} for guests, {@link FileSystemException}
     * for Java.
     *
     * @param maxBytes most bytes in all files together, holes included, and in the texts of links
     * @param maxNames most names in all directories together; a file may have several
     * @throws IllegalArgumentException if one of them is below 0
     */
    public MemoryFileSystem(long maxBytes, int maxNames) {
        if (maxBytes < 0 || maxNames < 0) {
            throw new IllegalArgumentException("a quota below 0: " + maxBytes + " bytes, " + maxNames + " names");
        }
        tree = new MemoryTree(maxBytes, maxNames);
        top = tree.open(false);
    }

    /**
     * From now on, times of files come from this clock rather than the system's.
     *
     * @param nanoseconds the time since 1970; called while the file system is locked
     * @return this
     */
    public MemoryFileSystem clock(LongSupplier nanoseconds) {
        tree.clock(java.util.Objects.requireNonNull(nanoseconds));
        return this;
    }

    /** {@return the bytes that count against the quota} */
    public long usedBytes() {
        return tree.usedBytes();
    }

    /** {@return the names that count against the quota} */
    public int usedNames() {
        return tree.usedNames();
    }

    /** The top as a guest sees it. */
    MemoryDirectory open(boolean readOnly) {
        return tree.open(readOnly);
    }

    // ---- what is there

    /**
     * Whether a path leads to something.
     *
     * @param path from the top
     * @return whether it does, links followed
     */
    public boolean exists(String path) {
        return stat(path) != null;
    }

    /**
     * Whether a path leads to a directory.
     *
     * @param path from the top
     * @return whether it does, links followed
     */
    public boolean isDirectory(String path) {
        FileStat stat = stat(path);
        return stat != null && stat.type() == FileType.DIRECTORY;
    }

    private FileStat stat(String path) {
        try {
            return top.stat(bytes(path), true);
        } catch (ErrnoException absent) {
            return null;
        }
    }

    /**
     * The size of a file in bytes.
     *
     * @param path from the top
     * @return bytes
     * @throws NoSuchFileException if there is none
     */
    public long size(String path) throws IOException {
        return perform(path, () -> top.stat(bytes(path), true).size());
    }

    /**
     * When the content of something changed last.
     *
     * @param path from the top
     * @return the time
     * @throws NoSuchFileException if there is none
     */
    public Instant lastModified(String path) throws IOException {
        long nanos = perform(path, () -> top.stat(bytes(path), true).modified());
        return Instant.ofEpochSecond(
                Long.divideUnsigned(nanos, 1_000_000_000), Long.remainderUnsigned(nanos, 1_000_000_000));
    }

    /**
     * The names in a directory, sorted.
     *
     * @param path from the top
     * @return names without slashes
     * @throws NoSuchFileException if nothing is there
     * @throws NotDirectoryException if it is something else
     */
    public List<String> list(String path) throws IOException {
        List<String> names = new ArrayList<>();
        synchronized (tree) {
            perform(path, () -> {
                top.open(bytes(path), true, MemoryDirectory.ONLY_DIRECTORY, true, false, 0)
                        .directory()
                        .list(2, Long.MAX_VALUE, (next, inode, type, name) -> {
                            names.add(new String(name, StandardCharsets.UTF_8));
                            return true;
                        });
                return 0L;
            });
        }
        names.sort(null);
        return names;
    }

    /**
     * All bytes of a file.
     *
     * @param path from the top
     * @return a new array
     * @throws NoSuchFileException if there is none
     * @throws FileSystemException if it is a directory, or has 2 GiB and more
     */
    public byte[] read(String path) throws IOException {
        synchronized (tree) {
            long size = size(path);
            if (size > Integer.MAX_VALUE - 8) {
                throw new FileSystemException(path, null, "too large for an array: " + size + " bytes");
            }
            byte[] bytes = new byte[(int) size];
            perform(path, () -> {
                top.readFile(bytes(path), bytes);
                return 0L;
            });
            return bytes;
        }
    }

    /**
     * All bytes of a file as UTF-8; what is none reads as U+FFFD.
     *
     * @param path from the top
     * @return the text
     * @throws FileSystemException if it is a directory, or has 2 GiB and more
     * @throws NoSuchFileException if there is none
     */
    public String readString(String path) throws IOException {
        return new String(read(path), StandardCharsets.UTF_8);
    }

    // ---- changes

    /**
     * Makes a file of these bytes, or gives them to one that is there; directories that are missing above it are made.
     *
     * @param path from the top
     * @param bytes all that the file shall hold
     * @throws FileSystemException if there is no room, or a directory of this name
     */
    public void write(String path, byte[] bytes) throws IOException {
        synchronized (tree) {
            makeAbove(path);
            perform(path, () -> {
                top.writeFile(bytes(path), bytes);
                return 0L;
            });
        }
    }

    /**
     * {@link #write} of text in UTF-8.
     *
     * @param path from the top
     * @param text all that the file shall hold
     * @throws FileSystemException if there is no room, or a directory of this name
     */
    public void writeString(String path, String text) throws IOException {
        write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes a directory, and those that are missing above it; there is nothing to do for one that exists.
     *
     * @param path from the top
     * @throws FileAlreadyExistsException if something else has the name
     * @throws FileSystemException if there is no room
     */
    public void createDirectories(String path) throws IOException {
        synchronized (tree) {
            if (!isDirectory(path)) {
                makeAbove(path);
                perform(path, () -> {
                    top.createDirectory(bytes(path));
                    return 0L;
                });
            }
        }
    }

    private void makeAbove(String path) throws IOException {
        String relative = relative(path);
        for (int slash = relative.indexOf('/'); slash > 0; slash = relative.indexOf('/', slash + 1)) {
            String above = relative.substring(0, slash);
            if (!isDirectory(above)) {
                perform(above, () -> {
                    top.createDirectory(bytes(above));
                    return 0L;
                });
            }
        }
    }

    /**
     * Makes a symbolic link; directories that are missing above it are made.
     *
     * @param path the link
     * @param target what it says: a path relative to the directory that the link stands in, which need not lead anywhere
     * @throws FileAlreadyExistsException if something has the name
     * @throws FileSystemException if there is no room, or the target begins with a slash or is empty
     */
    public void createSymbolicLink(String path, String target) throws IOException {
        synchronized (tree) {
            makeAbove(path);
            perform(path, () -> {
                top.symlink(target.getBytes(StandardCharsets.UTF_8), bytes(path));
                return 0L;
            });
        }
    }

    /**
     * Removes a file, a link (not what it leads to), or a directory with everything beneath it.
     *
     * @param path from the top
     * @throws NoSuchFileException if nothing is there
     */
    public void delete(String path) throws IOException {
        synchronized (tree) {
            perform(path, () -> {
                if (relative(path).isEmpty()) {
                    throw new ErrnoException(Errno.BUSY);
                }
                top.removeAll(bytes(path));
                return 0L;
            });
        }
    }

    // ---- from and to the host

    /**
     * Copies a file, or a directory with everything beneath it, from the host; links of the host are followed to files and
     * left out otherwise.
     *
     * @param host what to copy
     * @param path the file or directory to become; files that are there are replaced
     * @throws FileSystemException if there is no room
     */
    public void copyFrom(Path host, String path) throws IOException {
        if (!Files.isDirectory(host)) {
            write(path, Files.readAllBytes(host));
            return;
        }
        try (Stream<Path> all = Files.walk(host)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                String below = host.relativize(each)
                        .toString()
                        .replace(host.getFileSystem().getSeparator(), "/");
                String target = below.isEmpty() ? path : path + "/" + below;
                if (Files.isDirectory(each)) {
                    createDirectories(target);
                } else if (Files.isRegularFile(each)) {
                    write(target, Files.readAllBytes(each));
                }
            }
        }
    }

    /**
     * Copies a file, or a directory with everything beneath it, to the host. Links are left out: what a guest made them say
     * is nothing for the host to follow.
     *
     * @param path what to copy
     * @param host the file or directory to become; must not exist yet
     * @throws FileAlreadyExistsException if it exists
     * @throws FileSystemException if a name is none on the host
     */
    public void copyTo(String path, Path host) throws IOException {
        record Copy(String from, Path to) {}
        ArrayDeque<Copy> left = new ArrayDeque<>(List.of(new Copy(path, host)));
        while (!left.isEmpty()) {
            Copy copy = left.pop();
            if (!isDirectory(copy.from)) {
                Files.write(copy.to, read(copy.from), java.nio.file.StandardOpenOption.CREATE_NEW);
                continue;
            }
            Files.createDirectory(copy.to);
            for (String name : list(copy.from)) {
                String from = copy.from + "/" + name;
                FileType type = perform(from, () -> top.stat(bytes(from), false).type());
                if (type != FileType.SYMBOLIC_LINK) {
                    left.push(new Copy(from, child(copy.to, name)));
                }
            }
        }
    }

    private static Path child(Path directory, String name) throws IOException {
        try {
            Path child = directory.resolve(name);
            if (directory.equals(child.getParent())) {
                return child;
            }
        } catch (InvalidPathException refused) {
            // said below
        }
        throw new FileSystemException(name, null, "no name on this host");
    }

    // ---- paths and errors

    /** Without slashes at its beginning and its end. */
    private static String relative(String path) {
        int start = 0;
        int end = path.length();
        while (start < end && path.charAt(start) == '/') {
            start++;
        }
        while (end > start && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(start, end);
    }

    private static byte[] bytes(String path) {
        String relative = relative(path);
        return (relative.isEmpty() ? "." : relative).getBytes(StandardCharsets.UTF_8);
    }

    private interface Operation<T> {
        T perform();
    }

    private static <T> T perform(String path, Operation<T> operation) throws IOException {
        try {
            return operation.perform();
        } catch (ErrnoException e) {
            throw switch (e.errno()) {
                case NOENT -> new NoSuchFileException(path);
                case EXIST -> new FileAlreadyExistsException(path);
                case NOTEMPTY -> new DirectoryNotEmptyException(path);
                case NOTDIR -> new NotDirectoryException(path);
                case NOSPC -> new FileSystemException(path, null, "no space left in this file system");
                default ->
                    new FileSystemException(
                            path, null, emberwall.os.Errno.text(e.errno().linux()));
            };
        }
    }
}
