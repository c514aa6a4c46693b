package emberwall.wasi.host;

import static emberwall.os.Errno.*;
import static emberwall.wasi.host.Linux.*;

import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;
import java.nio.charset.StandardCharsets;

/**
 * The system calls that WASI is made of, with a block of native memory for their arguments. One per guest and used by
 * one thread at a time: the block is reused by every call.
 *
 * <p>Unless said otherwise a method returns what the kernel returned: at least 0, or a negated error number.
 */
public final class Kernel implements AutoCloseable {
    /** Bytes at {@link #data}. */
    public static final int DATA_SIZE = 1 << 16;

    // @formatter:off
    private static final int PATH   = 0;                        // a path with its terminator
    private static final int PATH2  = PATH + PATH_MAX;          // the second path of a call that takes two
    private static final int STRUCT = PATH2 + PATH_MAX;         // open_how, statx, timespec[2], pollfd[2], msghdr
    private static final int VECTOR = STRUCT + 1024;            // iovec[1024]
    private static final int DATA   = VECTOR + 1024 * 16;       // link texts, directory entries, bounced bytes, pollfd[]
    private static final int SIZE   = DATA + DATA_SIZE;
    // @formatter:on

    private static final int FSTATFS = 138;
    private static final long PROC_MAGIC = 0x9fa0;
    private static final int STATX_BASIC = 0x7ff;
    private static final int SIGNAL_SET_SIZE = 8;
    private static final long SECOND = 1_000_000_000L;

    private long block;

    public Kernel() {
        block = Pages.allocate(SIZE);
    }

    /** Gives the block back; no method may be called afterwards. */
    @Override
    public void close() {
        Pages.release(block, SIZE);
        block = 0;
    }

    /** The address of {@value #DATA_SIZE} bytes that the next call which says so overwrites. */
    public long data() {
        return block + DATA;
    }

    private long path(int slot, byte[] bytes) {
        if (bytes.length >= PATH_MAX) {
            throw new IllegalArgumentException("a path of " + bytes.length + " bytes");
        }
        long at = block + slot;
        RawMemory.copy(bytes, 0, at, bytes.length);
        RawMemory.putByte(at + bytes.length, 0);
        return at;
    }

    // Opening and closing

    public int openat2(int directory, byte[] path, int flags, int mode, int resolve) {
        long how = block + STRUCT;
        RawMemory.putLong(how, Integer.toUnsignedLong(flags));
        RawMemory.putLong(how + 8, mode);
        RawMemory.putLong(how + 16, resolve);
        return (int) Syscall.call(Syscall.OPENAT2, directory, path(PATH, path), how, 24, 0);
    }

    public int openat(int directory, byte[] path, int flags, int mode) {
        return (int) Syscall.call(Syscall.OPENAT, directory, path(PATH, path), flags, mode, 0);
    }

    public int close(int fd) {
        return (int) Syscall.call(Syscall.CLOSE, fd, 0, 0, 0, 0);
    }

    // Attributes

    /** Reads the attributes of what is open as {@code fd}; they are then at {@link #statx}. */
    public int stat(int fd) {
        return (int)
                Syscall.call(Syscall.STATX, fd, path(PATH, new byte[0]), AT_EMPTY_PATH, STATX_BASIC, block + STRUCT);
    }

    /** Reads the attributes of a name in {@code directory}, not following a link; they are then at {@link #statx}. */
    public int statAt(int directory, byte[] name) {
        return (int) Syscall.call(
                Syscall.STATX, directory, path(PATH, name), AT_SYMLINK_NOFOLLOW, STATX_BASIC, block + STRUCT);
    }

    /** The address of the {@code struct statx} that {@link #stat} and {@link #statAt} filled. */
    public long statx() {
        return block + STRUCT;
    }

    /** Type and permissions of what is open as {@code fd}. */
    public int mode(int fd) {
        int result = stat(fd);
        return result < 0 ? result : RawMemory.getShort(statx() + 28) & 0xffff;
    }

    /** Whether {@code fd} is open on {@code /proc}. */
    public boolean isOnProc(int fd) {
        long at = block + STRUCT;
        return Syscall.call(FSTATFS, fd, at) >= 0 && RawMemory.getLong(at) == PROC_MAGIC;
    }

