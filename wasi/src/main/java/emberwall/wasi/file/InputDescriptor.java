package emberwall.wasi.file;

import emberwall.engine.Attention;
import java.io.IOException;
import java.io.InputStream;

/** Standard input from a Java stream. A read that blocks in the stream is not interrupted by the guest's deadline. */
public final class InputDescriptor implements Descriptor {
    private static final int CHUNK = 1 << 16;

    private final InputStream stream;

    public InputDescriptor(InputStream stream) {
        this.stream = stream;
    }

    @Override
    public FileType type() {
        return FileType.UNKNOWN;
    }

    @Override
    public long read(Buffers buffers, Attention attention) {
        if (buffers.total() == 0) {
            return 0;
        }
        byte[] bytes = new byte[(int) Math.min(buffers.total(), CHUNK)];
        try {
            int count = stream.read(bytes);
            if (count <= 0) {
                return 0;
            }
            buffers.scatter(0, bytes, count);
            return count;
        } catch (IOException e) {
            throw new ErrnoException(Errno.IO);
        }
    }

    @Override
    public long available() {
        try {
            return stream.available();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Leaves the stream open: it is its owner's. */
    @Override
    public void close() {}
}
