package emberwall.ebpf.host;

import emberwall.os.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Packets with room around them, where programs run over them in place: one call for all. One thread at a time uses it.
 *
 * <pre>{@code
 * try (PacketBatch batch = new PacketBatch(64, 1 << 16)) {
 *     while (batch.add(next)) next = read();
 *     firewall.run(batch);
 *     for (int i = 0; i < batch.size(); i++) if (batch.result(i) == 2) pass(batch.packet(i));
 *     batch.clear();
 * }
 * }</pre>
 */
public final class PacketBatch implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final AtomicBoolean used = new AtomicBoolean();
    private boolean closed;
    private long next;

    final long[] starts;
    final long[] ends;
    final long[] results;
    private final long[] limits; // where the room of a packet ends, and of the next begins
    int count;

    /**
     * A batch without packets.
     *
     * @param packets how many there may be
     * @param bytes how many these have together
     */
    public PacketBatch(int packets, long bytes) {
        starts = new long[packets];
        ends = new long[packets];
        results = new long[packets];
        limits = new long[packets];
        long room = (long) (Workspace.HEADROOM + Workspace.TAILROOM + 8) * packets;
        memory = arena.allocate(Math.addExact(bytes, room), 64);
    }

    /**
     * Appends a copy of a packet; answers false if there is no room.
     *
     * @param packet from the Ethernet header on
     * @return whether there was room
     */
    public boolean add(byte[] packet) {
        return add(MemorySegment.ofArray(packet));
    }

    /**
     * Appends a copy of a packet; answers false if there is no room.
     *
     * @param packet from the Ethernet header on
     * @return whether there was room
     */
    public boolean add(MemorySegment packet) {
        boolean[] added = {false};
        use(() -> added[0] = append(packet));
        return added[0];
    }

    private boolean append(MemorySegment packet) {
        long start = next + Workspace.HEADROOM;
        long limit = start + packet.byteSize() + Workspace.TAILROOM;
        if (count == starts.length || limit > memory.byteSize()) {
            return false;
        }
        MemorySegment.copy(packet, 0, memory, start, packet.byteSize());
        starts[count] = memory.address() + start;
        ends[count] = starts[count] + packet.byteSize();
        limits[count] = memory.address() + limit;
        results[count] = 0;
        count++;
        next = limit + 7 & -8;
        return true;
    }

    long least(int index) {
        return index == 0 ? memory.address() : limits[index - 1];
    }

    long most(int index) {
        return limits[index];
    }

    /** {@return how many packets there are} */
    public int size() {
        return count;
    }

    /**
     * r0 of the last run over a packet: the verdict; 0 before the first.
     *
     * @param index from 0
     * @return the verdict
     */
    public long result(int index) {
        return results[checked(index)];
    }

    /** {@return the verdicts of all packets} */
    public long[] results() {
        return Arrays.copyOf(results, count);
    }

    /**
     * A copy of a packet, as the last run left it.
     *
     * @param index from 0
     * @return its bytes
     */
    public byte[] packet(int index) {
        byte[][] copy = {null};
        use(() -> copy[0] = RawMemory.bytes(starts[checked(index)], (int) (ends[index] - starts[index])));
        return copy[0];
    }

    private int checked(int index) {
        return java.util.Objects.checkIndex(index, count);
    }

    /** Takes all packets out. */
    public void clear() {
        use(() -> {
            count = 0;
            next = 0;
        });
    }

    /** Does something while nobody else uses the batch. */
    void use(Runnable action) {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("the batch is in use");
        }
        try {
            if (closed) {
                throw new IllegalStateException("the batch is closed");
            }
            action.run();
        } finally {
            used.set(false);
        }
    }

    /**
     * Gives the memory back.
     *
     * @throws IllegalStateException if the batch is in use
     */
    @Override
    public void close() {
        if (!closed) {
            use(() -> {
                closed = true;
                arena.close();
            });
        }
    }
}
