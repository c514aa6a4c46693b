package emberwall.wasm.text;

import emberwall.wasm.LimitException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the binary format (WebAssembly 3.0, section 5.2) into a growing array; integers as short as they can be. */
final class BinaryWriter {
    private byte[] bytes = new byte[64];
    private int size;

    int size() {
        return size;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Forgets what was written after the first bytes. */
    void truncate(int newSize) {
        size = newSize;
    }

    private void reserve(int more) {
        if (more > bytes.length - size) {
            long wanted = Math.max((long) size + more, size + (long) (size >> 1));
            if ((long) size + more > Integer.MAX_VALUE - 16) {
                throw new LimitException("implementation limit: a module of more than 2 GiB", 0);
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
    }

    void u8(int b) {
        reserve(1);
        bytes[size++] = (byte) b;
    }

    void bytes(byte[] source) {
        bytes(source, 0, source.length);
    }

    void bytes(byte[] source, int from, int to) {
        reserve(to - from);
        System.arraycopy(source, from, bytes, size, to - from);
        size += to - from;
    }

    /** Appends what another writer has from an offset on. */
    void bytes(BinaryWriter source, int from) {
        bytes(source.bytes, from, source.size);
    }

    void bytes(BinaryWriter source) {
        bytes(source, 0);
    }

    /** An unsigned LEB128 of 32 bits. */
    void u32(int value) {
        u64(value & 0xFFFF_FFFFL);
    }

    /** An unsigned LEB128. */
    void u64(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            u8((int) (rest | 0x80));
            rest >>>= 7;
        }
        u8((int) rest);
    }

    /** A signed LEB128. */
    void s64(long value) {
        long rest = value;
        while (rest >> 6 != 0 && rest >> 6 != -1) {
            u8((int) (rest | 0x80));
            rest >>= 7;
        }
        u8((int) rest & 0x7F);
    }

    /** Bytes of an integer, the lowest first. */
    void fixed(long value, int count) {
        for (int i = 0; i < count; i++) {
            u8((int) (value >>> 8 * i));
        }
    }

    /** A length and the bytes of a name. */
    void name(String name) {
        byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
        u32(encoded.length);
        bytes(encoded);
    }

    /** A length and the bytes of another writer. */
    void sized(BinaryWriter content) {
        u32(content.size);
        bytes(content);
    }
}
