package emberwall.codegen.x64;

import static emberwall.codegen.x64.VectorCode.T;
import static emberwall.codegen.x64.VectorCode.U;
import static emberwall.codegen.x64.VectorCode.X;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Op;
import emberwall.op.Type;

/** The operators of {@link VectorOperators} on lanes of floats that take more than one instruction. */
final class VectorFloats {
    private static final int LESS = 1;
    private static final int UNORDERED = 3;

    private final Assembler a;
    private final VectorCode code;

    VectorFloats(VectorCode code) {
        this.a = code.a;
        this.code = code;
    }

    void emit(emberwall.op.Op op, Type type, int dst, int x, int y, int z) {
        boolean isDouble = type == Type.F64X2;
        switch (op) {
            case ABS -> {
                magnitude(isDouble, X);
                code.two(Op.ANDPS, dst, x, X);
            }
            case NEG -> {
                signs(isDouble, X);
                code.two(Op.XORPS, dst, x, X);
            }
            case MIN, MAX, RELAXED_MIN, RELAXED_MAX ->
                extreme(op == emberwall.op.Op.MIN || op == emberwall.op.Op.RELAXED_MIN, isDouble, dst, x, y);
            case CEIL, FLOOR, TRUNC, NEAREST -> round(op, isDouble, dst, x);
            case RELAXED_MADD -> {
                code.two(isDouble ? Op.MULPD : Op.MULPS, T, x, y);
                code.two(isDouble ? Op.ADDPD : Op.ADDPS, dst, T, z);
            }
            case RELAXED_NMADD -> {
                signs(isDouble, X);
                code.two(Op.XORPS, T, x, X);
                a.rr(isDouble ? Op.MULPD : Op.MULPS, T, y);
                code.two(isDouble ? Op.ADDPD : Op.ADDPS, dst, T, z);
            }
            case CONVERT_I32X4_U -> convert(dst, x);
            case CONVERT_LOW_I32X4_U -> convertLow(dst, x);
            default -> throw new IllegalArgumentException("no operator " + op + " on " + type);
        }
    }

    /** {@code dst} = the sign bit of all lanes. */
    private void signs(boolean isDouble, int dst) {
        code.ones(dst);
        a.ri(isDouble ? Op.PSLLQ_I : Op.PSLLD_I, dst, isDouble ? 63 : 31);
    }

    /** {@code dst} = all bits but the sign. */
    private void magnitude(boolean isDouble, int dst) {
        code.ones(dst);
        a.ri(isDouble ? Op.PSRLQ_I : Op.PSRLD_I, dst, 1);
    }

    /**
     * The processor's own minimum takes the second operand for zeros and NaNs. Taken both ways round, zeros of two signs
     * are both there, to be joined; where there is a NaN, the sum is the right one.
     */
    private void extreme(boolean isMinimum, boolean isDouble, int dst, int x, int y) {
        Op row = isMinimum ? (isDouble ? Op.MINPD : Op.MINPS) : isDouble ? Op.MAXPD : Op.MAXPS;
        code.two(isDouble ? Op.ADDPD : Op.ADDPS, U, x, y);
        code.two(isDouble ? Op.CMPPD : Op.CMPPS, T, x, y, UNORDERED);
        code.two(row, X, y, x);
        code.two(row, dst, x, y);
        a.rr(isMinimum ? Op.ORPS : Op.ANDPS, dst, X);
        code.select(T, dst, U);
    }

    /**
     * Without an instruction for it: adding and subtracting 2^52 leaves no place for a fraction, and a step of one goes
     * back where that has rounded to the wrong side. Numbers from there on have no fraction.
     */
    private void round(emberwall.op.Op op, boolean isDouble, int dst, int x) {
        Op add = isDouble ? Op.ADDPD : Op.ADDPS;
        Op subtract = isDouble ? Op.SUBPD : Op.SUBPS;
        Op compare = isDouble ? Op.CMPPD : Op.CMPPS;
        // U = the magnitude of x rounded to the nearest integer
        magnitude(isDouble, U);
        a.rr(Op.ANDPS, U, x);
        large(isDouble, X);
        code.two(add, T, U, X);
        a.rr(subtract, T, X);
        if (op == emberwall.op.Op.TRUNC) {
            a.rri(compare, U, T, LESS); // too large
            one(isDouble, X);
            a.rr(Op.ANDPS, U, X);
            a.rr(subtract, T, U);
        }
        signs(isDouble, X);
        a.rr(Op.ANDPS, X, x);
        a.rr(Op.ORPS, T, X);
        if (op == emberwall.op.Op.FLOOR || op == emberwall.op.Op.CEIL) {
            boolean isFloor = op == emberwall.op.Op.FLOOR;
            code.copy(U, isFloor ? x : T);
            a.rri(compare, U, isFloor ? T : x, LESS); // on the wrong side
            one(isDouble, X);
            a.rr(Op.ANDPS, U, X);
            a.rr(isFloor ? subtract : add, T, U);
            signs(isDouble, X);
            a.rr(Op.ANDPS, X, x);
            a.rr(Op.ORPS, T, X);
        }
        // Only where the magnitude is small; elsewhere the number itself, a NaN made quiet.
        magnitude(isDouble, U);
        a.rr(Op.ANDPS, U, x);
        large(isDouble, X);
        a.rri(compare, U, X, LESS);
        code.zero(X);
        code.two(add, dst, x, X);
        code.select(U, dst, T);
    }

    /** {@code dst} = the smallest number without places for a fraction. */
    private void large(boolean isDouble, int dst) {
        if (isDouble) {
            code.longs(dst, Double.doubleToRawLongBits(0x1p52));
        } else {
            code.words(dst, Float.floatToRawIntBits(0x1p23f));
        }
    }

    private void one(boolean isDouble, int dst) {
        if (isDouble) {
            code.longs(dst, Double.doubleToRawLongBits(1.0));
        } else {
            code.words(dst, Float.floatToRawIntBits(1f));
        }
    }

    /** Both halves of the number are converted without loss; their sum is rounded once. */
    private void convert(int dst, int x) {
        code.shift(Op.PSRLD_I, X, x, 16);
        a.rr(Op.CVTDQ2PS, X, X);
        code.words(T, Float.floatToRawIntBits(65536f));
        a.rr(Op.MULPS, X, T);
        code.shift(Op.PSLLD_I, dst, x, 16);
        a.ri(Op.PSRLD_I, dst, 16);
        a.rr(Op.CVTDQ2PS, dst, dst);
        a.rr(Op.ADDPS, dst, X);
    }

    /** The lower half of a double whose upper half says 2^52. */
    private void convertLow(int dst, int x) {
        code.words(X, 0x4330_0000);
        code.two(Op.PUNPCKLDQ, dst, x, X);
        code.longs(X, Double.doubleToRawLongBits(0x1p52));
        a.rr(Op.SUBPD, dst, X);
    }
}
