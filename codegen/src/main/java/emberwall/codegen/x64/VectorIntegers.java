package emberwall.codegen.x64;

import static emberwall.asm.x64.Width.W32;
import static emberwall.codegen.x64.VectorCode.S;
import static emberwall.codegen.x64.VectorCode.T;
import static emberwall.codegen.x64.VectorCode.U;
import static emberwall.codegen.x64.VectorCode.X;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Op;
import emberwall.op.Type;

/** The operators of {@link VectorOperators} on lanes of integers that take more than one instruction. */
final class VectorIntegers {
    private final Assembler a;
    private final VectorCode code;
    private final VectorOperators all;

    VectorIntegers(VectorCode code, VectorOperators all) {
        this.a = code.a;
        this.code = code;
        this.all = all;
    }

    void emit(emberwall.op.Op op, Type type, int dst, int x, int y, int z) {
        switch (op) {
            case NE, LE_S, GE_S -> {
                all.emit(contrary(op), type, dst, x, y, 0);
                code.not(dst, X);
            }
            case LT_U, GT_U, LE_U, GE_U -> unsigned(op, type, dst, x, y);
            case EQ -> equal64(dst, x, y);
            case LT_S -> {
                greater64(U, y, x);
                code.copy(dst, U);
            }
            case GT_S -> {
                greater64(U, x, y);
                code.copy(dst, U);
            }
            case MIN_S, MIN_U, MAX_S, MAX_U -> extreme(op, type, dst, x, y);
            case MUL -> {
                if (type == Type.I32X4) {
                    multiply32(dst, x, y);
                } else {
                    multiply64(dst, x, y);
                }
            }
            case ABS -> absolute(type, dst, x);
            case NEG -> {
                code.zero(X);
                all.emit(emberwall.op.Op.SUB, type, X, X, x, 0);
                code.copy(dst, X);
            }
            case POPCNT -> count(dst, x);
            case SHL, SHR_S, SHR_U -> shift(op, type, dst, x, y);
            case NARROW_I32X4_U -> narrow(dst, x, y);
            default -> other(op, type, dst, x, y, z);
        }
    }

    private void other(emberwall.op.Op op, Type type, int dst, int x, int y, int z) {
        switch (op) {
            case EXTEND_LOW_I8X16_S, EXTEND_LOW_I16X8_S, EXTEND_LOW_I32X4_S -> extend(type, false, true, dst, x);
            case EXTEND_LOW_I8X16_U, EXTEND_LOW_I16X8_U, EXTEND_LOW_I32X4_U -> extend(type, false, false, dst, x);
            case EXTEND_HIGH_I8X16_S, EXTEND_HIGH_I16X8_S, EXTEND_HIGH_I32X4_S -> extend(type, true, true, dst, x);
            case EXTEND_HIGH_I8X16_U, EXTEND_HIGH_I16X8_U, EXTEND_HIGH_I32X4_U -> extend(type, true, false, dst, x);
            case EXTMUL_LOW_I8X16_S, EXTMUL_LOW_I16X8_S, EXTMUL_LOW_I32X4_S -> product(type, false, true, dst, x, y);
            case EXTMUL_LOW_I8X16_U, EXTMUL_LOW_I16X8_U, EXTMUL_LOW_I32X4_U -> product(type, false, false, dst, x, y);
            case EXTMUL_HIGH_I8X16_S, EXTMUL_HIGH_I16X8_S, EXTMUL_HIGH_I32X4_S -> product(type, true, true, dst, x, y);
            case EXTMUL_HIGH_I8X16_U, EXTMUL_HIGH_I16X8_U, EXTMUL_HIGH_I32X4_U -> product(type, true, false, dst, x, y);
            case EXTADD_PAIRWISE_I8X16_S, EXTADD_PAIRWISE_I16X8_S -> pairs(type, true, dst, x);
            case EXTADD_PAIRWISE_I8X16_U, EXTADD_PAIRWISE_I16X8_U -> pairs(type, false, dst, x);
            case Q15MULR_SAT_S, RELAXED_Q15MULR_S -> q15(dst, x, y);
            case RELAXED_DOT_I8X16_I7X16_S -> dot(dst, x, y);
            case RELAXED_DOT_I8X16_I7X16_ADD_S -> {
                dot(dst, x, y);
                code.words(X, 0x0001_0001);
                a.rr(Op.PMADDWD, dst, X);
                a.rr(Op.PADDD, dst, z);
            }
            case TRUNC_SAT_F32X4_S, RELAXED_TRUNC_F32X4_S -> truncateS(dst, x);
            case TRUNC_SAT_F32X4_U, RELAXED_TRUNC_F32X4_U -> truncateU(dst, x);
            case TRUNC_SAT_F64X2_S_ZERO, RELAXED_TRUNC_F64X2_S_ZERO -> truncate64S(dst, x);
            case TRUNC_SAT_F64X2_U_ZERO, RELAXED_TRUNC_F64X2_U_ZERO -> truncate64U(dst, x);
            default -> throw new IllegalArgumentException("no operator " + op + " on " + type);
        }
    }

