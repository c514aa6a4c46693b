package emberwall.wasi;

import emberwall.wasi.file.Buffers;
import emberwall.wasi.file.Descriptor;
import emberwall.wasi.file.Errno;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.file.HostSocket;
import emberwall.wasi.file.OpenFile;
import emberwall.wasi.file.Rights;

/** Sockets, as far as preview 1 goes: the {@code sock_} functions. */
final class SocketCalls {
    private final Guest guest;

    SocketCalls(Guest guest) {
        this.guest = guest;
    }

    /** The socket with a number: that it is one is asked before its rights. */
    private HostSocket socket(int fd, long rights) {
        OpenFile file = guest.files.get(fd);
        HostSocket socket = file.descriptor().socket();
        file.require(rights);
        return socket;
    }

    void accept(int fd, int flags, int result) {
        HostSocket socket = socket(fd, Rights.SOCK_ACCEPT);
        if ((flags & ~Descriptor.NONBLOCK) != 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        long at = guest.out(result, 4);
        HostSocket accepted = socket.accept(flags, guest.attention());
        long rights = guest.files.get(fd).inheriting();
        guest.memory().putInt(at, guest.files.add(new OpenFile(accepted, rights, 0, null)));
    }

    void receive(int fd, int vectors, int count, int flags, int size, int resultFlags) {
        HostSocket socket = socket(fd, Rights.FD_READ);
        if ((flags & ~(HostSocket.PEEK | HostSocket.WAIT_ALL)) != 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        long sizeAt = guest.out(size, 4);
        long flagsAt = guest.out(resultFlags, 2);
        long done = socket.receive(Buffers.of(guest.memory(), vectors, count), flags, guest.attention());
        guest.memory().putInt(sizeAt, (int) done);
        guest.memory().putShort(flagsAt, (short) socket.receivedFlags());
    }

    void send(int fd, int vectors, int count, int flags, int size) {
        HostSocket socket = socket(fd, Rights.FD_WRITE);
        if (flags != 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        long at = guest.out(size, 4);
        long done = socket.write(Buffers.of(guest.memory(), vectors, count), guest.attention());
        guest.memory().putInt(at, (int) done);
    }

    void shutdown(int fd, int directions) {
        socket(fd, Rights.SOCK_SHUTDOWN).shutdown(directions);
    }
}
