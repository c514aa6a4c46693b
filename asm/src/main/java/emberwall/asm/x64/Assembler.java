package emberwall.asm.x64;

import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.Reloc;

/**
 * Writes x86-64 instructions: {@link Encoder}'s forms by row, and readable names for people, who leave the width out
 * when they mean 64 bits. In names without a suffix the last operand is a register if it is an {@code int}, memory if
 * it is a {@code long}; names in {@code i} take an immediate. See the package's description.
 */
public final class Assembler extends Encoder {
    /** An assembler with an empty buffer. */
    public Assembler() {
        this(1024);
    }

    /** An assembler with an empty buffer that has room for {@code capacity} bytes. */
    public Assembler(int capacity) {
        super(capacity);
    }

    // ---- moves and integer arithmetic

    /** {@code dst = src}, 64 bits. */
    public void mov(int dst, int src) {
        rr(Op.MOV, W64, dst, src);
    }

    /** {@code dst = src}. */
    public void mov(int width, int dst, int src) {
        rr(Op.MOV, width, dst, src);
    }

    /** {@code dst = src}, 64 bits. */
    public void mov(int dst, long mem) {
        rm(Op.MOV, W64, dst, mem);
    }

    /** {@code dst = src}. */
    public void mov(int width, int dst, long mem) {
        rm(Op.MOV, width, dst, mem);
    }

    /** {@code dst = src}, 64 bits. */
    public void mov(long mem, int src) {
        mr(Op.MOV, W64, mem, src);
    }

    /** {@code dst = src}. */
    public void mov(int width, long mem, int src) {
        mr(Op.MOV, width, mem, src);
    }

    /** {@code dst += src}, 64 bits. */
    public void add(int dst, int src) {
        rr(Op.ADD, W64, dst, src);
    }

    /** {@code dst += src}. */
    public void add(int width, int dst, int src) {
        rr(Op.ADD, width, dst, src);
    }

    /** {@code dst += src}, 64 bits. */
    public void add(int dst, long mem) {
        rm(Op.ADD, W64, dst, mem);
    }

    /** {@code dst += src}. */
    public void add(int width, int dst, long mem) {
        rm(Op.ADD, width, dst, mem);
    }

    /** {@code dst += src}, 64 bits. */
    public void add(long mem, int src) {
        mr(Op.ADD, W64, mem, src);
    }

    /** {@code dst += src}. */
    public void add(int width, long mem, int src) {
        mr(Op.ADD, width, mem, src);
    }

    /** {@code dst += src}, 64 bits. */
    public void addi(int dst, int imm) {
        ri(Op.ADD, W64, dst, imm);
    }

    /** {@code dst += src}. */
    public void addi(int width, int dst, int imm) {
        ri(Op.ADD, width, dst, imm);
    }

    /** {@code dst += src}, 64 bits. */
    public void addi(long mem, int imm) {
        mi(Op.ADD, W64, mem, imm);
    }

    /** {@code dst += src}. */
    public void addi(int width, long mem, int imm) {
        mi(Op.ADD, width, mem, imm);
    }

    /** {@code dst |= src}, 64 bits. */
    public void or(int dst, int src) {
        rr(Op.OR, W64, dst, src);
    }

    /** {@code dst |= src}. */
    public void or(int width, int dst, int src) {
        rr(Op.OR, width, dst, src);
    }

    /** {@code dst |= src}, 64 bits. */
    public void or(int dst, long mem) {
        rm(Op.OR, W64, dst, mem);
    }

    /** {@code dst |= src}. */
    public void or(int width, int dst, long mem) {
        rm(Op.OR, width, dst, mem);
    }

    /** {@code dst |= src}, 64 bits. */
    public void or(long mem, int src) {
        mr(Op.OR, W64, mem, src);
    }

    /** {@code dst |= src}. */
    public void or(int width, long mem, int src) {
        mr(Op.OR, width, mem, src);
    }

    /** {@code dst |= src}, 64 bits. */
    public void ori(int dst, int imm) {
        ri(Op.OR, W64, dst, imm);
    }

