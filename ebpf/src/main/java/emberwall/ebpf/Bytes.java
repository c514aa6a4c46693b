package emberwall.ebpf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Part of a file, little-endian, that is read by offset. What lies outside of it is an {@link ObjectException} that names the part.
 *
 * @param name what the part is, for messages
 */
public record Bytes(String name, byte[] array, int start, int length) {
    /** All of {@code array}. */
    public Bytes(String name, byte[] array) {
        this(name, array, 0, array.length);
    }

    /** A part of this part. */
    public Bytes part(String partName, long offset, long bytes) {
        if (offset < 0 || bytes < 0 || offset > length || bytes > length - offset) {
            throw new ObjectException(
                    name, partName + " lies outside: " + bytes + " bytes at offset " + offset + " of " + length);
        }
        return new Bytes(partName, array, start + (int) offset, (int) bytes);
    }

    private int at(long offset, int bytes) {
        if (offset < 0 || offset > length - bytes) {
            throw new ObjectException(name, "ends before offset " + offset + " + " + bytes);
        }
        return start + (int) offset;
    }

    /** Unsigned. */
    public int u8(long offset) {
        return array[at(offset, 1)] & 0xFF;
    }

    /** Unsigned. */
    public int u16(long offset) {
        int at = at(offset, 2);
        return array[at] & 0xFF | (array[at + 1] & 0xFF) << 8;
    }

    /** Four bytes. */
    public int i32(long offset) {
        int at = at(offset, 4);
        return array[at] & 0xFF
                | (array[at + 1] & 0xFF) << 8
                | (array[at + 2] & 0xFF) << 16
                | (array[at + 3] & 0xFF) << 24;
    }

    /** Unsigned. */
    public long u32(long offset) {
        return i32(offset) & 0xFFFF_FFFFL;
    }

    /** Eight bytes. */
    public long i64(long offset) {
        return u32(offset) | u32(offset + 4) << 32;
    }

    /** The text from {@code offset} to the next zero byte. */
    public String text(long offset) {
        int from = at(offset, 1);
        int end = from;
        while (end < start + length && array[end] != 0) {
            end++;
        }
        if (end == start + length) {
            throw new ObjectException(name, "text at offset " + offset + " has no end");
        }
        return new String(array, from, end - from, StandardCharsets.UTF_8);
    }

    /** A copy. */
    public byte[] copy() {
        return Arrays.copyOfRange(array, start, start + length);
    }
}