    // ---- comparisons

    private static emberwall.op.Op contrary(emberwall.op.Op op) {
        return switch (op) {
            case NE -> emberwall.op.Op.EQ;
            case LE_S -> emberwall.op.Op.GT_S;
            default -> emberwall.op.Op.LT_S;
        };
    }

    /** With the highest bit of both changed, the order is that of signed numbers. */
    private void unsigned(emberwall.op.Op op, Type type, int dst, int x, int y) {
        code.words(X, type == Type.I8X16 ? 0x8080_8080 : type == Type.I16X8 ? 0x8000_8000 : 0x8000_0000);
        code.two(Op.PXOR, T, y, X);
        code.two(Op.PXOR, dst, x, X);
        emberwall.op.Op signed = switch (op) {
            case LT_U -> emberwall.op.Op.LT_S;
            case GT_U -> emberwall.op.Op.GT_S;
            case LE_U -> emberwall.op.Op.LE_S;
            default -> emberwall.op.Op.GE_S;
        };
        all.emit(signed, type, dst, dst, T, 0);
    }

    private void equal64(int dst, int x, int y) {
        code.two(Op.PCMPEQD, dst, x, y);
        a.rri(Op.PSHUFD, T, dst, 0xb1);
        a.rr(Op.PAND, dst, T);
    }

    /** The upper halves decide, or, where they are equal, the borrow of the difference. */
    private void greater64(int dst, int x, int y) {
        code.two(Op.PSUBQ, T, y, x);
        code.two(Op.PCMPEQD, X, x, y);
        a.rr(Op.PAND, T, X);
        code.two(Op.PCMPGTD, X, x, y);
        a.rr(Op.POR, X, T);
        a.rri(Op.PSHUFD, dst, X, 0xf5);
    }

    private void extreme(emberwall.op.Op op, Type type, int dst, int x, int y) {
        emberwall.op.Op order = switch (op) {
            case MIN_S -> emberwall.op.Op.GT_S;
            case MIN_U -> emberwall.op.Op.GT_U;
            case MAX_S -> emberwall.op.Op.LT_S;
            default -> emberwall.op.Op.LT_U;
        };
        all.emit(order, type, U, x, y, 0);
        code.copy(T, y);
        code.copy(dst, x);
        code.select(U, dst, T);
    }

    // ---- arithmetic

    private void multiply32(int dst, int x, int y) {
        code.shift(Op.PSRLQ_I, X, x, 32);
        code.shift(Op.PSRLQ_I, T, y, 32);
        a.rr(Op.PMULUDQ, X, T);
        code.two(Op.PMULUDQ, dst, x, y);
        a.rri(Op.PSHUFD, dst, dst, 0x08);
        a.rri(Op.PSHUFD, X, X, 0x08);
        a.rr(Op.PUNPCKLDQ, dst, X);
    }

    private void multiply64(int dst, int x, int y) {
        code.shift(Op.PSRLQ_I, X, x, 32);
        a.rr(Op.PMULUDQ, X, y);
        code.shift(Op.PSRLQ_I, T, y, 32);
        a.rr(Op.PMULUDQ, T, x);
        a.rr(Op.PADDQ, X, T);
        a.ri(Op.PSLLQ_I, X, 32);
        code.two(Op.PMULUDQ, dst, x, y);
        a.rr(Op.PADDQ, dst, X);
    }

