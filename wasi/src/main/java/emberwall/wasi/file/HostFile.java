package emberwall.wasi.file;

import static emberwall.os.Errno.EAGAIN;
import static emberwall.os.Errno.EINTR;
import static emberwall.os.Errno.EOPNOTSUPP;
import static emberwall.wasi.host.Linux.*;

import emberwall.engine.Attention;
import emberwall.os.RawMemory;
import emberwall.wasi.host.Kernel;
import java.util.concurrent.locks.LockSupport;

/**
 * An open descriptor of the operating system that is no directory. Where the guest's memory is native, the kernel reads
 * and writes it in place; else bytes go through a buffer.
 *
 * <p>Regular files are read and written in parts of {@value #PART} bytes with a look at the guest's attention between.
 * What can block (pipes, terminals, sockets) is never asked to: descriptors that were opened for the guest do not block
 * at all, inherited ones are asked with {@code RWF_NOWAIT}, or, where that is unknown, polled before at most
 * {@value #ATOMIC} bytes, which a ready pipe takes at once.
 */
public class HostFile implements Descriptor {
    private static final int PART = 1 << 22;
    private static final int ATOMIC = 4096;
    private static final long SLICE = 5_000_000L;
    private static final long PAUSE = 1_000_000L;

    final Kernel kernel;
    final int fd;
    private final boolean inherited;
    private FileType type;
    private int flags;
    private boolean nowait;

    /** A descriptor that was opened for the guest, without blocking; closed with this. */
    HostFile(Kernel kernel, int fd, FileType type, int flags) {
        this.kernel = kernel;
        this.fd = fd;
        this.type = type;
        this.flags = flags;
        this.inherited = false;
    }

    private HostFile(Kernel kernel, int fd) {
        this.kernel = kernel;
        this.fd = fd;
        this.inherited = true;
        this.nowait = true;
    }

    /** A descriptor of this process, such as its standard output; it stays open. */
    public static HostFile inherit(Kernel kernel, int fd) {
        return new HostFile(kernel, fd);
    }

    @Override
    public FileType type() {
        if (type == null) {
            int mode = kernel.mode(fd);
            type = mode < 0 ? FileType.UNKNOWN : FileType.ofMode(mode);
        }
        return type;
    }

    private boolean seekable() {
        FileType known = type();
        return known == FileType.REGULAR_FILE || known == FileType.BLOCK_DEVICE;
    }

    @Override
    public int flags() {
        return flags;
    }

    /** Append and nonblock can change; the kernel cannot change the others on an open file. */
    @Override
    public void setFlags(int wanted) {
        if (((wanted ^ flags) & ~(APPEND | NONBLOCK)) != 0) {
            throw new ErrnoException(Errno.NOTSUP);
        }
        if (((wanted ^ flags) & APPEND) != 0) {
            if (inherited) { // other processes share it
                throw new ErrnoException(Errno.NOTSUP);
            }
            int host = O_NONBLOCK | ((wanted & APPEND) != 0 ? O_APPEND : 0);
            ErrnoException.check(kernel.setStatusFlags(fd, host));
        }
        flags = wanted;
    }

    @Override
    public long read(Buffers buffers, Attention attention) {
        if (seekable()) {
            return transfer(buffers, attention, false, -1);
        }
        if (buffers.total() == 0) {
            return 0;
        }
        while (true) {
            long count = readNow(buffers);
            if (count == -EAGAIN) {
                refuseToWait();
                await(POLLIN, attention);
            } else if (count != -EINTR) {
                return ErrnoException.check(count);
            }
        }
    }

    @Override
    public long write(Buffers buffers, Attention attention) {
        if (seekable()) {
            return transfer(buffers, attention, true, -1);
        }
        long done = 0;
        while (done < buffers.total()) {
            long count = writeNow(buffers, done);
            if (count >= 0) {
                done += count;
            } else if (count == -EAGAIN && (flags & NONBLOCK) == 0) {
                await(POLLOUT, attention);
            } else if (count != -EINTR) {
                return done > 0 ? done : ErrnoException.check(count);
            }
        }
        return done;
    }

    @Override
    public long readAt(Buffers buffers, long offset, Attention attention) {
        return at(buffers, attention, false, offset);
    }

    @Override
    public long writeAt(Buffers buffers, long offset, Attention attention) {
        return at(buffers, attention, true, offset);
    }

