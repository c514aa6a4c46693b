package emberwall.asm.x64;

import static emberwall.asm.x64.Width.W128;
import static emberwall.asm.x64.Width.W16;
import static emberwall.asm.x64.Width.W256;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;
import static emberwall.asm.x64.Width.W8;

import java.util.Arrays;

/**
 * The rows of {@link Op} unfolded for decoding: one entry for every single encoding, found by prefix, map and opcode.
 *
 * <p>An entry's operands are packed into a {@code long}, 16 bits each: where the operand is found, its width as a
 * register, its width in memory.
 */
final class Encodings {
    // ---- where an operand is found
    static final int NONE = 0;
    static final int G_REG = 1;
    static final int G_RM = 2;
    static final int G_OPCODE = 3;
    static final int G_VVVV = 4;
    static final int X_REG = 5;
    static final int X_RM = 6;
    static final int X_VVVV = 7;
    static final int X_LAST = 8;
    static final int IMMEDIATE = 9;
    static final int RELATIVE = 10;
    static final int G_FIXED = 11; // the register in the memory width's place
    static final int X_ZERO = 12;
    static final int ONE = 13;

    // ---- widths besides those of Width
    static final int V = 6; // the operand size
    static final int VL = 7; // the vector length
    static final int ANY = 8; // a memory operand without a size
    static final int Z = 9; // an immediate's field: the operand size, at most four bytes

    // ---- rules
    static final int DIGIT = 15; // 1 + the digit wanted in ModRM
    static final int MODRM = 1 << 4;
    static final int REG_ONLY = 1 << 5;
    static final int MEM_ONLY = 1 << 6;
    static final int THIRD = 1 << 7; // ModRM is a part of the opcode
    static final int SIZE = 1 << 8; // 16, 32 or 64 bits by 66 and REX.W
    static final int W_SIZE = 1 << 9; // 32 or 64 bits by W
    static final int W_SET = 1 << 10; // W must be 1; with none of these three it must be 0
    static final int L_ANY = 1 << 11;
    static final int L_SET = 1 << 12;
    static final int CONDITION = 1 << 13;
    static final int NOT_RAX = 1 << 14; // xchg eax,eax is nop
    static final int THIRD_SHIFT = 16;

    static final int VEX = 1 << 12;
    private static final int KEYS = 2 * VEX;
    private static final Op[] OPS = Op.values();

    private static final short[] FIRST = new short[KEYS];
    private static short[] next = new short[1400];
    private static short[] op = new short[1400];
    private static int[] rule = new int[1400];
    private static long[] operands = new long[1400];
    private static int count = 1; // entry 0 ends every chain

    private Encodings() {}

    /** The first entry for a prefix (0 none, 1 66, 2 F3, 3 F2), an opcode map and an opcode; 0 if there is none. */
    static int first(int vex, int prefix, int map, int opcode) {
        return FIRST[vex | prefix << 10 | map << 8 | opcode];
    }

    static int next(int entry) {
        return next[entry];
    }

    static Op op(int entry) {
        return OPS[op[entry]];
    }

    static int rule(int entry) {
        return rule[entry];
    }

    static long operands(int entry) {
        return operands[entry];
    }

    static int count() {
        return count;
    }

    // ---- operands, as the opcode maps of the manual write them

    private static int at(int where, int width, int memoryWidth) {
        return where | width << 4 | memoryWidth << 8;
    }

    private static int e(int width) {
        return at(G_RM, width, width);
    }

    private static int g(int width) {
        return at(G_REG, width, 0);
    }

    /** An immediate of {@code field} bytes (logarithm), sign-extended to the width. */
    private static int imm(int width, int field) {
        return at(IMMEDIATE, width, field);
    }

    private static final int EB = at(G_RM, W8, W8);
    private static final int GB = at(G_REG, W8, 0);
    private static final int EV = at(G_RM, V, V);
    private static final int GV = at(G_REG, V, 0);
    private static final int BV = at(G_VVVV, V, 0);
    private static final int IB = at(IMMEDIATE, W8, W8);
    private static final int CL = at(G_FIXED, W8, Reg.RCX);
    private static final int AL = at(G_FIXED, W8, Reg.RAX);
    private static final int AV = at(G_FIXED, V, Reg.RAX);
    private static final int XV = at(X_REG, VL, 0);
    private static final int HV = at(X_VVVV, VL, 0);

    /** A vector register or memory of the width that the row says. */
    private static int w(Op row) {
        int memory = memoryWidth(row);
        return memory == VL ? at(X_RM, VL, VL) : at(X_RM, W128, memory);
    }

