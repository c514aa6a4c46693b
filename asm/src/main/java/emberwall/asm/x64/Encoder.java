package emberwall.asm.x64;

import static emberwall.asm.x64.Width.W16;
import static emberwall.asm.x64.Width.W256;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;
import static emberwall.asm.x64.Width.W8;

import emberwall.asm.CodeBuffer;
import emberwall.asm.Reloc;

/**
 * Writes x86-64 instructions by row: a dozen forms, named by their operands in Intel's order. {@link Assembler} adds
 * the readable names; the package's description has the scheme.
 *
 * <p>Nothing here allocates, except when the buffer grows. Operands are checked by assertions only.
 */
public abstract sealed class Encoder extends CodeBuffer permits Assembler {
    private static final int REGISTER_MODE = 0xC0;
    private static final int ALU_DIGIT = 7 << Bits.DIGIT_SHIFT;

    Encoder(int capacity) {
        super(capacity);
    }

    // ---- general purpose and legacy vector forms

    /** No operand: {@code cdq}, {@code ud2}, {@code mfence}. */
    public final void none(Op op) {
        none(op, W32);
    }

    /** No operand but a width: {@code none(CONVERT_D, W64)} is {@code cqo}. */
    public final void none(Op op, int width) {
        int e = op.encoding;
        if ((e & Bits.VEX) == Bits.VEX) {
            position = vexHead(e, W32, 0, 0, 0, 0);
            return;
        }
        int p = head(e, width, 0, false);
        if (op.form == Form.FIXED) {
            bytes[p++] = (byte) (e >>> Bits.OTHER_SHIFT);
        }
        position = p;
    }

    /** One register: {@code neg}, {@code mul}, {@code push}, {@code bswap}, {@code rdgsbase}, indirect {@code call}. */
    public final void r(Op op, int width, int reg) {
        assert reg >>> 4 == 0 : "not a register: " + reg;
        int e = op.encoding;
        Form form = op.form;
        if (form == Form.PUSH || form == Form.POP) {
            inOpcode(form == Form.PUSH ? 0x50 : 0x58, W32, reg);
        } else if (form == Form.JUMP) {
            digitRegister(e & ~0xFF | 0xFF, W32, reg);
        } else if (form == Form.BSWAP) {
            inOpcode(e, width, reg);
        } else {
            digitRegister(e, width, reg);
        }
    }

    /** One operand in memory. */
    public final void m(Op op, int width, long mem) {
        int e = op.encoding;
        Form form = op.form;
        if (form == Form.JUMP) {
            digitMemory(e & ~0xFF | 0xFF, W32, mem, 0);
        } else {
            digitMemory(e, form == Form.PUSH || form == Form.POP ? W32 : width, mem, 0);
        }
    }

    /** One operand in memory of the row's own width: {@code ldmxcsr}, {@code prefetcht0}, {@code cmpxchg16b}. */
    public final void m(Op op, long mem) {
        m(op, W32, mem);
    }

    /** Two registers. */
    public final void rr(Op op, int width, int dst, int src) {
        int e = op.encoding;
        if ((e & Bits.TO_RM) != 0) {
            twoRegisters(e, width, src, dst);
        } else {
            twoRegisters(e, width, dst, src);
        }
    }

    /** Two registers of the row's own width. */
    public final void rr(Op op, int dst, int src) {
        int e = op.encoding;
        assert op.form != Form.X_SHIFT : op;
        twoRegisters(e, W32, dst, src);
    }

    /** A register, from memory; {@code test}, {@code xchg} and the like have only this order for both. */
    public final void rm(Op op, int width, int dst, long mem) {
        int e = op.encoding;
        registerMemory((e & Bits.TO_RM) != 0 ? e ^ e >>> Bits.OTHER_SHIFT : e, width, dst, mem, 0);
    }

    /** A register, from memory of the row's own width. */
    public final void rm(Op op, int dst, long mem) {
        registerMemory(op.encoding, W32, dst, mem, 0);
    }

