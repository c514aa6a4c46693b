package emberwall.ebpf.map;

import emberwall.os.Pages;
import emberwall.os.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Predicate;

/** Values by index, all there from the beginning and zero; by thread: an array for each lane, one behind the other. */
public final class ArrayMap extends BpfMap {
    private final long memory;
    private final long bytes;
    private final int stride;
    private final int entries;

    ArrayMap(MapSpace space, int id, MapDefinition definition) {
        super(space, id, definition);
        this.entries = definition.maxEntries();
        this.stride = stride(definition.valueSize());
        int lanes = definition.kind().isPerThread() ? lanes().count() : 1;
        MapRules.checkBytes(definition, entries, (long) stride * lanes);
        this.bytes = (long) entries * stride * lanes;
        this.memory = Pages.allocate(bytes);
        MemorySegment contents = definition.contents();
        if (contents != null) {
            MemorySegment.copy(contents, 0, RawMemory.segment(memory, stride), 0, contents.byteSize());
        }
    }

    /** Address of the value at index 0, of the first lane: compiled programs compute others from it. */
    public long address() {
        return memory;
    }

    /** Bytes between the values of an array: the value's size, rounded up to eight. */
    public int stride() {
        return stride;
    }

    /** Bytes between arrays of lanes; 0 where all share one. */
    public long laneStride() {
        return definition().kind().isPerThread() ? (long) entries * stride : 0;
    }

    /** A view of the first value, such as a section of global variables, that lives as long as {@code arena}. */
    public MemorySegment segment(Arena arena) {
        MemorySegment value = RawMemory.segment(memory, definition().valueSize(), arena);
        RawMemory.tie(arena, this);
        return definition().isConstant() ? value.asReadOnly() : value;
    }

    @Override
    public long lookup(long key, int lane) {
        int index = RawMemory.getInt(key);
        return Integer.compareUnsigned(index, entries) < 0 ? at(index, lane) : 0;
    }

    private long at(int index, int lane) {
        return memory + (long) index * stride + laneStride() * lane;
    }

    @Override
    public boolean isValue(long address, long accessed) {
        return isWithin(
                address - memory, accessed, bytes / stride, stride, definition().valueSize());
    }

    @Override
    public long update(long key, long value, long flags, int lane) {
        long problem = problem(key, flags);
        if (problem == 0) {
            store(value, at(RawMemory.getInt(key), lane), definition().valueSize());
        }
        return problem;
    }

    private long problem(long key, long flags) {
        boolean inside = Integer.compareUnsigned(RawMemory.getInt(key), entries) < 0;
        if (flags < 0 || flags > EXIST) {
            return EINVAL;
        }
        // The verifier took constants for what they are.
        return !inside ? E2BIG : flags == NO_EXIST ? EEXIST : definition().isConstant() ? EPERM : 0;
    }

    /**
     * Writes part of the first value, such as a global variable.
     *
     * @throws IndexOutOfBoundsException if the value has no such bytes
     * @throws IllegalStateException if the values are constants, which the verifier has relied on
     */
    public void write(int offset, byte[] bytes) {
        if (definition().isConstant()) {
            throw new IllegalStateException("map " + definition().name() + " holds constants");
        }
        java.util.Objects.checkFromIndexSize(offset, bytes.length, definition().valueSize());
        inLane(new byte[Integer.BYTES], bytes, (key, value, lane) -> {
            RawMemory.copy(value, memory + offset, bytes.length);
            return null;
        });
    }

    @Override
    public byte[] get(byte[] key) {
        if (!definition().kind().isPerThread()) {
            return super.get(key);
        }
        return inLane(key, null, (address, value, lane) -> {
            if (lookup(address, 0) == 0) {
                return null;
            }
            int size = definition().valueSize();
            byte[] all = new byte[size * lanes().count()];
            for (int i = 0; i < lanes().count(); i++) {
                RawMemory.copy(lookup(address, i), all, i * size, size);
            }
            return all;
        });
    }

    @Override
    public long put(byte[] key, byte[] value, long flags) {
        if (!definition().kind().isPerThread()) {
            return super.put(key, value, flags);
        }
        checkSize("value", value, definition().valueSize());
        return inLane(key, value, (address, from, lane) -> {
            long answer = 0;
            for (int i = 0; i < lanes().count() && answer == 0; i++) {
                answer = update(address, from, flags, i);
            }
            return answer;
        });
    }

    @Override
    public void walk(Predicate<byte[]> visitor) {
        walkIndices(entries, visitor);
    }

    @Override
    public int size() {
        return entries;
    }

    @Override
    void releaseMemory() {
        space().release(memory, bytes);
    }
}
