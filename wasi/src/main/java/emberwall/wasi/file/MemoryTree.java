package emberwall.wasi.file;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * A file system in Java's heap: what directories and files of it share. Its lock guards everything in it, so that several
 * guests and Java may use it at once. Bytes and names are counted against a quota.
 */
public final class MemoryTree {
    private static final int MOST_NAME = 255;
    private static final int MOST_LINKS = 40;
    private static final int MOST_PATH = 4096;

    private final long maxBytes;
    private final int maxNames;
    private final MemoryNode root;
    private volatile LongSupplier clock = MemoryTree::systemTime;
    private long bytes;
    private int names;
    private long inodes;

    /**
     * An empty file system.
     *
     * @param maxBytes most bytes in all files and links
     * @param maxNames most names in all directories
     */
    public MemoryTree(long maxBytes, int maxNames) {
        this.maxBytes = maxBytes;
        this.maxNames = maxNames;
        root = new MemoryNode(this, FileType.DIRECTORY, null);
        root.parent = root;
    }

    /** Its first directory, to be opened for a guest or by Java. */
    public MemoryDirectory open(boolean readOnly) {
        return new MemoryDirectory(root, readOnly, 0);
    }

    /** Where its times come from, in nanoseconds since 1970. */
    public void clock(LongSupplier nanoseconds) {
        clock = nanoseconds;
    }

    /** Bytes in all files and links. */
    public synchronized long usedBytes() {
        return bytes;
    }

    /** Names in all directories. */
    public synchronized int usedNames() {
        return names;
    }

    private static long systemTime() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    long now() {
        return clock.getAsLong();
    }

    /** Tells trees apart. */
    long device() {
        return 1L << 32 | System.identityHashCode(this);
    }

    long newInode() {
        return ++inodes;
    }

    void takeBytes(long count) {
        if (count > maxBytes - bytes) {
            throw new ErrnoException(Errno.NOSPC);
        }
        bytes += count;
    }

    void giveBytes(long count) {
        bytes -= count;
    }

    // ---- names

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Gives something a name. */
    void put(MemoryNode directory, String name, MemoryNode node) {
        checkNew(directory, name);
        checkNew(directory, name);
        names++;
        directory.put(name, node);
    }

    /** Fails if a name cannot be made in a directory. */
    void checkNew(MemoryNode directory, String name) {
        if (directory.parent == null) { // was removed
            throw new ErrnoException(Errno.NOENT);
        }
        if (names >= maxNames) {
            throw new ErrnoException(Errno.NOSPC);
        }
        if (bytes(name).length > MOST_NAME) {
            throw new ErrnoException(Errno.NAMETOOLONG);
        }
    }

    void remove(MemoryNode directory, String name) {
        MemoryNode node = directory.take(name);
        names--;
        release(node);
    }

    /** Removes a name with everything beneath it; guests make trees deeper than Java's stack. */
    void removeAll(MemoryNode directory, String name, MemoryNode node) {
        MemoryNode at = node;
        while (node.isDirectory() && !node.isEmpty()) {
            MemoryNode.Entry entry = at.after(0);
            if (entry == null) { // emptied: its own name is next, found again from above
                at = at.parent;
            } else if (entry.node().isDirectory() && !entry.node().isEmpty()) {
                at = entry.node();
            } else {
                remove(at, entry.name());
            }
        }
        remove(directory, name);
    }

    /** Moves a name, which leaves the number of names as it is. */
    void move(MemoryNode from, String name, MemoryNode to, String newName) {
        MemoryNode node = from.take(name);
        to.put(newName, node);
    }

    /** Frees what nobody can reach any more. */
    void release(MemoryNode node) {
        if (node.names == 0 && node.opened == 0) {
            if (node.content != null) {
                node.content.resize(0);
            } else if (node.isLink()) {
                giveBytes(bytes(node.text).length);
            }
        }
    }

    // ---- paths

    /**
     * Where a path leads.
     *
     * @param directory where the last name stands
     * @param name the last name; {@code .} or {@code ..} if the path ends so
     * @param node what is there, or null
     */
    record Place(MemoryNode directory, String name, MemoryNode node) {
        boolean isDots() {
            return name.equals(".") || name.equals("..");
        }
    }

    /** A path that nobody could mean, as {@code Beneath} has it. */
    private static String checked(byte[] path) {
        if (path.length == 0) {
            throw new ErrnoException(Errno.NOENT);
        }
        checkText(path);
        if (path[0] == '/') {
            throw new ErrnoException(Errno.PERM);
        }
        return text(path);
    }

