package emberwall.wasi.file;

import static emberwall.os.Errno.EINVAL;
import static emberwall.os.Errno.ENOENT;
import static emberwall.os.Errno.EXDEV;
import static emberwall.wasi.host.Linux.*;

import emberwall.os.RawMemory;
import emberwall.wasi.host.Beneath;
import emberwall.wasi.host.Kernel;
import emberwall.wasi.host.Parent;
import java.nio.charset.StandardCharsets;

/** A directory of the operating system. Every path goes through {@link Beneath}. */
public final class HostDirectory implements Directory {
    private static final int NEW_FILE = 0666;
    private static final int NEW_DIRECTORY = 0777;
    private static final int ENTRY_NAME = 19;
    private static final byte[] EMPTY = {};

    private final Kernel kernel;
    private final Beneath beneath;
    private final int fd;
    private final boolean readOnly;
    private int flags;
    private long position = -1;

    private HostDirectory(Kernel kernel, Beneath beneath, int fd, boolean readOnly, int flags) {
        this.kernel = kernel;
        this.beneath = beneath;
        this.fd = fd;
        this.readOnly = readOnly;
        this.flags = flags;
    }

    /** Opens a directory of this process for a guest, by a path of the host. */
    public static HostDirectory preopen(Kernel kernel, Beneath beneath, byte[] hostPath, boolean readOnly) {
        ErrnoException.check(Beneath.tooLong(hostPath));
        int fd = kernel.openat(AT_FDCWD, hostPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
        return new HostDirectory(kernel, beneath, ErrnoException.check(fd), readOnly, 0);
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
        if (create && (openFlags & ONLY_DIRECTORY) != 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        if (readOnly && (write || create || (openFlags & TRUNCATE) != 0)) {
            throw new ErrnoException(Errno.ROFS);
        }
        int host = O_NONBLOCK | O_NOCTTY | (write ? read ? O_RDWR : O_WRONLY : O_RDONLY);
        host |= follow ? 0 : O_NOFOLLOW;
        host |= create ? O_CREAT : 0;
        host |= (openFlags & EXCLUSIVE) != 0 ? O_EXCL : 0;
        host |= (openFlags & TRUNCATE) != 0 ? O_TRUNC : 0;
        host |= (openFlags & ONLY_DIRECTORY) != 0 ? O_DIRECTORY : 0;
        host |= (newFlags & APPEND) != 0 ? O_APPEND : 0;
        host |= (newFlags & DSYNC) != 0 ? O_DSYNC : 0;
        host |= (newFlags & (SYNC | RSYNC)) != 0 ? O_SYNC : 0;
        int opened = beneath(beneath.open(fd, path, host, NEW_FILE));
        int mode = kernel.mode(opened);
        if ((mode & S_IFMT) == S_IFDIR) {
            return new HostDirectory(kernel, beneath, opened, readOnly, newFlags);
        }
        if (kernel.isOnProc(opened) && (write || isMemory(opened))) {
            kernel.close(opened);
            throw new ErrnoException(Errno.ACCES);
        }
        return new HostFile(kernel, opened, FileType.ofMode(mode), newFlags);
    }

    /**
     * Whether this is a process's memory. Where somebody opens {@code /proc} for a guest (perhaps without noticing, as
     * part of {@code /}), it could change this process by that, walls and all; so too by other files there if written.
     */
    private boolean isMemory(int opened) {
        byte[] name = kernel.nameOf(opened);
        return name == null || new String(name, StandardCharsets.ISO_8859_1).endsWith("/mem");
    }

    @Override
    public FileStat stat() {
        return statOf(kernel, kernel.stat(fd), FileType.DIRECTORY);
    }

    @Override
    public FileStat stat(byte[] path, boolean follow) {
        int found = find(path, follow);
        try {
            return statOf(kernel, kernel.stat(found), null);
        } finally {
            kernel.close(found);
        }
    }

    @Override
    public void setTimes(Times times) {
        setTimes(kernel, fd, times);
    }

    @Override
    public void setTimes(byte[] path, boolean follow, Times times) {
        writable();
        int found = find(path, follow);
        try {
            setTimes(kernel, found, times);
        } finally {
            kernel.close(found);
        }
    }

    @Override
    public void sync(boolean dataOnly) {
        ErrnoException.check(kernel.sync(fd, dataOnly));
    }

    @Override
    public void createDirectory(byte[] path) {
        writable();
        try (Parent parent = parent(path)) {
            ErrnoException.check(kernel.mkdirat(parent.directory(), parent.name(), NEW_DIRECTORY));
        }
    }

    @Override
    public void removeDirectory(byte[] path) {
        remove(path, AT_REMOVEDIR);
    }

    @Override
    public void unlink(byte[] path) {
        remove(path, 0);
    }

    private void remove(byte[] path, int how) {
        writable();
        try (Parent parent = parent(path)) {
            ErrnoException.check(kernel.unlinkat(parent.directory(), parent.name(), how));
        }
    }

    @Override
    public void link(byte[] path, Directory target, byte[] newPath) {
        HostDirectory other = host(target);
        writable(); // else a file could get a second name where it may be written
        other.writable();
        try (Parent from = parent(path);
                Parent to = other.parent(newPath)) {
            if (from.trailingSlash() || from.isDots()) { // must be a directory then, and those have one name only
                kernel.close(beneath(beneath.open(fd, path, O_PATH | O_DIRECTORY, 0)));
                throw new ErrnoException(Errno.PERM);
            }
            ErrnoException.check(kernel.linkat(from.directory(), from.name(), to.directory(), to.name()));
        }
    }

    @Override
    public void rename(byte[] path, Directory target, byte[] newPath) {
        HostDirectory other = host(target);
        writable();
        other.writable();
        try (Parent from = parent(path);
                Parent to = other.parent(newPath)) {
            ErrnoException.check(kernel.renameat(from.directory(), from.name(), to.directory(), to.name()));
        }
    }

    @Override
    public void symlink(byte[] text, byte[] path) {
        writable();
        if (text.length > 0 && text[0] == '/') {
            throw new ErrnoException(Errno.PERM);
        }
        ErrnoException.check(Beneath.tooLong(text));
        try (Parent parent = parent(path)) {
            ErrnoException.check(kernel.symlinkat(text, parent.directory(), parent.name()));
        }
    }

    @Override
    public byte[] readlink(byte[] path) {
        int found = find(path, false);
        try {
            int length = kernel.readlink(found, EMPTY);
            ErrnoException.check(length == -ENOENT ? -EINVAL : length);
            byte[] text = RawMemory.bytes(kernel.data(), length);
            if (text[0] == '/') { // leads out, and tells how the host names things
                throw new ErrnoException(Errno.PERM);
            }
            return text;
        } finally {
            kernel.close(found);
        }
    }

    @Override
    public void list(long cookie, long room, EntrySink sink) {
        if (cookie == 0 || cookie != position) {
            ErrnoException.check(kernel.lseek(fd, cookie, SEEK_SET));
        }
        position = -1;
        int limit = (int) Math.min(Math.max(room, 512), Kernel.DATA_SIZE);
        while (true) {
            int bytes = ErrnoException.check(kernel.getdents(fd, limit));
            if (bytes == 0) {
                return;
            }
            byte[] entries = RawMemory.bytes(kernel.data(), bytes);
            int last = deliver(entries, sink);
            if (last < 0) {
                return;
            }
            position = getLong(entries, last + 8);
        }
    }

    /** Hands entries to the sink; where the last one starts, or -1 if the sink has had enough. */
    private int deliver(byte[] entries, EntrySink sink) {
        int at = 0;
        int last = 0;
        while (at < entries.length) {
            int length = (entries[at + 16] & 0xff) | (entries[at + 17] & 0xff) << 8;
            int end = at + ENTRY_NAME;
            while (entries[end] != 0) {
                end++;
            }
            byte[] name = java.util.Arrays.copyOfRange(entries, at + ENTRY_NAME, end);
            boolean above = name.length == 2 && name[0] == '.' && name[1] == '.';
            long inode = above ? 0 : getLong(entries, at); // what stands above is no business of the guest
            if (!sink.entry(getLong(entries, at + 8), inode, entryType(entries[at + 18], name), name)) {
                return -1;
            }
            last = at;
            at += length;
        }
        return last;
    }

    private FileType entryType(int type, byte[] name) {
        if (type != 0) {
            return FileType.ofEntry(type);
        }
        int result = kernel.statAt(fd, name); // a file system that does not keep types in directories
        return result < 0 ? FileType.UNKNOWN : statOf(kernel, result, null).type();
    }

    private static long getLong(byte[] bytes, int at) {
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }

    @Override
    public void close() {
        kernel.close(fd);
    }

    private void writable() {
        if (readOnly) {
            throw new ErrnoException(Errno.ROFS);
        }
    }

    /** Opens what a path names, to look at or to change its times: without any right to its content. */
    private int find(byte[] path, boolean follow) {
        return beneath(beneath.open(fd, path, O_PATH | (follow ? 0 : O_NOFOLLOW), 0));
    }

    private Parent parent(byte[] path) {
        Parent parent = beneath.parent(fd, path);
        beneath(parent.directory());
        return parent;
    }

    private static HostDirectory host(Directory directory) {
        if (directory instanceof HostDirectory host) {
            return host;
        }
        throw new ErrnoException(Errno.XDEV);
    }

    /** A path that leads out is forbidden, not on another device. */
    private static int beneath(int result) {
        if (result == -EXDEV) {
            throw new ErrnoException(Errno.PERM);
        }
        return ErrnoException.check(result);
    }

    static void setTimes(Kernel kernel, int fd, Times times) {
        ErrnoException.check(
                kernel.setTimes(fd, times.accessed(), times.accessedKind(), times.modified(), times.modifiedKind()));
    }

    /** The attributes that the kernel has just answered with {@code result}; the type from there unless it is known. */
    static FileStat statOf(Kernel kernel, int result, FileType known) {
        ErrnoException.check(result);
        long at = kernel.statx();
        long device = (long) RawMemory.getInt(at + 136) << 32 | Integer.toUnsignedLong(RawMemory.getInt(at + 140));
        FileType type = known != null ? known : FileType.ofMode(RawMemory.getShort(at + 28));
        return new FileStat(
                device,
                RawMemory.getLong(at + 32),
                type,
                Integer.toUnsignedLong(RawMemory.getInt(at + 16)),
                RawMemory.getLong(at + 40),
                time(at + 64),
                time(at + 112),
                time(at + 96));
    }

    /** A time in nanoseconds since 1970; what was before, or will be after 2554, is the nearest that fits. */
    private static long time(long at) {
        long seconds = RawMemory.getLong(at);
        if (seconds < 0) {
            return 0;
        }
        return seconds > 18_446_744_072L ? -1 : seconds * 1_000_000_000L + RawMemory.getInt(at + 8);
    }
}