    /** The vector register in ModRM's reg field. */
    private static int x(Op row) {
        return (row.effect & Bits.Y) != 0 ? XV : at(X_REG, W128, 0);
    }

    private static int memoryWidth(Op row) {
        int field = row.effect >> Bits.MEMORY_SHIFT & 7;
        return field == 0 ? ANY : field == Bits.FULL >> Bits.MEMORY_SHIFT ? VL : field - 1;
    }

    // ---- unfolding

    private static void unfold(Op row) {
        int e = row.encoding;
        int narrow = e & ~1; // the 8-bit form of an opcode
        int digit = 1 + (e >>> Bits.DIGIT_SHIFT & 7) | MODRM;
        boolean hasByte = (e & Bits.BYTE) != 0;
        switch (row.form) {
            case ALU -> {
                add(row, narrow, MODRM, EB, GB);
                add(row, e, MODRM | SIZE, EV, GV);
                add(row, narrow | 2, MODRM, GB, EB);
                add(row, e | 2, MODRM | SIZE, GV, EV);
                add(row, e & 0x38 | 4, 0, AL, IB);
                add(row, e & 0x38 | 5, SIZE, AV, imm(V, Z));
                add(row, 0x80, digit, EB, IB);
                add(row, 0x81, digit | SIZE, EV, imm(V, Z));
                add(row, 0x83, digit | SIZE, EV, imm(V, W8));
            }
            case TEST -> {
                add(row, narrow, MODRM, EB, GB);
                add(row, e, MODRM | SIZE, EV, GV);
                add(row, 0xA8, 0, AL, IB);
                add(row, 0xA9, SIZE, AV, imm(V, Z));
                add(row, 0xF6, digit, EB, IB);
                add(row, 0xF7, digit | SIZE, EV, imm(V, Z));
            }
            case MOV -> {
                add(row, narrow, MODRM, EB, GB);
                add(row, e, MODRM | SIZE, EV, GV);
                add(row, narrow | 2, MODRM, GB, EB);
                add(row, e | 2, MODRM | SIZE, GV, EV);
                add(row, 0xC6, digit, EB, IB);
                add(row, 0xC7, digit | SIZE, EV, imm(V, Z));
                for (int reg = 0; reg < 8; reg++) {
                    add(row, 0xB0 + reg, 0, at(G_OPCODE, W8, 0), IB);
                    add(row, 0xB8 + reg, SIZE, at(G_OPCODE, V, 0), imm(V, V));
                }
            }
            case UNARY -> {
                add(row, narrow, digit, EB);
                add(row, e, digit | SIZE, EV);
            }
            case SHIFT -> {
                add(row, 0xC0, digit, EB, IB);
                add(row, 0xC1, digit | SIZE, EV, IB);
                add(row, 0xD0, digit, EB, ONE);
                add(row, 0xD1, digit | SIZE, EV, ONE);
                add(row, 0xD2, digit, EB, CL);
                add(row, 0xD3, digit | SIZE, EV, CL);
            }
            case SHIFT_DOUBLE -> {
                add(row, e, MODRM | SIZE, EV, GV, IB);
                add(row, e | 1, MODRM | SIZE, EV, GV, CL);
            }
            case RM -> {
                boolean address = (row.effect & Bits.MEM_ONLY) != 0;
                boolean sized = (e & 3 << Bits.PP_SHIFT) != Bits.P66 && row != Op.ADOX;
                add(
                        row,
                        e,
                        MODRM | (sized ? SIZE : W_SIZE) | (address ? MEM_ONLY : 0),
                        GV,
                        address ? at(G_RM, V, ANY) : EV);
            }
            case EXTEND -> {
                int width = memoryWidth(row);
                add(row, e, MODRM | (width == W32 ? W_SET : SIZE), width == W32 ? g(W64) : GV, e(width));
            }
            case IMUL -> {
                add(row, e, MODRM | SIZE, GV, EV);
                add(row, 0x6B, MODRM | SIZE, GV, EV, imm(V, W8));
                add(row, 0x69, MODRM | SIZE, GV, EV, imm(V, Z));
            }
            case MR -> {
                add(row, narrow, MODRM, EB, GB);
                add(row, e, MODRM | SIZE, EV, GV);
                if (row == Op.XCHG) {
                    for (int reg = 0; reg < 8; reg++) {
                        add(row, 0x90 + reg, SIZE | NOT_RAX, at(G_OPCODE, V, 0), AV);
                    }
                }
            }
            case BIT_TEST -> {
                add(row, e, MODRM | SIZE, EV, GV);
                add(row, Bits.M0F | 0xBA, digit | SIZE, EV, IB);
            }
            case LOAD_STORE -> {
                if ((e & Bits.TO_RM) != 0) {
                    add(row, e, MODRM | W_SIZE | MEM_ONLY, EV, GV);
                } else {
                    add(row, e, MODRM | SIZE | MEM_ONLY, GV, EV);
                    add(row, e ^ e >>> Bits.OTHER_SHIFT, MODRM | SIZE | MEM_ONLY, EV, GV);
                }
            }
            case BSWAP -> {
                for (int reg = 0; reg < 8; reg++) {
                    add(row, e + reg, W_SIZE, at(G_OPCODE, V, 0));
                }
            }
            case CMOV, SET, JCC -> unfoldCondition(row);
            case JUMP -> {
                add(row, e, 0, at(RELATIVE, W32, 0));
                if (row == Op.JMP) {
                    add(row, 0xEB, 0, at(RELATIVE, W8, 0));
                }
                add(row, 0xFF, digit, e(W64));
            }
            case PUSH, POP -> {
                for (int reg = 0; reg < 8; reg++) {
                    add(row, (row == Op.PUSH ? 0x50 : 0x58) + reg, 0, at(G_OPCODE, W64, 0));
                }
                add(row, e, digit, e(W64));
                if (row == Op.PUSH) {
                    add(row, 0x68, 0, imm(W64, W32));
                    add(row, 0x6A, 0, imm(W64, W8));
                }
            }
            case RET -> {
                add(row, e, 0);
                add(row, 0xC2, 0, imm(W16, W16));
            }
            case NONE -> add(row, e, 0);
            case NONE_SIZED -> {
                if (hasByte) {
                    add(row, narrow, 0);
                }
                add(row, e, SIZE);
            }
            case FIXED -> add(row, e, THIRD | (e >>> Bits.OTHER_SHIFT) << THIRD_SHIFT);
            case MEMORY -> add(row, e, digit | MEM_ONLY | wide(row), e(memoryWidth(row)));
            case NOP -> {
                add(row, e, digit | SIZE, EV);
                add(row, 0x90, 0);
                add(row, Bits.P66 | 0x90, 0);
            }
            case REGISTER -> add(row, e, digit | REG_ONLY | W_SIZE, EV);
            case RVM -> add(row, e, MODRM | W_SIZE, GV, BV, EV);
            case RMV -> add(row, e, MODRM | W_SIZE, GV, EV, BV);
            case VM -> add(row, e, digit | W_SIZE, BV, EV);
            case RMI -> add(row, e, MODRM | W_SIZE, GV, EV, IB);
            default -> unfoldVector(row);
        }
    }