    /** Memory, from a register. */
    public final void mr(Op op, int width, long mem, int src) {
        int e = op.encoding;
        registerMemory((e & Bits.TO_RM) != 0 ? e : e ^ e >>> Bits.OTHER_SHIFT, width, src, mem, 0);
    }

    /** Memory of the row's own width, from a register. */
    public final void mr(Op op, long mem, int src) {
        int e = op.encoding;
        registerMemory(op.form == Form.X_STORE ? e : e ^ e >>> Bits.OTHER_SHIFT, W32, src, mem, 0);
    }

    /** A register and an immediate, of which as few bytes are written as hold it. */
    public final void ri(Op op, int width, int dst, int imm) {
        Form form = op.form;
        if (form == Form.ALU) {
            aluImmediate(op.encoding, width, dst, imm);
        } else if (form == Form.SHIFT) {
            if (imm == 1) {
                digitRegister(op.encoding ^ 0xC1 ^ 0xD1, width, dst);
            } else {
                tail1(digitRegister(op.encoding, width, dst), imm);
            }
        } else if (form == Form.MOV) {
            int p = width == W64 ? digitRegister(0xC7, W64, dst) : inOpcode(width == W8 ? 0xB0 : 0xB8, width, dst);
            immediate(p, width, imm);
        } else if (form == Form.TEST) {
            int p = dst == Reg.RAX
                    ? head(Bits.BYTE | 0xA9, width, 0, false)
                    : digitRegister(Bits.BYTE | 0xF7, width, dst);
            immediate(p, width, imm);
        } else if (form == Form.IMUL) {
            rri(op, width, dst, dst, imm);
        } else {
            tail1(digitRegister(bitImmediate(op), width, dst), imm);
        }
    }

    private void aluImmediate(int e, int width, int dst, int imm) {
        if (width == W8) {
            if (dst == Reg.RAX) {
                tail1(head(e & 0x38 | 0x04, W32, 0, false), imm);
            } else {
                tail1(digitRegister(e & ALU_DIGIT | Bits.BYTE | 0x81, W8, dst), imm);
            }
        } else if (imm == (byte) imm) {
            tail1(digitRegister(e & ALU_DIGIT | 0x83, width, dst), imm);
        } else if (dst == Reg.RAX) {
            immediate(head(e & 0x38 | 0x05, width, 0, false), width, imm);
        } else {
            immediate(digitRegister(e & ALU_DIGIT | 0x81, width, dst), width, imm);
        }
    }

    private static int bitImmediate(Op op) {
        if (op.form != Form.BIT_TEST) {
            throw new IllegalArgumentException(op + " takes no immediate");
        }
        return op.encoding & 7 << Bits.DIGIT_SHIFT | Bits.M0F | 0xBA;
    }

    /** A vector register and an immediate: the packed shifts. */
    public final void ri(Op op, int dst, int imm) {
        assert op.form == Form.X_SHIFT : op;
        tail1(digitRegister(op.encoding, W32, dst), imm);
    }

    /** A register and four bytes of immediate, even where one would hold it: to be patched later. */
    public final void ri32(Op op, int width, int dst, int imm) {
        assert op.form == Form.ALU && width >= W32 : op;
        immediate(digitRegister(op.encoding & ALU_DIGIT | 0x81, width, dst), width, imm);
    }

    /** Memory and an immediate, of which as few bytes are written as hold it. */
    public final void mi(Op op, int width, long mem, int imm) {
        int e = op.encoding;
        Form form = op.form;
        if (form == Form.ALU) {
            if (width != W8 && imm == (byte) imm) {
                tail1(digitMemory(e & ALU_DIGIT | 0x83, width, mem, 1), imm);
            } else {
                wideImmediate(e & ALU_DIGIT | Bits.BYTE | 0x81, width, mem, imm);
            }
        } else if (form == Form.MOV) {
            wideImmediate(Bits.BYTE | 0xC7, width, mem, imm);
        } else if (form == Form.TEST) {
            wideImmediate(Bits.BYTE | 0xF7, width, mem, imm);
        } else if (form == Form.SHIFT) {
            if (imm == 1) {
                digitMemory(e ^ 0xC1 ^ 0xD1, width, mem, 0);
            } else {
                tail1(digitMemory(e, width, mem, 1), imm);
            }
        } else {
            tail1(digitMemory(bitImmediate(op), width, mem, 1), imm);
        }
    }

