package emberwall.wasi.file;

import emberwall.engine.Attention;

/**
 * One open file, directory, stream or socket. What a kind of descriptor cannot do fails with the error that POSIX has
 * for it; rights are checked by the caller.
 */
public interface Descriptor extends AutoCloseable {
    // @formatter:off
    /** {@link #flags}: every write goes to the end. */
    int APPEND   = 1;
    /** {@link #flags}: writes reach the disk before they return. */
    int DSYNC    = 2;
    /** {@link #flags}: what would wait fails with {@link Errno#AGAIN}. */
    int NONBLOCK = 4;
    /** {@link #flags}: reads wait for pending writes. */
    int RSYNC    = 8;
    /** {@link #flags}: as {@link #DSYNC}, and for attributes. */
    int SYNC     = 16;

    /** {@link #seek}: from the start. */
    int SEEK_SET = 0;
    /** {@link #seek}: from where it is. */
    int SEEK_CUR = 1;
    /** {@link #seek}: from the end. */
    int SEEK_END = 2;
    // @formatter:on

    /** What it is. */
    FileType type();

    /** The rights that it can have at most. */
    default long applicableRights() {
        return Rights.applicable(type());
    }

    /** Its {@code fdflags}. */
    default int flags() {
        return 0;
    }

    /** Changes its {@code fdflags}. */
    default void setFlags(int flags) {
        if (flags != flags()) {
            throw new ErrnoException(Errno.NOTSUP);
        }
    }

    /** Reads from where it stands; 0 at the end. */
    default long read(Buffers buffers, Attention attention) {
        throw notFor(Errno.NOTSUP);
    }

    /** Writes where it stands; how many bytes. */
    default long write(Buffers buffers, Attention attention) {
        throw notFor(Errno.NOTSUP);
    }

    /** Reads from {@code offset} on. */
    default long readAt(Buffers buffers, long offset, Attention attention) {
        throw notFor(Errno.SPIPE);
    }

    /** Writes at {@code offset}. */
    default long writeAt(Buffers buffers, long offset, Attention attention) {
        throw notFor(Errno.SPIPE);
    }

    /** Moves to {@code offset} from a {@code SEEK} origin; the new position. */
    default long seek(long offset, int whence) {
        throw notFor(Errno.SPIPE);
    }

    /** Its attributes. */
    default FileStat stat() {
        return new FileStat(0, 0, type(), 1, 0, 0, 0, 0);
    }

    /** Cuts or extends it. */
    default void setSize(long size) {
        throw notFor(Errno.INVAL);
    }

    /** Reserves space. */
    default void allocate(long offset, long length) {
        throw notFor(Errno.NOTSUP);
    }

    /** Says how it will be read ({@code advice}). */
    default void advise(long offset, long length, int advice) {
        throw notFor(Errno.SPIPE);
    }

    /** Waits until it is on the disk. */
    default void sync(boolean dataOnly) {
        throw notFor(Errno.INVAL);
    }

    /** Changes its times. */
    default void setTimes(Times times) {
        throw notFor(Errno.INVAL);
    }

    /** A descriptor of the operating system to wait for, or -1 if it is always ready. */
    default int pollDescriptor() {
        return -1;
    }

    /** How many bytes can be read now, as far as known. */
    default long available() {
        return 0;
    }

    /** The directory that it is. */
    default Directory directory() {
        throw new ErrnoException(Errno.NOTDIR);
    }

    /** The socket that it is. */
    default HostSocket socket() {
        throw new ErrnoException(Errno.NOTSOCK);
    }

    @Override
    void close();

    /** The error for an operation that this kind of descriptor does not have. */
    private ErrnoException notFor(Errno other) {
        return new ErrnoException(type() == FileType.DIRECTORY ? Errno.ISDIR : other);
    }
}
