package emberwall.asm.x64;

import static emberwall.asm.x64.Encodings.*;
import static emberwall.asm.x64.Width.W128;
import static emberwall.asm.x64.Width.W16;
import static emberwall.asm.x64.Width.W256;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;
import static emberwall.asm.x64.Width.W8;

/**
 * Reads one instruction at a time, by the rows of {@link Op}: bytes to row, operands and length.
 *
 * <p>A decoder is a reusable view: {@link #decode} moves it, the accessors tell what it saw there. It accepts what the
 * rows say and nothing else. A prefix, a REX or a VEX bit that an instruction has no use for makes it unknown, as do the
 * registers {@code ah} to {@code bh}, so that whatever is accepted has one meaning on every processor that has the
 * row's {@link Op#feature feature}. Bytes that are unknown or cut off are {@code (bad)}, one byte long; no input throws.
 *
 * <p>Not for several threads at once.
 */
public final class Decoder {
    /** An operand that is a general purpose register. */
    public static final int REGISTER = 1;

    /** An operand that is a vector register. */
    public static final int VECTOR = 2;

    /** An operand in memory: its value is a {@link Mem}. */
    public static final int MEMORY = 3;

    /** An immediate, sign-extended. */
    public static final int IMMEDIATE = 4;

    /** A branch target: its value is an offset in the code. */
    public static final int TARGET = 5;

    /** The longest instruction there is. */
    private static final int MAX_LENGTH = 15;

    private byte[] code;
    private int start;
    private int at;
    private int end;

    // what the prefixes say
    private boolean lock;
    private boolean operandSize;
    private int repeat; // 0, 2 for F3, 3 for F2, as VEX numbers them
    private int rex; // 0x40 with W R X B, or 0
    private int vex;
    private int second; // VEX.vvvv
    private boolean longVector;

    // what ModRM says
    private int modRm;
    private int usedRex;
    private long memory;
    private int dispBytes;
    private boolean byteRegister; // one that needs a REX prefix
    private boolean oneImplied;

    private Op op;
    private int length;
    private int width;
    private int condition;
    private int operandCount;
    private final int[] kind = new int[4];
    private final int[] operandWidth = new int[4];
    private final long[] value = new long[4];

    /**
     * Decodes the instruction at {@code offset}.
     *
     * @param limit where the code ends: no byte at or after it is looked at
     * @return whether the instruction is known; if not, it is one byte long and has no operands
     */
    public boolean decode(byte[] code, int offset, int limit) {
        this.code = code;
        start = offset;
        at = offset;
        end = Math.min(limit, Math.min(code.length, offset + MAX_LENGTH));
        op = null;
        length = 1;
        operandCount = 0;
        return offset < end && prefixes() && lookUp();
    }

    private boolean bad() {
        op = null;
        length = 1;
        operandCount = 0;
        return false;
    }

    // ---- prefixes and opcode

    private boolean prefixes() {
        lock = false;
        operandSize = false;
        repeat = 0;
        rex = 0;
        vex = 0;
        second = 0;
        longVector = false;
        for (; at < end; at++) {
            int b = code[at] & 0xFF;
            if (b == 0xF0 && !lock) {
                lock = true;
            } else if (b == 0x66 && !operandSize) {
                operandSize = true;
            } else if ((b == 0xF2 || b == 0xF3) && repeat == 0) {
                repeat = b == 0xF3 ? 2 : 3;
            } else {
                break;
            }
        }
        if (at < end && (code[at] & 0xF0) == 0x40) {
            rex = code[at++] & 0xFF;
        }
        return at < end;
    }

