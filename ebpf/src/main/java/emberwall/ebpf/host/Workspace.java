package emberwall.ebpf.host;

import emberwall.ebpf.helper.Packet;
import emberwall.ebpf.run.Environment.PacketFields;
import emberwall.ebpf.run.Regions;
import emberwall.os.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What one run at a time has for itself: memory for its context and for data that is not there yet, and the packet, whose bounds
 * the context says.
 */
final class Workspace implements Packet, Regions, AutoCloseable {
    /** Bytes that a packet may grow by in front, as for XDP in Linux, and at its end. */
    static final int HEADROOM = 256;

    static final int TAILROOM = 256;

    private static final int ETHERNET_TYPE = 12;

    final int lane;
    private final Regions maps;
    private Arena arena = Arena.ofShared();
    private MemorySegment memory = arena.allocate(1 << 12, 64);

    // Of the run that is going on.
    private PacketFields fields;
    private long context;
    private long contextBytes;
    private long least;
    private long start;
    private long end;
    private long most;

    /**
     * For the runs in a lane.
     *
     * @param maps what interpreted programs may touch beside context and packet
     */
    Workspace(int lane, Regions maps) {
        this.lane = lane;
        this.maps = maps;
    }

    /** Memory of so many bytes, from an address that is a multiple of 64; what was there before is void. */
    MemorySegment memory(long bytes) {
        if (bytes > memory.byteSize()) {
            Arena larger = Arena.ofShared();
            memory = larger.allocate(bytes + bytes / 2, 64);
            arena.close();
            arena = larger;
        }
        return memory;
    }

    /** Begins a run with the context at the beginning of the memory, and without a packet. */
    long begin(long bytes) {
        fields = null;
        context = memory.address();
        contextBytes = bytes;
        least = 0;
        start = 0;
        end = 0;
        most = 0;
        return context;
    }

    /** Begins a run with a packet that may grow; {@link #memory} has room for the context. Returns the context's address. */
    long begin(ContextLayout of, long least, long start, long end, long most) {
        fields = of.packet();
        context = memory.address();
        contextBytes = of.bytes();
        RawMemory.fill(context, contextBytes, 0);
        this.least = least;
        this.most = most;
        if (fields.protocol() >= 0 && end - start >= ETHERNET_TYPE + 2) {
            RawMemory.putInt(context + fields.protocol(), RawMemory.getShort(start + ETHERNET_TYPE) & 0xFFFF);
        }
        move(start, end);
        return context;
    }

    @Override
    public long start() {
        return start;
    }

    @Override
    public long end() {
        return end;
    }

    @Override
    public long headroom() {
        return start - least;
    }

    @Override
    public long tailroom() {
        return most - end;
    }

    @Override
    public void move(long start, long end) {
        this.start = start;
        this.end = end;
        RawMemory.putLong(context + fields.start(), start);
        RawMemory.putLong(context + fields.end(), end);
        if (fields.meta() >= 0) {
            RawMemory.putLong(context + fields.meta(), start);
        }
        if (fields.length() >= 0) {
            RawMemory.putInt(context + fields.length(), (int) (end - start));
        }
    }

    @Override
    public boolean allow(long address, long bytes, boolean write) {
        return within(address - context, bytes, contextBytes)
                || within(address - start, bytes, end - start)
                || maps.allow(address, bytes, write);
    }

    private static boolean within(long offset, long bytes, long size) {
        return offset >= 0 && offset <= size - bytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
