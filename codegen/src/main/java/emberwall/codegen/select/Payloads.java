package emberwall.codegen.select;

import emberwall.asm.x64.Mem;
import java.util.Arrays;

/**
 * What selected instructions say beyond their operands, as ints one behind the other.
 *
 * <p>An address is two ints and, if it may fault, an origin:
 *
 * <pre>
 *   0..5 base   6..11 index   12..13 scale   14 may fault      registers: 0..15, ABSENT, or OPERAND: the next one
 *   displacement
 *   origin
 * </pre>
 */
final class Payloads {
    /** In place of a register: there is none. */
    static final int ABSENT = Mem.NONE;
    /** In place of a register: that of the next operand. */
    static final int OPERAND = Mem.NONE + 1;

    private static final int REGISTER = 63;
    private static final int INDEX_SHIFT = 6;
    private static final int SCALE_SHIFT = 12;
    private static final int FAULTS = 1 << 14;

    private int[] words = new int[256];
    private int size;

    void reset() {
        size = 0;
    }

    /** Where the next int goes: the payload of what is added from now on. */
    int next() {
        return size;
    }

    int get(int at) {
        return words[at];
    }

    void set(int at, int word) {
        words[at] = word;
    }

    void add(int word) {
        if (size == words.length) {
            grow();
        }
        words[size++] = word;
    }

    private void grow() {
        words = Arrays.copyOf(words, size * 2);
    }

    void add(boolean truth) {
        add(truth ? 1 : 0);
    }

    void add(Enum<?> name) {
        add(name.ordinal());
    }

    void addLong(long bits) {
        add((int) bits);
        add((int) (bits >>> 32));
    }

    long getLong(int at) {
        return words[at] & 0xFFFF_FFFFL | (long) words[at + 1] << 32;
    }

    void addAddress(int base, int index, int scale, int displacement, boolean mayFault, int origin) {
        add(base | index << INDEX_SHIFT | scale << SCALE_SHIFT | (mayFault ? FAULTS : 0));
        add(displacement);
        if (mayFault) {
            add(origin);
        }
    }

    static int base(int word) {
        return word & REGISTER;
    }

    static int index(int word) {
        return word >> INDEX_SHIFT & REGISTER;
    }

    static int scale(int word) {
        return word >> SCALE_SHIFT & 3;
    }

    static boolean mayFault(int word) {
        return (word & FAULTS) != 0;
    }
}
