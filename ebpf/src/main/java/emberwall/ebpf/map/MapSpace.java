package emberwall.ebpf.map;

import emberwall.ebpf.ObjectException;
import emberwall.os.Pages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Maps that programs may share, their memory, and the lanes of the runs that use it. Closing it waits until no program is running.
 *
 * <p>Programs know a map by a handle, a word that is no address. Handles are not used again.
 */
public final class MapSpace implements AutoCloseable {
    /** Handles have this in the upper half: no address of x86-64 looks like it. */
    private static final long HANDLE = 0x4D41_5000L << 32;

    /** Bytes of a lane's scratch memory: a key, and a word behind it. */
    private static final int SCRATCH = 520;

    private record Released(long address, long bytes, long epoch) {}

    private final Lanes lanes;
    private final AtomicInteger nextId = new AtomicInteger(1);
    private final Map<Integer, BpfMap> maps = new ConcurrentHashMap<>();
    private final ArrayDeque<Released> released = new ArrayDeque<>();
    private final Reservations reservations;
    private final long scratch;
    private boolean closed;

    /** A space whose runs take lanes of {@code lanes}. */
    public MapSpace(Lanes lanes) {
        this.lanes = lanes;
        this.reservations = new Reservations(lanes.count());
        this.scratch = Pages.allocate((long) SCRATCH * lanes.count());
    }

    /** A space with the standard number of lanes. */
    public MapSpace() {
        this(Lanes.standard());
    }

    /** The lanes that runs take while they use maps of this space. */
    public Lanes lanes() {
        return lanes;
    }

    /** Notes that the run in a lane has reserved a record of a ring buffer. */
    public void reserved(int lane, long record) {
        reservations.add(lane, record);
    }

    /** Notes that the run in a lane has given a record back. */
    public void returned(int lane, long record) {
        reservations.remove(lane, record);
    }

    /**
     * Ends the run in a lane: gives the lane back. Records that the run has reserved and not given back are discarded, as
     * happens where it was stopped in between: readers would wait for them for ever.
     */
    public void leave(int lane) {
        for (long record = reservations.take(lane); record != 0; record = reservations.take(lane)) {
            RingBuffer ring = RingBuffer.of(record, this);
            if (ring != null) {
                ring.discard(record, 0);
            }
        }
        lanes.leave(lane);
    }

    /**
     * Makes a map.
     *
     * @throws ObjectException if the definition is at odds with itself, or the kind exists in kernels only
     * @throws emberwall.os.OsException if there is no memory for it
     */
    public BpfMap create(MapDefinition definition) {
        List<String> faults = definition.faults();
        if (!faults.isEmpty()) {
            throw new ObjectException("map " + definition.name(), String.join(", ", faults));
        }
        collect();
        int id = nextId.getAndIncrement();
        BpfMap map = switch (definition.kind()) {
            case ARRAY, PER_THREAD_ARRAY -> new ArrayMap(this, id, definition);
            case HASH, PER_THREAD_HASH, LRU_HASH, LRU_PER_THREAD_HASH -> new HashTable(this, id, definition);
            case LPM_TRIE -> new PrefixTable(this, id, definition);
            case QUEUE, STACK -> new QueueMap(this, id, definition);
            case RING_BUFFER -> new RingBuffer(this, id, definition);
            case ARRAY_OF_MAPS, HASH_OF_MAPS -> new MapOfMaps(this, id, definition);
            case PROGRAM_ARRAY -> new ProgramArray(this, id, definition);
            case PERF_EVENT_ARRAY -> new EventArray(this, id, definition);
            default ->
                throw new ObjectException(
                        "map " + definition.name(), "of kind " + definition.kind() + " exists in kernels only");
        };
        maps.put(id, map);
        return map;
    }

    /**
     * Makes all maps of a program, in order, and what maps of maps hold from the beginning.
     *
     * @throws ObjectException if one of them cannot be made; none is left then
     */
    public List<BpfMap> createAll(List<MapDefinition> definitions) {
        Map<String, BpfMap> made = new LinkedHashMap<>();
        List<BpfMap> all = new ArrayList<>();
        try {
            for (MapDefinition definition : definitions) {
                BpfMap map = create(definition);
                made.put(definition.name(), map);
                all.add(map);
            }
            for (BpfMap map : all) {
                if (map instanceof MapOfMaps outer) {
                    outer.fill(made);
                }
            }
        } catch (RuntimeException e) {
            all.forEach(BpfMap::close);
            throw e;
        }
        return List.copyOf(all);
    }

    /** Address where a lane's helper puts a key that it gives to a program; the program may read it. */
    public long scratch(int lane) {
        return scratch + (long) SCRATCH * lane;
    }

    /** The map with a handle; null if there is none (any more). */
    public BpfMap map(long handle) {
        return handle >>> 32 == HANDLE >>> 32 ? maps.get((int) handle) : null;
    }

    /** Whether bytes lie in one value of one of the maps, or where helpers put keys. For checking runs. */
    public boolean isValue(long address, long bytes) {
        if (BpfMap.isWithin(address - scratch, bytes, lanes.count(), SCRATCH, SCRATCH)) {
            return true;
        }
        for (BpfMap map : maps.values()) {
            if (map.isValue(address, bytes)) {
                return true;
            }
        }
        return false;
    }

    /** The map with an id, or null. */
    BpfMap byId(int id) {
        return maps.get(id);
    }

    static long handle(int id) {
        return HANDLE | id;
    }

    void remove(int id) {
        maps.remove(id);
    }

    /** Gives memory back when no run can have an address in it any more. */
    synchronized void release(long address, long bytes) {
        released.add(new Released(address, bytes, lanes.retire()));
        collect();
    }

    private synchronized void collect() {
        if (closed) {
            throw new IllegalStateException("the map space is closed");
        }
        releasePast();
    }

    private void releasePast() {
        while (!released.isEmpty() && lanes.isPast(released.peek().epoch)) {
            Released first = released.poll();
            Pages.release(first.address, first.bytes);
        }
    }

    /** Closes all maps, and returns when their memory is given back, which is when the last run has ended. */
    @Override
    public void close() {
        if (lanes.current() >= 0) {
            throw new IllegalStateException("a run cannot close the maps that it uses");
        }
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        List.copyOf(maps.values()).forEach(BpfMap::close);
        synchronized (this) {
            closed = true;
            released.add(new Released(scratch, (long) SCRATCH * lanes.count(), lanes.retire()));
        }
        while (true) {
            synchronized (this) {
                releasePast();
                if (released.isEmpty()) {
                    return;
                }
            }
            Thread.yield();
        }
    }
}