    private void wideImmediate(int encoding, int width, long mem, int imm) {
        int tail = width == W8 ? 1 : width == W16 ? 2 : 4;
        immediate(digitMemory(encoding, width, mem, tail), width, imm);
    }

    /** A register shifted by {@code cl}. */
    public final void rcl(Op op, int width, int dst) {
        assert op.form == Form.SHIFT : op;
        digitRegister(op.encoding ^ 0xC1 ^ 0xD3, width, dst);
    }

    /** Memory shifted by {@code cl}. */
    public final void mcl(Op op, int width, long mem) {
        assert op.form == Form.SHIFT : op;
        digitMemory(op.encoding ^ 0xC1 ^ 0xD3, width, mem, 0);
    }

    /** {@code shld} and {@code shrd} of a register by {@code cl}. */
    public final void rrcl(Op op, int width, int dst, int src) {
        assert op.form == Form.SHIFT_DOUBLE : op;
        twoRegisters(op.encoding | 1, width, src, dst);
    }

    /** {@code shld} and {@code shrd} of memory by {@code cl}. */
    public final void mrcl(Op op, int width, long mem, int src) {
        assert op.form == Form.SHIFT_DOUBLE : op;
        registerMemory(op.encoding | 1, width, src, mem, 0);
    }

    /** Two registers and an immediate: {@code imul}, {@code shld}, {@code pextrd}, {@code pinsrd}. */
    public final void rri(Op op, int width, int dst, int src, int imm) {
        int e = op.encoding;
        Form form = op.form;
        if (form == Form.IMUL) {
            if (imm == (byte) imm) {
                tail1(twoRegisters(0x6B, width, dst, src), imm);
            } else {
                immediate(twoRegisters(0x69, width, dst, src), width, imm);
            }
        } else if (form == Form.SHIFT_DOUBLE || form == Form.EXTRACT) {
            tail1(twoRegisters(e, width, src, dst), imm);
        } else {
            tail1(twoRegisters(e, width, dst, src), imm);
        }
    }

    /** Two registers of the row's own width and a byte of immediate. */
    public final void rri(Op op, int dst, int src, int imm) {
        rri(op, W32, dst, src, imm);
    }

    /** A register, memory and an immediate. */
    public final void rmi(Op op, int width, int dst, long mem, int imm) {
        if (op.form != Form.IMUL || imm == (byte) imm) {
            int e = op.form == Form.IMUL ? 0x6B : op.encoding;
            tail1(registerMemory(e, width, dst, mem, 1), imm);
        } else {
            immediate(registerMemory(0x69, width, dst, mem, width == W16 ? 2 : 4), width, imm);
        }
    }

    /** A register, memory of the row's own width and a byte of immediate. */
    public final void rmi(Op op, int dst, long mem, int imm) {
        tail1(registerMemory(op.encoding, W32, dst, mem, 1), imm);
    }

    /** Memory, a register and a byte of immediate: {@code shld}. */
    public final void mri(Op op, int width, long mem, int src, int imm) {
        tail1(registerMemory(op.encoding, width, src, mem, 1), imm);
    }

    /** Memory of the row's own width, a register and a byte of immediate: {@code pextrd}. */
    public final void mri(Op op, long mem, int src, int imm) {
        tail1(registerMemory(op.encoding, W32, src, mem, 1), imm);
    }

    // ---- VEX forms; the width is W128 or W256, or that of the general purpose operands

    /** VEX, two operands: registers. */
    public final void vrr(Op op, int width, int dst, int src) {
        int e = op.encoding;
        if (op.form == Form.E_X) {
            vexRegisters(e, width, src, 0, dst);
        } else if (op.form == Form.X_MOVE && src >= 8 && dst < 8) {
            vexRegisters(e ^ e >>> Bits.OTHER_SHIFT, width, src, 0, dst); // a byte shorter as a store
        } else {
            vexRegisters(e, width, dst, 0, src);
        }
    }