    /**
     * Whether a number was given to this process at its start. Where it was not, the virtual machine may have opened a
     * file of its own under it, such as its class library.
     */
    public boolean isInherited(int fd) {
        long flags = Syscall.call(Syscall.FCNTL, fd, F_GETFD, 0);
        if (flags < 0 || (flags & FD_CLOEXEC) != 0) {
            return false;
        }
        byte[] name = nameOf(fd);
        String home = System.getProperty("java.home", "");
        return name == null || home.isEmpty() || !new String(name, StandardCharsets.ISO_8859_1).startsWith(home);
    }

    /** The name that {@code /proc} has for what is open as {@code fd}: its path at the moment. */
    public byte[] nameOf(int fd) {
        return readlinkat(AT_FDCWD, ownName(fd));
    }

    private static byte[] ownName(int fd) {
        return ("/proc/self/fd/" + fd).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Sets the times of what is open as {@code fd}, which may be a link or anything else opened with {@code O_PATH}.
     *
     * @param accessed nanoseconds since 1970, unsigned
     * @param accessedKind 0 for the given time, or {@link #TIME_NOW} or {@link #TIME_KEEP}
     * @param modified as {@code accessed}
     * @param modifiedKind as {@code accessedKind}
     */
    public int setTimes(int fd, long accessed, int accessedKind, long modified, int modifiedKind) {
        long times = block + STRUCT;
        time(times, accessed, accessedKind);
        time(times + 16, modified, modifiedKind);
        int result = (int) Syscall.call(Syscall.UTIMENSAT, fd, path(PATH, new byte[0]), times, AT_EMPTY_PATH, 0);
        if (result == -EINVAL) { // before Linux 5.8: by the name that /proc has for it
            result = (int) Syscall.call(Syscall.UTIMENSAT, AT_FDCWD, path(PATH, ownName(fd)), times, 0, 0);
        }
        return result;
    }

    /** {@link #setTimes}: the present time. */
    public static final int TIME_NOW = 0x3fffffff;

    /** {@link #setTimes}: leave it as it is. */
    public static final int TIME_KEEP = 0x3ffffffe;

    private static void time(long at, long nanoseconds, int kind) {
        RawMemory.putLong(at, Long.divideUnsigned(nanoseconds, SECOND));
        RawMemory.putLong(at + 8, kind != 0 ? kind : Long.remainderUnsigned(nanoseconds, SECOND));
    }

    public int truncate(int fd, long size) {
        return (int) Syscall.call(Syscall.FTRUNCATE, fd, size, 0, 0, 0);
    }

    public int allocate(int fd, long offset, long length) {
        return (int) Syscall.call(Syscall.FALLOCATE, fd, 0, offset, length, 0);
    }

    public int advise(int fd, long offset, long length, int advice) {
        return (int) Syscall.call(Syscall.FADVISE64, fd, offset, length, advice, 0);
    }

    public int sync(int fd, boolean dataOnly) {
        return (int) Syscall.call(dataOnly ? Syscall.FDATASYNC : Syscall.FSYNC, fd, 0, 0, 0, 0);
    }

    public int setStatusFlags(int fd, int flags) {
        return (int) Syscall.call(Syscall.FCNTL, fd, F_SETFL, flags, 0, 0);
    }

    // Names in a directory

    public int mkdirat(int directory, byte[] name, int mode) {
        return (int) Syscall.call(Syscall.MKDIRAT, directory, path(PATH, name), mode, 0, 0);
    }

    public int unlinkat(int directory, byte[] name, int flags) {
        return (int) Syscall.call(Syscall.UNLINKAT, directory, path(PATH, name), flags, 0, 0);
    }

    public int renameat(int from, byte[] oldName, int to, byte[] newName) {
        return (int) Syscall.call(Syscall.RENAMEAT2, from, path(PATH, oldName), to, path(PATH2, newName), 0);
    }

    /** Makes a second name for a file, or for a link: links are not followed. */
    public int linkat(int from, byte[] oldName, int to, byte[] newName) {
        return (int) Syscall.call(Syscall.LINKAT, from, path(PATH, oldName), to, path(PATH2, newName), 0);
    }

    public int symlinkat(byte[] target, int directory, byte[] name) {
        return (int) Syscall.call(Syscall.SYMLINKAT, path(PATH, target), directory, path(PATH2, name), 0, 0);
    }

    /** What the link {@code name} says; null if it is no link or cannot be read. An empty name means the descriptor. */
    public byte[] readlinkat(int directory, byte[] name) {
        int length = readlink(directory, name);
        return length < 0 ? null : RawMemory.bytes(data(), length);
    }

    /** Reads a link's text to {@link #data}; its length. */
    public int readlink(int directory, byte[] name) {
        return (int) Syscall.call(Syscall.READLINKAT, directory, path(PATH, name), data(), PATH_MAX, 0);
    }

    /** Reads directory entries to {@link #data}; how many bytes. */
    public int getdents(int fd, int limit) {
        return (int) Syscall.call(Syscall.GETDENTS64, fd, data(), limit, 0, 0);
    }

    // Reading and writing

    /** Sets piece {@code i} of the vector that the next calls take. */
    public void vector(int i, long address, long length) {
        long at = block + VECTOR + 16L * i;
        RawMemory.putLong(at, address);
        RawMemory.putLong(at + 8, length);
    }

    public long readv(int fd, int count) {
        return Syscall.call(Syscall.READV, fd, block + VECTOR, count, 0, 0);
    }

    public long writev(int fd, int count) {
        return Syscall.call(Syscall.WRITEV, fd, block + VECTOR, count, 0, 0);
    }

    /** Reads what is there without waiting for more: {@code -EAGAIN} if nothing is, {@code -EOPNOTSUPP} if not known. */
    public long readvNow(int fd, int count) {
        return Syscall.call6(Syscall.PREADV2, fd, block + VECTOR, count, -1, -1, RWF_NOWAIT);
    }

    /** Writes what has room without waiting for more. */
    public long writevNow(int fd, int count) {
        return Syscall.call6(Syscall.PWRITEV2, fd, block + VECTOR, count, -1, -1, RWF_NOWAIT);
    }

    public long preadv(int fd, int count, long offset) {
        return Syscall.call(Syscall.PREADV, fd, block + VECTOR, count, offset, 0);
    }

    public long pwritev(int fd, int count, long offset) {
        return Syscall.call(Syscall.PWRITEV, fd, block + VECTOR, count, offset, 0);
    }

    public long lseek(int fd, long offset, int whence) {
        return Syscall.call(Syscall.LSEEK, fd, offset, whence, 0, 0);
    }

    /** Bytes that can be read at once, as far as the kernel can tell. */
    public int available(int fd) {
        long at = block + STRUCT;
        RawMemory.putInt(at, 0);
        int result = (int) Syscall.call(Syscall.IOCTL, fd, 0x541b, at, 0, 0);
        return result < 0 ? result : RawMemory.getInt(at);
    }

    // Sockets

    /** Receives into the vector; the flags of what came are then {@link #messageFlags}. */
    public long receive(int fd, int count, int flags) {
        return Syscall.call(Syscall.RECVMSG, fd, message(count), flags, 0, 0);
    }

    public long send(int fd, int count, int flags) {
        return Syscall.call(Syscall.SENDMSG, fd, message(count), flags, 0, 0);
    }

    /** {@code msg_flags} of the last {@link #receive}. */
    public int messageFlags() {
        return RawMemory.getInt(block + STRUCT + 48);
    }

    private long message(int count) {
        long at = block + STRUCT;
        for (int i = 0; i < 56; i += 8) {
            RawMemory.putLong(at + i, 0);
        }
        RawMemory.putLong(at + 16, block + VECTOR);
        RawMemory.putLong(at + 24, count);
        return at;
    }

    public int shutdown(int fd, int how) {
        return (int) Syscall.call(Syscall.SHUTDOWN, fd, how, 0, 0, 0);
    }

    public int accept(int fd) {
        return (int) Syscall.call(Syscall.ACCEPT4, fd, 0, 0, O_NONBLOCK | O_CLOEXEC, 0);
    }

    /** Opens a listening stream socket for an address of 4 or 16 bytes. */
    public int listen(byte[] address, int port) {
        boolean four = address.length == 4;
        int fd = (int)
                Syscall.call(Syscall.SOCKET, four ? AF_INET : AF_INET6, SOCK_STREAM | O_NONBLOCK | O_CLOEXEC, 0, 0, 0);
        if (fd < 0) {
            return fd;
        }
        long at = block + STRUCT;
        RawMemory.putInt(at, 1);
        Syscall.call(Syscall.SETSOCKOPT, fd, 1, 2, at, 4); // SOL_SOCKET, SO_REUSEADDR
        for (int i = 0; i < 32; i += 8) {
            RawMemory.putLong(at + i, 0);
        }
        RawMemory.putShort(at, four ? AF_INET : AF_INET6);
        RawMemory.putShort(at + 2, Short.reverseBytes((short) port));
        RawMemory.copy(address, 0, at + (four ? 4 : 8), address.length);
        int result = (int) Syscall.call(Syscall.BIND, fd, at, four ? 16 : 28, 0, 0);
        if (result >= 0) {
            result = (int) Syscall.call(Syscall.LISTEN, fd, 128, 0, 0, 0);
        }
        if (result < 0) {
            close(fd);
            return result;
        }
        return fd;
    }

    /** The port that a socket is bound to. */
    public int port(int fd) {
        long at = block + STRUCT;
        RawMemory.putInt(at, 64);
        int result = (int) Syscall.call(Syscall.GETSOCKNAME, fd, at + 8, at, 0, 0);
        return result < 0 ? result : Short.toUnsignedInt(Short.reverseBytes(RawMemory.getShort(at + 10)));
    }

    /** The type of a socket ({@code SOCK_STREAM} or {@code SOCK_DGRAM}); an error for what is none. */
    public int socketType(int fd) {
        long at = block + STRUCT;
        RawMemory.putInt(at, 0);
        RawMemory.putInt(at + 8, 4);
        int result = (int) Syscall.call(Syscall.GETSOCKOPT, fd, 1, 3, at, at + 8); // SOL_SOCKET, SO_TYPE
        return result < 0 ? result : RawMemory.getInt(at);
    }

    // Waiting

    /**
     * Waits until {@code fd} is ready or somebody writes to {@code attention}; {@link #data} stays as it is.
     *
     * @param attention a descriptor, or -1
     * @param timeout in nanoseconds; negative for ever
     * @return what {@code fd} is ready for, 0 if nothing
     */
    public int await(int fd, int events, int attention, long timeout) {
        long at = block + STRUCT + 64;
        RawMemory.putInt(at, fd);
        RawMemory.putInt(at + 4, events & 0xffff);
        RawMemory.putInt(at + 8, attention);
        RawMemory.putInt(at + 12, POLLIN);
        int result = poll(at, 2, timeout);
        return result <= 0 ? result : RawMemory.getShort(at + 6) & 0xffff;
    }

    /** Sets entry {@code i} of the array for {@link #poll}, in {@link #data}; a negative descriptor is ignored. */
    public void setPoll(int i, int fd, int events) {
        long at = data() + 8L * i;
        RawMemory.putInt(at, fd);
        RawMemory.putInt(at + 4, events & 0xffff);
    }

    /** What entry {@code i} was found ready for. */
    public int polled(int i) {
        return RawMemory.getShort(data() + 8L * i + 6) & 0xffff;
    }

    /** Waits for the first {@code count} entries, {@code timeout} nanoseconds at most; a negative one is for ever. */
    public int poll(int count, long timeout) {
        return poll(data(), count, timeout);
    }

    private int poll(long entries, int count, long timeout) {
        long time = block + STRUCT;
        if (timeout >= 0) {
            RawMemory.putLong(time, timeout / SECOND);
            RawMemory.putLong(time + 8, timeout % SECOND);
        }
        return (int) Syscall.call(Syscall.PPOLL, entries, count, timeout < 0 ? 0 : time, 0, SIGNAL_SET_SIZE);
    }

    /** Fills memory with random bytes. */
    public int random(long address, int length) {
        return (int) Syscall.call(Syscall.GETRANDOM, address, length, 0, 0, 0);
    }

    /** Time of a CPU clock in nanoseconds ({@code CLOCK_PROCESS_CPUTIME_ID} or {@code CLOCK_THREAD_CPUTIME_ID}). */
    public long clock(int id, boolean resolution) {
        long at = block + STRUCT;
        long result = Syscall.call(resolution ? Syscall.CLOCK_GETRES : Syscall.CLOCK_GETTIME, id, at, 0, 0, 0);
        return result < 0 ? result : RawMemory.getLong(at) * SECOND + RawMemory.getLong(at + 8);
    }
}