    private void absolute(Type type, int dst, int x) {
        switch (type) {
            case I8X16, I16X8 -> {
                all.emit(emberwall.op.Op.NEG, type, T, x, 0, 0);
                code.two(type == Type.I8X16 ? Op.PMINUB : Op.PMAXSW, dst, x, T);
            }
            default -> {
                code.shift(Op.PSRAD_I, T, x, 31);
                if (type == Type.I64X2) {
                    a.rri(Op.PSHUFD, T, T, 0xf5);
                }
                code.two(Op.PXOR, dst, x, T);
                a.rr(type == Type.I64X2 ? Op.PSUBQ : Op.PSUBD, dst, T);
            }
        }
    }

    /** Adds up neighbouring bits, pairs and halves. */
    private void count(int dst, int x) {
        code.words(T, 0x5555_5555);
        code.shift(Op.PSRLW_I, X, x, 1);
        a.rr(Op.PAND, X, T);
        code.two(Op.PSUBB, dst, x, X);
        code.words(T, 0x3333_3333);
        code.shift(Op.PSRLW_I, X, dst, 2);
        a.rr(Op.PAND, X, T);
        a.rr(Op.PAND, dst, T);
        a.rr(Op.PADDB, dst, X);
        code.words(T, 0x0f0f_0f0f);
        code.shift(Op.PSRLW_I, X, dst, 4);
        a.rr(Op.PADDB, dst, X);
        a.rr(Op.PAND, dst, T);
    }

    /** (x · y + 0x4000) >> 15 of both halves of the product; the one result that is too large is 0x8000. */
    private void q15(int dst, int x, int y) {
        if (code.has(Op.PMULHRSW)) {
            code.two(Op.PMULHRSW, dst, x, y);
        } else {
            code.two(Op.PMULLW, X, x, y);
            a.ri(Op.PSRLW_I, X, 14);
            code.words(T, 0x0001_0001);
            a.rr(Op.PADDW, X, T);
            a.ri(Op.PSRLW_I, X, 1);
            code.two(Op.PMULHW, dst, x, y);
            a.ri(Op.PSLLW_I, dst, 1);
            a.rr(Op.PADDW, dst, X);
        }
        code.words(X, 0x8000_8000);
        a.rr(Op.PCMPEQW, X, dst);
        a.rr(Op.PXOR, dst, X);
    }

    /** Products of signed bytes fit 16 bits; their sum saturates. */
    private void dot(int dst, int x, int y) {
        code.shift(Op.PSRAW_I, X, x, 8);
        code.shift(Op.PSRAW_I, T, y, 8);
        a.rr(Op.PMULLW, X, T);
        code.shift(Op.PSLLW_I, T, y, 8);
        a.ri(Op.PSRAW_I, T, 8);
        code.shift(Op.PSLLW_I, dst, x, 8);
        a.ri(Op.PSRAW_I, dst, 8);
        a.rr(Op.PMULLW, dst, T);
        a.rr(Op.PADDSW, dst, X);
    }

    // ---- shifts

    private void shift(emberwall.op.Op op, Type type, int dst, int x, int count) {
        a.rr(Op.MOV, W32, S, count);
        a.ri(Op.AND, W32, S, type.laneBits() - 1);
        if (type == Type.I8X16) {
            shiftBytes(op, dst, x);
            return;
        }
        a.gprToXmm(W32, T, S);
        if (type == Type.I64X2 && op == emberwall.op.Op.SHR_S) {
            // The sign's bit, wherever it has come to: by it the result is extended.
            code.ones(X);
            a.ri(Op.PSLLQ_I, X, 63);
            a.rr(Op.PSRLQ, X, T);
            code.two(Op.PSRLQ, dst, x, T);
            a.rr(Op.PXOR, dst, X);
            a.rr(Op.PSUBQ, dst, X);
            return;
        }
        boolean is16 = type == Type.I16X8;
        boolean is32 = type == Type.I32X4;
        Op row = switch (op) {
            case SHL -> is16 ? Op.PSLLW : is32 ? Op.PSLLD : Op.PSLLQ;
            case SHR_S -> is16 ? Op.PSRAW : Op.PSRAD;
            default -> is16 ? Op.PSRLW : is32 ? Op.PSRLD : Op.PSRLQ;
        };
        code.two(row, dst, x, T);
    }

