package emberwall.wasi.file;

import emberwall.wasi.file.MemoryTree.Parent;
import emberwall.wasi.file.MemoryTree.Place;

/**
 * An open directory of a {@link MemoryTree}. It answers as Linux does where {@link HostDirectory} asks it, error by error:
 * a guest cannot tell them apart by what succeeds.
 */
public final class MemoryDirectory implements Directory {
    private static final byte[] DOT = {'.'};
    private static final byte[] DOTS = {'.', '.'};

    private final MemoryNode node;
    private final MemoryTree tree;
    private final boolean readOnly;
    private int flags;

    MemoryDirectory(MemoryNode node, boolean readOnly, int flags) {
        this.node = node;
        this.tree = node.tree;
        this.readOnly = readOnly;
        this.flags = flags;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public int flags() {
        return flags;
    }

    /** Remembered, without meaning for a directory. */
    @Override
    public void setFlags(int wanted) {
        flags = wanted;
    }

    @Override
    public Descriptor open(byte[] path, boolean follow, int openFlags, boolean read, boolean write, int newFlags) {
        boolean create = (openFlags & CREATE) != 0;
        boolean truncate = (openFlags & TRUNCATE) != 0;
        boolean exclusive = create && (openFlags & EXCLUSIVE) != 0;
        if (create && (openFlags & ONLY_DIRECTORY) != 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        if (readOnly && (write || create || truncate)) {
            throw new ErrnoException(Errno.ROFS);
        }
        synchronized (tree) {
            Place place = tree.find(node, path, follow && !exclusive, create);
            MemoryNode found = place.node();
            if (found == null) {
                if (!create) {
                    throw new ErrnoException(Errno.NOENT);
                }
                tree.checkNew(place.directory(), place.name());
                found = new MemoryNode(tree, FileType.REGULAR_FILE, null);
                tree.put(place.directory(), place.name(), found);
                return new MemoryFile(found, write, newFlags);
            }
            checkOpen(found, openFlags, create, exclusive, write || truncate);
            if (found.isDirectory()) {
                return new MemoryDirectory(found, readOnly, newFlags);
            }
            if (truncate) {
                found.content.resize(0);
                found.modify();
            }
            return new MemoryFile(found, write, newFlags);
        }
    }

    /** What Linux finds wrong with opening what is there, in its order. */
    private static void checkOpen(MemoryNode found, int openFlags, boolean create, boolean exclusive, boolean changes) {
        if (exclusive) {
            throw new ErrnoException(Errno.EXIST);
        }
        if (found.isDirectory() && (create || changes)) {
            throw new ErrnoException(Errno.ISDIR);
        }
        if (!found.isDirectory() && (openFlags & ONLY_DIRECTORY) != 0) {
            throw new ErrnoException(Errno.NOTDIR);
        }
        if (found.isLink()) {
            throw new ErrnoException(Errno.LOOP);
        }
    }

    @Override
    public FileStat stat() {
        synchronized (tree) {
            return node.stat();
        }
    }

    @Override
    public FileStat stat(byte[] path, boolean follow) {
        synchronized (tree) {
            return tree.get(node, path, follow).stat();
        }
    }

    @Override
    public void setTimes(Times times) {
        synchronized (tree) {
            node.setTimes(times);
        }
    }

    @Override
    public void setTimes(byte[] path, boolean follow, Times times) {
        writable();
        synchronized (tree) {
            tree.get(node, path, follow).setTimes(times);
        }
    }

    /** There is no disk. */
    @Override
    public void sync(boolean dataOnly) {}

    @Override
    public void createDirectory(byte[] path) {
        writable();
        synchronized (tree) {
            Parent parent = absent(path, true);
            tree.put(parent.directory(), parent.name(), new MemoryNode(tree, FileType.DIRECTORY, null));
        }
    }

    @Override
    public void removeDirectory(byte[] path) {
        writable();
        synchronized (tree) {
            Parent parent = tree.parent(node, path);
            if (parent.isDots()) {
                throw new ErrnoException(parent.name().length() == 1 ? Errno.INVAL : Errno.NOTEMPTY);
            }
            MemoryNode found = existing(parent);
            if (!found.isDirectory()) {
                throw new ErrnoException(Errno.NOTDIR);
            }
            if (!found.isEmpty()) {
                throw new ErrnoException(Errno.NOTEMPTY);
            }
            tree.remove(parent.directory(), parent.name());
        }
    }

    @Override
    public void unlink(byte[] path) {
        writable();
        synchronized (tree) {
            Parent parent = tree.parent(node, path);
            if (parent.isDots()) {
                throw new ErrnoException(Errno.ISDIR);
            }
            if (existing(parent).isDirectory()) {
                throw new ErrnoException(Errno.ISDIR);
            }
            if (parent.slash()) {
                throw new ErrnoException(Errno.NOTDIR);
            }
            tree.remove(parent.directory(), parent.name());
        }
    }

    @Override
    public void link(byte[] path, Directory target, byte[] newPath) {
        MemoryDirectory other = sibling(target);
        writable();
        other.writable();
        synchronized (tree) {
            Parent from = tree.parent(node, path);
            tree.parent(other.node, newPath);
            if (from.slash() || from.isDots()) { // must be a directory then, and those have one name only
                if (!tree.get(node, path, true).isDirectory()) {
                    throw new ErrnoException(Errno.NOTDIR);
                }
                throw new ErrnoException(Errno.PERM);
            }
            MemoryNode found = existing(from);
            Parent to = other.absent(newPath, false);
            if (found.isDirectory()) {
                throw new ErrnoException(Errno.PERM);
            }
            tree.put(to.directory(), to.name(), found);
        }
    }

    @Override
    public void rename(byte[] path, Directory target, byte[] newPath) {
        MemoryDirectory other = sibling(target);
        writable();
        other.writable();
        synchronized (tree) {
            Parent from = tree.parent(node, path);
            Parent to = tree.parent(other.node, newPath);
            if (from.isDots() || to.isDots()) {
                throw new ErrnoException(Errno.BUSY);
            }
            MemoryNode moved = existing(from);
            MemoryNode replaced = to.node();
            if (!moved.isDirectory() && (from.slash() || to.slash())) {
                throw new ErrnoException(Errno.NOTDIR);
            }
            if (moved.isDirectory() && to.directory().isIn(moved)) {
                throw new ErrnoException(Errno.INVAL);
            }
            if (replaced != null && replaced.isDirectory() && from.directory().isIn(replaced)) {
                throw new ErrnoException(Errno.NOTEMPTY);
            }
            if (replaced == moved) { // two names of one file: both stay
                return;
            }
            if (replaced != null) {
                checkReplaced(moved, replaced);
                tree.remove(to.directory(), to.name());
            } else if (to.directory().parent == null) {
                throw new ErrnoException(Errno.NOENT);
            }
            tree.move(from.directory(), from.name(), to.directory(), to.name());
        }
    }

    private static void checkReplaced(MemoryNode moved, MemoryNode replaced) {
        if (moved.isDirectory() && !replaced.isDirectory()) {
            throw new ErrnoException(Errno.NOTDIR);
        }
        if (replaced.isDirectory() && !moved.isDirectory()) {
            throw new ErrnoException(Errno.ISDIR);
        }
        if (replaced.isDirectory() && !replaced.isEmpty()) {
            throw new ErrnoException(Errno.NOTEMPTY);
        }
    }

    @Override
    public void symlink(byte[] text, byte[] path) {
        writable();
        if (text.length > 0 && text[0] == '/') {
            throw new ErrnoException(Errno.PERM);
        }
        MemoryTree.checkText(text);
        synchronized (tree) {
            tree.parent(node, path);
            if (text.length == 0) {
                throw new ErrnoException(Errno.NOENT);
            }
            Parent parent = absent(path, false);
            tree.checkNew(parent.directory(), parent.name());
            tree.takeBytes(text.length);
            MemoryNode link = new MemoryNode(tree, FileType.SYMBOLIC_LINK, MemoryTree.text(text));
            tree.put(parent.directory(), parent.name(), link);
        }
    }

    @Override
    public byte[] readlink(byte[] path) {
        synchronized (tree) {
            MemoryNode found = tree.get(node, path, false);
            if (!found.isLink()) {
                throw new ErrnoException(Errno.INVAL);
            }
            return MemoryTree.bytes(found.text);
        }
    }

    /** Cookies are the entries' numbers: those that were there stay, and new ones come behind all others. */
    @Override
    public void list(long cookie, long room, EntrySink sink) {
        if (cookie < 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        synchronized (tree) {
            if (node.parent == null) {
                throw new ErrnoException(Errno.NOENT);
            }
            if (cookie < 1 && !sink.entry(1, node.inode, FileType.DIRECTORY, DOT)) {
                return;
            }
            if (cookie < 2 && !sink.entry(2, 0, FileType.DIRECTORY, DOTS)) {
                return;
            }
            for (var entry = node.after(cookie); entry != null; entry = node.after(entry.number())) {
                MemoryNode child = entry.node();
                if (!sink.entry(entry.number(), child.inode, child.type, MemoryTree.bytes(entry.name()))) {
                    return;
                }
            }
        }
    }

    @Override
    public void close() {}

    // ---- for Java

    /** Copies a file's bytes into an array of its size. */
    public void readFile(byte[] path, byte[] to) {
        synchronized (tree) {
            regular(tree.get(node, path, true)).content.read(0, to, to.length);
        }
    }

    /** Gives bytes to a file, which is made if there is none. */
    public void writeFile(byte[] path, byte[] from) {
        synchronized (tree) {
            try (Descriptor file = open(path, true, CREATE | TRUNCATE, false, true, 0)) {
                MemoryNode written = regular(tree.get(node, path, true));
                written.content.write(0, from, from.length);
                written.modify();
            }
        }
    }

    private static MemoryNode regular(MemoryNode found) {
        if (found.content == null) {
            throw new ErrnoException(Errno.ISDIR);
        }
        return found;
    }

    /** Removes what a path names, and everything beneath it. */
    public void removeAll(byte[] path) {
        synchronized (tree) {
            Parent parent = tree.parent(node, path);
            if (parent.isDots()) {
                throw new ErrnoException(Errno.INVAL);
            }
            tree.removeAll(parent.directory(), parent.name(), existing(parent));
        }
    }

    private void writable() {
        if (readOnly) {
            throw new ErrnoException(Errno.ROFS);
        }
    }

    /** Where a new name is to stand, which must not be there yet. */
    private Parent absent(byte[] path, boolean slashAllowed) {
        Parent parent = tree.parent(node, path);
        if (parent.isDots() || parent.node() != null) {
            throw new ErrnoException(Errno.EXIST);
        }
        if (parent.slash() && !slashAllowed) {
            throw new ErrnoException(Errno.NOENT);
        }
        return parent;
    }

    private static MemoryNode existing(Parent parent) {
        MemoryNode found = parent.node();
        if (found == null) {
            throw new ErrnoException(Errno.NOENT);
        }
        return found;
    }

    private MemoryDirectory sibling(Directory directory) {
        if (directory instanceof MemoryDirectory other && other.tree == tree) {
            return other;
        }
        throw new ErrnoException(Errno.XDEV);
    }
}
