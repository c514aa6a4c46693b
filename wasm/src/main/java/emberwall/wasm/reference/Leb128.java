package emberwall.wasm.reference;

/** Reads integers of validated code: nothing is checked. What follows an integer is where {@link #skip} says. */
final class Leb128 {
    private Leb128() {}

    /** The position after the integer at {@code at}. */
    static int skip(byte[] bytes, int at) {
        int end = at;
        while (bytes[end] < 0) {
            end++;
        }
        return end + 1;
    }

    static int u32(byte[] bytes, int at) {
        int first = bytes[at];
        return first >= 0 ? first : (int) unsigned(bytes, at);
    }

    static long u64(byte[] bytes, int at) {
        int first = bytes[at];
        return first >= 0 ? first : unsigned(bytes, at);
    }

    static long s64(byte[] bytes, int at) {
        int first = bytes[at];
        return first >= 0 ? first << 25 >> 25 : signed(bytes, at);
    }

    private static long unsigned(byte[] bytes, int at) {
        long value = 0;
        for (int i = at, shift = 0; ; i++, shift += 7) {
            value |= (bytes[i] & 0x7fL) << shift;
            if (bytes[i] >= 0) {
                return value;
            }
        }
    }

    private static long signed(byte[] bytes, int at) {
        long value = 0;
        for (int i = at, shift = 0; ; i++) {
            value |= (bytes[i] & 0x7fL) << shift;
            shift += 7;
            if (bytes[i] >= 0) {
                int spare = Math.max(64 - shift, 0);
                return value << spare >> spare;
            }
        }
    }
}
