package emberwall.wasi.file;

import emberwall.engine.Attention;

/** A standard stream that this process was started without: its number is taken, and reading and writing fail. */
public final class ClosedDescriptor implements Descriptor {
    @Override
    public FileType type() {
        return FileType.UNKNOWN;
    }

    @Override
    public long read(Buffers buffers, Attention attention) {
        throw new ErrnoException(Errno.BADF);
    }

    @Override
    public long write(Buffers buffers, Attention attention) {
        throw new ErrnoException(Errno.BADF);
    }

    @Override
    public void close() {}
}