    private boolean lookUp() {
        int b = code[at++] & 0xFF;
        int map = 0;
        int prefix = repeat != 0 ? repeat : operandSize ? 1 : 0;
        if (b == 0xC4 || b == 0xC5) {
            if (lock || operandSize || repeat != 0 || rex != 0 || at + (b & 1 ^ 1) + 1 >= end) {
                return bad();
            }
            vex = Encodings.VEX;
            int payload = code[at++] & 0xFF;
            rex = 0x40 | payload >> 5 & 4 ^ 4;
            map = 1;
            if (b == 0xC4) {
                rex |= payload >> 5 & 3 ^ 3;
                map = payload & 31;
                payload = code[at++] & 0xFF;
                rex |= payload >> 4 & 8;
            }
            second = payload >> 3 & 15 ^ 15;
            longVector = (payload & 4) != 0;
            prefix = payload & 3;
            if (map == 0 || map > 3) {
                return bad();
            }
            b = code[at++] & 0xFF;
        } else if (b == 0x0F) {
            if (at >= end) {
                return bad();
            }
            map = 1;
            b = code[at++] & 0xFF;
            if (b == 0x38 || b == 0x3A) {
                if (at >= end) {
                    return bad();
                }
                map = b == 0x38 ? 2 : 3;
                b = code[at++] & 0xFF;
            }
        }
        int opcodeEnd = at;
        for (int entry = first(vex, prefix, map, b); entry != 0; entry = Encodings.next(entry)) {
            at = opcodeEnd;
            if (matches(entry, b)) {
                return true;
            }
        }
        return bad();
    }

    // ---- one entry

    private boolean matches(int entry, int opcode) {
        int rule = rule(entry);
        usedRex = 0;
        byteRegister = false;
        oneImplied = false;
        dispBytes = 0;
        if ((rule & (MODRM | THIRD)) != 0) {
            if (at >= end) {
                return false;
            }
            modRm = code[at] & 0xFF;
            if ((rule & THIRD) != 0 && modRm != rule >>> THIRD_SHIFT
                    || (rule & DIGIT) != 0 && (modRm >> 3 & 7) != (rule & DIGIT) - 1
                    || (rule & REG_ONLY) != 0 && modRm < 0xC0
                    || (rule & MEM_ONLY) != 0 && modRm >= 0xC0) {
                return false;
            }
            at++;
        }
        if (!sizes(rule)) {
            return false;
        }
        if ((rule & NOT_RAX) != 0 && opcode == 0x90 && (rex & 1) == 0) {
            return false;
        }
        condition = (rule & CONDITION) != 0 ? opcode & 15 : -1;
        operandCount = 0;
        boolean usesSecond = false;
        // a memory operand comes before any immediate, whatever their order in the text
        if ((rule & MODRM) != 0 && modRm < 0xC0 && !memory()) {
            return false;
        }
        for (long specs = operands(entry); specs != 0; specs >>>= 16) {
            int spec = (int) specs & 0xFFFF;
            usesSecond |= (spec & 15) == G_VVVV || (spec & 15) == X_VVVV;
            if (!operand(spec, opcode)) {
                return false;
            }
        }
        if (!usesSecond && second != 0 || !canonicalRex()) {
            return false;
        }
        Op row = Encodings.op(entry);
        if (lock && !lockable(row)) {
            return false;
        }
        op = row;
        length = at - start;
        return true;
    }

    /** Finds the operand size and checks that nothing else is asked for by prefixes. */
    private boolean sizes(int rule) {
        boolean wide = (rex & 8) != 0;
        if ((rule & (SIZE | W_SIZE)) == 0) {
            if (wide != ((rule & W_SET) != 0)) {
                return false;
            }
        } else if ((rule & SIZE) != 0 && wide && operandSize) {
            return false;
        }
        if (vex == 0 && operandSize && repeat != 0 && (rule & SIZE) == 0) {
            return false;
        }
        if ((rule & (SIZE | W_SIZE)) == 0) {
            width = wide ? W64 : W32;
        } else {
            width = wide ? W64 : operandSize && (rule & SIZE) != 0 ? W16 : W32;
        }
        if (vex != 0 && longVector != ((rule & L_SET) != 0) && (rule & L_ANY) == 0) {
            return false;
        }
        usedRex |= 8;
        return true;
    }