    static void checkText(byte[] path) {
        if (path.length >= MOST_PATH) {
            throw new ErrnoException(Errno.NAMETOOLONG);
        }
        for (byte b : path) {
            if (b == 0) {
                throw new ErrnoException(Errno.INVAL);
            }
        }
    }

    /**
     * Follows a path beneath a directory.
     *
     * @param follow whether a link in last place is followed; one with a slash behind it always is
     * @param create whether the last name may be made as a file: then no slash may follow it
     */
    Place find(MemoryNode start, byte[] path, boolean follow, boolean create) {
        return new MemoryWalk(start, checked(path)).run(follow, create);
    }

    /** What a path names, which must be there. */
    MemoryNode get(MemoryNode start, byte[] path, boolean follow) {
        MemoryNode node = find(start, path, follow, false).node;
        if (node == null) {
            throw new ErrnoException(Errno.NOENT);
        }
        return node;
    }

    /**
     * Where a name is to be made, removed or moved.
     *
     * @param slash whether slashes stood behind the name
     */
    record Parent(MemoryNode directory, String name, boolean slash) {
        MemoryNode node() {
            return directory.find(name);
        }

        boolean isDots() {
            return name.equals(".") || name.equals("..");
        }
    }

    /** Follows all of a path but its last name, which is only looked at if it leads upwards. */
    Parent parent(MemoryNode start, byte[] bytes) {
        String path = checked(bytes);
        int end = path.length();
        while (path.charAt(end - 1) == '/') {
            end--;
        }
        int from = path.lastIndexOf('/', end - 1) + 1;
        String name = path.substring(from, end);
        if (name.equals("..")) {
            get(start, bytes, true);
        }
        MemoryNode directory = start;
        if (from > 0) {
            directory = get(start, bytes(path.substring(0, from)), true);
        }
        if (bytes(name).length > MOST_NAME) {
            throw new ErrnoException(Errno.NAMETOOLONG);
        }
        return new Parent(directory, name, end < path.length());
    }

    /** One path on its way. */
    private static final class MemoryWalk {
        private final java.util.ArrayList<MemoryNode> trail = new java.util.ArrayList<>();
        private String rest;
        private int position;
        private int links;

        MemoryWalk(MemoryNode start, String path) {
            trail.add(start);
            rest = path;
        }

        Place run(boolean follow, boolean create) {
            while (true) {
                String name = next();
                boolean slash = position > 0 && rest.charAt(position - 1) == '/';
                boolean last = position == rest.length();
                MemoryNode here = trail.getLast();
                if (name.equals(".") || name.equals("..")) {
                    if (name.length() == 2) {
                        here = up();
                    }
                    if (last) {
                        return new Place(here, name, here);
                    }
                    continue;
                }
                if (last && slash && create) {
                    throw new ErrnoException(Errno.ISDIR);
                }
                if (bytes(name).length > MOST_NAME) {
                    throw new ErrnoException(Errno.NAMETOOLONG);
                }
                MemoryNode node = here.find(name);
                if (node != null && node.isLink() && (!last || slash || follow)) {
                    expand(node.text);
                } else if (last && !slash) {
                    return new Place(here, name, node);
                } else if (node == null && !last) {
                    throw new ErrnoException(Errno.NOENT);
                } else if (node != null && !node.isDirectory()) {
                    throw new ErrnoException(Errno.NOTDIR);
                } else if (last) {
                    return new Place(here, name, node);
                } else {
                    trail.add(node);
                }
            }
        }

        private String next() {
            int start = position;
            while (position < rest.length() && rest.charAt(position) != '/') {
                position++;
            }
            String name = rest.substring(start, position);
            while (position < rest.length() && rest.charAt(position) == '/') {
                position++;
            }
            return name;
        }

        private MemoryNode up() {
            if (trail.size() == 1) {
                throw new ErrnoException(Errno.PERM);
            }
            trail.removeLast();
            return trail.getLast();
        }

        /** Puts what a link says in its place; the slashes behind it stay. */
        private void expand(String text) {
            if (++links > MOST_LINKS) {
                throw new ErrnoException(Errno.LOOP);
            }
            if (text.charAt(0) == '/') {
                throw new ErrnoException(Errno.PERM);
            }
            boolean slash = rest.charAt(position - 1) == '/';
            rest = text + (slash ? "/" : "") + rest.substring(position);
            position = 0;
        }
    }
}
