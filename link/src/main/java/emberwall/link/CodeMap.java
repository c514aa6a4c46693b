package emberwall.link;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Finds the blob that a program counter lies in. Reads take no lock and see every blob whose publishing happened before.
 *
 * <p>The region is cut into chunks; each chunk has a sorted array of the blobs that reach into it, replaced as a whole
 * by writers (one at a time). So finding costs one binary search among the neighbours, and adding copies only these,
 * however many blobs there are.
 */
public final class CodeMap {
    private static final int CHUNK_LOG2 = 16;
    private static final CodeBlob[] NONE = {};

    private final long base;
    private final long bytes;
    private final AtomicReferenceArray<CodeBlob[]> chunks;

    CodeMap(long base, long bytes) {
        this.base = base;
        this.bytes = bytes;
        this.chunks = new AtomicReferenceArray<>((int) (bytes >>> CHUNK_LOG2) + 1);
    }

    /** The blob that {@code pc} lies in or right behind (see {@link CodeBlob#contains}), or null. */
    public CodeBlob find(long pc) {
        long offset = pc - base;
        if (offset < 0 || offset >= bytes) {
            return null;
        }
        CodeBlob[] blobs = chunks.getAcquire((int) (offset >>> CHUNK_LOG2));
        if (blobs == null) {
            return null;
        }
        int at = upTo(blobs, pc);
        if (at < 0) {
            return null;
        }
        return blobs[at].contains(pc) ? blobs[at] : null;
    }

    /** The last index whose blob starts at or before {@code pc}, or -1. */
    private static int upTo(CodeBlob[] blobs, long pc) {
        int low = 0;
        int high = blobs.length - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (blobs[middle].address() <= pc) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /** Adds a blob; the caller sees to it that there is one writer at a time. */
    void add(CodeBlob blob) {
        int last = chunk(blob.end());
        for (int i = chunk(blob.address()); i <= last; i++) {
            CodeBlob[] old = chunks.getPlain(i);
            if (old == null) {
                old = NONE;
            }
            int at = upTo(old, blob.address()) + 1;
            CodeBlob[] added = Arrays.copyOf(old, old.length + 1);
            System.arraycopy(old, at, added, at + 1, old.length - at);
            added[at] = blob;
            chunks.setRelease(i, added);
        }
    }

    /** Removes a blob, as {@link #add}; false if it is not here. */
    boolean remove(CodeBlob blob) {
        int last = chunk(blob.end());
        for (int i = chunk(blob.address()); i <= last; i++) {
            CodeBlob[] old = chunks.getPlain(i);
            int at = old == null ? -1 : upTo(old, blob.address());
            if (at < 0 || old[at] != blob) {
                return false;
            }
            CodeBlob[] removed = Arrays.copyOf(old, old.length - 1);
            System.arraycopy(old, at + 1, removed, at, old.length - at - 1);
            chunks.setRelease(i, removed.length == 0 ? null : removed);
        }
        return true;
    }

    private int chunk(long address) {
        return (int) (address - base >>> CHUNK_LOG2);
    }
}
