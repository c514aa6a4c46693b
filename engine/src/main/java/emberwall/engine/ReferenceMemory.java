package emberwall.engine;

import emberwall.wasm.reference.MemoryInstance;
import emberwall.wasm.reference.ResourceException;
import java.lang.foreign.MemorySegment;

/** A memory of the reference tier. */
final class ReferenceMemory extends Memory {
    private final ReferenceStore store;
    final MemoryInstance memory;

    ReferenceMemory(ReferenceStore store, MemoryInstance memory) {
        this.store = store;
        this.memory = memory;
    }

    @Override
    public MemoryType type() {
        emberwall.wasm.MemoryType declared = memory.type();
        return new MemoryType(
                memory.pages(),
                declared.hasMaximum() ? declared.maximum() : -1,
                declared.address64(),
                declared.shared(),
                declared.pageSizeLog2());
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public long size() {
        return memory.pages();
    }

    @Override
    public long bytes() {
        return memory.bytes();
    }

    @Override
    public long grow(long pages) {
        store.enter();
        try {
            return memory.grow(pages);
        } finally {
            store.leave();
        }
    }

    /**
     * Sees to it that the host's bytes need not be moved, which other threads may want while a guest runs here: they are
     * refused then, since the guest stands on the bytes. Whoever calls holds the memory's lock until it is done with them.
     * Those of a shared memory never move.
     */
    private void prepare(long end) {
        if (memory.type().shared()) {
            back(Math.min(end, memory.bytes()));
        } else if (!memory.isBacked(end)) {
            store.alone(() -> back(end));
        }
    }

    private void back(long end) {
        try {
            memory.backForHost(end);
        } catch (ResourceException refused) {
            throw new EngineLimitException(refused.getMessage());
        }
    }

    @Override
    public MemorySegment segment() {
        synchronized (memory) {
            prepare(memory.bytes());
            return memory.segment();
        }
    }

    private long get(long address, int bytes) {
        synchronized (memory) {
            prepare(address + bytes);
            return memory.get(address, bytes);
        }
    }

    private void put(long address, int bytes, long value) {
        synchronized (memory) {
            prepare(address + bytes);
            memory.put(address, bytes, value);
        }
    }

    @Override
    public void read(long address, byte[] target, int offset, int length) {
        synchronized (memory) {
            prepare(address + length);
            memory.read(address, target, offset, length);
        }
    }

    @Override
    public void write(long address, byte[] source, int offset, int length) {
        synchronized (memory) {
            prepare(address + length);
            memory.write(address, source, offset, length);
        }
    }

    @Override
    public byte getByte(long address) {
        return (byte) get(address, 1);
    }

    @Override
    public short getShort(long address) {
        return (short) get(address, 2);
    }

    @Override
    public int getInt(long address) {
        return (int) get(address, 4);
    }

    @Override
    public long getLong(long address) {
        return get(address, 8);
    }

    @Override
    public void putByte(long address, byte value) {
        put(address, 1, value);
    }

    @Override
    public void putShort(long address, short value) {
        put(address, 2, value);
    }

    @Override
    public void putInt(long address, int value) {
        put(address, 4, value);
    }

    @Override
    public void putLong(long address, long value) {
        put(address, 8, value);
    }
}
