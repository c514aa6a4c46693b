package emberwall.asm.x64;

/**
 * Memory operands, packed into one {@code long} so that none is ever allocated.
 *
 * <pre>
 *   60..62  kind: REGISTERS, RIP, LABEL, ADDRESS
 *   42..43  scale, as a logarithm      REGISTERS only
 *   37..41  index register, 16 = none  REGISTERS only
 *   32..36  base register, 16 = none   REGISTERS only
 *    0..31  displacement, or the label's number; ADDRESS has an absolute address in bits 0..55
 * </pre>
 */
public final class Mem {
    /** In place of a base or index register: there is none. */
    public static final int NONE = 16;

    static final int REGISTERS = 1;
    static final int RIP = 2;
    static final int LABEL = 3;
    static final int ADDRESS = 4;

    private static final int KIND_SHIFT = 60;
    private static final int SCALE_SHIFT = 42;
    private static final int INDEX_SHIFT = 37;
    private static final int BASE_SHIFT = 32;
    private static final long DISP_MASK = 0xFFFF_FFFFL;
    private static final long ADDRESS_MASK = (1L << 56) - 1;
    private static final long NO_INDEX = (long) REGISTERS << KIND_SHIFT | (long) NONE << INDEX_SHIFT;

    private Mem() {}

    /** {@code [base]}. */
    public static long mem(int base) {
        return mem(base, 0);
    }

    /** {@code [base + disp]}. */
    public static long mem(int base, int disp) {
        assert base >>> 4 == 0 : "not a register: " + base;
        return NO_INDEX | (long) base << BASE_SHIFT | disp & DISP_MASK;
    }

    /** {@code [base + (index << scaleLog2) + disp]}; {@code rsp} cannot be an index. */
    public static long mem(int base, int index, int scaleLog2, int disp) {
        assert base >>> 4 == 0 : "not a register: " + base;
        return memIndex(index, scaleLog2, disp) & ~((long) NONE << BASE_SHIFT) | (long) base << BASE_SHIFT;
    }

    /** {@code [(index << scaleLog2) + disp]} without a base; {@code rsp} cannot be an index. */
    public static long memIndex(int index, int scaleLog2, int disp) {
        assert index >>> 4 == 0 && index != Reg.RSP : "not an index register: " + index;
        assert scaleLog2 >>> 2 == 0 : "not a scale: " + scaleLog2;
        return (long) REGISTERS << KIND_SHIFT
                | (long) scaleLog2 << SCALE_SHIFT
                | (long) index << INDEX_SHIFT
                | (long) NONE << BASE_SHIFT
                | disp & DISP_MASK;
    }

    /** {@code [disp]}: an absolute address in the lowest or highest 2 GiB. */
    public static long abs32(int disp) {
        return NO_INDEX | (long) NONE << BASE_SHIFT | disp & DISP_MASK;
    }

    /** {@code [rip + disp]}, relative to the end of the instruction. */
    public static long rip(int disp) {
        return (long) RIP << KIND_SHIFT | disp & DISP_MASK;
    }

    /** {@code [rip + distance to the label]}: data or code in the same buffer. */
    public static long label(int label) {
        return (long) LABEL << KIND_SHIFT | label & DISP_MASK;
    }

    /** {@code [rip + distance to the address]}: within 2 GiB of where the code will lie, by a relocation. */
    public static long address(long address) {
        assert address >>> 56 == 0 : "not an address of user space: " + address;
        return (long) ADDRESS << KIND_SHIFT | address;
    }

    /** The same operand, {@code bytes} further; not for labels. */
    public static long plus(long mem, int bytes) {
        assert kind(mem) != LABEL : "a label has no displacement";
        if (kind(mem) == ADDRESS) {
            return address(target(mem) + bytes);
        }
        return mem & ~DISP_MASK | Math.addExact(disp(mem), bytes) & DISP_MASK;
    }

    static int kind(long mem) {
        return (int) (mem >>> KIND_SHIFT);
    }

    /** The address of an operand made by {@link #address(long)}. */
    static long target(long mem) {
        return mem & ADDRESS_MASK;
    }

    /** Whether this is {@code [rip + ...]} in any form. */
    public static boolean isRip(long mem) {
        return kind(mem) > REGISTERS;
    }

    /** The base register, or {@link #NONE}. */
    public static int base(long mem) {
        return kind(mem) == REGISTERS ? (int) (mem >>> BASE_SHIFT) & 31 : NONE;
    }

    /** The index register, or {@link #NONE}. */
    public static int index(long mem) {
        return kind(mem) == REGISTERS ? (int) (mem >>> INDEX_SHIFT) & 31 : NONE;
    }

    /** The logarithm of the factor of the index, 0 to 3. */
    public static int scale(long mem) {
        return kind(mem) == REGISTERS ? (int) (mem >>> SCALE_SHIFT) & 3 : 0;
    }

    /** The displacement; of a label operand, the label. */
    public static int disp(long mem) {
        return (int) mem;
    }
}
