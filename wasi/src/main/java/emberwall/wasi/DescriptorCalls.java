package emberwall.wasi;

import emberwall.wasi.file.Buffers;
import emberwall.wasi.file.Descriptor;
import emberwall.wasi.file.Errno;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.file.FileStat;
import emberwall.wasi.file.FileType;
import emberwall.wasi.file.GuestMemory;
import emberwall.wasi.file.OpenFile;
import emberwall.wasi.file.Rights;
import emberwall.wasi.file.Times;

/** What is done with an open descriptor: the {@code fd_} functions. */
final class DescriptorCalls {
    private static final int DIRENT = 24;
    private static final int FDSTAT = 24;
    private static final int FILESTAT = 64;
    private static final int ALL_FLAGS = 31;

    private final Guest guest;

    DescriptorCalls(Guest guest) {
        this.guest = guest;
    }

    void advise(int fd, long offset, long length, int advice) {
        if (advice < 0 || advice > 5 || offset < 0 || length < 0) {
            guest.files.get(fd);
            throw new ErrnoException(Errno.INVAL);
        }
        // WASI: normal sequential random willneed dontneed noreuse; Linux has random before sequential.
        int linux = advice == 1 ? 2 : advice == 2 ? 1 : advice;
        guest.descriptor(fd, Rights.FD_ADVISE).advise(offset, length, linux);
    }

    void allocate(int fd, long offset, long length) {
        guest.descriptor(fd, Rights.FD_ALLOCATE).allocate(offset, length);
    }

    void close(int fd) {
        guest.files.close(fd);
    }

    void sync(int fd, boolean dataOnly) {
        guest.descriptor(fd, dataOnly ? Rights.FD_DATASYNC : Rights.FD_SYNC).sync(dataOnly);
    }

    void fdstatGet(int fd, int result) {
        OpenFile file = guest.files.get(fd);
        GuestMemory memory = guest.memory();
        long at = guest.out(result, FDSTAT);
        memory.putLong(at, file.descriptor().type().code());
        memory.putShort(at + 2, (short) file.descriptor().flags());
        memory.putLong(at + 8, file.rights());
        memory.putLong(at + 16, file.inheriting());
    }

