package emberwall.engine;

import emberwall.wasm.reference.MemoryInstance;
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
        return new MemoryType(
                memory.pages(), memory.type().hasMaximum() ? memory.type().maximum() : -1);
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

    @Override
    public MemorySegment segment() {
        return memory.segment();
    }

    @Override
    public void read(long address, byte[] target, int offset, int length) {
        memory.read(address, target, offset, length);
    }

    @Override
    public void write(long address, byte[] source, int offset, int length) {
        memory.write(address, source, offset, length);
    }

    @Override
    public byte getByte(long address) {
        return (byte) memory.get(address, 1);
    }

    @Override
    public short getShort(long address) {
        return (short) memory.get(address, 2);
    }

    @Override
    public int getInt(long address) {
        return (int) memory.get(address, 4);
    }

    @Override
    public long getLong(long address) {
        return memory.get(address, 8);
    }

    @Override
    public void putByte(long address, byte value) {
        memory.put(address, 1, value);
    }

    @Override
    public void putShort(long address, short value) {
        memory.put(address, 2, value);
    }

    @Override
    public void putInt(long address, int value) {
        memory.put(address, 4, value);
    }

    @Override
    public void putLong(long address, long value) {
        memory.put(address, 8, value);
    }
}
