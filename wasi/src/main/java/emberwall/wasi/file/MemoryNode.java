package emberwall.wasi.file;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A file, directory or symbolic link of a {@link MemoryTree}, whose lock guards it. */
final class MemoryNode {
    /** A name in a directory; the number orders the entries and is the cookie behind this one. */
    record Entry(long number, String name, MemoryNode node) {}

    private static final long FIRST_NUMBER = 3; // behind "." and ".."

    final MemoryTree tree;
    final long inode;
    final FileType type;
    /** What a regular file holds, else null. */
    final MemoryContent content;
    /** What a symbolic link says, else null. */
    final String text;

    /** Names of a file or link, without those of directories' own making. */
    int names;
    /** How often it is open. */
    int opened;

    long accessed;
    long modified;
    long changed;

    // Of a directory.
    /** Where it stands; itself for the root, null once it is removed. */
    MemoryNode parent;

    private final Map<String, Entry> entries;
    private final TreeMap<Long, Entry> order;
    private long nextNumber = FIRST_NUMBER;
    private int directories;

    MemoryNode(MemoryTree tree, FileType type, String text) {
        this.tree = tree;
        this.type = type;
        this.text = text;
        boolean isDirectory = type == FileType.DIRECTORY;
        inode = tree.newInode();
        content = type == FileType.REGULAR_FILE ? new MemoryContent(tree) : null;
        entries = isDirectory ? new HashMap<>() : null;
        order = isDirectory ? new TreeMap<>() : null;
        accessed = tree.now();
        modified = accessed;
        changed = accessed;
    }

    boolean isDirectory() {
        return entries != null;
    }

    boolean isLink() {
        return text != null;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** What a name in this directory stands for, or null. */
    MemoryNode find(String name) {
        Entry entry = entries.get(name);
        return entry == null ? null : entry.node;
    }

    /** The first entry behind a cookie, or null. */
    Entry after(long cookie) {
        Map.Entry<Long, Entry> next = order.higherEntry(cookie);
        return next == null ? null : next.getValue();
    }

    /** Names something in this directory, which must not have the name yet. */
    void put(String name, MemoryNode node) {
        Entry entry = new Entry(nextNumber++, name, node);
        entries.put(name, entry);
        order.put(entry.number, entry);
        if (node.isDirectory()) {
            node.parent = this;
            directories++;
        } else {
            node.names++;
        }
        modify();
        node.changed = changed;
    }

    /** Takes a name out of this directory; what it stood for may live on under other names or because it is open. */
    MemoryNode take(String name) {
        Entry entry = entries.remove(name);
        order.remove(entry.number);
        MemoryNode node = entry.node;
        if (node.isDirectory()) {
            node.parent = null;
            directories--;
        } else {
            node.names--;
        }
        modify();
        node.changed = changed;
        return node;
    }

    /** Whether this directory is the other one or lies beneath it. */
    boolean isIn(MemoryNode directory) {
        for (MemoryNode at = this; at != null; at = at == at.parent ? null : at.parent) {
            if (at == directory) {
                return true;
            }
        }
        return false;
    }

    /** Its content has changed just now. */
    void modify() {
        modified = tree.now();
        changed = modified;
    }

    FileStat stat() {
        long links = !isDirectory() ? names : parent == null ? 0 : 2 + directories;
        long size = content != null ? content.size() : text != null ? MemoryTree.bytes(text).length : 0;
        return new FileStat(tree.device(), inode, type, links, size, accessed, modified, changed);
    }

    void setTimes(Times times) {
        long now = tree.now();
        accessed = time(times.accessedKind(), times.accessed(), accessed, now);
        modified = time(times.modifiedKind(), times.modified(), modified, now);
        changed = now;
    }

    private static long time(int kind, long given, long before, long now) {
        return switch (kind) {
            case emberwall.wasi.host.Kernel.TIME_NOW -> now;
            case emberwall.wasi.host.Kernel.TIME_KEEP -> before;
            default -> given;
        };
    }
}
