package emberwall.engine.store;

import emberwall.os.Pages;
import emberwall.os.RawMemory;
import java.util.Arrays;

/**
 * Small native memory for blocks, records and tables of all stores of an engine: zeroed, aligned to 16, in sizes of powers
 * of two. What is given back is used again for the same size, so that many small stores share few mappings.
 */
public final class OffHeap implements AutoCloseable {
    private static final int SMALLEST_LOG2 = 5;
    private static final int LARGEST_LOG2 = 16;
    private static final int SLAB = 256 << 10;

    private final MappingBudget budget;
    // Per size, a stack of free addresses.
    private final long[][] free = new long[LARGEST_LOG2 + 1][16];
    private final int[] freeCount = new int[LARGEST_LOG2 + 1];
    private long[] slabs = new long[16];
    private int slabCount;
    private long next;
    private long end;
    private boolean closed;

    /** A heap whose mappings count against a budget. */
    public OffHeap(MappingBudget budget) {
        this.budget = budget;
    }

    /**
     * Zeroed memory of at least so many bytes.
     *
     * @throws emberwall.os.OsException if the system refuses it
     * @throws MappingBudget.ExceededException if too many mappings are in use
     */
    public long allocate(long bytes) {
        int log2 = log2(bytes);
        if (log2 > LARGEST_LOG2) {
            return map(bytes);
        }
        long address = take(log2);
        RawMemory.fill(address, 1L << log2, 0);
        return address;
    }

    /** Gives back what was allocated with the same number of bytes. */
    public void free(long address, long bytes) {
        int log2 = log2(bytes);
        if (log2 > LARGEST_LOG2) {
            Pages.release(address, bytes);
            budget.give(1);
            return;
        }
        synchronized (this) {
            if (!closed) {
                give(address, log2);
            }
        }
    }

    private static int log2(long bytes) {
        return Math.max(SMALLEST_LOG2, 64 - Long.numberOfLeadingZeros(bytes - 1));
    }

    private synchronized long take(int log2) {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
        if (freeCount[log2] > 0) {
            return free[log2][--freeCount[log2]];
        }
        long bytes = 1L << log2;
        if (end - next < bytes) {
            newSlab();
        }
        long address = next;
        next += bytes;
        return address;
    }

    private long map(long bytes) {
        budget.take(1);
        boolean mapped = false;
        try {
            long address = Pages.allocate(bytes);
            mapped = true;
            return address;
        } finally {
            if (!mapped) {
                budget.give(1);
            }
        }
    }

    private void newSlab() {
        long slab = map(SLAB);
        // What is left of the old slab serves smaller sizes.
        for (int log2 = LARGEST_LOG2; log2 >= SMALLEST_LOG2; log2--) {
            if ((end - next & 1L << log2) != 0) {
                give(next, log2);
                next += 1L << log2;
            }
        }
        next = slab;
        end = next + SLAB;
        if (slabCount == slabs.length) {
            slabs = Arrays.copyOf(slabs, slabCount * 2);
        }
        slabs[slabCount++] = next;
    }

    private void give(long address, int log2) {
        if (freeCount[log2] == free[log2].length) {
            free[log2] = Arrays.copyOf(free[log2], freeCount[log2] * 2);
        }
        free[log2][freeCount[log2]++] = address;
    }

    /** Unmaps all but what is larger than a slab's largest size; nothing may be in use any more. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            for (int slab = 0; slab < slabCount; slab++) {
                Pages.release(slabs[slab], SLAB);
            }
            budget.give(slabCount);
        }
    }
}
