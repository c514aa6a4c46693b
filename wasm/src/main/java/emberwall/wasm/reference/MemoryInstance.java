package emberwall.wasm.reference;

import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.V128;
import emberwall.op.VectorEval;
import emberwall.op.WaitQueues;
import emberwall.wasm.MemoryType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.nio.ByteOrder;

/**
 * A linear memory. Its size is a number; bytes stand behind it only as far as something was written (or the host asked
 * for all of them), so that gigabytes that are declared and never touched cost nothing. What is not backed reads as zero.
 *
 * <p>The backing grows by a part of itself, so growing page by page does not copy over and over. That of a shared memory
 * must not move while other threads use it, and is made in one piece, for which there is a limit.
 */
public final class MemoryInstance implements Extern {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long U32 = 0xffff_ffffL;
    /** Backed at once when the first byte is. */
    private static final long SMALLEST_BACKING = 65_536;
    /** From here on the backing grows by a quarter, not to twice as much. */
    private static final long LARGE_BACKING = 64 << 20;
    /** Bytes moved between two looks at whether the guest shall end. */
    private static final long POLL_BYTES = 1 << 20;

    /** A shared memory, whose backing is made in one piece, grows no further, if it is not as large from the start. */
    private static final long MOST_SHARED = 256 << 20;

    private static final class Cleaning {
        static final Cleaner CLEANER = Cleaner.create();
    }

    /** Owns the bytes; outlives the memory that forgot to close until the collector has noticed. */
    private static final class Backing implements Runnable {
        private Arena arena;

        MemorySegment replace(MemorySegment old, long bytes) {
            Arena next = Arena.ofShared();
            MemorySegment segment = next.allocate(bytes + 7 & -8, 16); // whole words, for atomic accesses
            MemorySegment.copy(old, 0, segment, 0, old.byteSize());
            run();
            arena = next;
            return segment;
        }

        @Override
        public void run() {
            if (arena != null) {
                arena.close();
                arena = null;
            }
        }
    }

    private final Store store;
    private final MemoryType type;
    private final Backing backing = new Backing();
    private final long maximumPages;
    private Cleaner.Cleanable cleanable;
    private final WaitQueues waiters;
    private MemorySegment segment = MemorySegment.NULL;
    /** How many of the memory's bytes {@link #segment} holds; it may have more, to grow into. Written after it. */
    private volatile long backed;

    private volatile long size;
    private volatile boolean isClosed;
    /** How many stores a shared memory belongs to. Guarded by this. */
    private int users = 1;

    MemoryInstance(Store store, MemoryType type) {
        this.store = store;
        this.type = type;
        long allowed = store.limits().memoryBytes() >>> type.pageSizeLog2();
        long limit = Long.compareUnsigned(allowed, type.mostPages()) < 0 ? allowed : type.mostPages();
        long most = Long.compareUnsigned(type.most(), limit) < 0 ? type.most() : limit;
        this.maximumPages =
                type.shared() ? Math.min(most, Math.max(type.minimum(), MOST_SHARED >>> type.pageSizeLog2())) : most;
        this.waiters = type.shared() ? new WaitQueues() : null;
        if (Long.compareUnsigned(type.minimum(), limit) > 0) {
            throw new ResourceException(
                    "a memory of " + Long.toUnsignedString(type.minimum()) + " pages is larger than allowed");
        }
        this.size = type.minimum() << type.pageSizeLog2();
        if (!store.takeMemory(size)) {
            throw new ResourceException("a memory of " + type.minimum() + " pages: all of the store may have "
                    + store.limits().allMemoryBytes() + " bytes together");
        }
    }

    public MemoryType type() {
        return type;
    }

    /** Present size in bytes. */
    public long bytes() {
        return size;
    }

    /** Present size in pages. */
    public long pages() {
        return size >>> type.pageSizeLog2();
    }

    /** Adds pages, unsigned; the old size in pages, or -1 if it cannot grow so far. */
    public synchronized long grow(long delta) {
        long old = pages();
        if (delta < 0 || delta > maximumPages - old) {
            return -1;
        }
        if (!store.takeMemory(delta << type.pageSizeLog2())) {
            return -1;
        }
        size = old + delta << type.pageSizeLog2();
        backed = Math.min(segment.byteSize(), size);
        return old;
    }

    /**
     * All bytes, as they are now: an old view dies when the memory has grown and is written to beyond it, and when the
     * store closes.
     */
    public MemorySegment segment() {
        if (isClosed) {
            throw closed();
        }
        backForHost(size);
        return segment.asSlice(0, size);
    }

