package emberwall.wasi.file;

import java.util.Arrays;

/** A guest's descriptors by number; the lowest free number is given next, as POSIX has it. */
public final class FileTable implements AutoCloseable {
    private final int limit;
    private OpenFile[] files = new OpenFile[8];
    private int firstFree;

    /** A table for at most {@code limit} descriptors. */
    public FileTable(int limit) {
        this.limit = limit;
    }

    /** Adds a descriptor under the lowest free number; on failure it is closed. */
    public int add(OpenFile file) {
        int fd = firstFree;
        while (fd < files.length && files[fd] != null) {
            fd++;
        }
        if (fd >= limit) {
            file.descriptor().close();
            throw new ErrnoException(Errno.MFILE);
        }
        if (fd == files.length) {
            files = Arrays.copyOf(files, files.length * 2);
        }
        files[fd] = file;
        firstFree = fd + 1;
        return fd;
    }

    /** The open file with a number. */
    public OpenFile get(int fd) {
        if (fd < 0 || fd >= files.length || files[fd] == null) {
            throw new ErrnoException(Errno.BADF);
        }
        return files[fd];
    }

    /** Closes a number. */
    public void close(int fd) {
        OpenFile file = get(fd);
        files[fd] = null;
        firstFree = Math.min(firstFree, fd);
        file.descriptor().close();
    }

    /** Moves what is open as {@code from} to the number {@code to}, which must be open and is closed first. */
    public void renumber(int from, int to) {
        OpenFile moved = get(from);
        OpenFile replaced = get(to);
        if (from == to) {
            return;
        }
        files[to] = moved;
        files[from] = null;
        firstFree = Math.min(firstFree, from);
        replaced.descriptor().close();
    }

    /** Closes everything. */
    @Override
    public void close() {
        for (int fd = 0; fd < files.length; fd++) {
            OpenFile file = files[fd];
            files[fd] = null;
            if (file != null) {
                file.descriptor().close();
            }
        }
        firstFree = 0;
    }
}
