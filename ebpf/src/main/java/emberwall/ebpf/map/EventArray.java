package emberwall.ebpf.map;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Samples from programs to Java ({@code perf_event_output}): a bounded queue; what finds no room is counted. */
public final class EventArray extends BpfMap {
    private static final int MOST = 1 << 16;

    private final ConcurrentLinkedQueue<byte[]> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
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
        if (count.incrementAndGet() > MOST) {
            count.decrementAndGet();
            lost.incrementAndGet();
            return -28;
        }
        events.add(sample);
        return 0;
    }

    /** Gives all samples that are there to {@code reader}, and answers how many there were. */
    public int poll(Consumer<byte[]> reader) {
        int read = 0;
        for (byte[] event = events.poll(); event != null; event = events.poll()) {
            count.decrementAndGet();
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
