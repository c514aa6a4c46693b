package emberwall.ebpf.map;

import emberwall.os.Pages;
import emberwall.os.RawMemory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Records from programs to Java, in the order in which room was reserved for them. Any number of programs reserve; one reader at a
 * time takes out what was submitted, up to the first record that is not.
 *
 * <p>A record is a header of eight bytes and its bytes, rounded up to eight. A record never goes around the end: the rest
 * there becomes a record that was discarded, so that one of more than half the size may find no room where the kernel's
 * ring, which is mapped twice, has some.
 */
public final class RingBuffer extends BpfMap {
    /** Submit flag: do not wake the reader. */
    public static final long NO_WAKEUP = 1;
    /** Submit flag: wake the reader even if he is not behind. */
    public static final long FORCE_WAKEUP = 2;

    private static final int HEADER = 8;

    // In the header's first half, beside the length; the second half is the map's id.
    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;

    private final long memory;
    private final int size;
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock waiting = new ReentrantLock();
    private final Condition submitted = waiting.newCondition();

    /** Positions only grow; modulo the size they are offsets. */
    private long produced;

    private volatile long consumed;
    private volatile boolean readerWaits;

    RingBuffer(MapSpace space, int id, MapDefinition definition) {
        super(space, id, definition);
        this.size = definition.maxEntries();
        this.memory = Pages.allocate(size);
    }

    @Override
    public long lookup(long key, int lane) {
        return 0;
    }

    // ---- programs

    /** Address of {@code bytes} bytes, aligned to eight, or 0 where there is no room. They are to be submitted or discarded. */
    public synchronized long reserve(long bytes) {
        if (bytes < 0 || bytes > size - HEADER) {
            return 0;
        }
        int total = HEADER + stride((int) bytes);
        int offset = (int) (produced & size - 1);
        int rest = size - offset;
        long start = total > rest ? produced + rest : produced;
        if (start + total - consumed > size) {
            return 0;
        }
        if (total > rest) {
            putHeader(produced, rest - HEADER | DISCARDED);
        }
        putHeader(start, (int) bytes | BUSY);
        produced = start + total;
        return address(start) + HEADER;
    }

    private long address(long position) {
        return memory + (position & size - 1);
    }

    private void putHeader(long position, int lengthAndState) {
        RawMemory.putLongRelease(address(position), lengthAndState & 0xFFFF_FFFFL | (long) id() << 32);
    }

    /** The ring that a reserved record is part of; programs have nothing but its address. */
    public static RingBuffer of(long record, MapSpace space) {
        return (RingBuffer) space.byId(RawMemory.getInt(record - 4));
    }

    /** Whether bytes lie in a record that is reserved: found from the reader's position on. */
    @Override
    public synchronized boolean isValue(long address, long bytes) {
        for (long at = consumed; at < produced; ) {
            int header = RawMemory.getInt(address(at));
            int length = header & DISCARDED - 1;
            long offset = address - address(at) - HEADER;
            if ((header & BUSY) != 0 && offset >= 0 && bytes >= 0 && offset + bytes <= length) {
                return true;
            }
            at += HEADER + stride(length);
        }
        return false;
    }

    /** Gives a record to the reader. */
    public void submit(long record, long flags) {
        finish(record, 0, flags);
    }

    /** Gives a record up. */
    public void discard(long record, long flags) {
        finish(record, DISCARDED, flags);
    }

    private void finish(long record, int state, long flags) {
        int header = RawMemory.getInt(record - HEADER);
        RawMemory.putLongRelease(record - HEADER, header & ~BUSY & 0xFFFF_FFFFL | state | (long) id() << 32);
        if (((flags & NO_WAKEUP) == 0 && readerWaits) || (flags & FORCE_WAKEUP) != 0) {
            waiting.lock();
            try {
                submitted.signalAll();
            } finally {
                waiting.unlock();
            }
        }
    }

    /** Appends a copy of the bytes at {@code data}: 0, or {@code -EAGAIN} where there is no room. */
    public long output(long data, long bytes, long flags) {
        if (flags < 0 || flags > FORCE_WAKEUP + NO_WAKEUP) {
            return EINVAL;
        }
        long record = reserve(bytes);
        if (record == 0) {
            return -11;
        }
        RawMemory.copy(data, record, bytes);
        submit(record, flags);
        return 0;
    }

    /** Bytes that wait (0), the size (1), position of the reader (2) and of programs (3); 0 for other questions. */
    public synchronized long query(long question) {
        return question == 0
                ? produced - consumed
                : question == 1 ? size : question == 2 ? consumed : question == 3 ? produced : 0;
    }

    private synchronized long produced() {
        return produced;
    }

    // ---- Java

    /** Gives all records that are there to {@code reader}, and answers how many there were. */
    public int poll(Consumer<byte[]> reader) {
        return inLane(new byte[0], null, (key, value, lane) -> {
            reading.lock();
            try {
                return drain(reader);
            } finally {
                reading.unlock();
            }
        });
    }

    private int drain(Consumer<byte[]> reader) {
        int count = 0;
        long end = produced();
        while (consumed < end) {
            long at = address(consumed);
            int header = (int) RawMemory.getLongAcquire(at);
            if ((header & BUSY) != 0) {
                break;
            }
            int length = header & DISCARDED - 1;
            byte[] record = (header & DISCARDED) == 0 ? RawMemory.bytes(at + HEADER, length) : null;
            consumed = consumed + HEADER + stride(length);
            if (record != null) {
                count++;
                reader.accept(record);
            }
        }
        return count;
    }

    /**
     * {@link #poll}, but waits for a record for some time if there is none.
     *
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public int poll(Consumer<byte[]> reader, long timeout, TimeUnit unit) throws InterruptedException {
        long left = unit.toNanos(timeout);
        waiting.lockInterruptibly();
        try {
            readerWaits = true;
            int count = poll(reader);
            while (count == 0 && left > 0) {
                left = submitted.awaitNanos(left);
                count = poll(reader);
            }
            return count;
        } finally {
            readerWaits = false;
            waiting.unlock();
        }
    }

    @Override
    void releaseMemory() {
        space().release(memory, size);
    }
}
