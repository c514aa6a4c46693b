package emberwall.wasi;

import emberwall.wasi.file.Descriptor;
import emberwall.wasi.file.Directory;
import emberwall.wasi.file.Errno;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.file.FileType;
import emberwall.wasi.file.OpenFile;
import emberwall.wasi.file.Rights;
import emberwall.wasi.file.Times;

/** What is done by name beneath an open directory: the {@code path_} functions. */
final class PathCalls {
    private static final int SYMLINK_FOLLOW = 1;
    private static final int FILESTAT = 64;
    private static final int ALL_OPEN_FLAGS = 15;
    private static final int ALL_FLAGS = 31;

    private final Guest guest;

    PathCalls(Guest guest) {
        this.guest = guest;
    }

    /** The directory with a number: that it is one is asked before its rights. */
    private Directory directory(int fd, long rights) {
        OpenFile file = guest.files.get(fd);
        Directory directory = file.descriptor().directory();
        file.require(rights);
        return directory;
    }

    private static boolean follow(int lookup) {
        if ((lookup & ~SYMLINK_FOLLOW) != 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        return (lookup & SYMLINK_FOLLOW) != 0;
    }

    void open(
            int fd,
            int lookup,
            int path,
            int length,
            int openFlags,
            long rights,
            long inheriting,
            int flags,
            int result) {
        boolean follow = follow(lookup);
        long needed = Rights.PATH_OPEN;
        needed |= (openFlags & Directory.CREATE) != 0 ? Rights.PATH_CREATE_FILE : 0;
        needed |= (openFlags & Directory.TRUNCATE) != 0 ? Rights.PATH_FILESTAT_SET_SIZE : 0;
        Directory directory = directory(fd, needed);
        OpenFile parent = guest.files.get(fd);
        if ((openFlags & ~ALL_OPEN_FLAGS) != 0 || (flags & ~ALL_FLAGS) != 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        boolean read = (rights & Rights.FD_READ) != 0;
        boolean write = (rights & Rights.FD_WRITE) != 0;
        // Reading and writing must be allowed if asked for; of the other rights a guest gets what there is.
        long content = rights & (Rights.FD_READ | Rights.FD_WRITE) & ~parent.inheriting();
        if (content != 0) {
            throw parent.missing(content);
        }
        byte[] name = guest.text(path, length);
        long at = guest.out(result, 4);
        Descriptor opened = directory.open(name, follow, openFlags, read, write, flags);
        // What is neither read nor written was opened for reading; its rights still say neither.
        long base = rights & parent.inheriting();
        boolean isDirectory = opened.type() == FileType.DIRECTORY;
        OpenFile file = new OpenFile(opened, base, isDirectory ? inheriting & parent.inheriting() : 0, null);
        guest.memory().putInt(at, guest.files.add(file));
    }

    void createDirectory(int fd, int path, int length) {
        directory(fd, Rights.PATH_CREATE_DIRECTORY).createDirectory(guest.text(path, length));
    }

    void removeDirectory(int fd, int path, int length) {
        directory(fd, Rights.PATH_REMOVE_DIRECTORY).removeDirectory(guest.text(path, length));
    }

    void unlinkFile(int fd, int path, int length) {
        directory(fd, Rights.PATH_UNLINK_FILE).unlink(guest.text(path, length));
    }

    void filestatGet(int fd, int lookup, int path, int length, int result) {
        Directory directory = directory(fd, Rights.PATH_FILESTAT_GET);
        long at = guest.out(result, FILESTAT);
        DescriptorCalls.put(guest.memory(), at, directory.stat(guest.text(path, length), follow(lookup)));
    }

    void filestatSetTimes(int fd, int lookup, int path, int length, long accessed, long modified, int flags) {
        Directory directory = directory(fd, Rights.PATH_FILESTAT_SET_TIMES);
        directory.setTimes(guest.text(path, length), follow(lookup), Times.of(accessed, modified, flags));
    }

    void link(int oldFd, int lookup, int oldPath, int oldLength, int newFd, int newPath, int newLength) {
        Directory from = directory(oldFd, Rights.PATH_LINK_SOURCE);
        Directory to = directory(newFd, Rights.PATH_LINK_TARGET);
        if (follow(lookup)) { // a link to follow could change after it was looked at
            throw new ErrnoException(Errno.INVAL);
        }
        keepsRights(oldFd, newFd);
        from.link(guest.text(oldPath, oldLength), to, guest.text(newPath, newLength));
    }

    void rename(int oldFd, int oldPath, int oldLength, int newFd, int newPath, int newLength) {
        Directory from = directory(oldFd, Rights.PATH_RENAME_SOURCE);
        Directory to = directory(newFd, Rights.PATH_RENAME_TARGET);
        keepsRights(oldFd, newFd);
        from.rename(guest.text(oldPath, oldLength), to, guest.text(newPath, newLength));
    }

    /** A file must not come to stand where more may be done with its content than where it stood. */
    private void keepsRights(int oldFd, int newFd) {
        long gained =
                guest.files.get(newFd).inheriting() & ~guest.files.get(oldFd).inheriting();
        if ((gained & (Rights.FD_READ | Rights.FD_WRITE)) != 0) {
            throw new ErrnoException(Errno.NOTCAPABLE);
        }
    }

    void symlink(int oldPath, int oldLength, int fd, int newPath, int newLength) {
        Directory directory = directory(fd, Rights.PATH_SYMLINK);
        directory.symlink(guest.text(oldPath, oldLength), guest.text(newPath, newLength));
    }

    void readlink(int fd, int path, int length, int buffer, int bufferLength, int result) {
        Directory directory = directory(fd, Rights.PATH_READLINK);
        long used = guest.out(result, 4);
        long at = Integer.toUnsignedLong(buffer);
        long size = Integer.toUnsignedLong(bufferLength);
        guest.memory().check(at, size);
        byte[] text = directory.readlink(guest.text(path, length));
        int part = (int) Math.min(text.length, size);
        guest.memory().write(at, text, 0, part);
        guest.memory().putInt(used, part);
    }
}
