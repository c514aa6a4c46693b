package emberwall.wasi.file;

import static emberwall.os.Errno.EAGAIN;
import static emberwall.os.Errno.EINTR;
import static emberwall.wasi.host.Linux.*;

import emberwall.engine.Attention;
import emberwall.wasi.host.Kernel;

/** A socket. It never blocks for the operating system; for the guest it does unless {@code NONBLOCK} is set. */
public final class HostSocket extends HostFile {
    /** {@link #receive}: leave the bytes there. */
    public static final int PEEK = 1;
    /** {@link #receive}: wait until the buffers are full. */
    public static final int WAIT_ALL = 2;
    /** Result flag of a receive: the message was longer than the buffers. */
    public static final int TRUNCATED = 1;

    private static final int SHUT_RD = 1;
    private static final int SHUT_WR = 2;
    private static final int PART = 1 << 20;

    private int receivedFlags;

    HostSocket(Kernel kernel, int fd, FileType type, int flags) {
        super(kernel, fd, type, flags);
    }

    /** A socket that listens at an address of 4 or 16 bytes; port 0 for a free one. */
    public static HostSocket listen(Kernel kernel, byte[] address, int port) {
        int fd = ErrnoException.check(kernel.listen(address, port));
        return new HostSocket(kernel, fd, FileType.SOCKET_STREAM, 0);
    }

    /** The port that it is bound to. */
    public int port() {
        return ErrnoException.check(kernel.port(fd));
    }

    @Override
    public HostSocket socket() {
        return this;
    }

    /** Takes the next connection. */
    public HostSocket accept(int newFlags, Attention attention) {
        while (true) {
            int accepted = kernel.accept(fd);
            if (accepted == -EAGAIN) {
                refuseToWait();
                await(POLLIN, attention);
            } else if (accepted != -EINTR) {
                return new HostSocket(kernel, ErrnoException.check(accepted), type(), newFlags);
            }
        }
    }

    /** Receives; what was special about it is then {@link #receivedFlags}. */
    public long receive(Buffers buffers, int flags, Attention attention) {
        int host = MSG_DONTWAIT | ((flags & PEEK) != 0 ? MSG_PEEK : 0);
        boolean all = (flags & WAIT_ALL) != 0 && (flags & PEEK) == 0 && type() == FileType.SOCKET_STREAM;
        receivedFlags = 0;
        long done = 0;
        while (true) {
            long count = kernel.receive(fd, prepare(buffers, done, PART, false), host);
            if (count == -EAGAIN) {
                if (done > 0 && (flags() & NONBLOCK) != 0) {
                    return done;
                }
                refuseToWait();
                await(POLLIN, attention);
            } else if (count < 0 && count != -EINTR) {
                return done > 0 ? done : ErrnoException.check(count);
            } else if (count >= 0) {
                receivedFlags = (kernel.messageFlags() & MSG_TRUNC) != 0 ? TRUNCATED : 0;
                deliver(buffers, done, count);
                done += count;
                if (!all || count == 0 || done == buffers.total()) {
                    return done;
                }
            }
        }
    }

    /** {@link #TRUNCATED} or 0, of the last {@link #receive}. */
    public int receivedFlags() {
        return receivedFlags;
    }

    @Override
    public long read(Buffers buffers, Attention attention) {
        return buffers.total() == 0 ? 0 : receive(buffers, 0, attention);
    }

    /** Sends; all of it unless {@code NONBLOCK} is set. A closed connection is an error, never a signal. */
    @Override
    public long write(Buffers buffers, Attention attention) {
        long done = 0;
        do {
            long count = kernel.send(fd, prepare(buffers, done, PART, true), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count >= 0) {
                done += count;
            } else if (count == -EAGAIN && (flags() & NONBLOCK) == 0) {
                await(POLLOUT, attention);
            } else if (count != -EINTR) {
                return done > 0 ? done : ErrnoException.check(count);
            }
        } while (done < buffers.total());
        return done;
    }

    /** Ends one or both directions ({@code sdflags}). */
    public void shutdown(int directions) {
        if (directions == 0 || (directions & ~(SHUT_RD | SHUT_WR)) != 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        ErrnoException.check(kernel.shutdown(fd, directions - 1));
    }
}