    /** {@code dst |= src}. */
    public void ori(int width, int dst, int imm) {
        ri(Op.OR, width, dst, imm);
    }

    /** {@code dst |= src}, 64 bits. */
    public void ori(long mem, int imm) {
        mi(Op.OR, W64, mem, imm);
    }

    /** {@code dst |= src}. */
    public void ori(int width, long mem, int imm) {
        mi(Op.OR, width, mem, imm);
    }

    /** {@code dst += src + carry}, 64 bits. */
    public void adc(int dst, int src) {
        rr(Op.ADC, W64, dst, src);
    }

    /** {@code dst += src + carry}. */
    public void adc(int width, int dst, int src) {
        rr(Op.ADC, width, dst, src);
    }

    /** {@code dst += src + carry}, 64 bits. */
    public void adc(int dst, long mem) {
        rm(Op.ADC, W64, dst, mem);
    }

    /** {@code dst += src + carry}. */
    public void adc(int width, int dst, long mem) {
        rm(Op.ADC, width, dst, mem);
    }

    /** {@code dst += src + carry}, 64 bits. */
    public void adc(long mem, int src) {
        mr(Op.ADC, W64, mem, src);
    }

    /** {@code dst += src + carry}. */
    public void adc(int width, long mem, int src) {
        mr(Op.ADC, width, mem, src);
    }

    /** {@code dst += src + carry}, 64 bits. */
    public void adci(int dst, int imm) {
        ri(Op.ADC, W64, dst, imm);
    }

    /** {@code dst += src + carry}. */
    public void adci(int width, int dst, int imm) {
        ri(Op.ADC, width, dst, imm);
    }

    /** {@code dst += src + carry}, 64 bits. */
    public void adci(long mem, int imm) {
        mi(Op.ADC, W64, mem, imm);
    }

    /** {@code dst += src + carry}. */
    public void adci(int width, long mem, int imm) {
        mi(Op.ADC, width, mem, imm);
    }

    /** {@code dst -= src + carry}, 64 bits. */
    public void sbb(int dst, int src) {
        rr(Op.SBB, W64, dst, src);
    }

    /** {@code dst -= src + carry}. */
    public void sbb(int width, int dst, int src) {
        rr(Op.SBB, width, dst, src);
    }

    /** {@code dst -= src + carry}, 64 bits. */
    public void sbb(int dst, long mem) {
        rm(Op.SBB, W64, dst, mem);
    }

    /** {@code dst -= src + carry}. */
    public void sbb(int width, int dst, long mem) {
        rm(Op.SBB, width, dst, mem);
    }

    /** {@code dst -= src + carry}, 64 bits. */
    public void sbb(long mem, int src) {
        mr(Op.SBB, W64, mem, src);
    }

    /** {@code dst -= src + carry}. */
    public void sbb(int width, long mem, int src) {
        mr(Op.SBB, width, mem, src);
    }

    /** {@code dst -= src + carry}, 64 bits. */
    public void sbbi(int dst, int imm) {
        ri(Op.SBB, W64, dst, imm);
    }

    /** {@code dst -= src + carry}. */
    public void sbbi(int width, int dst, int imm) {
        ri(Op.SBB, width, dst, imm);
    }

    /** {@code dst -= src + carry}, 64 bits. */
    public void sbbi(long mem, int imm) {
        mi(Op.SBB, W64, mem, imm);
    }

    /** {@code dst -= src + carry}. */
    public void sbbi(int width, long mem, int imm) {
        mi(Op.SBB, width, mem, imm);
    }

    /** {@code dst &= src}, 64 bits. */
    public void and(int dst, int src) {
        rr(Op.AND, W64, dst, src);
    }

    /** {@code dst &= src}. */
    public void and(int width, int dst, int src) {
        rr(Op.AND, width, dst, src);
    }

    /** {@code dst &= src}, 64 bits. */
    public void and(int dst, long mem) {
        rm(Op.AND, W64, dst, mem);
    }

    /** {@code dst &= src}. */
    public void and(int width, int dst, long mem) {
        rm(Op.AND, width, dst, mem);
    }

