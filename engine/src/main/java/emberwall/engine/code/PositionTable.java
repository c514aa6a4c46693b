package emberwall.engine.code;

import emberwall.op.TrapReason;
import java.util.Arrays;

/**
 * Which bytecode a place in machine code belongs to, and what a stop there means: return addresses of calls, return
 * addresses of trap stubs, and the instructions themselves that a guard page may stop.
 *
 * <p>Entries are in order of their code offset, each two variable-length numbers: the distance to the entry before in
 * code, with the kind in the low five bits; and the distance in bytecode with its sign in the lowest bit. Every
 * {@value #STRIDE}th is also in an index, so that a lookup in a function of any size is quick.
 */
public final class PositionTable {
    /** The kind of an entry that is the return address of a call. Any other kind is 1 + the ordinal of a trap reason. */
    public static final int CALL = 0;

    /** A table without entries. */
    public static final PositionTable EMPTY = new PositionTable(new byte[0], new int[0]);

    private static final int KIND_BITS = 5;
    private static final int STRIDE = 64;

    private final byte[] bytes;
    /** For each stride: code offset and position before it, where it begins. */
    private final int[] index;

    private PositionTable(byte[] bytes, int[] index) {
        this.bytes = bytes;
        this.index = index;
    }

    /** The size of the table in bytes. */
    public int size() {
        return bytes.length + 4 * index.length;
    }

    /**
     * The entry at a code offset: {@code bytecode offset << 8 | kind}, or -1 if there is none. The bytecode offset counts
     * from the start of the module.
     */
    public long find(int codeOffset) {
        int low = 0;
        int high = index.length / 3 - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (index[middle * 3] < codeOffset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return index.length == 0 ? -1 : scan(low * 3, codeOffset);
    }

    private long scan(int stride, int wanted) {
        int code = index[stride];
        int position = index[stride + 1];
        int at = index[stride + 2];
        while (at < bytes.length) {
            long delta = 0;
            for (int shift = 0; ; shift += 7) {
                int b = bytes[at++];
                delta |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    break;
                }
            }
            int step = 0;
            for (int shift = 0; ; shift += 7) {
                int b = bytes[at++];
                step |= (b & 0x7F) << shift;
                if (b >= 0) {
                    break;
                }
            }
            code += (int) (delta >>> KIND_BITS);
            position += step >>> 1 ^ -(step & 1);
            if (code >= wanted) {
                return code == wanted ? (long) position << 8 | delta & (1 << KIND_BITS) - 1 : -1;
            }
        }
        return -1;
    }

    /** The bytecode offset in what {@link #find} found. */
    public static int position(long entry) {
        return (int) (entry >>> 8);
    }

    /** The kind in what {@link #find} found. */
    public static int kind(long entry) {
        return (int) entry & 0xFF;
    }

    /** The trap reason of an entry whose kind is not {@link #CALL}. */
    public static TrapReason reason(long entry) {
        return TrapReason.of(kind(entry) - 1);
    }

    /** Collects the entries of one function; to be used again for the next. */
    public static final class Builder {
        private byte[] bytes = new byte[1024];
        private int[] index = new int[96];
        private int size;
        private int entries;
        private int strides;
        private int lastCode;
        private int lastPosition;

        /** Forgets all entries. */
        public void reset() {
            size = 0;
            entries = 0;
            strides = 0;
            lastCode = 0;
            lastPosition = 0;
        }

        /** Whether the latest entry is at this code offset; another one there would never be found. */
        public boolean isTaken(int codeOffset) {
            return entries > 0 && lastCode == codeOffset;
        }

        /** The return address of a call. */
        public void call(int codeOffset, int position) {
            add(codeOffset, position, CALL);
        }

        /** A place where the guest may trap: the ordinal of the reason. */
        public void trap(int codeOffset, int position, int reason) {
            add(codeOffset, position, reason + 1);
        }

        private void add(int codeOffset, int position, int kind) {
            assert codeOffset > lastCode || entries == 0 : "entries go up";
            if (size + 16 > bytes.length) {
                bytes = Arrays.copyOf(bytes, bytes.length * 2);
            }
            if (entries++ % STRIDE == 0) {
                stride();
            }
            long delta = (long) (codeOffset - lastCode) << KIND_BITS | kind;
            int at = size;
            while (delta > 0x7F) {
                bytes[at++] = (byte) (delta | 0x80);
                delta >>>= 7;
            }
            bytes[at++] = (byte) delta;
            int step = position - lastPosition;
            step = step << 1 ^ step >> 31;
            while ((step & ~0x7F) != 0) {
                bytes[at++] = (byte) (step | 0x80);
                step >>>= 7;
            }
            bytes[at++] = (byte) step;
            size = at;
            lastCode = codeOffset;
            lastPosition = position;
        }

        private void stride() {
            if (strides + 3 > index.length) {
                index = Arrays.copyOf(index, index.length * 2);
            }
            index[strides++] = lastCode;
            index[strides++] = lastPosition;
            index[strides++] = size;
        }

        /** The table of what was added. */
        public PositionTable build() {
            return entries == 0 ? EMPTY : new PositionTable(Arrays.copyOf(bytes, size), Arrays.copyOf(index, strides));
        }
    }
}
