package emberwall.engine;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A linear memory: little-endian bytes from address 0 to its size, which only grows. Addresses are the same whether guests
 * have 32 or 64 bits for them.
 *
 * <p>Accesses outside throw {@link IndexOutOfBoundsException}; after the store has closed, {@link
 * IllegalStateException}.
 */
public abstract non-sealed class Memory implements Extern {
    /** Bytes in a page, unless the type says otherwise: see {@link MemoryType#pageSize}. */
    public static final int PAGE_SIZE = 65_536;

    Memory() {}

    /** {@return the present size as minimum, and the declared maximum} */
    @Override
    public abstract MemoryType type();

    /** {@return the present size in pages, which have 64 KiB unless the type says otherwise} */
    public abstract long size();

    /** {@return the present size in bytes} */
    public abstract long bytes();

    /**
     * Grows the memory.
     *
     * @param pages how much to add, unsigned
     * @return the old size in pages, or -1 if it cannot grow so far
     */
    public abstract long grow(long pages);

    /**
     * All of the memory as it is now, for any thread. What becomes of a view:
     *
     * <ul>
     *   <li>It never reaches further than the size that the memory had; beyond it {@link IndexOutOfBoundsException}.
     *   <li>When the memory grows, by {@link #grow} or by a guest, ask again: an old view keeps its old size. It either
     *       still shows the same bytes, or, where these had to move, is dead.
     *   <li>It keeps the bytes, but not the store. If that is forgotten without being closed, the view goes on until the
     *       engine closes; in the reference tier it may die before.
     *   <li>When the store closes it dies. Who uses a dead view gets {@link IllegalStateException}; never the bytes of
     *       another memory, which may have come to stand in the same place.
     *   <li>Other threads may read and write while a guest runs. Nothing orders their accesses with the guest's. In the
     *       reference tier, where bytes have no place before somebody needs them, a thread that is the first to need
     *       some may be refused while a guest runs.
     * </ul>
     *
     * Closing and moving wait for a channel that reads or writes through a view just then.
     *
     * @return a view from address 0 to the present size
     * @throws IllegalStateException if the store is closed
     */
    public abstract MemorySegment segment();

    /**
     * Copies bytes out of the memory.
     *
     * @param address where the first of them is
     * @param target where they go
     * @param offset of the first one in the target
     * @param length how many
     */
    public abstract void read(long address, byte[] target, int offset, int length);

    /**
     * Copies bytes into the memory.
     *
     * @param address where the first one goes
     * @param source where they come from
     * @param offset of the first one in the source
     * @param length how many
     */
    public abstract void write(long address, byte[] source, int offset, int length);

    /**
     * A copy of some bytes.
     *
     * @param address where the first of them is
     * @param length how many
     * @return a new array
     */
    public byte[] read(long address, int length) {
        if (length < 0 || address < 0 || address > bytes() - length) {
            throw new IndexOutOfBoundsException(length + " bytes at " + address + " of " + bytes());
        }
        byte[] copy = new byte[length];
        read(address, copy, 0, length);
        return copy;
    }

    /**
     * Copies all of an array into the memory.
     *
     * @param address where the first one goes
     * @param source the bytes
     */
    public void write(long address, byte[] source) {
        write(address, source, 0, source.length);
    }

    /**
     * The byte at an address.
     *
     * @param address of it
     * @return the byte
     */
    public abstract byte getByte(long address);

    /**
     * The two bytes at an address.
     *
     * @param address of the first one
     * @return the bytes as a number, the first one lowest
     */
    public abstract short getShort(long address);

    /**
     * The four bytes at an address.
     *
     * @param address of the first one
     * @return the bytes as a number, the first one lowest
     */
    public abstract int getInt(long address);

    /**
     * The eight bytes at an address.
     *
     * @param address of the first one
     * @return the bytes as a number, the first one lowest
     */
    public abstract long getLong(long address);

    /**
     * Sets the byte at an address.
     *
     * @param address of it
     * @param value the byte
     */
    public abstract void putByte(long address, byte value);

    /**
     * Sets the two bytes at an address.
     *
     * @param address of the first one
     * @param value the number
     */
    public abstract void putShort(long address, short value);

    /**
     * Sets the four bytes at an address.
     *
     * @param address of the first one
     * @param value the number
     */
    public abstract void putInt(long address, int value);

    /**
     * Sets the eight bytes at an address.
     *
     * @param address of the first one
     * @param value the number
     */
    public abstract void putLong(long address, long value);

    /**
     * The float at an address, bit by bit.
     *
     * @param address of the first of its bytes
     * @return the number
     */
    public final float getFloat(long address) {
        return Float.intBitsToFloat(getInt(address));
    }

    /**
     * The double at an address, bit by bit.
     *
     * @param address of the first of its bytes
     * @return the number
     */
    public final double getDouble(long address) {
        return Double.longBitsToDouble(getLong(address));
    }

    /**
     * Sets the four bytes at an address to those of a float.
     *
     * @param address of the first one
     * @param value the number
     */
    public final void putFloat(long address, float value) {
        putInt(address, Float.floatToRawIntBits(value));
    }

    /**
     * Sets the eight bytes at an address to those of a double.
     *
     * @param address of the first one
     * @param value the number
     */
    public final void putDouble(long address, double value) {
        putLong(address, Double.doubleToRawLongBits(value));
    }

    /**
     * Text of so many bytes of UTF-8; what is none reads as U+FFFD.
     *
     * @param address of its first byte
     * @param length in bytes
     * @return the text
     */
    public final String readString(long address, int length) {
        return new String(read(address, length), StandardCharsets.UTF_8);
    }

    /**
     * Text in UTF-8 that ends before the first byte of zero, as C has it; what is no UTF-8 reads as U+FFFD.
     *
     * @param address of its first byte
     * @return the text, without the zero
     */
    public final String readCString(long address) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (long at = address; ; at++) {
            byte next = getByte(at);
            if (next == 0) {
                return text.toString(StandardCharsets.UTF_8);
            }
            text.write(next);
        }
    }

    /**
     * Writes text as UTF-8, nothing behind it.
     *
     * @param address where its first byte goes
     * @param text the text
     * @return how many bytes it took
     */
    public final int writeString(long address, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        write(address, bytes);
        return bytes.length;
    }

    /**
     * Writes text as UTF-8 and a byte of zero.
     *
     * @param address where its first byte goes
     * @param text the text
     * @return how many bytes it took, the zero included
     */
    public final int writeCString(long address, String text) {
        return writeString(address, text + '\0');
    }

    /**
     * Sets all bytes of a range to a value.
     *
     * @param address of the first one
     * @param length how many
     * @param value what each becomes
     */
    public final void fill(long address, long length, byte value) {
        segment().asSlice(address, length).fill(value);
    }
}
