package emberwall.wasi.file;

import emberwall.engine.Attention;
import java.io.IOException;
import java.io.OutputStream;

/** Standard output or error to a Java stream, which is flushed after every write. */
public final class OutputDescriptor implements Descriptor {
    private static final int CHUNK = 1 << 16;

    private final OutputStream stream;

    public OutputDescriptor(OutputStream stream) {
        this.stream = stream;
    }

    @Override
    public FileType type() {
        return FileType.UNKNOWN;
    }

    @Override
    public long write(Buffers buffers, Attention attention) {
        byte[] bytes = new byte[(int) Math.min(buffers.total(), CHUNK)];
        long done = 0;
        try {
            while (done < buffers.total()) {
                int count = buffers.gather(done, bytes, bytes.length);
                stream.write(bytes, 0, count);
                done += count;
                attention.check();
            }
            stream.flush();
            return done;
        } catch (IOException e) {
            throw error(e);
        }
    }

    /** Java has no type for it: a pipe that nobody reads any more. */
    private static ErrnoException error(IOException e) {
        return new ErrnoException("Broken pipe".equals(e.getMessage()) ? Errno.PIPE : Errno.IO);
    }

    @Override
    public void sync(boolean dataOnly) {
        try {
            stream.flush();
        } catch (IOException e) {
            throw error(e);
        }
    }

    /** Leaves the stream open: it is its owner's. */
    @Override
    public void close() {}
}