    private static void unfoldCondition(Op row) {
        for (int cond = 0; cond < 16; cond++) {
            switch (row.form) {
                case CMOV -> add(row, row.encoding + cond, MODRM | SIZE | CONDITION, GV, EV);
                case SET -> add(row, row.encoding + cond, 1 | MODRM | CONDITION, EB);
                default -> {
                    add(row, row.encoding + cond, CONDITION, at(RELATIVE, W32, 0));
                    add(row, 0x70 + cond, CONDITION, at(RELATIVE, W8, 0));
                }
            }
        }
    }

    private static void unfoldVector(Op row) {
        int e = row.encoding;
        int other = e ^ e >>> Bits.OTHER_SHIFT;
        int digit = 1 + (e >>> Bits.DIGIT_SHIFT & 7) | MODRM;
        int rule = MODRM | wide(row);
        if ((row.effect & Bits.REG_ONLY) != 0) {
            rule |= REG_ONLY;
        }
        if ((row.effect & Bits.MEM_ONLY) != 0) {
            rule |= MEM_ONLY;
        }
        int x = x(row);
        int h = x == XV ? HV : at(X_VVVV, W128, 0);
        int w = w(row);
        switch (row.form) {
            case X -> both(row, e, rule, x, h, w, 0);
            case X_IMM -> both(row, e, rule, x, h, w, IB);
            case X_MOVE -> {
                both(row, e, rule, x, h, w, 0);
                both(row, other, rule, w, h, x, 0);
            }
            case X_MOVE_SCALAR -> {
                legacy(row, e, rule, x, w, 0, 0);
                legacy(row, other, rule, w, x, 0, 0);
                vex(row, e, rule | MEM_ONLY, x, w, 0, 0);
                vex(row, other, rule | MEM_ONLY, w, x, 0, 0);
                vex(row, e, rule | REG_ONLY, x, h, w, 0);
                vex(row, other, rule | REG_ONLY, w, h, x, 0);
            }
            case X_HALF -> {
                both(row, e, rule | MEM_ONLY, x, h, w, 0);
                legacy(row, other, rule | MEM_ONLY, w, x, 0, 0);
                vex(row, other, rule | MEM_ONLY, w, x, 0, 0);
            }
            case X_STORE -> both(row, e, rule | MEM_ONLY, w, h, x, 0);
            case X_XMM0 -> legacy(row, e, rule, x, w, at(X_ZERO, W128, 0), 0);
            case X_SHIFT -> {
                legacy(row, e, digit | REG_ONLY, at(X_RM, W128, 0), IB, 0, 0);
                vex(row, e, digit | REG_ONLY, HV, at(X_RM, VL, 0), IB, 0);
            }
            case G_X -> {
                if ((row.effect & Bits.REG_ONLY) != 0) {
                    both(row, e, rule, g(W32), 0, at(X_RM, VL, 0), 0);
                } else {
                    both(row, e, rule | W_SIZE, GV, 0, w, 0);
                }
            }
            case X_G -> both(row, e, rule | W_SIZE, x, h, EV, 0);
            case E_X -> both(row, e, rule | W_SIZE, EV, 0, x, 0);
            case EXTRACT -> both(row, e, rule, element(row), 0, x, IB);
            case EXTRACT_WORD -> both(row, e, rule | REG_ONLY, g(W32), 0, at(X_RM, W128, 0), IB);
            case INSERT -> both(row, e, rule, x, h, element(row), IB);
            case V_X -> vex(row, e, rule, x, h, w, 0);
            case V_BLEND -> vex(row, e, rule, x, h, w, at(X_LAST, VL, 0));
            case V_IMM -> vex(row, e, memoryWidth(row) == VL ? rule : rule | L_SET, x, h, w, IB);
            case V_WIDEN -> vex(row, e, rule, x, w, 0, 0);
            case V_EXTRACT -> vex(row, e, rule | L_SET, w, at(X_REG, W256, 0), IB, 0);
            default -> throw new AssertionError(row);
        }
    }

