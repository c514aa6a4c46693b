package emberwall.wasi;

import emberwall.engine.Attention;
import emberwall.wasi.file.Descriptor;
import emberwall.wasi.file.Errno;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.file.FileTable;
import emberwall.wasi.file.GuestMemory;
import emberwall.wasi.file.OpenFile;
import emberwall.wasi.host.Kernel;
import emberwall.wasi.host.Linux;

/**
 * One guest as the calls see it: what it has open, and, during a call, its memory and how it is told to end. The
 * helpers turn its hostile numbers into checked values.
 */
final class Guest {
    final FileTable files;
    /** System calls, or null where native access is not allowed. */
    final Kernel kernel;

    private GuestMemory memory;
    private Attention attention;
    private long waited;

    Guest(FileTable files, Kernel kernel) {
        this.files = files;
        this.kernel = kernel;
    }

    /** A call begins. */
    void begin(GuestMemory present, Attention signal) {
        memory = present;
        attention = signal;
        waited = 0;
    }

    /** The call that has begun has waited so long already, in nanoseconds. */
    void hasWaited(long nanos) {
        waited = nanos;
    }

    /** {@return how long this call has waited before it began, in nanoseconds} */
    long waited() {
        return waited;
    }

    /** The memory of the caller. */
    GuestMemory memory() {
        return memory;
    }

    /** How a waiting call learns that the guest is to end. */
    Attention attention() {
        return attention;
    }

    /** An address where a result of {@code bytes} bytes can be stored; checked before anything happens. */
    long out(int address, int bytes) {
        long at = Integer.toUnsignedLong(address);
        memory.check(at, bytes);
        return at;
    }

    /** The open file with a number, which must have these rights. */
    OpenFile file(int fd, long rights) {
        OpenFile file = files.get(fd);
        file.require(rights);
        return file;
    }

    /** What is open under a number, which must have these rights. */
    Descriptor descriptor(int fd, long rights) {
        return file(fd, rights).descriptor();
    }

    /** A path or other text in the guest's memory. */
    byte[] text(int address, int length) {
        long at = Integer.toUnsignedLong(address);
        long bytes = Integer.toUnsignedLong(length);
        memory.check(at, bytes);
        if (bytes >= Linux.PATH_MAX) {
            throw new ErrnoException(Errno.NAMETOOLONG);
        }
        byte[] text = new byte[(int) bytes];
        memory.read(at, text, 0, text.length);
        if (!Utf8.valid(text)) {
            throw new ErrnoException(Errno.ILSEQ);
        }
        return text;
    }
}