    /** VEX, two operands: a register from memory. */
    public final void vrm(Op op, int width, int dst, long mem) {
        vexMemory(op.encoding, width, dst, 0, mem, 0);
    }

    /** VEX, two operands: memory from a register. */
    public final void vmr(Op op, int width, long mem, int src) {
        int e = op.encoding;
        vexMemory(e ^ e >>> Bits.OTHER_SHIFT, width, src, 0, mem, 0);
    }

    /** VEX, two registers and a byte of immediate; {@code rorx}, {@code vpshufd}, {@code vpextrd}. */
    public final void vrri(Op op, int width, int dst, int src, int imm) {
        int e = op.encoding;
        if (op.form == Form.EXTRACT || op.form == Form.V_EXTRACT) {
            tail1(vexRegisters(e, width, src, 0, dst), imm);
        } else {
            tail1(vexRegisters(e, width, dst, 0, src), imm);
        }
    }

    /** VEX, a register, memory and a byte of immediate. */
    public final void vrmi(Op op, int width, int dst, long mem, int imm) {
        tail1(vexMemory(op.encoding, width, dst, 0, mem, 1), imm);
    }

    /** VEX, memory, a register and a byte of immediate. */
    public final void vmri(Op op, int width, long mem, int src, int imm) {
        tail1(vexMemory(op.encoding, width, src, 0, mem, 1), imm);
    }

    /** VEX, three registers: the sources in the order of the manual, {@code shlx dst, value, count} too. */
    public final void rvr(Op op, int width, int dst, int first, int second) {
        int e = op.encoding;
        if (op.form == Form.RMV) {
            vexRegisters(e, width, dst, second, first);
        } else if (op.form == Form.X_MOVE_SCALAR && second >= 8 && dst < 8) {
            vexRegisters(e ^ e >>> Bits.OTHER_SHIFT, width, second, first, dst); // a byte shorter as a store
        } else {
            vexRegisters(e, width, dst, first, second);
        }
    }

    /** VEX, three operands, the last one in memory. */
    public final void rvm(Op op, int width, int dst, int first, long mem) {
        assert op.form != Form.RMV : op;
        vexMemory(op.encoding, width, dst, first, mem, 0);
    }

    /** VEX, three operands, the second one in memory: {@code shlx dst, mem, count}. */
    public final void rmv(Op op, int width, int dst, long mem, int count) {
        assert op.form == Form.RMV : op;
        vexMemory(op.encoding, width, dst, count, mem, 0);
    }

    /** VEX, three registers and a byte of immediate. */
    public final void rvri(Op op, int width, int dst, int first, int second, int imm) {
        tail1(vexRegisters(op.encoding, width, dst, first, second), imm);
    }

    /** VEX, two registers, memory and a byte of immediate. */
    public final void rvmi(Op op, int width, int dst, int first, long mem, int imm) {
        tail1(vexMemory(op.encoding, width, dst, first, mem, 1), imm);
    }

    /** VEX, four registers: {@code vpblendvb}. */
    public final void rvrr(Op op, int width, int dst, int first, int second, int mask) {
        assert op.form == Form.V_BLEND : op;
        tail1(vexRegisters(op.encoding, width, dst, first, second), mask << 4);
    }

    /** VEX, three registers and memory: {@code vpblendvb}. */
    public final void rvmr(Op op, int width, int dst, int first, long mem, int mask) {
        assert op.form == Form.V_BLEND : op;
        tail1(vexMemory(op.encoding, width, dst, first, mem, 1), mask << 4);
    }

    /** VEX, the destination in VEX.vvvv, from a register: {@code blsr}. */
    public final void vr(Op op, int width, int dst, int src) {
        assert op.form == Form.VM : op;
        vexRegisters(op.encoding, width, op.encoding >>> Bits.DIGIT_SHIFT & 7, dst, src);
    }

    /** VEX, the destination in VEX.vvvv, from memory. */
    public final void vm(Op op, int width, int dst, long mem) {
        assert op.form == Form.VM : op;
        vexMemory(op.encoding, width, op.encoding >>> Bits.DIGIT_SHIFT & 7, dst, mem, 0);
    }

