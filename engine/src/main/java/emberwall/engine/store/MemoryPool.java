package emberwall.engine.store;

import emberwall.fiber.FaultHandler;
import emberwall.os.OsException;
import emberwall.os.Pages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Address space for memories that rely on guard pages: slots of 4 GiB that a guest can address, 2 GiB that constant offsets
 * reach further, and 64 KiB, cut from few big reservations, which the fault handler knows. Below each is no access for {@link
 * MemoryStrategy#MARGIN} bytes at least.
 */
public final class MemoryPool implements AutoCloseable {
    /** Bytes of a slot. */
    public static final long SLOT = (4L << 30) + (2L << 30) + (64 << 10);

    /** Bytes that an address of 32 bits can name. */
    static final long WORD = 4L << 30;

    private static final int FIRST_SLOTS = 8;
    private static final int MOST_SLOTS = 1024;

    private record Region(long address, long bytes, FaultHandler.Range faults) {}

    private final MappingBudget budget;
    private final List<Region> regions = new ArrayList<>();
    private long[] free = new long[FIRST_SLOTS];
    private int freeCount;
    private int nextSlots = FIRST_SLOTS;
    private boolean closed;

    /** An empty pool, whose mappings count against a budget. */
    public MemoryPool(MappingBudget budget) {
        this.budget = budget;
    }

    /** A slot without access, or -1 if there is no address space left. */
    public synchronized long take() {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
        if (freeCount == 0 && !grow()) {
            return -1;
        }
        budget.take(2);
        return free[--freeCount];
    }

    /** Gives a slot back, of which so many bytes were committed. Nobody can reach it any more. */
    public synchronized void give(long address, long committed) {
        if (closed) {
            return;
        }
        if (committed > 0) {
            try {
                Pages.decommit(address, committed);
            } catch (OsException refused) {
                return; // no mapping left to change: the slot is lost, not the process
            }
        }
        budget.give(2);
        push(address);
    }

    private boolean grow() {
        for (int slots = nextSlots; slots > 0; slots /= 2) {
            long bytes = MemoryStrategy.MARGIN + slots * SLOT;
            long address = Pages.tryReserve(bytes);
            if (address != -1) {
                FaultHandler.Range faults;
                try {
                    faults = FaultHandler.addGuard(address, bytes);
                } catch (OsException full) {
                    Pages.release(address, bytes);
                    return false;
                }
                regions.add(new Region(address, bytes, faults));
                for (int slot = slots - 1; slot >= 0; slot--) {
                    push(address + MemoryStrategy.MARGIN + slot * SLOT);
                }
                nextSlots = Math.min(MOST_SLOTS, slots * 2);
                return true;
            }
        }
        return false;
    }

    private void push(long address) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = address;
    }

    /** Unmaps everything; no memory may be in use any more. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            for (Region region : regions) {
                region.faults.close();
                Pages.release(region.address, region.bytes);
            }
        }
    }
}
