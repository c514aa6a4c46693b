package emberwall.ebpf.run;

import static emberwall.asm.x64.Reg.R10;
import static emberwall.asm.x64.Reg.R11;
import static emberwall.asm.x64.Reg.R9;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RCX;
import static emberwall.asm.x64.Reg.RDX;
import static emberwall.asm.x64.Width.W16;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Opcode;
import emberwall.os.Cpu;

/** Machine code for what changes registers only. */
final class ArithmeticCode {
    private final Assembler a;
    private final Constants constants;
    private final boolean bmi2;

    ArithmeticCode(Assembler a, Constants constants, long features) {
        bmi2 = (features & Cpu.Feature.BMI2.bit()) != 0;
        this.a = a;
        this.constants = constants;
    }

    void emit(Insn insn) {
        Opcode opcode = insn.opcode();
        int dst = Registers.of(insn.dst());
        int width = width(opcode);
        switch (opcode.kind()) {
            case ALU -> alu(insn, dst, width);
            case NEGATE -> a.neg(width, dst);
            case MOVE -> move(insn, dst, width);
            case MOVE_SIGNED -> extend(opcode.selector(), width, dst, Registers.of(insn.src()));
            case TO_LITTLE -> cut(opcode.bits(), dst);
            case TO_BIG, SWAP -> swap(opcode.bits(), dst);
            default -> throw new IllegalArgumentException(insn.toString());
        }
    }

    static int width(Opcode opcode) {
        return opcode.bits() == 64 ? W64 : W32;
    }

    private void move(Insn insn, int dst, int width) {
        if (insn.opcode().fromRegister()) {
            a.mov(width, dst, Registers.of(insn.src()));
        } else if (width == W64) {
            constants.load(dst, insn.immediate());
        } else {
            constants.load32(dst, (int) insn.immediate());
        }
    }

    private void extend(int bits, int width, int dst, int src) {
        switch (bits) {
            case 8 -> a.movsx8(width, dst, src);
            case 16 -> a.movsx16(width, dst, src);
            default -> a.movsxd(dst, src);
        }
    }

    private void cut(int bits, int dst) {
        switch (bits) {
            case 16 -> a.movzx16(dst, dst);
            case 32 -> a.mov(W32, dst, dst);
            default -> {}
        }
    }

    void swap(int bits, int dst) {
        switch (bits) {
            case 8 -> {}
            case 16 -> {
                a.ri(Op.ROR, W16, dst, 8);
                a.movzx16(dst, dst);
            }
            case 32 -> a.r(Op.BSWAP, W32, dst);
            default -> a.r(Op.BSWAP, W64, dst);
        }
    }

    private void alu(Insn insn, int dst, int width) {
        switch (insn.opcode().op()) {
            case ADD -> plain(Op.ADD, insn, dst, width);
            case SUB -> plain(Op.SUB, insn, dst, width);
            case AND -> plain(Op.AND, insn, dst, width);
            case OR -> plain(Op.OR, insn, dst, width);
            case XOR -> plain(Op.XOR, insn, dst, width);
            case MUL -> multiply(insn, dst, width);
            case SHL -> shift(Op.SHL, Op.SHLX, insn, dst, width);
            case SHR_U -> shift(Op.SHR, Op.SHRX, insn, dst, width);
            case SHR_S -> shift(Op.SAR, Op.SARX, insn, dst, width);
            case DIV_U -> divide(insn, dst, width, false, false);
            case DIV_S -> divide(insn, dst, width, true, false);
            case REM_U -> divide(insn, dst, width, false, true);
            default -> divide(insn, dst, width, true, true);
        }
    }

    private void plain(Op op, Insn insn, int dst, int width) {
        if (insn.opcode().fromRegister()) {
            a.rr(op, width, dst, Registers.of(insn.src()));
        } else if (constants.blinded()) {
            a.rr(op, width, dst, constants.scratch(width, (int) insn.immediate()));
        } else {
            a.ri(op, width, dst, (int) insn.immediate());
        }
    }

