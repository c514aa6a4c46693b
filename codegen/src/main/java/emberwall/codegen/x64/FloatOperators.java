package emberwall.codegen.x64;

import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.op.Type;

/** The operators of {@link X64Operators} on f32 and f64 in vector registers, whose result is a float or a condition. */
public final class FloatOperators {
    private static final int S = Convention.SCRATCH;
    private static final int X = Convention.SCRATCH_XMM;

    private final Assembler a;
    private final int features;
    private final boolean avx;

    FloatOperators(Assembler a, int features) {
        this.a = a;
        this.features = features;
        this.avx = (features & X64Operators.AVX) != 0;
    }

    private void copy(int dst, int src) {
        if (dst != src) {
            a.rr(Op.MOVAPS, W128, dst, src);
        }
    }

    /** Compares, and returns the condition under which the comparison holds. */
    public int compare(emberwall.op.Op op, Type type, int x, int y) {
        Op row = type == Type.F32 ? Op.UCOMISS : Op.UCOMISD;
        boolean swap = op == emberwall.op.Op.LT || op == emberwall.op.Op.LE;
        a.rr(row, swap ? y : x, swap ? x : y);
        return condition(op);
    }

    private static int condition(emberwall.op.Op op) {
        return switch (op) {
            case EQ -> X64Operators.FLOAT_EQUAL;
            case NE -> X64Operators.FLOAT_NOT_EQUAL;
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
                Op row = row(op, isDouble);
                if (avx && dst != x) {
                    a.rvr(row, W128, dst, x, y);
                } else if (dst == x || dst != y) {
                    copy(dst, x);
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
        Op row = row(op, type == Type.F64);
        if (avx && dst != x) {
            a.rvm(row, W128, dst, x, y);
        } else {
            copy(dst, x);
            a.rm(row, dst, y);
        }
    }

    private static Op row(emberwall.op.Op op, boolean isDouble) {
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
        copy(dst, from);
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
            copy(dst, x);
            a.ri(isDouble ? Op.PSLLQ_I : Op.PSLLD_I, dst, 1);
            a.ri(isDouble ? Op.PSRLQ_I : Op.PSRLD_I, dst, 1);
        }
        a.rr(Op.ORPS, dst, X);
    }

    void sign(emberwall.op.Op op, Type type, int dst, int x) {
        boolean isDouble = type == Type.F64;
        if (op == emberwall.op.Op.SQRT) {
            unary(isDouble ? Op.SQRTSD : Op.SQRTSS, dst, x);
            return;
        }
        copy(dst, x);
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
    void unary(Op row, int dst, int x) {
        if (avx) {
            a.rvr(row, W128, dst, x, x);
        } else {
            a.rr(row, dst, x);
        }
    }

    void round(emberwall.op.Op op, Type type, int dst, int x) {
        boolean isDouble = type == Type.F64;
        if ((features & X64Operators.SSE41) == 0) {
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
        copy(dst, x);
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
            copy(dst, x);
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
}
