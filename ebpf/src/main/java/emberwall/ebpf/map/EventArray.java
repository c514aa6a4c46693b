package emberwall.ebpf.map;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Samples from programs to Java ({@code perf_event_output}): a bounded queue; what finds no room is counted. */
public final class EventArray extends BpfMap {
    private static final int MOST = 1 << 16;
    private static final long MOST_BYTES = 1 << 24;

    private final ConcurrentLinkedQueue<byte[]> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    EventArray(MapSpace space, int id, MapDefinition definition) {
        super(space, id, definition);
    }

    @Override
    public long lookup(long key, int lane) {
        return 0;
    }

    /** Appends a sample: 0, or {@code -ENOSPC}. */
    public long output(byte[] sample) {
        boolean full = count.incrementAndGet() > MOST;
        full |= bytes.addAndGet(sample.length) > MOST_BYTES;
        if (full) {
            forget(sample);
            lost.incrementAndGet();
            return -28;
        }
        events.add(sample);
        return 0;
    }

    private void forget(byte[] sample) {
        count.decrementAndGet();
        bytes.addAndGet(-sample.length);
    }

    /** Gives all samples that are there to {@code reader}, and answers how many there were. */
    public int poll(Consumer<byte[]> reader) {
        int read = 0;
        for (byte[] event = events.poll(); event != null; event = events.poll()) {
            forget(event);
            reader.accept(event);
            read++;
        }
        return read;
    }

    /** How many samples found no room. */
    public long lost() {
        return lost.get();
    }

    @Override
    void releaseMemory() {
        events.clear();
    }
}
