package emberwall.wasi;

import emberwall.engine.Memory;
import emberwall.wasi.file.GuestMemory;
import java.lang.foreign.MemorySegment;

/** The engine's memory as WASI sees it; one object serves all calls of a guest in turn. */
final class EngineMemory implements GuestMemory {
    private Memory memory;

    /** Turns to the memory of the present call; null for a guest without memory. */
    void attach(Memory present) {
        memory = present;
    }

    @Override
    public long size() {
        return memory == null ? 0 : memory.bytes();
    }

    @Override
    public long base() {
        if (memory == null) {
            return 0;
        }
        MemorySegment segment = memory.segment();
        return segment.isNative() ? segment.address() : 0;
    }

    @Override
    public byte getByte(long address) {
        check(address, 1);
        return memory.getByte(address);
    }

    @Override
    public int getInt(long address) {
        check(address, 4);
        return memory.getInt(address);
    }

    @Override
    public long getLong(long address) {
        check(address, 8);
        return memory.getLong(address);
    }

    @Override
    public void putByte(long address, byte value) {
        check(address, 1);
        memory.putByte(address, value);
    }

    @Override
    public void putShort(long address, short value) {
        check(address, 2);
        memory.putShort(address, value);
    }

    @Override
    public void putInt(long address, int value) {
        check(address, 4);
        memory.putInt(address, value);
    }

    @Override
    public void putLong(long address, long value) {
        check(address, 8);
        memory.putLong(address, value);
    }

    @Override
    public void read(long address, byte[] to, int offset, int length) {
        check(address, length);
        memory.read(address, to, offset, length);
    }

    @Override
    public void write(long address, byte[] from, int offset, int length) {
        check(address, length);
        memory.write(address, from, offset, length);
    }
}
