package emberwall.fuzz.mutate;

import java.io.ByteArrayOutputStream;

/** Unsigned LEB128 numbers, read leniently and written at any length. */
final class Leb {
    private static final int LONGEST = 5;

    private Leb() {}

    /** The number at a place, or -1 where there is none of 32 bits. */
    static long read(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < LONGEST && at + i < bytes.length; i++) {
            value |= (long) (bytes[at + i] & 0x7F) << 7 * i;
            if (bytes[at + i] >= 0) {
                return value;
            }
        }
        return -1;
    }

    /** How many bytes the number at a place takes, those up to the end where it does not end. */
    static int length(byte[] bytes, int at) {
        int end = at;
        while (end < bytes.length && bytes[end] < 0) {
            end++;
        }
        return Math.min(end + 1, bytes.length) - at;
    }

    /** A number in as few bytes as it takes. */
    static byte[] of(long value) {
        return of(value, 1);
    }

    /** A number in at least so many bytes, the last of them empty. */
    static byte[] of(long value, int atLeast) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long rest = value;
        while (Long.compareUnsigned(rest, 0x7F) > 0 || out.size() + 1 < atLeast) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
        return out.toByteArray();
    }
}
