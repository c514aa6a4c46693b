package emberwall.engine;

import java.lang.foreign.MemorySegment;

/**
 * A linear memory: little-endian bytes from address 0 to its size, which only grows.
 *
 * <p>Accesses outside throw {@link IndexOutOfBoundsException}; after the store has closed, {@link
 * IllegalStateException}.
 */
public abstract non-sealed class Memory implements Extern {
    /** Bytes in a page. */
    public static final int PAGE_SIZE = 65_536;

    Memory() {}

    /** Present size as minimum, and the declared maximum. */
    @Override
    public abstract MemoryType type();

    /** Present size in pages of 64 KiB. */
    public abstract long size();

    /** Present size in bytes. */
    public abstract long bytes();

    /**
     * Grows the memory.
     *
     * @param pages how much to add, unsigned
     * @return the old size in pages, or -1 if it cannot grow so far
     */
    public abstract long grow(long pages);

    /**
     * All of the memory as it is now. Never reaches further than the present size; accesses throw after the store has
     * closed. After {@link #grow} ask again: an old view keeps its old size, and may have died with the old bytes.
     */
    public abstract MemorySegment segment();

    /** Copies bytes out of the memory. */
    public abstract void read(long address, byte[] target, int offset, int length);

    /** Copies bytes into the memory. */
    public abstract void write(long address, byte[] source, int offset, int length);

    /** A copy of some bytes. */
    public byte[] read(long address, int length) {
        if (length < 0 || address < 0 || address > bytes() - length) {
            throw new IndexOutOfBoundsException(length + " bytes at " + address + " of " + bytes());
        }
        byte[] copy = new byte[length];
        read(address, copy, 0, length);
        return copy;
    }

    /** Copies all of an array into the memory. */
    public void write(long address, byte[] source) {
        write(address, source, 0, source.length);
    }

    /** The byte at an address. */
    public abstract byte getByte(long address);

    /** The two bytes at an address. */
    public abstract short getShort(long address);

    /** The four bytes at an address. */
    public abstract int getInt(long address);

    /** The eight bytes at an address. */
    public abstract long getLong(long address);

    /** Sets the byte at an address. */
    public abstract void putByte(long address, byte value);

    /** Sets the two bytes at an address. */
    public abstract void putShort(long address, short value);

    /** Sets the four bytes at an address. */
    public abstract void putInt(long address, int value);

    /** Sets the eight bytes at an address. */
    public abstract void putLong(long address, long value);
}
