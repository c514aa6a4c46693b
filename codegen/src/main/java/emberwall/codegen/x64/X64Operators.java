package emberwall.codegen.x64;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.asm.x64.Reg;
import emberwall.codegen.Convention;
import emberwall.op.TrapReason;
import emberwall.op.Type;

/**
 * Machine code for every scalar operator, from registers to a register, and for integers also with an immediate or memory as
 * the last operand. The second definition of what an operator means; the first is {@link emberwall.op.Eval}.
 *
 * <p>Vector registers are numbered from 0 here. Operands may be the same register as the destination, and are kept
 * otherwise. {@code r11} and {@code xmm15} are scratch and no operands; flags are lost. Only division has registers of its
 * own: {@link #divide}. {@code i32} results have zeros above.
 */
public final class X64Operators {
    // What a processor may have beyond SSE2: the mask given to the constructor.
    public static final int SSE41 = 1;
    public static final int POPCNT = 2;
    public static final int LZCNT = 4;
    public static final int BMI1 = 8;
    public static final int BMI2 = 16;
    public static final int AVX = 32;
    public static final int ALL = 63;

    /** Conditions beyond the processor's: "equal and ordered" after {@code ucomisd}, which takes two tests. */
    public static final int FLOAT_EQUAL = 16;

    /** The contrary of {@link #FLOAT_EQUAL}; conditions are negated by changing the lowest bit. */
    public static final int FLOAT_NOT_EQUAL = 17;

    private static final int S = Convention.SCRATCH;
    private static final int X = Convention.SCRATCH_XMM;

    private static final long F64_2_63 = 0x43E0_0000_0000_0000L;
    private static final long F64_MINUS_2_63 = 0xC3E0_0000_0000_0000L;
    private static final long F32_2_63 = 0x5F00_0000L;
    private static final long F32_MINUS_2_63 = 0xDF00_0000L;

    /** Where traps go. */
    public interface Traps {
        /** A label that traps with this reason at the position of the instruction at work. */
        int trap(TrapReason reason);
    }

    private final Assembler a;
    private final int features;
    private final boolean avx;
    private final Traps traps;

    /** Operators written to {@code a} for a processor that has {@code features}. */
    public X64Operators(Assembler a, int features, Traps traps) {
        this.a = a;
        this.features = features;
        this.avx = (features & AVX) != 0;
        this.traps = traps;
    }

    /** Whether the processor has all of these features. */
    public boolean has(int wanted) {
        return (features & wanted) == wanted;
    }

    /** The width of an integer type, or of a float's bits. */
    public static int width(Type type) {
        return type == Type.I32 || type == Type.F32 ? W32 : W64;
    }

    // ---- everything, for whoever walks the table

    /**
     * {@code dst = op(x, y)} for any scalar operator; {@code y} is not looked at if there is one operand. Divisions expect
     * {@code x} in rax, {@code y} neither in rax nor rdx, and lose both; the others keep their operands.
     */
    public void emit(emberwall.op.Op op, Type type, int dst, int x, int y) {
        switch (op) {
            case ADD, SUB, MUL -> {
                if (type.isFloat()) {
                    arithmetic(op, type, dst, x, y);
                } else {
                    integer(op, width(type), dst, x, y);
                }
            }
            case AND, OR, XOR -> integer(op, width(type), dst, x, y);
            case SHL, SHR_S, SHR_U, ROTL, ROTR -> shift(op, width(type), dst, x, y);
            case DIV_S, DIV_U, REM_S, REM_U -> {
                divide(op, width(type), y);
                int from = op == emberwall.op.Op.DIV_S || op == emberwall.op.Op.DIV_U ? Reg.RAX : Reg.RDX;
                copy(width(type), dst, from);
            }
            case DIV, MIN, MAX, COPYSIGN -> arithmetic(op, type, dst, x, y);
            case EQZ -> {
                a.rr(Op.TEST, width(type), x, x);
                truth(Cond.EQUAL, dst);
            }
            case EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U, LT, GT, LE, GE -> {
                if (type.isFloat()) {
                    truth(compareFloats(op, type, x, y), dst);
                } else {
                    a.rr(Op.CMP, width(type), x, y);
                    truth(condition(op), dst);
                }
            }
            default -> unary(op, type, dst, x);
        }
    }

