package emberwall.wasi.file;

import java.util.Arrays;

/**
 * The bytes of a file in a {@link MemoryTree}, in chunks. What was never written has no chunk and reads as zero; the only
 * chunk of a small file is as large as the file needs. Every byte of the size counts against the tree's quota, written or
 * not, so that the heap needed is bounded by what the quota says.
 */
final class MemoryContent {
    /** Largest size: what an array of a million chunks holds. */
    static final long MOST = 1L << 36;

    private static final int CHUNK = 1 << 16;
    private static final int SMALLEST = 64;

    private final MemoryTree tree;
    private byte[][] chunks = {};
    private long size;

    MemoryContent(MemoryTree tree) {
        this.tree = tree;
    }

    long size() {
        return size;
    }

    /** Copies bytes out, from a position on; how many there were. */
    int read(long position, byte[] to, int length) {
        if (position >= size) {
            return 0;
        }
        int count = (int) Math.min(length, size - position);
        for (int done = 0; done < count; ) {
            int within = (int) ((position + done) % CHUNK);
            int part = Math.min(count - done, CHUNK - within);
            byte[] chunk = chunks[(int) ((position + done) / CHUNK)];
            int there = chunk == null ? 0 : Math.clamp(chunk.length - within, 0, part);
            if (there > 0) {
                System.arraycopy(chunk, within, to, done, there);
            }
            Arrays.fill(to, done + there, done + part, (byte) 0);
            done += part;
        }
        return count;
    }

    /** Writes bytes at a position, growing as needed: all of them, or it fails with {@link Errno#NOSPC}. */
    void write(long position, byte[] from, int length) {
        if (length == 0) {
            return;
        }
        if (position + length > size) {
            resize(position + length);
        }
        for (int done = 0; done < length; ) {
            int within = (int) ((position + done) % CHUNK);
            int part = Math.min(length - done, CHUNK - within);
            byte[] chunk = chunk((int) ((position + done) / CHUNK), within + part);
            System.arraycopy(from, done, chunk, within, part);
            done += part;
        }
    }

    /** Cuts it, or appends zeros. */
    void resize(long wanted) {
        if (wanted > MOST) {
            throw new ErrnoException(Errno.FBIG);
        }
        int count = (int) ((wanted + CHUNK - 1) / CHUNK);
        if (wanted > size) {
            tree.takeBytes(wanted - size);
            if (count > chunks.length) {
                chunks = Arrays.copyOf(chunks, Math.max(count, chunks.length + chunks.length / 2));
            }
        } else {
            tree.giveBytes(size - wanted);
            cut(wanted, count);
        }
        size = wanted;
    }

    private void cut(long wanted, int count) {
        chunks = Arrays.copyOf(chunks, count);
        int within = (int) (wanted % CHUNK);
        byte[] last = within == 0 ? null : chunks[count - 1];
        if (last != null && within < last.length) {
            Arrays.fill(last, within, last.length, (byte) 0);
        }
    }

    /** A chunk of at least so many bytes. */
    private byte[] chunk(int index, int needed) {
        byte[] chunk = chunks[index];
        if (chunk != null && chunk.length >= needed) {
            return chunk;
        }
        int length = CHUNK;
        if (index == 0 && needed <= CHUNK / 2) {
            length = Math.max(SMALLEST, Integer.highestOneBit(needed) * 2);
        }
        try {
            chunks[index] = chunk == null ? new byte[length] : Arrays.copyOf(chunk, length);
        } catch (OutOfMemoryError full) {
            throw new ErrnoException(Errno.NOSPC);
        }
        return chunks[index];
    }
}
