package emberwall.engine.store;

import emberwall.op.WaitQueues;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.wasm.MemoryType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * The bytes of one linear memory, and the record that guest code finds them by. Belongs to one store and is changed by
 * the thread inside it; a {@link #share shared} one belongs to several, and never moves.
 *
 * <p>A guarded memory has a slot of a {@link MemoryPool} and never moves. Another one reserves as much if its addresses have
 * 32 bits, so that a guest that speculates finds nothing there; else what its maximum needs. Only where the system refuses that
 * much does it begin smaller and move when it grows.
 */
public final class LinearMemory {
    private static final long RETRY = 1_000_000;

    private final MemoryPool pool;
    private final OffHeap heap;
    private final MappingBudget budget;
    private final boolean guarded;
    private final boolean address64;
    private final int pageSizeLog2;
    private final long maximumPages;
    private final long record;

    private long base;
    private long reserved;
    private volatile long bytes;
    private long[] dependents = new long[2];
    private int dependentCount;

    private Allowance allowance; // null for no limit but its own
    private Lease lease; // null if there is no view
    private volatile MemorySegment view;
    private boolean closed;

    private WaitQueues waiters; // null if it is not shared
    private int users = 1; // how many stores it belongs to; guarded by this

    private LinearMemory(
            MemoryPool pool,
            OffHeap heap,
            MappingBudget budget,
            boolean guarded,
            boolean address64,
            int pageSizeLog2,
            long maximumPages,
            long record) {
        this.pool = pool;
        this.heap = heap;
        this.budget = budget;
        this.guarded = guarded;
        this.address64 = address64;
        this.pageSizeLog2 = pageSizeLog2;
        this.maximumPages = maximumPages;
        this.record = record;
    }

    /**
     * A memory of zeros.
     *
     * @param minimumPages its size
     * @param maximumPages its largest size ever
     * @param type how it is addressed
     * @param guarded whether guard pages shall keep guests inside: with 32-bit addresses and pages that the system has
     * @return null if there is no room for it
     */
    public static LinearMemory create(
            MemoryPool pool,
            OffHeap heap,
            MappingBudget budget,
            long minimumPages,
            long maximumPages,
            MemoryType type,
            boolean guarded) {
        long record = heap.allocate(MemoryRecord.SIZE);
        int pageSizeLog2 = type.pageSizeLog2();
        LinearMemory memory =
                new LinearMemory(pool, heap, budget, guarded, type.address64(), pageSizeLog2, maximumPages, record);
        boolean made = false;
        try {
            long bytes = minimumPages << pageSizeLog2;
            made = memory.reserve(bytes) && memory.commit(bytes);
        } finally {
            if (!made) {
                memory.close();
            }
        }
        return made ? memory : null;
    }

    /**
     * Whether guard pages can keep guests inside: every address that an access can name has to lie in the {@link
     * MemoryPool#SLOT}, and every size at the end of a page of the system.
     */
    public static boolean isGuardable(MemoryType type) {
        return !type.address64() && 1L << type.pageSizeLog2() >= Pages.SIZE;
    }

    /** What code may rely on in a memory of a type, if the system does not refuse anything. */
    public static MemoryStrategy usualStrategy(MemoryType type, boolean guards) {
        if (guards && isGuardable(type)) {
            return guard(type.most() << type.pageSizeLog2());
        }
        return type.address64() || Pages.isLimited() ? MemoryStrategy.CHECK : MemoryStrategy.ROOM;
    }

    private static MemoryStrategy guard(long most) {
        return most <= MemoryPool.WORD - MemoryStrategy.MARGIN ? MemoryStrategy.SHORT_GUARD : MemoryStrategy.GUARD;
    }

    private boolean reserve(long minimum) {
        if (guarded) {
            long slot = pool.take();
            if (slot == -1) {
                return false;
            }
            base = slot;
            reserved = MemoryPool.SLOT;
            return true;
        }
        budget.take(2);
        base = address64 || Pages.isLimited() ? -1 : Pages.tryReserve(MemoryPool.SLOT);
        if (base != -1) {
            reserved = MemoryPool.SLOT;
            return true;
        }
        long most = Math.max(maximumPages << pageSizeLog2, Pages.SIZE);
        for (long size = most; ; size = Math.max(size / 2, minimum)) {
            long address = Pages.tryReserve(size);
            if (address != -1) {
                base = address;
                reserved = size;
                return true;
            }
            if (size <= Math.max(minimum, Pages.SIZE)) {
                budget.give(2);
                return false;
            }
        }
    }

    private boolean commit(long size) {
        long committed = Pages.round(bytes); // pages of the guest may be smaller than those of the system
        if (size > committed && !Pages.tryCommit(base + committed, size - committed)) {
            return false;
        }
        bytes = size;
        publish();
        return true;
    }

    /** Tells guest code. */
    private void publish() {
        RawMemory.putLong(record + MemoryRecord.BASE, base);
        RawMemory.putLong(record + MemoryRecord.BOUND, bytes);
        for (int dependent = 0; dependent < dependentCount; dependent++) {
            publish(dependents[dependent]);
        }
    }

    private void publish(long instanceBlock) {
        RawMemory.putLong(instanceBlock + InstanceLayout.MEMORY_BASE, base);
        RawMemory.putLong(instanceBlock + InstanceLayout.MEMORY_BOUND, bytes);
        RawMemory.putInt(instanceBlock + InstanceLayout.MEMORY_NEAR, InstanceLayout.near(bytes));
    }

    /** An instance whose memory 0 this is, from now on told of its place and size. */
    public synchronized void addDependent(long instanceBlock) {
        if (dependentCount == dependents.length) {
            dependents = Arrays.copyOf(dependents, dependentCount * 2);
        }
        dependents[dependentCount++] = instanceBlock;
        publish(instanceBlock);
    }

    /** An instance is gone, whose memory 0 this was. */
    public synchronized void removeDependent(long instanceBlock) {
        int kept = 0;
        for (int dependent = 0; dependent < dependentCount; dependent++) {
            if (dependents[dependent] != instanceBlock) {
                dependents[kept++] = dependents[dependent];
            }
        }
        dependentCount = kept;
    }

    // ---- between stores

    /** From now on, before anybody has seen it, other stores may use it too. */
    public void share() {
        waiters = new WaitQueues();
    }

    /** Whether several stores may use it. */
    public boolean isShared() {
        return waiters != null;
    }

    /** Who waits in it; null if it is not shared. */
    public WaitQueues waiters() {
        return waiters;
    }

    /**
     * One more store uses it.
     *
     * @throws IllegalStateException if there is none left that does
     */
    public synchronized void keep() {
        if (users == 0) {
            throw new IllegalStateException("the store is closed");
        }
        users++;
    }

    /** A store that uses it is gone, and with the last one the memory. */
    public void release() {
        synchronized (this) {
            if (--users > 0) {
                return;
            }
        }
        close();
    }

    /**
     * A store that uses it was forgotten: with the last one the memory is closed, unless there are views.
     *
     * @return what every view leads to, if there may be some, else null. The memory is to be closed when nobody has that
     *     any more, or when it is closed
     */
    public Lease abandon() {
        Lease views;
        synchronized (this) {
            if (--users > 0) {
                return null;
            }
            views = lease;
            lease = null;
            view = null;
        }
        if (views == null) {
            close();
        }
        return views;
    }

    /** What lets the host look at the bytes: every view of them leads here. It does not lead to the memory. */
    public static final class Lease implements AutoCloseable {
        private final Arena arena = Arena.ofShared();

        private Lease() {
            RawMemory.tie(arena, this);
        }

        /** Ends all views, which wait for channels that read or write through them just now. */
        @Override
        public void close() {
            while (arena.scope().isAlive()) {
                try {
                    arena.close();
                } catch (IllegalStateException inUse) {
                    LockSupport.parkNanos(RETRY);
                }
            }
        }
    }

    /** What code may rely on, for ever. */
    public MemoryStrategy strategy() {
        boolean roomy = !address64 && reserved >= MemoryPool.SLOT;
        return guarded ? guard(maximumPages << pageSizeLog2) : roomy ? MemoryStrategy.ROOM : MemoryStrategy.CHECK;
    }

    /** Address of its {@link MemoryRecord}. */
    public long record() {
        return record;
    }

    /** Address of byte 0. */
    public long base() {
        return base;
    }

    /** Size in bytes. */
    public long bytes() {
        return bytes;
    }

    /** Size in pages. */
    public long pages() {
        return bytes >>> pageSizeLog2;
    }

    /** Whether a range, its numbers unsigned, lies inside. */
    public boolean contains(long address, long length) {
        return address >= 0 && length >= 0 && address <= bytes && length <= bytes - address;
    }

    /** Its bytes, and those that it grows by, are part of an allowance; false if it is larger than what is left. */
    public boolean limit(Allowance all) {
        allowance = all;
        return all.take(bytes);
    }

    /** Adds pages; the old size in pages, or -1 if the limit, or the machine, does not allow it. */
    public synchronized long grow(long pages) {
        long old = pages();
        if (pages < 0 || pages > maximumPages - old) {
            return -1;
        }
        if (pages == 0) {
            return old;
        }
        long size = old + pages << pageSizeLog2;
        long more = pages << pageSizeLog2;
        if (allowance != null && !allowance.take(more)) {
            return -1;
        }
        boolean grown = size > reserved ? !isShared() && move(size) : commit(size);
        if (!grown && allowance != null) {
            allowance.give(more);
        }
        return grown ? old : -1;
    }

    private boolean move(long size) {
        long most = Math.min(maximumPages << pageSizeLog2, Math.max(size, reserved * 2));
        long address = Pages.tryReserve(most);
        if (address == -1) {
            most = size;
            address = Pages.tryReserve(most);
        }
        if (address == -1) {
            return false;
        }
        if (!Pages.tryCommit(address, size)) {
            Pages.release(address, most);
            return false;
        }
        RawMemory.copy(base, address, bytes);
        long oldBase = base;
        long oldReserved = reserved;
        moveTo(address, most, size);
        publish();
        Pages.release(oldBase, oldReserved);
        return true;
    }

    /** In one piece for threads that ask for a view meanwhile: none shall see the old place from now on. */
    private synchronized void moveTo(long address, long newReserved, long size) {
        dropView();
        base = address;
        reserved = newReserved;
        bytes = size;
    }

    /** All bytes as they are now; dies when the memory moves or closes. */
    public MemorySegment view() {
        MemorySegment now = view;
        return now != null && now.byteSize() == bytes ? now : newView();
    }

    private synchronized MemorySegment newView() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
        if (lease == null) {
            lease = new Lease();
        }
        MemorySegment now = RawMemory.segment(base, bytes, lease.arena);
        view = now;
        return now;
    }

    private synchronized void dropView() {
        view = null;
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }

    /** Gives everything back. No guest can run that reaches it. */
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        dropView();
        if (reserved != 0) {
            if (guarded) {
                pool.give(base, bytes);
            } else {
                Pages.release(base, reserved);
                budget.give(2);
            }
        }
        heap.free(record, MemoryRecord.SIZE);
    }
}