    private static int wide(Op row) {
        return (row.encoding & Bits.W1) != 0 ? W_SET : 0;
    }

    /** A general purpose register or memory with one element of a vector. */
    private static int element(Op row) {
        int memory = memoryWidth(row);
        return at(G_RM, memory == W64 ? W64 : W32, memory);
    }

    /** Without VEX two operands, with VEX as many as the row says; then the last one, if any. */
    private static void both(Op row, int encoding, int rule, int a, int second, int b, int last) {
        legacy(row, encoding, rule, a, b, last, 0);
        if ((row.encoding & Bits.VEX) == Bits.V3) {
            vex(row, encoding, rule, a, second, b, last);
        } else {
            vex(row, encoding, rule, a, b, last, 0);
        }
    }

    private static void legacy(Op row, int encoding, int rule, int a, int b, int c, int d) {
        enter(row, 0, encoding, rule, pack(a, b, c, d));
    }

    private static void vex(Op row, int encoding, int rule, int a, int b, int c, int d) {
        if ((row.encoding & Bits.VEX) != 0) {
            int length = (rule & L_SET) == 0 && (row.effect & Bits.Y) != 0 ? L_ANY : 0;
            enter(row, VEX, encoding, rule | length, pack(a, b, c, d));
        }
    }

    private static void add(Op row, int encoding, int rule, int... specs) {
        long packed = 0;
        for (int i = 0; i < specs.length; i++) {
            packed |= (long) specs[i] << 16 * i;
        }
        enter(row, (row.encoding & Bits.VEX) == Bits.VEX ? VEX : 0, encoding, rule, packed);
    }

    private static long pack(int a, int b, int c, int d) {
        return a | (long) b << 16 | (long) c << 32 | (long) d << 48;
    }

    private static void enter(Op row, int vex, int encoding, int rule, long packed) {
        int prefix = encoding >>> Bits.PP_SHIFT & 3;
        int key = vex | prefix << 10 | (encoding >>> Bits.MAP_SHIFT & 3) << 8 | encoding & 0xFF;
        chain(row, key, rule, packed);
        if ((rule & SIZE) != 0 && prefix == 0) {
            chain(row, key | 1 << 10, rule, packed);
        }
    }

    private static void chain(Op row, int key, int flags, long packed) {
        if (count == op.length) {
            int length = count * 2;
            next = Arrays.copyOf(next, length);
            op = Arrays.copyOf(op, length);
            rule = Arrays.copyOf(rule, length);
            operands = Arrays.copyOf(operands, length);
        }
        op[count] = (short) row.ordinal();
        rule[count] = flags;
        operands[count] = packed;
        next[count] = FIRST[key];
        FIRST[key] = (short) count++;
    }

    static { // last, since unfolding needs the constants above
        for (Op row : OPS) {
            unfold(row);
        }
    }
}