    /** {@code dst &= src}, 64 bits. */
    public void and(long mem, int src) {
        mr(Op.AND, W64, mem, src);
    }

    /** {@code dst &= src}. */
    public void and(int width, long mem, int src) {
        mr(Op.AND, width, mem, src);
    }

    /** {@code dst &= src}, 64 bits. */
    public void andi(int dst, int imm) {
        ri(Op.AND, W64, dst, imm);
    }

    /** {@code dst &= src}. */
    public void andi(int width, int dst, int imm) {
        ri(Op.AND, width, dst, imm);
    }

    /** {@code dst &= src}, 64 bits. */
    public void andi(long mem, int imm) {
        mi(Op.AND, W64, mem, imm);
    }

    /** {@code dst &= src}. */
    public void andi(int width, long mem, int imm) {
        mi(Op.AND, width, mem, imm);
    }

    /** {@code dst -= src}, 64 bits. */
    public void sub(int dst, int src) {
        rr(Op.SUB, W64, dst, src);
    }

    /** {@code dst -= src}. */
    public void sub(int width, int dst, int src) {
        rr(Op.SUB, width, dst, src);
    }

    /** {@code dst -= src}, 64 bits. */
    public void sub(int dst, long mem) {
        rm(Op.SUB, W64, dst, mem);
    }

    /** {@code dst -= src}. */
    public void sub(int width, int dst, long mem) {
        rm(Op.SUB, width, dst, mem);
    }

    /** {@code dst -= src}, 64 bits. */
    public void sub(long mem, int src) {
        mr(Op.SUB, W64, mem, src);
    }

    /** {@code dst -= src}. */
    public void sub(int width, long mem, int src) {
        mr(Op.SUB, width, mem, src);
    }

    /** {@code dst -= src}, 64 bits. */
    public void subi(int dst, int imm) {
        ri(Op.SUB, W64, dst, imm);
    }

    /** {@code dst -= src}. */
    public void subi(int width, int dst, int imm) {
        ri(Op.SUB, width, dst, imm);
    }

    /** {@code dst -= src}, 64 bits. */
    public void subi(long mem, int imm) {
        mi(Op.SUB, W64, mem, imm);
    }

    /** {@code dst -= src}. */
    public void subi(int width, long mem, int imm) {
        mi(Op.SUB, width, mem, imm);
    }

    /** {@code dst ^= src}, 64 bits. */
    public void xor(int dst, int src) {
        rr(Op.XOR, W64, dst, src);
    }

    /** {@code dst ^= src}. */
    public void xor(int width, int dst, int src) {
        rr(Op.XOR, width, dst, src);
    }

    /** {@code dst ^= src}, 64 bits. */
    public void xor(int dst, long mem) {
        rm(Op.XOR, W64, dst, mem);
    }

    /** {@code dst ^= src}. */
    public void xor(int width, int dst, long mem) {
        rm(Op.XOR, width, dst, mem);
    }

    /** {@code dst ^= src}, 64 bits. */
    public void xor(long mem, int src) {
        mr(Op.XOR, W64, mem, src);
    }

    /** {@code dst ^= src}. */
    public void xor(int width, long mem, int src) {
        mr(Op.XOR, width, mem, src);
    }

    /** {@code dst ^= src}, 64 bits. */
    public void xori(int dst, int imm) {
        ri(Op.XOR, W64, dst, imm);
    }

    /** {@code dst ^= src}. */
    public void xori(int width, int dst, int imm) {
        ri(Op.XOR, width, dst, imm);
    }

    /** {@code dst ^= src}, 64 bits. */
    public void xori(long mem, int imm) {
        mi(Op.XOR, W64, mem, imm);
    }

    /** {@code dst ^= src}. */
    public void xori(int width, long mem, int imm) {
        mi(Op.XOR, width, mem, imm);
    }

    /** {@code flags of dst - src}, 64 bits. */
    public void cmp(int dst, int src) {
        rr(Op.CMP, W64, dst, src);
    }

    /** {@code flags of dst - src}. */
    public void cmp(int width, int dst, int src) {
        rr(Op.CMP, width, dst, src);
    }