    /** Each byte stands twice in 16 bits while it is shifted. */
    private void shiftBytes(emberwall.op.Op op, int dst, int x) {
        boolean isLeft = op == emberwall.op.Op.SHL;
        if (!isLeft) {
            a.ri(Op.ADD, W32, S, 8);
        }
        a.gprToXmm(W32, T, S);
        code.two(Op.PUNPCKHBW, X, x, x);
        code.copy(dst, x);
        a.rr(Op.PUNPCKLBW, dst, dst);
        Op row = isLeft ? Op.PSLLW : op == emberwall.op.Op.SHR_S ? Op.PSRAW : Op.PSRLW;
        for (int half : new int[] {dst, X}) {
            a.rr(row, half, T);
            if (isLeft) {
                a.ri(Op.PSLLW_I, half, 8);
                a.ri(Op.PSRLW_I, half, 8);
            }
        }
        a.rr(op == emberwall.op.Op.SHR_S ? Op.PACKSSWB : Op.PACKUSWB, dst, X);
    }

    // ---- other widths

    /** Negative lanes become zero; what is left is moved down into the range of signed numbers and back. */
    private void narrow(int dst, int x, int y) {
        positive(T, y);
        positive(U, x);
        code.words(X, 0x8000);
        a.rr(Op.PSUBD, T, X);
        a.rr(Op.PSUBD, U, X);
        a.rr(Op.PACKSSDW, U, T);
        code.words(X, 0x8000_8000);
        a.rr(Op.PXOR, U, X);
        code.copy(dst, U);
    }

    private void positive(int dst, int x) {
        code.shift(Op.PSRAD_I, dst, x, 31);
        a.rr(Op.PANDN, dst, x);
    }

    private void extend(Type type, boolean isHigh, boolean isSigned, int dst, int x) {
        Op row = switch (type) {
            case I16X8 -> isHigh ? Op.PUNPCKHBW : Op.PUNPCKLBW;
            case I32X4 -> isHigh ? Op.PUNPCKHWD : Op.PUNPCKLWD;
            default -> isHigh ? Op.PUNPCKHDQ : Op.PUNPCKLDQ;
        };
        if (!isSigned) {
            code.zero(X);
            code.two(row, dst, x, X);
        } else if (type == Type.I64X2) {
            code.shift(Op.PSRAD_I, X, x, 31);
            code.two(row, dst, x, X);
        } else {
            code.copy(dst, x);
            a.rr(row, dst, dst);
            a.ri(type == Type.I16X8 ? Op.PSRAW_I : Op.PSRAD_I, dst, type.laneBits() / 2);
        }
    }

    private void product(Type type, boolean isHigh, boolean isSigned, int dst, int x, int y) {
        switch (type) {
            case I16X8 -> {
                extend(type, isHigh, isSigned, T, y);
                extend(type, isHigh, isSigned, dst, x);
                a.rr(Op.PMULLW, dst, T);
            }
            case I32X4 -> {
                code.two(isSigned ? Op.PMULHW : Op.PMULHUW, X, x, y);
                code.two(Op.PMULLW, dst, x, y);
                a.rr(isHigh ? Op.PUNPCKHWD : Op.PUNPCKLWD, dst, X);
            }
            default -> product64(isHigh, isSigned, dst, x, y);
        }
    }

