package emberwall.codegen.x64;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.asm.x64.Reg;
import emberwall.codegen.Convention;
import emberwall.op.TrapReason;

/** The integer operators of {@link X64Operators}, on i32 and i64 in general registers. */
public final class IntegerOperators {
    private static final int S = Convention.SCRATCH;

    private final Assembler a;
    private final int features;
    private final X64Operators.Traps traps;

    IntegerOperators(Assembler a, int features, X64Operators.Traps traps) {
        this.a = a;
        this.features = features;
        this.traps = traps;
    }

    private boolean has(int feature) {
        return (features & feature) != 0;
    }

    void copy(int width, int dst, int src) {
        if (dst != src) {
            a.rr(Op.MOV, width, dst, src);
        }
    }

    /** The instruction of an operator that is one: ADD SUB MUL AND OR XOR. */
    private static Op row(emberwall.op.Op op) {
        return switch (op) {
            case ADD -> Op.ADD;
            case SUB -> Op.SUB;
            case MUL -> Op.IMUL;
            case AND -> Op.AND;
            case OR -> Op.OR;
            case XOR -> Op.XOR;
            default -> throw new IllegalArgumentException("no plain integer operator: " + op);
        };
    }

    /** ADD SUB MUL AND OR XOR. */
    public void plain(emberwall.op.Op op, int width, int dst, int x, int y) {
        Op row = row(op);
        if (dst == x) {
            a.rr(row, width, dst, y);
        } else if (op == emberwall.op.Op.ADD && dst != y) {
            a.rm(Op.LEA, width, dst, mem(x, y, 0, 0));
        } else if (dst != y) {
            a.rr(Op.MOV, width, dst, x);
            a.rr(row, width, dst, y);
        } else if (op == emberwall.op.Op.SUB) {
            a.r(Op.NEG, width, dst);
            a.rr(Op.ADD, width, dst, x);
        } else {
            a.rr(row, width, dst, x);
        }
    }

    /** ADD SUB MUL AND OR XOR with a constant. */
    public void plainImmediate(emberwall.op.Op op, int width, int dst, int x, long value) {
        int imm = (int) value;
        if (width == W64 && imm != value) {
            if (op == emberwall.op.Op.AND && value == 0xFFFF_FFFFL) {
                a.rr(Op.MOV, W32, dst, x);
                return;
            }
            a.movi(S, value);
            plain(op, width, dst, x, S);
            return;
        }
        switch (op) {
            case ADD -> addImmediate(width, dst, x, imm);
            case SUB -> {
                if (imm != Integer.MIN_VALUE || width == W32) {
                    addImmediate(width, dst, x, -imm);
                } else {
                    copy(width, dst, x);
                    a.ri(Op.SUB, width, dst, imm);
                }
            }
            case MUL -> multiplyImmediate(width, dst, x, imm);
            case AND -> andImmediate(width, dst, x, imm);
            default -> {
                copy(width, dst, x);
                a.ri(row(op), width, dst, imm);
            }
        }
    }

    private void addImmediate(int width, int dst, int x, int imm) {
        if (dst == x) {
            a.ri(Op.ADD, width, dst, imm);
        } else {
            a.rm(Op.LEA, width, dst, mem(x, imm));
        }
    }

    private void andImmediate(int width, int dst, int x, int imm) {
        if (imm == 0xFF) {
            a.rr(Op.MOVZX_8, W32, dst, x);
        } else if (imm == 0xFFFF) {
            a.rr(Op.MOVZX_16, W32, dst, x);
        } else {
            // A non-negative mask clears the upper half anyway.
            int w = imm >= 0 ? W32 : width;
            copy(w, dst, x);
            a.ri(Op.AND, w, dst, imm);
        }
    }

    private void multiplyImmediate(int width, int dst, int x, int imm) {
        if (imm > 0 && (imm & imm - 1) == 0) {
            shiftImmediate(emberwall.op.Op.SHL, width, dst, x, Integer.numberOfTrailingZeros(imm));
        } else if (imm == 3 || imm == 5 || imm == 9) {
            a.rm(Op.LEA, width, dst, mem(x, x, imm == 3 ? 1 : imm == 5 ? 2 : 3, 0));
        } else {
            a.rri(Op.IMUL, width, dst, x, imm);
        }
    }