    private long at(Buffers buffers, Attention attention, boolean write, long offset) {
        if (!seekable()) {
            throw new ErrnoException(Errno.SPIPE);
        }
        if (offset < 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        return transfer(buffers, attention, write, offset);
    }

    /** Reads or writes a regular file, part by part; {@code offset} -1 means where it stands. */
    private long transfer(Buffers buffers, Attention attention, boolean write, long offset) {
        long done = 0;
        do {
            int pieces = prepare(buffers, done, PART, write);
            long count = write ? writePart(pieces, offset, done) : readPart(pieces, offset, done);
            if (count == -EINTR) {
                attention.check();
                continue;
            }
            if (count < 0) {
                return done > 0 ? done : ErrnoException.check(count);
            }
            if (!write) {
                deliver(buffers, done, count);
            }
            done += count;
            if (count < prepared) {
                break;
            }
            if (done < buffers.total()) {
                attention.check();
            }
        } while (done < buffers.total());
        return done;
    }

    private long readPart(int pieces, long offset, long done) {
        return offset < 0 ? kernel.readv(fd, pieces) : kernel.preadv(fd, pieces, offset + done);
    }

    private long writePart(int pieces, long offset, long done) {
        return offset < 0 ? kernel.writev(fd, pieces) : kernel.pwritev(fd, pieces, offset + done);
    }

    private long readNow(Buffers buffers) {
        int pieces = prepare(buffers, 0, PART, false);
        long count = -EOPNOTSUPP;
        if (!inherited) {
            count = kernel.readv(fd, pieces);
        } else if (nowait) {
            count = kernel.readvNow(fd, pieces);
        }
        if (count == -EOPNOTSUPP) {
            nowait = false;
            int ready = kernel.await(fd, POLLIN, -1, 0);
            count = ready > 0 ? kernel.readv(fd, pieces) : ready == 0 ? -EAGAIN : ready;
        }
        if (count > 0) {
            deliver(buffers, 0, count);
        }
        return count;
    }

    private long writeNow(Buffers buffers, long done) {
        if (!inherited || nowait) {
            int pieces = prepare(buffers, done, PART, true);
            long count = inherited ? kernel.writevNow(fd, pieces) : kernel.writev(fd, pieces);
            if (count != -EOPNOTSUPP) {
                return count;
            }
            nowait = false;
        }
        int ready = kernel.await(fd, POLLOUT, -1, 0);
        if (ready <= 0) {
            return ready == 0 ? -EAGAIN : ready;
        }
        return kernel.writev(fd, prepare(buffers, done, ATOMIC, true));
    }

    /** Bytes in the vector that {@link #prepare} made. */
    private long prepared;

    /** Points the kernel's vector at the guest's bytes from {@code done} on, {@code limit} at most; how many pieces. */
    final int prepare(Buffers buffers, long done, int limit, boolean write) {
        long base = buffers.memory().base();
        if (base == 0) {
            int bytes = (int) Math.min(Math.min(limit, Kernel.DATA_SIZE), buffers.total() - done);
            if (write) {
                byte[] copy = new byte[bytes];
                buffers.gather(done, copy, bytes);
                RawMemory.copy(copy, 0, kernel.data(), bytes);
            }
            kernel.vector(0, kernel.data(), bytes);
            prepared = bytes;
            return 1;
        }
        int pieces = 0;
        long skip = done;
        long left = limit;
        for (int i = 0; i < buffers.count() && left > 0; i++) {
            if (skip >= buffers.length(i)) {
                skip -= buffers.length(i);
                continue;
            }
            long length = Math.min(buffers.length(i) - skip, left);
            kernel.vector(pieces++, base + buffers.address(i) + skip, length);
            left -= length;
            skip = 0;
        }
        prepared = limit - left;
        return pieces;
    }

    /** Hands over what was read, where the kernel could not put it into the guest's memory itself. */
    final void deliver(Buffers buffers, long done, long count) {
        if (buffers.memory().base() == 0 && count > 0) {
            buffers.scatter(done, RawMemory.bytes(kernel.data(), (int) count), (int) count);
        }
    }

    final void refuseToWait() {
        if ((flags & NONBLOCK) != 0) {
            throw new ErrnoException(Errno.AGAIN);
        }
    }

    /** Waits until it is ready, or something is wrong with it, or the guest is to end. */
    final void await(int events, Attention attention) {
        int eventfd = attention.eventfd(); // before the first look: what is asked for afterwards makes it readable
        while (true) {
            attention.check();
            int ready = kernel.await(fd, events, eventfd, eventfd < 0 ? SLICE : -1);
            if (ready != 0 && ready != -EINTR) {
                attention.check();
                return;
            }
            if (ready == 0 && eventfd >= 0) {
                attention.check();
                LockSupport.parkNanos(PAUSE); // a request that is still there, but was for nothing: not in circles
            }
        }
    }

    @Override
    public long seek(long offset, int whence) {
        if (!seekable()) {
            throw new ErrnoException(Errno.SPIPE);
        }
        return ErrnoException.check(kernel.lseek(fd, offset, whence));
    }

    @Override
    public FileStat stat() {
        return HostDirectory.statOf(kernel, kernel.stat(fd), type());
    }

    @Override
    public void setSize(long size) {
        ErrnoException.check(size < 0 ? -emberwall.os.Errno.EINVAL : kernel.truncate(fd, size));
    }

    @Override
    public void allocate(long offset, long length) {
        ErrnoException.check(kernel.allocate(fd, offset, length));
    }

    @Override
    public void advise(long offset, long length, int advice) {
        ErrnoException.check(kernel.advise(fd, offset, length, advice));
    }

    @Override
    public void sync(boolean dataOnly) {
        ErrnoException.check(kernel.sync(fd, dataOnly));
    }

    @Override
    public void setTimes(Times times) {
        HostDirectory.setTimes(kernel, fd, times);
    }

    @Override
    public int pollDescriptor() {
        return fd;
    }

    @Override
    public long available() {
        return Math.max(0, kernel.available(fd));
    }

    @Override
    public void close() {
        if (!inherited) {
            kernel.close(fd);
        }
    }
}