    private void multiply(Insn insn, int dst, int width) {
        if (insn.opcode().fromRegister()) {
            a.imul(width, dst, Registers.of(insn.src()));
        } else if (constants.blinded()) {
            a.imul(width, dst, constants.scratch(width, (int) insn.immediate()));
        } else {
            a.imuli(width, dst, dst, (int) insn.immediate());
        }
    }

    /** Without BMI2 the distance has to be in cl, which is r4's. */
    private void shift(Op op, Op other, Insn insn, int dst, int width) {
        if (!insn.opcode().fromRegister()) {
            int distance = (int) insn.immediate() & (width == W64 ? 63 : 31);
            if (distance != 0) {
                a.ri(op, width, dst, distance);
            } else if (width == W32) {
                a.mov(W32, dst, dst);
            }
            return;
        }
        int src = Registers.of(insn.src());
        if (bmi2) {
            a.rvr(other, width, dst, dst, src);
            return;
        }
        if (src == RCX) {
            a.rcl(op, width, dst);
        } else {
            a.mov(R11, RCX);
            a.mov(RCX, src);
            a.rcl(op, width, dst == RCX ? R11 : dst);
            a.mov(RCX, R11);
        }
        if (width == W32) {
            a.mov(W32, dst, dst); // a distance of 0 leaves the upper half alone
        }
    }

    // ---- division

    private void divide(Insn insn, int dst, int width, boolean signed, boolean remainder) {
        if (insn.opcode().fromRegister()) {
            a.mov(width, R11, Registers.of(insn.src()));
            divideChecked(dst, width, signed, remainder);
            return;
        }
        int divisor = (int) insn.immediate();
        boolean power = divisor > 0 && Integer.bitCount(divisor) == 1;
        if (divisor == 0) {
            byZero(dst, width, remainder);
        } else if (signed && divisor == -1) {
            byMinusOne(dst, width, remainder);
        } else if (power && !signed && !constants.blinded()) {
            byPower(dst, width, divisor, remainder);
        } else {
            constants.scratch(width, divisor);
            hardware(dst, width, signed, remainder);
        }
    }

    private void divideChecked(int dst, int width, boolean signed, boolean remainder) {
        int usual = a.newLabel();
        int end = a.newLabel();
        a.test(width, R11, R11);
        a.jcc(Cond.NOT_EQUAL, usual);
        byZero(dst, width, remainder);
        a.jmp(end);
        a.bind(usual);
        if (signed) {
            int ordinary = a.newLabel();
            a.cmpi(width, R11, -1);
            a.jcc(Cond.NOT_EQUAL, ordinary);
            byMinusOne(dst, width, remainder);
            a.jmp(end);
            a.bind(ordinary);
        }
        hardware(dst, width, signed, remainder);
        a.bind(end);
    }

    private void byZero(int dst, int width, boolean remainder) {
        if (!remainder) {
            a.movi(W32, dst, 0);
        } else if (width == W32) {
            a.mov(W32, dst, dst);
        }
    }

    private void byMinusOne(int dst, int width, boolean remainder) {
        if (remainder) {
            a.movi(W32, dst, 0);
        } else {
            a.neg(width, dst);
        }
    }

    private void byPower(int dst, int width, int divisor, boolean remainder) {
        if (remainder) {
            a.ri(Op.AND, width, dst, divisor - 1);
        } else if (divisor != 1) {
            a.ri(Op.SHR, width, dst, Integer.numberOfTrailingZeros(divisor));
        } else {
            cut(width == W64 ? 64 : 32, dst);
        }
    }

    /** {@code dst} by r11, which is neither 0 nor, signed, -1. */
    private void hardware(int dst, int width, boolean signed, boolean remainder) {
        a.mov(R9, RAX);
        a.mov(R10, RDX);
        a.mov(width, RAX, dst);
        if (!signed) {
            a.movi(W32, RDX, 0);
            a.r(Op.DIV, width, R11);
        } else {
            if (width == W64) {
                a.cqo();
            } else {
                a.cdq();
            }
            a.r(Op.IDIV, width, R11);
        }
        a.mov(width, R11, remainder ? RDX : RAX);
        a.mov(RAX, R9);
        a.mov(RDX, R10);
        a.mov(width, dst, R11);
    }
}
