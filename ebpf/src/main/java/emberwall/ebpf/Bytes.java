package emberwall.ebpf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Part of a file, little-endian, that is read by offset. What lies outside of it is an {@link ObjectException} that names the part.
 *
 * @param name what the part is, for messages
 */
public record Bytes(String name, byte[] array, int start, int length) {
    /** Texts overlap in files, so that long ones could take far more memory than the file. */
    public static final int LONGEST_TEXT = 1024;

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

    /** The text from {@code offset} to the next zero byte, which is no longer than {@link #LONGEST_TEXT}. */
    public String text(long offset) {
        int end = end(offset);
        if (end == start + length || array[end] != 0) {
            throw new ObjectException(name, "text at offset " + offset + " has no end, or is too long");
        }
        return new String(array, at(offset, 1), end - at(offset, 1), StandardCharsets.UTF_8);
    }

    /** {@link #text}, but of a longer one the beginning. */
    public String beginning(long offset) {
        return new String(array, at(offset, 1), end(offset) - at(offset, 1), StandardCharsets.UTF_8);
    }

    /** Where the text ends, in the array, or is cut. */
    private int end(long offset) {
        int end = at(offset, 1);
        int most = Math.min(start + length, end + LONGEST_TEXT);
        while (end < most && array[end] != 0) {
            end++;
        }
        return end;
    }

    /** A copy. */
    public byte[] copy() {
        return Arrays.copyOfRange(array, start, start + length);
    }
}