    /** {@code flags of dst - src}, 64 bits. */
    public void cmp(int dst, long mem) {
        rm(Op.CMP, W64, dst, mem);
    }

    /** {@code flags of dst - src}. */
    public void cmp(int width, int dst, long mem) {
        rm(Op.CMP, width, dst, mem);
    }

    /** {@code flags of dst - src}, 64 bits. */
    public void cmp(long mem, int src) {
        mr(Op.CMP, W64, mem, src);
    }

    /** {@code flags of dst - src}. */
    public void cmp(int width, long mem, int src) {
        mr(Op.CMP, width, mem, src);
    }

    /** {@code flags of dst - src}, 64 bits. */
    public void cmpi(int dst, int imm) {
        ri(Op.CMP, W64, dst, imm);
    }

    /** {@code flags of dst - src}. */
    public void cmpi(int width, int dst, int imm) {
        ri(Op.CMP, width, dst, imm);
    }

    /** {@code flags of dst - src}, 64 bits. */
    public void cmpi(long mem, int imm) {
        mi(Op.CMP, W64, mem, imm);
    }

    /** {@code flags of dst - src}. */
    public void cmpi(int width, long mem, int imm) {
        mi(Op.CMP, width, mem, imm);
    }

    /** {@code flags of dst & src}, 64 bits. */
    public void test(int dst, int src) {
        rr(Op.TEST, W64, dst, src);
    }

    /** {@code flags of dst & src}. */
    public void test(int width, int dst, int src) {
        rr(Op.TEST, width, dst, src);
    }

    /** {@code flags of dst & src}, 64 bits. */
    public void test(long mem, int src) {
        mr(Op.TEST, W64, mem, src);
    }

    /** {@code flags of dst & src}. */
    public void test(int width, long mem, int src) {
        mr(Op.TEST, width, mem, src);
    }

    /** {@code flags of dst & src}, 64 bits. */
    public void testi(int dst, int imm) {
        ri(Op.TEST, W64, dst, imm);
    }

    /** {@code flags of dst & src}. */
    public void testi(int width, int dst, int imm) {
        ri(Op.TEST, width, dst, imm);
    }

    /** {@code flags of dst & src}, 64 bits. */
    public void testi(long mem, int imm) {
        mi(Op.TEST, W64, mem, imm);
    }

    /** {@code flags of dst & src}. */
    public void testi(int width, long mem, int imm) {
        mi(Op.TEST, width, mem, imm);
    }

    /** {@code reg = imm} in the shortest way, which may be {@code xor} and then changes the flags. */
    public void movi(int reg, long imm) {
        movi(W64, reg, imm);
    }

    /** {@code reg = imm} in the shortest way, which may be {@code xor} and then changes the flags; W32 or W64. */
    public void movi(int width, int reg, long imm) {
        if (imm == 0) {
            rr(Op.XOR, W32, reg, reg);
        } else {
            moviKeepFlags(width, reg, imm);
        }
    }

    /** {@code reg = imm} in the shortest way that leaves the flags alone; W32 or W64. */
    public void moviKeepFlags(int width, int reg, long imm) {
        assert width >= W32 && (width == W64 || imm == (int) imm || imm >>> 32 == 0) : "does not fit: " + imm;
        if (width == W32 || imm >>> 32 == 0) {
            immediate(inOpcode(0xB8, W32, reg), W32, (int) imm);
        } else if (imm == (int) imm) {
            ri(Op.MOV, W64, reg, (int) imm);
        } else {
            movi64(reg, imm);
        }
    }

    /** {@code reg = imm} in ten bytes whatever the value. */
    public void movi64(int reg, long imm) {
        inOpcode(0xB8, W64, reg);
        put8(imm);
    }

    /** {@code reg = address}, by a relocation of 64 bits. */
    public void movAddress(int reg, long address) {
        inOpcode(0xB8, W64, reg);
        reloc(Reloc.ABS64, position, address, 0);
        put8(0);
    }

    /** {@code mem = imm}; 64 bits sign-extend the immediate. */
    public void storei(int width, long mem, int imm) {
        mi(Op.MOV, width, mem, imm);
    }