    /** ADD SUB MUL AND OR XOR with memory. {@code dst} is no part of the address unless it is {@code x}. */
    public void plainMemory(emberwall.op.Op op, int width, int dst, int x, long y) {
        copy(width, dst, x);
        a.rm(row(op), width, dst, y);
    }

    /** SHL SHR_S SHR_U ROTL ROTR by a constant. */
    public void shiftImmediate(emberwall.op.Op op, int width, int dst, int x, int count) {
        int bits = width == W64 ? 63 : 31;
        int by = count & bits;
        switch (op) {
            case SHL -> {
                if (by == 0) {
                    copy(width, dst, x);
                } else if (by == 1 && dst != x) {
                    a.rm(Op.LEA, width, dst, mem(x, x, 0, 0));
                } else {
                    shiftRow(Op.SHL, width, dst, x, by);
                }
            }
            case SHR_S -> shiftRow(Op.SAR, width, dst, x, by);
            case SHR_U -> shiftRow(Op.SHR, width, dst, x, by);
            case ROTL -> rotateRow(Op.ROL, width, dst, x, by, -by & bits);
            default -> rotateRow(Op.ROR, width, dst, x, by, by);
        }
    }

    private void shiftRow(Op row, int width, int dst, int x, int by) {
        copy(width, dst, x);
        if (by != 0) {
            a.ri(row, width, dst, by);
        }
    }

    private void rotateRow(Op row, int width, int dst, int x, int by, int right) {
        if (dst != x && by != 0 && has(X64Operators.BMI2)) {
            a.vrri(Op.RORX, width, dst, x, right);
        } else {
            shiftRow(row, width, dst, x, by);
        }
    }

    /** SHL SHR_S SHR_U ROTL ROTR by a register. */
    public void shift(emberwall.op.Op op, int width, int dst, int x, int y) {
        if (has(X64Operators.BMI2)) {
            switch (op) {
                case SHL -> a.rvr(Op.SHLX, width, dst, x, y);
                case SHR_S -> a.rvr(Op.SARX, width, dst, x, y);
                case SHR_U -> a.rvr(Op.SHRX, width, dst, x, y);
                case ROTL -> shiftByCl(Op.ROL, width, dst, x, y);
                default -> shiftByCl(Op.ROR, width, dst, x, y);
            }
            return;
        }
        Op row = switch (op) {
            case SHL -> Op.SHL;
            case SHR_S -> Op.SAR;
            case SHR_U -> Op.SHR;
            case ROTL -> Op.ROL;
            default -> Op.ROR;
        };
        shiftByCl(row, width, dst, x, y);
    }

    private void shiftByCl(Op row, int width, int dst, int x, int y) {
        if (dst == Reg.RCX) {
            a.rr(Op.MOV, width, S, x);
            copy(W32, Reg.RCX, y);
            a.rcl(row, width, S);
            a.rr(Op.MOV, width, dst, S);
        } else if (y == Reg.RCX) {
            copy(width, dst, x);
            a.rcl(row, width, dst);
        } else {
            a.rr(Op.MOV, W64, S, Reg.RCX);
            a.rr(Op.MOV, W32, Reg.RCX, y);
            copy(width, dst, x == Reg.RCX ? S : x);
            a.rcl(row, width, dst);
            a.rr(Op.MOV, W64, Reg.RCX, S);
        }
    }