    /** Whether every bit of REX or VEX had a use, and REX itself had one. */
    private boolean canonicalRex() {
        int bits = rex & 15;
        if ((bits & ~usedRex) != 0) {
            return false;
        }
        return vex != 0 || rex != 0x40 || byteRegister;
    }

    private boolean lockable(Op row) {
        if (operandCount == 0 || kind[0] != MEMORY) {
            return false;
        }
        return switch (row) {
            case ADD, OR, ADC, SBB, AND, SUB, XOR, NOT, NEG, INC, DEC -> true;
            case BTS, BTR, BTC, XCHG, XADD, CMPXCHG, CMPXCHG8B, CMPXCHG16B -> true;
            default -> false;
        };
    }

    // ---- operands

    private int widthOf(int code) {
        return code == V ? width : code == VL ? (longVector ? W256 : W128) : code;
    }

    private boolean operand(int spec, int opcode) {
        int registerWidth = spec >> 4 & 15;
        int memoryWidth = spec >> 8 & 15;
        switch (spec & 15) {
            case G_REG -> {
                usedRex |= 4;
                return register(modRm >> 3 & 7 | (rex & 4) << 1, widthOf(registerWidth));
            }
            case G_RM -> {
                if (modRm < 0xC0) {
                    return put(MEMORY, widthOf(memoryWidth), memory);
                }
                usedRex |= 1;
                return register(modRm & 7 | (rex & 1) << 3, widthOf(registerWidth));
            }
            case G_OPCODE -> {
                usedRex |= 1;
                return register(opcode & 7 | (rex & 1) << 3, widthOf(registerWidth));
            }
            case G_VVVV -> {
                return register(second, widthOf(registerWidth));
            }
            case G_FIXED -> {
                return put(REGISTER, widthOf(registerWidth), memoryWidth);
            }
            case X_REG -> {
                usedRex |= 4;
                return put(VECTOR, widthOf(registerWidth), modRm >> 3 & 7 | (rex & 4) << 1);
            }
            case X_RM -> {
                if (modRm < 0xC0) {
                    return put(MEMORY, widthOf(memoryWidth), memory);
                }
                usedRex |= 1;
                return put(VECTOR, widthOf(registerWidth), modRm & 7 | (rex & 1) << 3);
            }
            case X_VVVV -> {
                return put(VECTOR, widthOf(registerWidth), second);
            }
            case X_LAST -> {
                return at < end && (code[at] & 15) == 0 && put(VECTOR, widthOf(registerWidth), code[at++] >> 4 & 15);
            }
            case X_ZERO -> {
                return put(VECTOR, W128, 0);
            }
            case ONE -> {
                oneImplied = true;
                return put(IMMEDIATE, W8, 1);
            }
            case Encodings.IMMEDIATE -> {
                int field = memoryWidth == Z ? Math.min(width, W32) : widthOf(memoryWidth);
                return room(1 << field) && put(IMMEDIATE, widthOf(registerWidth), signed(1 << field));
            }
            default -> { // RELATIVE
                if (!room(1 << registerWidth)) {
                    return false;
                }
                long distance = signed(1 << registerWidth);
                return put(TARGET, W64, at + distance);
            }
        }
    }

    private boolean put(int operandKind, int size, long operandValue) {
        kind[operandCount] = operandKind;
        operandWidth[operandCount] = size;
        value[operandCount++] = operandValue;
        return true;
    }

    private boolean register(int reg, int size) {
        if (size == W8 && (reg & ~3) == 4) {
            byteRegister = true;
            if (rex == 0) {
                return false; // ah, ch, dh, bh
            }
        }
        return put(REGISTER, size, reg);
    }

    private boolean room(int bytes) {
        return end - at >= bytes;
    }