    private void product64(boolean isHigh, boolean isSigned, int dst, int x, int y) {
        int lanes = isHigh ? 0xfa : 0x50;
        a.rri(Op.PSHUFD, T, y, lanes);
        a.rri(Op.PSHUFD, dst, x, lanes);
        if (!isSigned) {
            a.rr(Op.PMULUDQ, dst, T);
        } else if (code.has(Op.PMULDQ)) {
            a.rr(Op.PMULDQ, dst, T);
        } else {
            // Of the unsigned product, the upper half is too large by each factor whose other factor is negative.
            code.shift(Op.PSRAD_I, X, dst, 31);
            a.rr(Op.PAND, X, T);
            code.shift(Op.PSRAD_I, U, T, 31);
            a.rr(Op.PAND, U, dst);
            a.rr(Op.PADDD, X, U);
            a.ri(Op.PSLLQ_I, X, 32);
            a.rr(Op.PMULUDQ, dst, T);
            a.rr(Op.PSUBQ, dst, X);
        }
    }

    private void pairs(Type type, boolean isSigned, int dst, int x) {
        boolean is16 = type == Type.I16X8;
        if (is16 && code.has(Op.PMADDUBSW)) {
            // Multiplies numbers without sign by ones with it.
            code.words(X, 0x0101_0101);
            if (isSigned) {
                a.rr(Op.PMADDUBSW, X, x);
                code.copy(dst, X);
            } else {
                code.two(Op.PMADDUBSW, dst, x, X);
            }
            return;
        }
        if (!is16 && isSigned) {
            code.words(X, 0x0001_0001);
            code.two(Op.PMADDWD, dst, x, X);
            return;
        }
        int half = type.laneBits() / 2;
        Op right = isSigned ? (is16 ? Op.PSRAW_I : Op.PSRAD_I) : is16 ? Op.PSRLW_I : Op.PSRLD_I;
        code.shift(is16 ? Op.PSLLW_I : Op.PSLLD_I, X, x, half);
        a.ri(right, X, half);
        code.shift(right, dst, x, half);
        a.rr(is16 ? Op.PADDW : Op.PADDD, dst, X);
    }

    // ---- from floats

    /** What is no number becomes zero first; what is too large gives the lowest number, which is inverted. */
    private void truncateS(int dst, int x) {
        final int twoTo31 = 0x4f00_0000;
        code.two(Op.CMPPS, X, x, x, 0);
        code.words(T, twoTo31);
        a.rri(Op.CMPPS, T, x, 2);
        code.two(Op.ANDPS, dst, x, X);
        a.rr(Op.CVTTPS2DQ, dst, dst);
        a.rr(Op.PXOR, dst, T);
    }

    /** From 2^31 on in two parts, each of which is a signed number. */
    private void truncateU(int dst, int x) {
        final int twoTo31 = 0x4f00_0000;
        code.zero(X);
        code.two(Op.MAXPS, dst, x, X);
        code.words(X, twoTo31);
        code.two(Op.SUBPS, T, dst, X);
        a.rri(Op.CMPPS, X, T, 2);
        a.rr(Op.CVTTPS2DQ, T, T);
        a.rr(Op.PXOR, T, X);
        positive(X, T);
        a.rr(Op.CVTTPS2DQ, dst, dst);
        a.rr(Op.PADDD, dst, X);
    }

    private void truncate64S(int dst, int x) {
        code.two(Op.CMPPD, X, x, x, 0);
        code.longs(T, Double.doubleToRawLongBits(Integer.MAX_VALUE));
        a.rr(Op.ANDPD, X, T);
        code.two(Op.MINPD, dst, x, X);
        a.rr(Op.CVTTPD2DQ, dst, dst);
    }

    /** Added to 2^52, a number has its integer in its lowest bits, up to rounding. */
    private void truncate64U(int dst, int x) {
        code.zero(X);
        code.two(Op.MAXPD, dst, x, X);
        code.longs(X, Double.doubleToRawLongBits(4294967295.0));
        a.rr(Op.MINPD, dst, X);
        code.longs(X, Double.doubleToRawLongBits(0x1p52));
        code.two(Op.ADDPD, T, dst, X);
        code.two(Op.SUBPD, U, T, X);
        a.rri(Op.CMPPD, dst, U, 1); // rounded up
        code.longs(X, Double.doubleToRawLongBits(1.0));
        a.rr(Op.ANDPD, dst, X);
        a.rr(Op.SUBPD, T, dst);
        code.zero(X);
        a.rri(Op.SHUFPS, T, X, 0x88);
        code.copy(dst, T);
    }
}