    /** {@code dst = address of mem}. */
    public void lea(int dst, long mem) {
        rm(Op.LEA, W64, dst, mem);
    }

    /** {@code dst = address of mem}, cut to the width. */
    public void lea(int width, int dst, long mem) {
        rm(Op.LEA, width, dst, mem);
    }

    /** {@code dst = the low 8 bits of src}, 32 bits and thereby 64. */
    public void movzx8(int dst, int src) {
        rr(Op.MOVZX_8, W32, dst, src);
    }

    /** {@code dst = the byte at mem}, 32 bits and thereby 64. */
    public void movzx8(int dst, long mem) {
        rm(Op.MOVZX_8, W32, dst, mem);
    }

    /** {@code dst = the low 16 bits of src}, 32 bits and thereby 64. */
    public void movzx16(int dst, int src) {
        rr(Op.MOVZX_16, W32, dst, src);
    }

    /** {@code dst = the 16 bits at mem}, 32 bits and thereby 64. */
    public void movzx16(int dst, long mem) {
        rm(Op.MOVZX_16, W32, dst, mem);
    }

    /** {@code dst = the low 8 bits of src}, sign-extended to the width. */
    public void movsx8(int width, int dst, int src) {
        rr(Op.MOVSX_8, width, dst, src);
    }

    /** {@code dst = the byte at mem}, sign-extended to the width. */
    public void movsx8(int width, int dst, long mem) {
        rm(Op.MOVSX_8, width, dst, mem);
    }

    /** {@code dst = the low 16 bits of src}, sign-extended to the width. */
    public void movsx16(int width, int dst, int src) {
        rr(Op.MOVSX_16, width, dst, src);
    }

    /** {@code dst = the 16 bits at mem}, sign-extended to the width. */
    public void movsx16(int width, int dst, long mem) {
        rm(Op.MOVSX_16, width, dst, mem);
    }

    /** {@code dst = the low 32 bits of src}, sign-extended to 64. */
    public void movsxd(int dst, int src) {
        rr(Op.MOVSXD, W64, dst, src);
    }

    /** {@code dst = the 32 bits at mem}, sign-extended to 64. */
    public void movsxd(int dst, long mem) {
        rm(Op.MOVSXD, W64, dst, mem);
    }

    /** {@code -reg}. */
    public void neg(int width, int reg) {
        r(Op.NEG, width, reg);
    }

    /** {@code ~reg}. */
    public void not(int width, int reg) {
        r(Op.NOT, width, reg);
    }

    /** {@code dst *= src}. */
    public void imul(int width, int dst, int src) {
        rr(Op.IMUL, width, dst, src);
    }

    /** {@code dst = src * imm}. */
    public void imuli(int width, int dst, int src, int imm) {
        rri(Op.IMUL, width, dst, src, imm);
    }

    /** {@code rdx = the sign of rax}, 32 bits. */
    public void cdq() {
        none(Op.CONVERT_D, W32);
    }

    /** {@code rdx = the sign of rax}, 64 bits. */
    public void cqo() {
        none(Op.CONVERT_D, W64);
    }

    /** {@code reg <<= imm}. */
    public void shli(int width, int reg, int imm) {
        ri(Op.SHL, width, reg, imm);
    }

    /** {@code reg >>>= imm}. */
    public void shri(int width, int reg, int imm) {
        ri(Op.SHR, width, reg, imm);
    }

    /** {@code reg >>= imm}. */
    public void sari(int width, int reg, int imm) {
        ri(Op.SAR, width, reg, imm);
    }

    /** Exchanges a register and memory, at once: it needs no lock prefix. */
    public void xchg(int width, long mem, int reg) {
        mr(Op.XCHG, width, mem, reg);
    }

    /** Exchanges two registers. */
    public void xchg(int width, int a, int b) {
        rr(Op.XCHG, width, a, b);
    }

    /** The lock prefix of the next instruction. */
    public void lock() {
        put1(0xF0);
    }

    /** Nothing that follows is read before all that came before has been written. */
    public void mfence() {
        none(Op.MFENCE);
    }