    /** VEX, a packed shift by an immediate into another register. */
    public final void vri(Op op, int width, int dst, int src, int imm) {
        assert op.form == Form.X_SHIFT : op;
        tail1(vexRegisters(op.encoding, width, op.encoding >>> Bits.DIGIT_SHIFT & 7, dst, src), imm);
    }

    // ---- bytes

    /** Writes prefixes, REX, map and opcode; the caller goes on at the offset returned. */
    final int head(int encoding, int width, int rexBits, boolean rexForced) {
        room();
        byte[] b = bytes;
        int p = position;
        if (width == W16) {
            b[p++] = 0x66;
        }
        int prefix = encoding >>> Bits.PP_SHIFT & 3;
        if (prefix != 0) {
            b[p++] = (byte) (0xF2F366 >> prefix * 8 - 8);
        }
        int rex = rexBits | (width == W64 ? 8 : 0) | encoding >>> 12 & 8;
        if (rex != 0 || rexForced) {
            b[p++] = (byte) (0x40 | rex);
        }
        int map = encoding >>> Bits.MAP_SHIFT & 3;
        if (map != 0) {
            b[p++] = 0x0F;
            if (map != 1) {
                b[p++] = (byte) (0x34 + 2 * map);
            }
        }
        assert width != W8 || (encoding & Bits.BYTE) != 0 : "no 8-bit form";
        b[p++] = (byte) (width == W8 ? encoding & ~1 : encoding);
        return p;
    }

    /** An opcode with the register in its low three bits. */
    final int inOpcode(int encoding, int width, int reg) {
        int p = head(encoding | reg & 7, width == W8 ? W32 : width, reg >> 3, width == W8 && reg >= 4);
        position = p;
        return p;
    }

    final int twoRegisters(int encoding, int width, int reg, int rm) {
        assert (reg | rm) >>> 4 == 0 : "not registers: " + reg + ", " + rm;
        boolean forced = width == W8 && (reg >= 4 || rm >= 4) || (encoding & Bits.RM8) != 0 && rm >= 4;
        int p = head(encoding, width, (reg & 8) >> 1 | rm >> 3, forced);
        bytes[p] = (byte) (REGISTER_MODE | (reg & 7) << 3 | rm & 7);
        position = p + 1;
        return p + 1;
    }

    final int digitRegister(int encoding, int width, int rm) {
        assert rm >>> 4 == 0 : "not a register: " + rm;
        boolean forced = (width == W8 || (encoding & Bits.RM8) != 0) && rm >= 4;
        int p = head(encoding, width, rm >> 3, forced);
        bytes[p] = (byte) (REGISTER_MODE | encoding >>> Bits.DIGIT_SHIFT - 3 & 0x38 | rm & 7);
        position = p + 1;
        return p + 1;
    }

    final int registerMemory(int encoding, int width, int reg, long mem, int tail) {
        assert reg >>> 4 == 0 : "not a register: " + reg;
        int p = head(encoding, width, (reg & 8) >> 1 | rexOf(mem), width == W8 && reg >= 4);
        return memory(p, reg, mem, tail);
    }

    final int digitMemory(int encoding, int width, long mem, int tail) {
        int p = head(encoding, width, rexOf(mem), false);
        return memory(p, encoding >>> Bits.DIGIT_SHIFT & 7, mem, tail);
    }

    private static int rexOf(long mem) {
        assert mem >>> 60 >= Mem.REGISTERS && mem >>> 60 <= Mem.ADDRESS : "not a memory operand: " + mem;
        return mem >>> 60 == Mem.REGISTERS ? (int) (mem >>> 39) & 2 | (int) (mem >>> 35) & 1 : 0;
    }

