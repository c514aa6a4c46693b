package emberwall.ebpf.map;

import emberwall.os.Pages;
import emberwall.os.RawMemory;

/** Values in order: the first in is the first out (queue), or the last in (stack). One thread at a time. */
public final class QueueMap extends BpfMap {
    private final long memory;
    private final long bytes;
    private final int stride;
    private final int capacity;
    private final boolean stack;

    private int first;
    private int count;

    QueueMap(MapSpace space, int id, MapDefinition definition) {
        super(space, id, definition);
        this.stack = definition.kind() == MapKind.STACK;
        this.capacity = definition.maxEntries();
        this.stride = stride(definition.valueSize());
        MapRules.checkBytes(definition, capacity, stride);
        this.bytes = (long) capacity * stride;
        this.memory = Pages.allocate(bytes);
    }

    private long at(int place) {
        long index = (long) first + place;
        return memory + (index >= capacity ? index - capacity : index) * stride;
    }

    @Override
    public long lookup(long key, int lane) {
        return 0;
    }

    @Override
    public synchronized long push(long value, long flags) {
        if (flags != ANY && flags != EXIST) {
            return EINVAL;
        }
        if (count == capacity) {
            if (flags != EXIST) {
                return E2BIG;
            }
            dropFirst(); // the oldest one makes room
        }
        store(value, at(count), definition().valueSize());
        count++;
        return 0;
    }

    private void dropFirst() {
        first = first + 1 == capacity ? 0 : first + 1;
        count--;
    }

    @Override
    public synchronized long peek(long value) {
        if (count == 0) {
            RawMemory.fill(value, definition().valueSize(), 0);
            return ENOENT;
        }
        RawMemory.copy(at(stack ? count - 1 : 0), value, definition().valueSize());
        return 0;
    }

    @Override
    public synchronized long pop(long value) {
        long answer = peek(value);
        if (answer == 0) {
            if (stack) {
                count--;
            } else {
                dropFirst();
            }
        }
        return answer;
    }

    /** Appends a value; 0, or an error number, negated. */
    public long push(byte[] value) {
        checkSize("value", value, definition().valueSize());
        return inLane(new byte[0], value, (key, address, lane) -> push(address, ANY));
    }

    /** Takes the next value out, or answers null. */
    public byte[] pop() {
        byte[] value = new byte[definition().valueSize()];
        return inLane(
                new byte[0],
                value,
                (key, address, lane) -> pop(address) == 0 ? RawMemory.bytes(address, value.length) : null);
    }

    @Override
    public synchronized int size() {
        return count;
    }

    @Override
    void releaseMemory() {
        space().release(memory, bytes);
    }
}