    /** {@code dst = op(x)} for an operator with one operand, but {@code EQZ}. */
    public void unary(emberwall.op.Op op, Type type, int dst, int x) {
        switch (op) {
            case CLZ, CTZ, POPCNT -> count(op, width(type), dst, x);
            case EXTEND8_S -> a.rr(Op.MOVSX_8, width(type), dst, x);
            case EXTEND16_S -> a.rr(Op.MOVSX_16, width(type), dst, x);
            case EXTEND32_S, EXTEND_I32_S -> a.rr(Op.MOVSXD, W64, dst, x);
            case WRAP -> a.rr(Op.MOV, W32, dst, x);
            case EXTEND_I32_U -> copy(W32, dst, x);
            case ABS, NEG, SQRT -> sign(op, type, dst, x);
            case CEIL, FLOOR, TRUNC, NEAREST -> round(op, type, dst, x);
            default -> convert(op, type, dst, x);
        }
    }

    private void convert(emberwall.op.Op op, Type type, int dst, int x) {
        switch (op) {
            case TRUNC_F32_S, TRUNC_F64_S, TRUNC_SAT_F32_S, TRUNC_SAT_F64_S -> {
                boolean isDouble = op == emberwall.op.Op.TRUNC_F64_S || op == emberwall.op.Op.TRUNC_SAT_F64_S;
                boolean saturates = op == emberwall.op.Op.TRUNC_SAT_F32_S || op == emberwall.op.Op.TRUNC_SAT_F64_S;
                if (type == Type.I32) {
                    truncateS32(isDouble, saturates, dst, x);
                } else {
                    truncateS64(isDouble, saturates, dst, x);
                }
            }
            case TRUNC_F32_U, TRUNC_F64_U, TRUNC_SAT_F32_U, TRUNC_SAT_F64_U -> {
                boolean isDouble = op == emberwall.op.Op.TRUNC_F64_U || op == emberwall.op.Op.TRUNC_SAT_F64_U;
                boolean saturates = op == emberwall.op.Op.TRUNC_SAT_F32_U || op == emberwall.op.Op.TRUNC_SAT_F64_U;
                if (type == Type.I32) {
                    truncateU32(isDouble, saturates, dst, x);
                } else {
                    truncateU64(isDouble, saturates, dst, x);
                }
            }
            case CONVERT_I32_S -> fromInteger(type, W32, dst, x);
            case CONVERT_I32_U, CONVERT_I64_S -> fromInteger(type, W64, dst, x);
            case CONVERT_I64_U -> fromU64(type, dst, x);
            case DEMOTE -> floatUnary(Op.CVTSD2SS, dst, x);
            case PROMOTE -> floatUnary(Op.CVTSS2SD, dst, x);
            case REINTERPRET -> {
                if (type.isFloat()) {
                    a.rr(Op.MOVD_XG, width(type), dst, x);
                } else {
                    a.rr(Op.MOVD_GX, width(type), dst, x);
                }
            }
            default -> throw new IllegalArgumentException("no scalar operator: " + op);
        }
    }

    // ---- moves

    private void copy(int width, int dst, int src) {
        if (dst != src) {
            a.rr(Op.MOV, width, dst, src);
        }
    }

    private void copyFloat(int dst, int src) {
        if (dst != src) {
            a.rr(Op.MOVAPS, W128, dst, src);
        }
    }

    /** Sets a register to 1 if a condition of an instruction before holds, else to 0. */
    public void truth(int cond, int dst) {
        if (cond >= FLOAT_EQUAL) {
            a.set(cond == FLOAT_EQUAL ? Cond.NOT_PARITY : Cond.PARITY, S);
            a.set(cond == FLOAT_EQUAL ? Cond.EQUAL : Cond.NOT_EQUAL, dst);
            a.rr(cond == FLOAT_EQUAL ? Op.AND : Op.OR, W32, dst, S);
        } else {
            a.set(cond, dst);
        }
        a.rr(Op.MOVZX_8, W32, dst, dst);
    }

