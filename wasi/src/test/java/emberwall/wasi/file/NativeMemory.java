package emberwall.wasi.file;

import emberwall.os.Pages;
import emberwall.os.RawMemory;

/** A guest's memory outside of Java's heap, as the native tier has it; behind it nothing is mapped. */
public final class NativeMemory implements GuestMemory, AutoCloseable {
    private final long base;
    private final int size;

    public NativeMemory(int size) {
        this.size = size;
        base = Pages.reserve(2L * size);
        Pages.commit(base, size);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long base() {
        return base;
    }

    @Override
    public byte getByte(long address) {
        check(address, 1);
        return RawMemory.getByte(base + address);
    }

    @Override
    public int getInt(long address) {
        check(address, 4);
        return RawMemory.getInt(base + address);
    }

    @Override
    public long getLong(long address) {
        check(address, 8);
        return RawMemory.getLong(base + address);
    }

    @Override
    public void putByte(long address, byte value) {
        check(address, 1);
        RawMemory.putByte(base + address, value);
    }

    @Override
    public void putShort(long address, short value) {
        check(address, 2);
        RawMemory.putShort(base + address, value);
    }

    @Override
    public void putInt(long address, int value) {
        check(address, 4);
        RawMemory.putInt(base + address, value);
    }

    @Override
    public void putLong(long address, long value) {
        check(address, 8);
        RawMemory.putLong(base + address, value);
    }

    @Override
    public void read(long address, byte[] to, int offset, int length) {
        check(address, length);
        RawMemory.copy(base + address, to, offset, length);
    }

    @Override
    public void write(long address, byte[] from, int offset, int length) {
        check(address, length);
        RawMemory.copy(from, offset, base + address, length);
    }

    @Override
    public void close() {
        Pages.release(base, 2L * size);
    }
}
