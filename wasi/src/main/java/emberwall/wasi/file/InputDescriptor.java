package emberwall.wasi.file;

import emberwall.engine.Attention;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Standard input from a Java stream. A read that may block is done by a thread of its own, so that the guest can end
 * meanwhile; what such a read brings later is the next read's.
 */
public final class InputDescriptor implements Descriptor {
    private static final int CHUNK = 1 << 16;
    private static final long SLICE = 5;

    private final InputStream stream;
    private final boolean blocks;
    private FutureTask<Integer> pending;
    private byte[] bytes;
    private int position;
    private int limit;

    public InputDescriptor(InputStream stream) {
        this.stream = stream;
        this.blocks = !(stream instanceof ByteArrayInputStream);
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
        if (position == limit && !fill(attention)) {
            return 0;
        }
        int count = (int) Math.min(buffers.total(), limit - position);
        buffers.scatter(0, position == 0 ? bytes : java.util.Arrays.copyOfRange(bytes, position, limit), count);
        position += count;
        return count;
    }

    /** Gets more bytes; false at the end of the stream. */
    private boolean fill(Attention attention) {
        if (bytes == null) {
            bytes = new byte[CHUNK];
        }
        int count;
        try {
            boolean ready = pending == null && (!blocks || stream.available() > 0);
            count = ready ? stream.read(bytes) : await(attention);
        } catch (IOException e) {
            throw new ErrnoException(Errno.IO);
        }
        position = 0;
        limit = Math.max(count, 0);
        return count > 0;
    }

    private int await(Attention attention) throws IOException {
        if (pending == null) {
            pending = new FutureTask<>(() -> stream.read(bytes));
            Thread.ofPlatform().daemon().name("standard input of a guest").start(pending);
        }
        while (true) {
            attention.check();
            try {
                int count = pending.get(SLICE, TimeUnit.MILLISECONDS);
                pending = null;
                return count;
            } catch (TimeoutException e) {
                // look around, and wait on
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                attention.check();
                throw new ErrnoException(Errno.INTR); // nobody makes the guest end for it
            } catch (ExecutionException e) {
                pending = null;
                throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
            }
        }
    }

    @Override
    public long available() {
        if (position < limit) {
            return limit - position;
        }
        try {
            return pending != null ? 0 : stream.available();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Leaves the stream open: it is its owner's. */
    @Override
    public void close() {}
}