    /** The next bytes as a signed number; there must be room. */
    private long signed(int bytes) {
        long bits = 0;
        for (int i = 0; i < bytes; i++) {
            bits |= (code[at++] & 0xFFL) << 8 * i;
        }
        int unused = 64 - 8 * bytes;
        return bits << unused >> unused;
    }

    /** Reads SIB and displacement. */
    private boolean memory() {
        int mode = modRm >> 6;
        int base = modRm & 7;
        int index = Mem.NONE;
        int scale = 0;
        dispBytes = mode == 0 ? 0 : mode == 1 ? 1 : 4;
        if (base == 4) {
            if (!room(1)) {
                return false;
            }
            int sib = code[at++] & 0xFF;
            usedRex |= 2;
            base = sib & 7;
            index = sib >> 3 & 7 | (rex & 2) << 2;
            scale = sib >> 6;
            if (index == Reg.RSP) {
                index = Mem.NONE;
                if (scale != 0 || base != 4 && (base != 5 || mode != 0)) {
                    return false; // a SIB byte without a use
                }
            }
            if (base == 5 && mode == 0) {
                base = Mem.NONE;
                dispBytes = 4;
            }
        } else if (base == 5 && mode == 0) {
            if (!room(4)) {
                return false;
            }
            dispBytes = 4;
            memory = Mem.rip((int) signed(4));
            return true;
        }
        if (!room(dispBytes)) {
            return false;
        }
        int disp = dispBytes == 0 ? 0 : (int) signed(dispBytes);
        if (base != Mem.NONE) {
            usedRex |= 1;
            base |= (rex & 1) << 3;
        }
        if (base == Mem.NONE) {
            memory = index == Mem.NONE ? Mem.abs32(disp) : Mem.memIndex(index, scale, disp);
        } else {
            memory = index == Mem.NONE ? Mem.mem(base, disp) : Mem.mem(base, index, scale, disp);
        }
        return true;
    }

    // ---- what was seen

    /** The row, or {@code null} for bytes that are no known instruction. */
    public Op op() {
        return op;
    }

    /** The bytes of the instruction; 1 for an unknown one. */
    public int length() {
        return length;
    }

    /** Whether it is the VEX form. */
    public boolean isVex() {
        return vex != 0;
    }

    /** Whether it has a lock prefix. */
    public boolean isLocked() {
        return lock;
    }

    /** The size of its general purpose operands, for rows that leave it open. */
    public int width() {
        return width;
    }

    /** The condition of {@code jcc}, {@code setcc} and {@code cmovcc}; -1 for others. */
    public int condition() {
        return condition;
    }

    /** How many operands there are, in Intel's order, implicit ones that the text names included. */
    public int operandCount() {
        return operandCount;
    }

    /** {@link #REGISTER}, {@link #VECTOR}, {@link #MEMORY}, {@link #IMMEDIATE} or {@link #TARGET}. */
    public int kind(int i) {
        return kind[i];
    }

    /** The width of an operand; 8 for memory without a size. */
    public int operandWidth(int i) {
        return operandWidth[i];
    }

    /** The register, the {@link Mem}, the immediate, or the offset in the code that a branch goes to. */
    public long value(int i) {
        return value[i];
    }

    /** Where in the code the instruction lies. */
    int start() {
        return start;
    }

    /** The size of the displacement, which tells {@code [rax]} from {@code [rax+0x0]}. */
    int dispBytes() {
        return dispBytes;
    }

    /** Whether this is the 8-bit form of an instruction without operands: bit 0 of the opcode tells. */
    boolean isByteForm() {
        return (code[start + length - 1] & 1) == 0;
    }

    /** Whether the immediate 1 is meant by the opcode, and no byte of the instruction. */
    boolean isOneImplied() {
        return oneImplied;
    }

    /**
     * The text of the instruction, as {@code objdump -M intel} prints it.
     *
     * @param origin the address of offset 0 of the code
     */
    public String text(long origin) {
        return Text.of(this, origin);
    }
}
