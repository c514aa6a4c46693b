package emberwall.ebpf.host;

import emberwall.ebpf.run.CompiledProgram;
import emberwall.os.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
    // A packet's record, as CompiledProgram.runBatch has them; the last word is where its room ends, and that of the
    // next begins.
    private static final int START = 0;
    private static final int END = 8;
    private static final int RESULT = 16;
    private static final int LIMIT = 24;

    private final Arena arena = Arena.ofShared();

    /** The records, then the packets. */
    private final MemorySegment memory;

    private final int most;
    private final AtomicBoolean used = new AtomicBoolean();
    private boolean closed;
    private long next;

    private int count;

    /**
     * A batch without packets.
     *
     * @param packets how many there may be
     * @param bytes how many these have together
     */
    public PacketBatch(int packets, long bytes) {
        most = packets;
        long room = (long) (CompiledProgram.RECORD_BYTES + Workspace.HEADROOM + Workspace.TAILROOM + 8) * packets;
        memory = arena.allocate(Math.addExact(bytes, room), 64);
        next = first();
    }

    private long first() {
        return (long) CompiledProgram.RECORD_BYTES * most;
    }

    private static long place(int index, int word) {
        return (long) CompiledProgram.RECORD_BYTES * index + word;
    }

    private long get(int index, int word) {
        return memory.get(ValueLayout.JAVA_LONG, place(index, word));
    }

    private void set(int index, int word, long value) {
        memory.set(ValueLayout.JAVA_LONG, place(index, word), value);
    }

    /** The address of the first record. */
    long records() {
        return memory.address();
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
        if (count == most || limit > memory.byteSize()) {
            return false;
        }
        MemorySegment.copy(packet, 0, memory, start, packet.byteSize());
        long address = memory.address() + start;
        ran(count, address, address + packet.byteSize(), 0);
        set(count, LIMIT, memory.address() + limit);
        count++;
        next = limit + 7 & -8;
        return true;
    }

    /** The address of a packet's first byte. */
    long start(int index) {
        return get(index, START);
    }

    /** The address behind a packet's last byte. */
    long end(int index) {
        return get(index, END);
    }

    /** Where a packet may begin. */
    long least(int index) {
        return index == 0 ? memory.address() + first() : get(index - 1, LIMIT);
    }

    /** Where a packet may end. */
    long most(int index) {
        return get(index, LIMIT);
    }

    /** A program has run over a packet, which is somewhere else now. */
    void ran(int index, long start, long end, long result) {
        set(index, START, start);
        set(index, END, end);
        set(index, RESULT, result);
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
        return get(checked(index), RESULT);
    }

    /** {@return the verdicts of all packets} */
    public long[] results() {
        long[] results = new long[count];
        for (int i = 0; i < results.length; i++) {
            results[i] = get(i, RESULT);
        }
        return results;
    }

    /**
     * A copy of a packet, as the last run left it.
     *
     * @param index from 0
     * @return its bytes
     */
    public byte[] packet(int index) {
        byte[][] copy = {null};
        use(() -> copy[0] = RawMemory.bytes(start(checked(index)), (int) (end(index) - start(index))));
        return copy[0];
    }

    private int checked(int index) {
        return java.util.Objects.checkIndex(index, count);
    }

    /** Takes all packets out. */
    public void clear() {
        use(() -> {
            count = 0;
            next = first();
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