    /**
     * Writes ModRM, SIB and displacement.
     *
     * @param tail how many bytes of the instruction follow
     */
    private int memory(int p, int reg, long mem, int tail) {
        byte[] b = bytes;
        int field = (reg & 7) << 3;
        if (mem >>> 60 != Mem.REGISTERS) {
            b[p] = (byte) (field | 5);
            return ripRelative(p + 1, mem, tail);
        }
        int base = (int) (mem >>> 32) & 31;
        int index = (int) (mem >>> 37) & 31;
        int disp = (int) mem;
        if (base == Mem.NONE) {
            b[p++] = (byte) (field | 4);
            b[p++] = (byte) ((int) (mem >>> 36) & 0xC0 | (index & 7 | index >> 2 & 4) << 3 | 5);
            position = p = write4(b, p, disp);
            return p;
        }
        // rbp and r13 as a base always take a displacement; rsp and r12 always take a SIB byte
        int mode = disp == 0 && (base & 7) != 5 ? 0 : disp == (byte) disp ? 0x40 : 0x80;
        if (index == Mem.NONE && (base & 7) != 4) {
            b[p++] = (byte) (mode | field | base & 7);
        } else {
            b[p++] = (byte) (mode | field | 4);
            b[p++] = (byte) ((int) (mem >>> 36) & 0xC0 | (index & 7 | index >> 2 & 4) << 3 | base & 7);
        }
        if (mode == 0x40) {
            b[p++] = (byte) disp;
        } else if (mode == 0x80) {
            p = write4(b, p, disp);
        }
        position = p;
        return p;
    }

    private int ripRelative(int p, long mem, int tail) {
        int disp = (int) mem;
        int kind = (int) (mem >>> 60);
        if (kind == Mem.LABEL) {
            fixup(p, disp, REL32 + tail);
            disp = 0;
        } else if (kind == Mem.ADDRESS) {
            reloc(Reloc.PC32, p, Mem.target(mem), -4 - tail);
            disp = 0;
        }
        position = p = write4(bytes, p, disp);
        return p;
    }

    private int vexHead(int encoding, int width, int reg, int rexBits, int second, int length) {
        room();
        byte[] b = bytes;
        int p = position;
        int rest = (~second & 15) << 3 | length | encoding >>> Bits.PP_SHIFT & 3;
        boolean wide = width == W64 || (encoding & Bits.W1) != 0;
        int map = encoding >>> Bits.MAP_SHIFT & 3;
        if (rexBits == 0 && map == 1 && !wide) {
            b[p++] = (byte) 0xC5;
            b[p++] = (byte) ((~reg & 8) << 4 | rest);
        } else {
            b[p++] = (byte) 0xC4;
            b[p++] = (byte) ((~reg & 8) << 4 | (~rexBits & 3) << 5 | map);
            b[p++] = (byte) ((wide ? 0x80 : 0) | rest);
        }
        b[p++] = (byte) encoding;
        return p;
    }

    private int vexRegisters(int encoding, int width, int reg, int second, int rm) {
        assert (reg | second | rm) >>> 4 == 0 : "not registers: " + reg + ", " + second + ", " + rm;
        assert (encoding & Bits.VEX) != 0 : "no VEX form";
        int p = vexHead(encoding, width, reg, rm >> 3, second, width == W256 ? 4 : 0);
        bytes[p] = (byte) (REGISTER_MODE | (reg & 7) << 3 | rm & 7);
        position = p + 1;
        return p + 1;
    }

    private int vexMemory(int encoding, int width, int reg, int second, long mem, int tail) {
        assert (reg | second) >>> 4 == 0 : "not registers: " + reg + ", " + second;
        assert (encoding & Bits.VEX) != 0 : "no VEX form";
        int p = vexHead(encoding, width, reg, rexOf(mem), second, width == W256 ? 4 : 0);
        return memory(p, reg, mem, tail);
    }

    private void tail1(int p, int imm) {
        bytes[p] = (byte) imm;
        position = p + 1;
    }

    final void immediate(int p, int width, int imm) {
        byte[] b = bytes;
        b[p++] = (byte) imm;
        if (width != W8) {
            b[p++] = (byte) (imm >> 8);
            if (width != W16) {
                b[p++] = (byte) (imm >> 16);
                b[p++] = (byte) (imm >> 24);
            }
        }
        position = p;
    }
}