    /**
     * Copies bytes out of the memory, for the host.
     *
     * @throws IndexOutOfBoundsException if they are not all inside
     */
    public void read(long address, byte[] target, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, target.length);
        checkHost(address, length);
        backForHost(address + length);
        MemorySegment.copy(segment, BYTE, address, target, offset, length);
    }

    /**
     * Copies bytes into the memory, for the host.
     *
     * @throws IndexOutOfBoundsException if they are not all inside
     */
    public void write(long address, byte[] source, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, source.length);
        checkHost(address, length);
        backForHost(address + length);
        MemorySegment.copy(source, offset, segment, BYTE, address, length);
    }

    /** One, two, four or eight bytes, zero-extended, for the host. */
    public long get(long address, int bytes) {
        checkHost(address, bytes);
        backForHost(address + bytes);
        return switch (bytes) {
            case 1 -> load(Op.LOAD8_U, Type.I64, address, 0);
            case 2 -> load(Op.LOAD16_U, Type.I64, address, 0);
            case 4 -> load(Op.LOAD32_U, Type.I64, address, 0);
            case 8 -> load(Op.LOAD, Type.I64, address, 0);
            default -> throw new IllegalArgumentException(bytes + " bytes at a time");
        };
    }

    /** Sets one, two, four or eight bytes, for the host. */
    public void put(long address, int bytes, long value) {
        checkHost(address, bytes);
        backForHost(address + bytes);
        switch (bytes) {
            case 1 -> store(Op.STORE8, Type.I64, address, 0, value);
            case 2 -> store(Op.STORE16, Type.I64, address, 0, value);
            case 4 -> store(Op.STORE32, Type.I64, address, 0, value);
            case 8 -> store(Op.STORE, Type.I64, address, 0, value);
            default -> throw new IllegalArgumentException(bytes + " bytes at a time");
        }
    }

    private void checkHost(long address, int length) {
        if (isClosed) {
            throw closed();
        }
        java.util.Objects.checkFromIndexSize(address, (long) length, size);
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("the store is closed");
    }

    // --- what threads share

    /** Another store begins to use this shared memory. */
    synchronized void keep() {
        if (isClosed) {
            throw closed();
        }
        users++;
    }

    /** One of the stores that use it closes; with the last one it is gone. */
    synchronized void release() {
        if (--users == 0) {
            close();
        }
    }

    /** Who waits in it; null if it is not shared. */
    WaitQueues waiters() {
        return waiters;
    }

    /** Wakes guests that wait at an address; how many. */
    int notify(long address, int count) {
        return waiters == null ? 0 : waiters.notify(address, count);
    }

    /** The address of an atomic access, which is aligned, inside the memory and backed. */
    long placeAligned(long base, long offset, int bytes) {
        if ((base + offset & bytes - 1) != 0) {
            throw TrapSignal.of(TrapReason.UNALIGNED_ATOMIC);
        }
        return place(base, offset, bytes);
    }

    /** What stands behind the addresses that {@link #placeAligned} gave, to the end of the word of each. */
    MemorySegment cells() {
        return segment;
    }

    // --- what instructions do; addresses and counts are unsigned words

    long load(Op op, Type type, long base, long offset) {
        int bytes = accessBytes(op, type);
        long address = place(base, offset, bytes); // may replace the segment
        MemorySegment from = segment;
        return switch (op) {
            case LOAD -> bytes == 4 ? from.get(INT, address) & U32 : from.get(LONG, address);
            case LOAD8_S -> extended(from.get(BYTE, address), type);
            case LOAD8_U -> from.get(BYTE, address) & 0xffL;
            case LOAD16_S -> extended(from.get(SHORT, address), type);
            case LOAD16_U -> from.get(SHORT, address) & 0xffffL;
            case LOAD32_S -> from.get(INT, address);
            case LOAD32_U -> from.get(INT, address) & U32;
            default -> throw new InternalError("no load: " + op);
        };
    }

    void store(Op op, Type type, long base, long offset, long value) {
        int bytes = accessBytes(op, type);
        setWord(place(base, offset, bytes), bytes, value);
    }

    V128 loadVector(Op op, int bytes, long base, long offset) {
        long address = place(base, offset, bytes);
        return op == Op.LOAD
                ? new V128(segment.get(LONG, address), segment.get(LONG, address + Long.BYTES))
                : VectorEval.loaded(op, word(address, bytes));
    }

    void storeVector(long base, long offset, V128 vector) {
        long address = place(base, offset, Type.V128.bytes());
        segment.set(LONG, address, vector.low());
        segment.set(LONG, address + Long.BYTES, vector.high());
    }

    long loadLane(int bytes, long base, long offset) {
        return word(place(base, offset, bytes), bytes);
    }

    void storeLane(int bytes, long base, long offset, long value) {
        setWord(place(base, offset, bytes), bytes, value);
    }

    private long word(long address, int bytes) {
        return switch (bytes) {
            case 1 -> segment.get(BYTE, address) & 0xffL;
            case 2 -> segment.get(SHORT, address) & 0xffffL;
            case 4 -> segment.get(INT, address) & U32;
            default -> segment.get(LONG, address);
        };
    }

    private void setWord(long address, int bytes, long value) {
        switch (bytes) {
            case 1 -> segment.set(BYTE, address, (byte) value);
            case 2 -> segment.set(SHORT, address, (short) value);
            case 4 -> segment.set(INT, address, (int) value);
            default -> segment.set(LONG, address, value);
        }
    }

    private static int accessBytes(Op op, Type type) {
        return switch (op) {
            case LOAD, STORE -> type.bytes();
            case LOAD8_S, LOAD8_U, STORE8 -> 1;
            case LOAD16_S, LOAD16_U, STORE16 -> 2;
            case LOAD32_S, LOAD32_U, STORE32 -> 4;
            default -> throw new InternalError("no plain access: " + op);
        };
    }

    private static long extended(int value, Type type) {
        return type == Type.I32 ? value & U32 : value;
    }

    /** The address of an access, which is inside the memory and backed. */
    private long place(long base, long offset, int bytes) {
        long address = base + offset;
        if ((base | offset | address) < 0 || address > backed - bytes) {
            backAccess(base, offset, bytes);
        }
        return address;
    }

    private void backAccess(long base, long offset, int bytes) {
        long address = base + offset;
        if ((base | offset | address) < 0 || address > size - bytes) {
            throw TrapSignal.of(TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
        back(address + bytes);
    }

    /** The store is the one whose guest wants it: it may want to end it. */
    void fill(Store running, long address, long value, long count) {
        check(address, count);
        back(count == 0 ? 0 : address + count);
        for (long done = 0; done < count; done += POLL_BYTES) {
            segment.asSlice(address + done, Math.min(POLL_BYTES, count - done)).fill((byte) value);
            running.poll();
        }
    }

    /** The store is the one whose guest wants it: it may want to end it. */
    void copyFrom(Store running, MemoryInstance source, long to, long from, long count) {
        source.check(from, count);
        check(to, count);
        if (count == 0) {
            return;
        }
        source.back(from + count);
        back(to + count);
        boolean isForward = to <= from;
        for (long done = 0; done < count; ) {
            long part = Math.min(POLL_BYTES, count - done);
            long offset = isForward ? done : count - done - part;
            MemorySegment.copy(source.segment, from + offset, segment, to + offset, part);
            done += part;
            running.poll();
        }
    }

    /** {@code length} bytes of a data segment begin at {@code start} of the module's bytes. */
    void init(byte[] bytes, int start, int length, long to, long from, long count) {
        if ((from | count) < 0 || count > length || from > length - count) {
            throw TrapSignal.of(TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
        check(to, count);
        if (count != 0) {
            back(to + count);
            MemorySegment.copy(bytes, start + (int) from, segment, BYTE, to, (int) count);
        }
    }

    private void check(long address, long count) {
        if ((address | count) < 0 || count > size || address > size - count) {
            throw TrapSignal.of(TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
    }

    /** Sees to it that bytes stand behind all addresses below {@code end}, which is at most the size. */
    private void back(long end) {
        if (end > backed) {
            backNow(end);
        }
    }

    private synchronized void backNow(long end) {
        if (end <= backed) {
            return; // by now
        }
        if (isClosed) {
            throw closed();
        }
        if (cleanable == null) {
            cleanable = Cleaning.CLEANER.register(this, backing);
        }
        long bytes = type.shared() ? maximumPages << type.pageSizeLog2() : enough(end);
        try {
            segment = backing.replace(segment, bytes);
        } catch (OutOfMemoryError e) {
            segment = backExactly(type.shared() ? bytes : end);
        }
        backed = Math.min(segment.byteSize(), size);
    }

    private MemorySegment backExactly(long end) {
        try {
            return backing.replace(segment, end);
        } catch (OutOfMemoryError e) {
            throw TrapSignal.of(TrapReason.OUT_OF_MEMORY);
        }
    }

    /** How many bytes to have for {@code end}: a good part more than there were, but first no more than the size. */
    private long enough(long end) {
        long before = segment.byteSize();
        long more = before < LARGE_BACKING ? 2 * before : before + before / 4;
        long most = before <= size / 2 ? size : maximumPages << type.pageSizeLog2();
        return Math.min(Math.max(end, Math.max(more, SMALLEST_BACKING)), most);
    }

    /** Whether the host reaches bytes below {@code end} without their being moved; true for what is outside. */
    public boolean isBacked(long end) {
        return end <= backed || end > size;
    }

    /** Sees to it that {@link #isBacked}; not while a guest runs on another thread. */
    public void backForHost(long end) {
        try {
            back(end);
        } catch (TrapSignal outOfMemory) {
            throw new ResourceException("no memory for " + end + " bytes");
        }
    }

    /** In one piece for threads of the host that hold the lock for an access: they find it open, or closed. */
    synchronized void close() {
        isClosed = true;
        backed = 0;
        segment = MemorySegment.NULL;
        if (cleanable != null) {
            cleanable.clean();
        }
    }

    @Override
    public String typeText() {
        return text(new MemoryType(
                type.address64(), type.shared(), type.pageSizeLog2(), pages(), type.maximum(), type.hasMaximum()));
    }

    static String text(MemoryType type) {
        return "memory " + (type.address64() ? "i64 " : "") + Long.toUnsignedString(type.minimum())
                + (type.hasMaximum() ? " " + Long.toUnsignedString(type.maximum()) : "")
                + (type.shared() ? " shared" : "")
                + (type.pageSizeLog2() == 16 ? "" : " (pagesize " + (1 << type.pageSizeLog2()) + ")");
    }
}