    /** Branches to a label if a condition holds, {@link #FLOAT_EQUAL} included. */
    public void branch(int cond, int label) {
        if (cond < FLOAT_EQUAL) {
            a.jcc(cond, label);
        } else if (cond == FLOAT_EQUAL) {
            int skip = a.newLabel();
            a.jcc(Cond.PARITY, skip);
            a.jcc(Cond.EQUAL, label);
            a.bind(skip);
        } else {
            a.jcc(Cond.PARITY, label);
            a.jcc(Cond.NOT_EQUAL, label);
        }
    }

    // ---- integers

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
    public void integer(emberwall.op.Op op, int width, int dst, int x, int y) {
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
    public void integerImmediate(emberwall.op.Op op, int width, int dst, int x, long value) {
        int imm = (int) value;
        if (width == W64 && imm != value) {
            if (op == emberwall.op.Op.AND && value == 0xFFFF_FFFFL) {
                a.rr(Op.MOV, W32, dst, x);
                return;
            }
            a.movi(S, value);
            integer(op, width, dst, x, S);
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
    public void integerMemory(emberwall.op.Op op, int width, int dst, int x, long y) {
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
        if (dst != x && by != 0 && has(BMI2)) {
            a.vrri(Op.RORX, width, dst, x, right);
        } else {
            shiftRow(row, width, dst, x, by);
        }
    }

    /** SHL SHR_S SHR_U ROTL ROTR by a register. */
    public void shift(emberwall.op.Op op, int width, int dst, int x, int y) {
        if (has(BMI2)) {
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

    private void count(emberwall.op.Op op, int width, int dst, int x) {
        switch (op) {
            case CLZ -> {
                if (has(LZCNT)) {
                    a.rr(Op.LZCNT, width, dst, x);
                } else {
                    a.rr(Op.BSR, width, S, x);
                    a.moviKeepFlags(W32, dst, width == W64 ? 127 : 63);
                    a.cmov(Cond.NOT_EQUAL, W32, dst, S);
                    a.ri(Op.XOR, W32, dst, width == W64 ? 63 : 31);
                }
            }
            case CTZ -> {
                if (has(BMI1)) {
                    a.rr(Op.TZCNT, width, dst, x);
                } else {
                    a.rr(Op.BSF, width, S, x);
                    a.moviKeepFlags(W32, dst, width == W64 ? 64 : 32);
                    a.cmov(Cond.NOT_EQUAL, W32, dst, S);
                }
            }
            default -> {
                if (has(POPCNT)) {
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

    /** The condition under which a comparison of integers holds after {@code cmp x, y}. */
    public static int condition(emberwall.op.Op op) {
        return switch (op) {
            case EQ -> Cond.EQUAL;
            case NE -> Cond.NOT_EQUAL;
            case LT_S -> Cond.LESS;
            case LT_U -> Cond.BELOW;
            case GT_S -> Cond.GREATER;
            case GT_U -> Cond.ABOVE;
            case LE_S -> Cond.LESS_EQUAL;
            case LE_U -> Cond.BELOW_EQUAL;
            case GE_S -> Cond.GREATER_EQUAL;
            case GE_U -> Cond.ABOVE_EQUAL;
            default -> throw new IllegalArgumentException("no comparison of integers: " + op);
        };
    }

    // ---- floats

    /** Compares, and returns the condition under which the comparison holds. */
    public int compareFloats(emberwall.op.Op op, Type type, int x, int y) {
        Op row = type == Type.F32 ? Op.UCOMISS : Op.UCOMISD;
        boolean swap = op == emberwall.op.Op.LT || op == emberwall.op.Op.LE;
        a.rr(row, swap ? y : x, swap ? x : y);
        return floatCondition(op);
    }

    /** Compares with memory an operator that is not LT or LE, and returns the condition under which it holds. */
    public int compareFloatsMemory(emberwall.op.Op op, Type type, int x, long y) {
        assert op != emberwall.op.Op.LT && op != emberwall.op.Op.LE : op;
        a.rm(type == Type.F32 ? Op.UCOMISS : Op.UCOMISD, x, y);
        return floatCondition(op);
    }

    private static int floatCondition(emberwall.op.Op op) {
        return switch (op) {
            case EQ -> FLOAT_EQUAL;
            case NE -> FLOAT_NOT_EQUAL;
            case LT, GT -> Cond.ABOVE;
            default -> Cond.ABOVE_EQUAL;
        };
    }

    /** ADD SUB MUL DIV MIN MAX COPYSIGN on floats. */
    public void arithmetic(emberwall.op.Op op, Type type, int dst, int x, int y) {
        boolean isDouble = type == Type.F64;
        switch (op) {
            case MIN, MAX -> extreme(op == emberwall.op.Op.MIN, isDouble, dst, x, y);
            case COPYSIGN -> copySign(isDouble, dst, x, y);
            default -> {
                Op row = floatRow(op, isDouble);
                if (avx && dst != x) {
                    a.rvr(row, W128, dst, x, y);
                } else if (dst == x || dst != y) {
                    copyFloat(dst, x);
                    a.rr(row, dst, y);
                } else if (op == emberwall.op.Op.ADD || op == emberwall.op.Op.MUL) {
                    a.rr(row, dst, x);
                } else {
                    a.rr(Op.MOVAPS, W128, X, y);
                    a.rr(Op.MOVAPS, W128, dst, x);
                    a.rr(row, dst, X);
                }
            }
        }
    }

    /** ADD SUB MUL DIV on floats with memory. */
    public void arithmeticMemory(emberwall.op.Op op, Type type, int dst, int x, long y) {
        Op row = floatRow(op, type == Type.F64);
        if (avx && dst != x) {
            a.rvm(row, W128, dst, x, y);
        } else {
            copyFloat(dst, x);
            a.rm(row, dst, y);
        }
    }

    private static Op floatRow(emberwall.op.Op op, boolean isDouble) {
        return switch (op) {
            case ADD -> isDouble ? Op.ADDSD : Op.ADDSS;
            case SUB -> isDouble ? Op.SUBSD : Op.SUBSS;
            case MUL -> isDouble ? Op.MULSD : Op.MULSS;
            case DIV -> isDouble ? Op.DIVSD : Op.DIVSS;
            default -> throw new IllegalArgumentException("no plain float operator: " + op);
        };
    }

    /** The processor's own minimum takes the second operand for a NaN and for zeros, so those go elsewhere. */
    private void extreme(boolean isMinimum, boolean isDouble, int dst, int x, int y) {
        int other = y;
        int from = x;
        if (dst == y && dst != x) {
            other = x; // the operation is commutative
            from = y;
        }
        copyFloat(dst, from);
        int differ = a.newLabel();
        int unordered = a.newLabel();
        int end = a.newLabel();
        a.rr(isDouble ? Op.UCOMISD : Op.UCOMISS, dst, other);
        a.jcc(Cond.NOT_EQUAL, differ);
        a.jcc(Cond.PARITY, unordered);
        a.rr(isMinimum ? Op.ORPS : Op.ANDPS, dst, other); // equal, or zeros of two signs
        a.jmp(end);
        a.bind(unordered);
        a.rr(isDouble ? Op.ADDSD : Op.ADDSS, dst, other); // a quiet NaN
        a.jmp(end);
        a.bind(differ);
        if (isMinimum) {
            a.rr(isDouble ? Op.MINSD : Op.MINSS, dst, other);
        } else {
            a.rr(isDouble ? Op.MAXSD : Op.MAXSS, dst, other);
        }
        a.bind(end);
    }

    private void copySign(boolean isDouble, int dst, int x, int y) {
        a.rr(Op.PCMPEQD, X, X);
        a.ri(isDouble ? Op.PSLLQ_I : Op.PSLLD_I, X, isDouble ? 63 : 31);
        if (dst == y && dst != x) {
            a.rr(Op.ANDPS, dst, X);
            a.rr(Op.ANDNPS, X, x);
        } else {
            a.rr(Op.ANDPS, X, y);
            copyFloat(dst, x);
            a.ri(isDouble ? Op.PSLLQ_I : Op.PSLLD_I, dst, 1);
            a.ri(isDouble ? Op.PSRLQ_I : Op.PSRLD_I, dst, 1);
        }
        a.rr(Op.ORPS, dst, X);
    }

    private void sign(emberwall.op.Op op, Type type, int dst, int x) {
        boolean isDouble = type == Type.F64;
        if (op == emberwall.op.Op.SQRT) {
            floatUnary(isDouble ? Op.SQRTSD : Op.SQRTSS, dst, x);
            return;
        }
        copyFloat(dst, x);
        a.rr(Op.PCMPEQD, X, X);
        if (op == emberwall.op.Op.ABS) {
            a.ri(isDouble ? Op.PSRLQ_I : Op.PSRLD_I, X, 1);
            a.rr(Op.ANDPS, dst, X);
        } else {
            a.ri(isDouble ? Op.PSLLQ_I : Op.PSLLD_I, X, isDouble ? 63 : 31);
            a.rr(Op.XORPS, dst, X);
        }
    }

    /** An instruction whose first operand keeps its upper lanes: the false dependency on it is broken where that is cheap. */
    private void floatUnary(Op row, int dst, int x) {
        if (avx) {
            a.rvr(row, W128, dst, x, x);
        } else {
            a.rr(row, dst, x);
        }
    }

    private void round(emberwall.op.Op op, Type type, int dst, int x) {
        boolean isDouble = type == Type.F64;
        if (!has(SSE41)) {
            roundSlowly(op, isDouble, dst, x);
            return;
        }
        int mode = switch (op) {
            case NEAREST -> 8;
            case FLOOR -> 9;
            case CEIL -> 10;
            default -> 11;
        };
        Op row = isDouble ? Op.ROUNDSD : Op.ROUNDSS;
        if (avx) {
            a.rvri(row, W128, dst, x, x, mode);
        } else {
            a.rri(row, dst, x, mode);
        }
    }

    /** By adding and subtracting 2^52, which leaves no place for a fraction; numbers beyond have none. */
    private void roundSlowly(emberwall.op.Op op, boolean isDouble, int dst, int x) {
        int w = isDouble ? W64 : W32;
        int fraction = isDouble ? 52 : 23;
        int exponent = (isDouble ? 1023 : 127) + fraction;
        int small = a.newLabel();
        int end = a.newLabel();
        a.rr(Op.MOVD_GX, w, S, x);
        a.ri(Op.SHL, w, S, 1);
        a.ri(Op.SHR, w, S, fraction + 1);
        a.ri(Op.CMP, W32, S, exponent);
        a.jcc(Cond.BELOW, small);
        copyFloat(dst, x);
        a.rr(Op.XORPS, X, X);
        a.rr(isDouble ? Op.SUBSD : Op.SUBSS, dst, X); // quiets a NaN
        a.jmp(end);
        a.bind(small);
        if (op == emberwall.op.Op.TRUNC) {
            a.rr(Op.MOVAPS, W128, X, x);
            a.rr(isDouble ? Op.CVTTSD2SI : Op.CVTTSS2SI, W64, S, x);
            a.rr(isDouble ? Op.CVTSI2SD : Op.CVTSI2SS, W64, dst, S);
        } else {
            // S = the sign of x with the exponent: 2^52 or -2^52.
            a.rr(Op.MOVD_GX, w, S, x);
            a.ri(Op.SHR, w, S, isDouble ? 63 : 31);
            a.ri(Op.SHL, W32, S, isDouble ? 11 : 8);
            a.ri(Op.OR, W32, S, exponent);
            a.ri(Op.SHL, w, S, fraction);
            a.rr(Op.MOVD_XG, w, X, S);
            a.rr(Op.MOVD_GX, w, S, x);
            copyFloat(dst, x);
            a.rr(isDouble ? Op.ADDSD : Op.ADDSS, dst, X);
            a.rr(isDouble ? Op.SUBSD : Op.SUBSS, dst, X);
            a.rr(Op.MOVD_XG, w, X, S);
            if (op != emberwall.op.Op.NEAREST) {
                correct(op == emberwall.op.Op.FLOOR, isDouble, dst);
            }
            a.rr(Op.MOVD_XG, w, X, S);
        }
        // X is x: its sign is the result's, of zeros too.
        a.ri(isDouble ? Op.PSRLQ_I : Op.PSRLD_I, X, isDouble ? 63 : 31);
        a.ri(isDouble ? Op.PSLLQ_I : Op.PSLLD_I, X, isDouble ? 63 : 31);
        a.rr(Op.ORPS, dst, X);
        a.bind(end);
    }

    /** Steps by one where the nearest integer lies on the wrong side of the number in X. */
    private void correct(boolean isFloor, boolean isDouble, int dst) {
        int lessThan = 1;
        int notLessEqual = 6;
        a.rri(isDouble ? Op.CMPSD : Op.CMPSS, X, dst, isFloor ? lessThan : notLessEqual);
        // All ones become 1.0.
        a.ri(isDouble ? Op.PSRLQ_I : Op.PSRLD_I, X, isDouble ? 54 : 25);
        a.ri(isDouble ? Op.PSLLQ_I : Op.PSLLD_I, X, isDouble ? 52 : 23);
        if (isFloor) {
            a.rr(isDouble ? Op.SUBSD : Op.SUBSS, dst, X);
        } else {
            a.rr(isDouble ? Op.ADDSD : Op.ADDSS, dst, X);
        }
    }

    // ---- conversions

    private void fromInteger(Type type, int width, int dst, int x) {
        a.rr(Op.XORPS, dst, dst);
        a.rr(type == Type.F64 ? Op.CVTSI2SD : Op.CVTSI2SS, width, dst, x);
    }

    private void fromU64(Type type, int dst, int x) {
        boolean isDouble = type == Type.F64;
        Op row = isDouble ? Op.CVTSI2SD : Op.CVTSI2SS;
        int large = a.newLabel();
        int even = a.newLabel();
        int end = a.newLabel();
        a.rr(Op.XORPS, dst, dst);
        a.rr(Op.TEST, W64, x, x);
        a.jcc(Cond.SIGN, large);
        a.rr(row, W64, dst, x);
        a.jmp(end);
        a.bind(large);
        a.rr(Op.MOV, W64, S, x);
        a.ri(Op.SHR, W64, S, 1);
        a.jcc(Cond.ABOVE_EQUAL, even);
        a.ri(Op.OR, W64, S, 1); // for rounding, it is enough to know that something was there
        a.bind(even);
        a.rr(row, W64, dst, S);
        a.rr(isDouble ? Op.ADDSD : Op.ADDSS, dst, dst);
        a.bind(end);
    }

    private void compareWith(boolean isDouble, int x, long f64, long f32) {
        constant(isDouble, f64, f32);
        a.rr(isDouble ? Op.UCOMISD : Op.UCOMISS, x, X);
    }

    private void constant(boolean isDouble, long f64, long f32) {
        a.movi(S, isDouble ? f64 : f32);
        a.rr(Op.MOVD_XG, isDouble ? W64 : W32, X, S);
    }

    private void toInteger(boolean isDouble, int dst, int x) {
        a.rr(isDouble ? Op.CVTTSD2SI : Op.CVTTSS2SI, W64, dst, x);
    }

    private void compareWithZero(boolean isDouble, int x) {
        a.rr(Op.XORPS, X, X);
        a.rr(isDouble ? Op.UCOMISD : Op.UCOMISS, x, X);
    }

    /** Ends a conversion that failed: NaN or out of range. */
    private void fault(boolean isDouble, int x) {
        a.rr(isDouble ? Op.UCOMISD : Op.UCOMISS, x, x);
        a.jcc(Cond.PARITY, traps.trap(TrapReason.INVALID_CONVERSION));
        a.jmp(traps.trap(TrapReason.INTEGER_OVERFLOW));
    }

    private void truncateS32(boolean isDouble, boolean saturates, int dst, int x) {
        int fits = a.newLabel();
        int end = a.newLabel();
        toInteger(isDouble, dst, x);
        a.rr(Op.MOVSXD, W64, S, dst);
        a.rr(Op.CMP, W64, S, dst);
        a.jcc(Cond.EQUAL, fits);
        if (saturates) {
            a.movi(dst, 0);
            compareWithZero(isDouble, x);
            a.jcc(Cond.PARITY, end);
            a.moviKeepFlags(W32, dst, Integer.MIN_VALUE & 0xFFFF_FFFFL);
            a.jcc(Cond.BELOW, end);
            a.movi(dst, Integer.MAX_VALUE);
            a.jmp(end);
        } else {
            fault(isDouble, x);
        }
        a.bind(fits);
        a.rr(Op.MOV, W32, dst, dst);
        a.bind(end);
    }

    private void truncateU32(boolean isDouble, boolean saturates, int dst, int x) {
        int end = a.newLabel();
        toInteger(isDouble, dst, x);
        a.rr(Op.MOV, W64, S, dst);
        a.ri(Op.SHR, W64, S, 32);
        a.jcc(Cond.EQUAL, end);
        if (saturates) {
            a.movi(dst, 0);
            compareWithZero(isDouble, x);
            a.jcc(Cond.BELOW_EQUAL, end);
            a.movi(dst, 0xFFFF_FFFFL);
        } else {
            fault(isDouble, x);
        }
        a.bind(end);
    }

    private void truncateS64(boolean isDouble, boolean saturates, int dst, int x) {
        int end = a.newLabel();
        toInteger(isDouble, dst, x);
        a.ri(Op.CMP, W64, dst, 1);
        a.jcc(Cond.NOT_OVERFLOW, end); // anything but the smallest integer, which also means "does not fit"
        if (saturates) {
            int notANumber = a.newLabel();
            compareWithZero(isDouble, x);
            a.jcc(Cond.PARITY, notANumber);
            a.jcc(Cond.BELOW, end);
            a.movi(dst, Long.MAX_VALUE);
            a.jmp(end);
            a.bind(notANumber);
            a.movi(dst, 0);
        } else {
            compareWith(isDouble, x, F64_MINUS_2_63, F32_MINUS_2_63);
            a.jcc(Cond.PARITY, traps.trap(TrapReason.INVALID_CONVERSION));
            a.jcc(Cond.NOT_EQUAL, traps.trap(TrapReason.INTEGER_OVERFLOW));
        }
        a.bind(end);
    }

    private void truncateU64(boolean isDouble, boolean saturates, int dst, int x) {
        int large = a.newLabel();
        int end = a.newLabel();
        if (saturates) {
            int positive = a.newLabel();
            compareWithZero(isDouble, x);
            a.jcc(Cond.ABOVE, positive);
            a.movi(dst, 0);
            a.jmp(end);
            a.bind(positive);
        }
        compareWith(isDouble, x, F64_2_63, F32_2_63);
        if (!saturates) {
            a.jcc(Cond.PARITY, traps.trap(TrapReason.INVALID_CONVERSION));
        }
        a.jcc(Cond.ABOVE_EQUAL, large);
        toInteger(isDouble, dst, x);
        if (!saturates) {
            a.rr(Op.TEST, W64, dst, dst);
            a.jcc(Cond.SIGN, traps.trap(TrapReason.INTEGER_OVERFLOW));
        }
        a.jmp(end);
        a.bind(large);
        constant(isDouble, F64_MINUS_2_63, F32_MINUS_2_63);
        a.rr(isDouble ? Op.ADDSD : Op.ADDSS, X, x);
        toInteger(isDouble, dst, X);
        a.rr(Op.TEST, W64, dst, dst);
        if (saturates) {
            int fits = a.newLabel();
            a.jcc(Cond.NOT_SIGN, fits);
            a.movi(dst, -1);
            a.jmp(end);
            a.bind(fits);
        } else {
            a.jcc(Cond.SIGN, traps.trap(TrapReason.INTEGER_OVERFLOW));
        }
        a.ri(Op.BTC, W64, dst, 63);
        a.bind(end);
    }
}
