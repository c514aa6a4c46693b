package emberwall.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes in the making, with the integers of WebAssembly's binary format. */
final class Bytes {
    private byte[] bytes = new byte[256];
    private int size;

    Bytes put(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = (byte) value;
        return this;
    }

    /** An unsigned LEB128. */
    Bytes unsigned(long value) {
        while ((value & ~0x7FL) != 0) {
            put((int) value & 0x7F | 0x80);
            value >>>= 7;
        }
        return put((int) value);
    }

    /** A signed LEB128. */
    Bytes signed(long value) {
        while (value != value << 57 >> 57) {
            put((int) value & 0x7F | 0x80);
            value >>= 7;
        }
        return put((int) value & 0x7F);
    }

    /** The low bytes of a word, least significant first. */
    Bytes little(long word, int count) {
        for (int i = 0; i < count; i++) {
            put((int) (word >>> 8 * i));
        }
        return this;
    }

    Bytes all(byte[] more) {
        for (byte value : more) {
            put(value);
        }
        return this;
    }

    /** A size, then as many bytes. */
    Bytes sized(byte[] content) {
        return unsigned(content.length).all(content);
    }

    Bytes name(String name) {
        return sized(name.getBytes(StandardCharsets.UTF_8));
    }

    boolean isEmpty() {
        return size == 0;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }
}