    void fdstatSetFlags(int fd, int flags) {
        Descriptor descriptor = guest.descriptor(fd, Rights.FD_FDSTAT_SET_FLAGS);
        if ((flags & ~ALL_FLAGS) != 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        descriptor.setFlags(flags);
    }

    void fdstatSetRights(int fd, long rights, long inheriting) {
        guest.files.get(fd).restrict(rights, inheriting);
    }

    void filestatGet(int fd, int result) {
        Descriptor descriptor = guest.descriptor(fd, Rights.FD_FILESTAT_GET);
        long at = guest.out(result, FILESTAT);
        put(guest.memory(), at, descriptor.stat());
    }

    /** Stores a {@code filestat}, 64 bytes. */
    static void put(GuestMemory memory, long at, FileStat stat) {
        memory.putLong(at, stat.device());
        memory.putLong(at + 8, stat.inode());
        memory.putLong(at + 16, stat.type().code());
        memory.putLong(at + 24, stat.links());
        memory.putLong(at + 32, stat.size());
        memory.putLong(at + 40, stat.accessed());
        memory.putLong(at + 48, stat.modified());
        memory.putLong(at + 56, stat.changed());
    }

    void filestatSetSize(int fd, long size) {
        guest.descriptor(fd, Rights.FD_FILESTAT_SET_SIZE).setSize(size);
    }

    void filestatSetTimes(int fd, long accessed, long modified, int flags) {
        guest.descriptor(fd, Rights.FD_FILESTAT_SET_TIMES).setTimes(Times.of(accessed, modified, flags));
    }

    void read(int fd, int vectors, int count, int result) {
        Descriptor descriptor = content(fd, Rights.FD_READ);
        long at = guest.out(result, 4);
        long done = descriptor.read(Buffers.of(guest.memory(), vectors, count), guest.attention());
        guest.memory().putInt(at, (int) done);
    }

    void pread(int fd, int vectors, int count, long offset, int result) {
        Descriptor descriptor = content(fd, Rights.FD_READ | Rights.FD_SEEK);
        long at = guest.out(result, 4);
        long done = descriptor.readAt(Buffers.of(guest.memory(), vectors, count), offset, guest.attention());
        guest.memory().putInt(at, (int) done);
    }

    void write(int fd, int vectors, int count, int result) {
        Descriptor descriptor = content(fd, Rights.FD_WRITE);
        long at = guest.out(result, 4);
        long done = descriptor.write(Buffers.of(guest.memory(), vectors, count), guest.attention());
        guest.memory().putInt(at, (int) done);
    }

    void pwrite(int fd, int vectors, int count, long offset, int result) {
        Descriptor descriptor = content(fd, Rights.FD_WRITE | Rights.FD_SEEK);
        long at = guest.out(result, 4);
        long done = descriptor.writeAt(Buffers.of(guest.memory(), vectors, count), offset, guest.attention());
        guest.memory().putInt(at, (int) done);
    }

    /** A descriptor for reading or writing; directories say what they are before their rights are asked. */
    private Descriptor content(int fd, long rights) {
        OpenFile file = guest.files.get(fd);
        Descriptor descriptor = file.descriptor();
        if (descriptor.type() == FileType.DIRECTORY) {
            throw new ErrnoException(Errno.ISDIR);
        }
        if ((rights & Rights.FD_SEEK) != 0 && (descriptor.applicableRights() & Rights.FD_SEEK) == 0) {
            throw new ErrnoException(Errno.SPIPE);
        }
        file.require(rights);
        return descriptor;
    }

    void seek(int fd, long offset, int whence, int result) {
        // Asking where it stands takes the lesser right.
        boolean asks = offset == 0 && whence == Descriptor.SEEK_CUR;
        OpenFile file = guest.files.get(fd);
        boolean tells = asks && (file.rights() & Rights.FD_TELL) != 0;
        Descriptor descriptor = tells ? file.descriptor() : content(fd, Rights.FD_SEEK);
        if (whence < Descriptor.SEEK_SET || whence > Descriptor.SEEK_END) {
            throw new ErrnoException(Errno.INVAL);
        }
        long at = guest.out(result, 8);
        guest.memory().putLong(at, descriptor.seek(offset, whence));
    }

    void tell(int fd, int result) {
        OpenFile file = guest.files.get(fd);
        Descriptor descriptor = (file.rights() & Rights.FD_TELL) != 0 ? file.descriptor() : content(fd, Rights.FD_SEEK);
        long at = guest.out(result, 8);
        guest.memory().putLong(at, descriptor.seek(0, Descriptor.SEEK_CUR));
    }

    void renumber(int from, int to) {
        guest.files.renumber(from, to);
    }

    void prestatGet(int fd, int result) {
        byte[] name = preopenName(fd);
        long at = guest.out(result, 8);
        guest.memory().putInt(at, 0); // the only kind there is: a directory
        guest.memory().putInt(at + 4, name.length);
    }

    void prestatDirName(int fd, int path, int length) {
        byte[] name = preopenName(fd);
        if (Integer.compareUnsigned(length, name.length) < 0) {
            throw new ErrnoException(Errno.NAMETOOLONG);
        }
        guest.memory().write(Integer.toUnsignedLong(path), name, 0, name.length);
    }

    private byte[] preopenName(int fd) {
        byte[] name = guest.files.get(fd).preopenName();
        if (name == null) {
            throw new ErrnoException(Errno.BADF);
        }
        return name;
    }

    void readdir(int fd, int buffer, int length, long cookie, int result) {
        OpenFile file = guest.files.get(fd);
        var directory = file.descriptor().directory();
        file.require(Rights.FD_READDIR);
        long used = guest.out(result, 4);
        long at = Integer.toUnsignedLong(buffer);
        long size = Integer.toUnsignedLong(length);
        GuestMemory memory = guest.memory();
        memory.check(at, size);
        long[] filled = {0};
        directory.list(cookie, size, (next, inode, type, name) -> {
            byte[] entry = entry(next, inode, type, name);
            int part = (int) Math.min(entry.length, size - filled[0]); // the last one is cut: the buffer is full then
            memory.write(at + filled[0], entry, 0, part);
            filled[0] += part;
            return filled[0] < size;
        });
        memory.putInt(used, (int) filled[0]);
    }

    private static byte[] entry(long next, long inode, FileType type, byte[] name) {
        byte[] entry = new byte[DIRENT + name.length];
        for (int i = 0; i < 8; i++) {
            entry[i] = (byte) (next >>> 8 * i);
            entry[8 + i] = (byte) (inode >>> 8 * i);
        }
        for (int i = 0; i < 4; i++) {
            entry[16 + i] = (byte) (name.length >>> 8 * i);
        }
        entry[20] = (byte) type.code();
        System.arraycopy(name, 0, entry, DIRENT, name.length);
        return entry;
    }
}