    /** {@code reg = cond ? 1 : 0}, 8 bits; the rest of the register keeps its value. */
    public void set(int cond, int reg) {
        digitRegister(Op.SET.encoding | cond, W32, reg);
    }

    /** {@code mem = cond ? 1 : 0}, 8 bits. */
    public void set(int cond, long mem) {
        digitMemory(Op.SET.encoding | cond, W32, mem, 0);
    }

    /** {@code if (cond) dst = src}. */
    public void cmov(int cond, int width, int dst, int src) {
        twoRegisters(Op.CMOV.encoding | cond, width, dst, src);
    }

    /** {@code if (cond) dst = mem}; the memory is read in any case. */
    public void cmov(int cond, int width, int dst, long mem) {
        registerMemory(Op.CMOV.encoding | cond, width, dst, mem, 0);
    }

    // ---- the stack

    /** Pushes 64 bits. */
    public void push(int reg) {
        r(Op.PUSH, W64, reg);
    }

    /** Pushes 64 bits from memory. */
    public void push(long mem) {
        m(Op.PUSH, W64, mem);
    }

    /** Pushes an immediate, sign-extended to 64 bits. */
    public void pushi(int imm) {
        room();
        if (imm == (byte) imm) {
            bytes[position++] = 0x6A;
            bytes[position++] = (byte) imm;
        } else {
            bytes[position++] = 0x68;
            position = write4(bytes, position, imm);
        }
    }

    /** Pops 64 bits. */
    public void pop(int reg) {
        r(Op.POP, W64, reg);
    }

    /** Pops 64 bits into memory. */
    public void pop(long mem) {
        m(Op.POP, W64, mem);
    }

    // ---- vectors and floating point

    /** {@code xmm = reg}: 32 or 64 bits as they are, the rest zero. */
    public void gprToXmm(int width, int xmm, int reg) {
        rr(Op.MOVD_XG, width, xmm, reg);
    }

    /** {@code reg = xmm}: 32 or 64 bits as they are. */
    public void xmmToGpr(int width, int reg, int xmm) {
        rr(Op.MOVD_GX, width, reg, xmm);
    }

    /** {@code dst = src}: all 128 bits. */
    public void movaps(int dst, int src) {
        rr(Op.MOVAPS, dst, src);
    }

    /** {@code dst = the 32 or 64 bits at mem}, the rest zero. */
    public void movs(int width, int dst, long mem) {
        rm(width == W64 ? Op.MOVSD : Op.MOVSS, dst, mem);
    }

    /** {@code mem = the low 32 or 64 bits of src}. */
    public void movs(int width, long mem, int src) {
        mr(width == W64 ? Op.MOVSD : Op.MOVSS, mem, src);
    }

    /** {@code dst = the 128 bits at mem}, which need no alignment. */
    public void movups(int dst, long mem) {
        rm(Op.MOVUPS, dst, mem);
    }

    /** {@code mem = src}, 128 bits that need no alignment. */
    public void movups(long mem, int src) {
        mr(Op.MOVUPS, mem, src);
    }

    // ---- branches

    /** Jumps to a label: two bytes if it is bound and near, else five; none if it would not be reached. */
    public void jmp(int label) {
        if (!jumpIsSuperfluous(label)) {
            jump(label, ALWAYS);
        }
    }

    /** Jumps to a label in five bytes, and is never edited: for tables of jumps. */
    public void jmpLong(int label) {
        pin();
        room();
        bytes[position] = (byte) 0xE9;
        position = rel32(position + 1, label);
        pin();
    }

    /** Jumps to a label that will be bound within 127 bytes. */
    public void jmpShort(int label) {
        if (!jumpIsSuperfluous(label)) {
            shortBranch(0xEB, label, ALWAYS);
        }
    }

    /** Jumps to a label on a condition: two bytes if it is bound and near, else six. */
    public void jcc(int cond, int label) {
        jump(label, cond);
    }

    /** Jumps on a condition to a label that will be bound within 127 bytes. */
    public void jccShort(int cond, int label) {
        shortBranch(0x70 | cond, label, cond);
    }

    /** Jumps to the address in a register. */
    public void jmpr(int reg) {
        r(Op.JMP, W64, reg);
    }