    /**
     * DIV_S DIV_U REM_S REM_U: rax by {@code divisor}, which is neither rax nor rdx and is kept; quotient in rax or
     * remainder in rdx, the other one lost.
     */
    public void divide(emberwall.op.Op op, int width, int divisor) {
        a.rr(Op.TEST, width, divisor, divisor);
        a.jcc(Cond.EQUAL, traps.trap(TrapReason.INTEGER_DIVIDE_BY_ZERO));
        switch (op) {
            case DIV_S -> {
                int fine = a.newLabel();
                a.ri(Op.CMP, width, divisor, -1);
                a.jcc(Cond.NOT_EQUAL, fine);
                // x / -1 is -x, but for the one x that has no -x.
                a.rr(Op.MOV, width, S, Reg.RAX);
                a.r(Op.NEG, width, S);
                a.jcc(Cond.OVERFLOW, traps.trap(TrapReason.INTEGER_OVERFLOW));
                a.bind(fine);
                divideSigned(width, divisor);
            }
            case REM_S -> {
                int end = a.newLabel();
                a.movi(Reg.RDX, 0);
                a.ri(Op.CMP, width, divisor, -1);
                a.jcc(Cond.EQUAL, end);
                divideSigned(width, divisor);
                a.bind(end);
            }
            default -> divideUnsigned(width, divisor);
        }
    }

    /** The same by a divisor that is neither 0 nor -1. */
    public void divideUnchecked(emberwall.op.Op op, int width, int divisor) {
        if (op == emberwall.op.Op.DIV_S || op == emberwall.op.Op.REM_S) {
            divideSigned(width, divisor);
        } else {
            divideUnsigned(width, divisor);
        }
    }

    private void divideSigned(int width, int divisor) {
        a.none(Op.CONVERT_D, width);
        a.r(Op.IDIV, width, divisor);
    }

    private void divideUnsigned(int width, int divisor) {
        a.rr(Op.XOR, W32, Reg.RDX, Reg.RDX);
        a.r(Op.DIV, width, divisor);
    }

    void count(emberwall.op.Op op, int width, int dst, int x) {
        switch (op) {
            case CLZ -> {
                if (has(X64Operators.LZCNT)) {
                    a.rr(Op.LZCNT, width, dst, x);
                } else {
                    a.rr(Op.BSR, width, S, x);
                    a.moviKeepFlags(W32, dst, width == W64 ? 127 : 63);
                    a.cmov(Cond.NOT_EQUAL, W32, dst, S);
                    a.ri(Op.XOR, W32, dst, width == W64 ? 63 : 31);
                }
            }
            case CTZ -> {
                if (has(X64Operators.BMI1)) {
                    a.rr(Op.TZCNT, width, dst, x);
                } else {
                    a.rr(Op.BSF, width, S, x);
                    a.moviKeepFlags(W32, dst, width == W64 ? 64 : 32);
                    a.cmov(Cond.NOT_EQUAL, W32, dst, S);
                }
            }
            default -> {
                if (has(X64Operators.POPCNT)) {
                    a.rr(Op.POPCNT, width, dst, x);
                } else {
                    population(width, dst, x);
                }
            }
        }
    }

    /** Adds up neighbouring bits, then pairs, then nibbles (Warren, "Hacker's Delight", 5-1). */
    private void population(int width, int dst, int x) {
        int mask = dst == Reg.RAX ? Reg.RCX : Reg.RAX;
        copy(width, dst, x);
        a.r(Op.PUSH, W64, mask);
        a.rr(Op.MOV, W64, S, dst);
        a.ri(Op.SHR, width, S, 1);
        a.movi(mask, 0x5555_5555_5555_5555L);
        a.rr(Op.AND, width, S, mask);
        a.rr(Op.SUB, width, dst, S);
        a.rr(Op.MOV, width, S, dst);
        a.ri(Op.SHR, width, S, 2);
        a.movi(mask, 0x3333_3333_3333_3333L);
        a.rr(Op.AND, width, S, mask);
        a.rr(Op.AND, width, dst, mask);
        a.rr(Op.ADD, width, dst, S);
        a.rr(Op.MOV, width, S, dst);
        a.ri(Op.SHR, width, S, 4);
        a.rr(Op.ADD, width, dst, S);
        a.movi(mask, 0x0F0F_0F0F_0F0F_0F0FL);
        a.rr(Op.AND, width, dst, mask);
        a.movi(mask, 0x0101_0101_0101_0101L);
        a.rr(Op.IMUL, width, dst, mask);
        a.ri(Op.SHR, width, dst, width == W64 ? 56 : 24);
        a.r(Op.POP, W64, mask);
    }
}
