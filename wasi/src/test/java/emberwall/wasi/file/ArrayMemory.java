package emberwall.wasi.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A guest's memory in a Java array. */
public final class ArrayMemory implements GuestMemory {
    private final ByteBuffer bytes;

    public ArrayMemory(int size) {
        bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long size() {
        return bytes.capacity();
    }

    @Override
    public long base() {
        return 0;
    }

    @Override
    public byte getByte(long address) {
        check(address, 1);
        return bytes.get((int) address);
    }

    @Override
    public int getInt(long address) {
        check(address, 4);
        return bytes.getInt((int) address);
    }

    @Override
    public long getLong(long address) {
        check(address, 8);
        return bytes.getLong((int) address);
    }

    @Override
    public void putByte(long address, byte value) {
        check(address, 1);
        bytes.put((int) address, value);
    }

    @Override
    public void putShort(long address, short value) {
        check(address, 2);
        bytes.putShort((int) address, value);
    }

    @Override
    public void putInt(long address, int value) {
        check(address, 4);
        bytes.putInt((int) address, value);
    }

    @Override
    public void putLong(long address, long value) {
        check(address, 8);
        bytes.putLong((int) address, value);
    }

    @Override
    public void read(long address, byte[] to, int offset, int length) {
        check(address, length);
        bytes.get((int) address, to, offset, length);
    }

    @Override
    public void write(long address, byte[] from, int offset, int length) {
        check(address, length);
        bytes.put((int) address, from, offset, length);
    }
}