    /** Jumps to the address in memory. */
    public void jmpm(long mem) {
        m(Op.JMP, W64, mem);
    }

    /** Jumps to an absolute address, within 2 GiB of this code. */
    public void jmpAddress(long target) {
        absolute(0xE9, target);
    }

    /** Calls a label. */
    public void call(int label) {
        room();
        bytes[position] = (byte) 0xE8;
        position = rel32(position + 1, label);
    }

    /** Calls the address in a register. */
    public void callr(int reg) {
        r(Op.CALL, W64, reg);
    }

    /** Calls the address in memory. */
    public void callm(long mem) {
        m(Op.CALL, W64, mem);
    }

    /** Calls an absolute address, within 2 GiB of this code. */
    public void callAddress(long target) {
        absolute(0xE8, target);
    }

    /** Returns. */
    public void ret() {
        put1(0xC3);
    }

    /** Returns and pops {@code bytes} of arguments, at most 65535. */
    public void ret(int bytes) {
        assert bytes >>> 16 == 0 : "too many bytes of arguments: " + bytes;
        if (bytes == 0) {
            put1(0xC3);
        } else {
            put1(0xC2);
            put2(bytes);
        }
    }

    /** An instruction that is undefined for ever. */
    public void ud2() {
        none(Op.UD2);
    }

    /** A breakpoint. */
    public void int3() {
        put1(0xCC);
    }

    private void jump(int label, int cond) {
        room();
        byte[] b = bytes;
        int start = position;
        int p = start;
        if (bound(label)) {
            int distance = offsetOf(label) - (p + 2);
            if (distance >= -128) {
                b[p] = (byte) (cond == ALWAYS ? 0xEB : 0x70 | cond);
                b[p + 1] = (byte) distance;
                position = p + 2;
                branchWritten(start, label, cond);
                return;
            }
        }
        if (cond == ALWAYS) {
            b[p++] = (byte) 0xE9;
        } else {
            b[p++] = 0x0F;
            b[p++] = (byte) (0x80 | cond);
        }
        position = rel32(p, label);
        branchWritten(start, label, cond);
    }

    private void shortBranch(int opcode, int label, int cond) {
        room();
        int start = position;
        bytes[start] = (byte) opcode;
        bytes[start + 1] = 0;
        position = start + 2;
        fixup(start + 1, label, REL8);
        branchWritten(start, label, cond);
    }

    private int rel32(int p, int label) {
        if (bound(label)) {
            return write4(bytes, p, offsetOf(label) - (p + 4));
        }
        fixup(p, label, REL32);
        return write4(bytes, p, 0);
    }

    private void absolute(int opcode, long target) {
        room();
        bytes[position++] = (byte) opcode;
        reloc(Reloc.PC32, position, target, -4);
        position = write4(bytes, position, 0);
    }

    @Override
    protected void invertedBranch(int cond, int label) {
        jump(label, Cond.negate(cond));
    }

    // ---- padding

    /** Instructions that do nothing, {@code count} bytes in as few as possible. */
    @Override
    protected void fill(int count) {
        int left = count;
        while (left > 0) {
            int n = Math.min(left, 9);
            nop(n);
            left -= n;
        }
    }

    /** One instruction of 1 to 9 bytes that does nothing, in the form that Intel's manual recommends. */
    public void nop(int length) {
        assert length >= 1 && length <= 9 : "no such nop: " + length;
        room();
        byte[] b = bytes;
        int p = position;
        position = p + length;
        if (length == 6 || length == 9) {
            b[p++] = 0x66;
        }
        if (length <= 2) {
            if (length == 2) {
                b[p++] = 0x66;
            }
            b[p] = (byte) 0x90;
            return;
        }
        b[p++] = 0x0F;
        b[p++] = 0x1F;
        int size = position - p; // ModRM, SIB, displacement
        b[p++] = (byte) (size == 1 ? 0x00 : size == 2 ? 0x40 : size == 3 ? 0x44 : size == 5 ? 0x80 : 0x84);
        while (p < position) {
            b[p++] = 0;
        }
    }
}
