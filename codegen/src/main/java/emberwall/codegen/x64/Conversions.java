package emberwall.codegen.x64;

import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.op.TrapReason;
import emberwall.op.Type;

/** The conversions among {@link X64Operators}: between integers and floats, and from one float to the other. */
final class Conversions {
    private static final int S = Convention.SCRATCH;
    private static final int X = Convention.SCRATCH_XMM;

    private static final long F64_2_63 = 0x43E0_0000_0000_0000L;
    private static final long F64_MINUS_2_63 = 0xC3E0_0000_0000_0000L;
    private static final long F32_2_63 = 0x5F00_0000L;
    private static final long F32_MINUS_2_63 = 0xDF00_0000L;

    private final Assembler a;
    private final FloatOperators floats;
    private final X64Operators.Traps traps;

    Conversions(Assembler a, FloatOperators floats, X64Operators.Traps traps) {
        this.a = a;
        this.floats = floats;
        this.traps = traps;
    }

    /** {@code dst = op(x)}; {@code type} is the result's. */
    void convert(emberwall.op.Op op, Type type, int dst, int x) {
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
            case DEMOTE -> floats.unary(Op.CVTSD2SS, dst, x);
            case PROMOTE -> floats.unary(Op.CVTSS2SD, dst, x);
            case REINTERPRET -> {
                if (type.isFloat()) {
                    a.rr(Op.MOVD_XG, X64Operators.width(type), dst, x);
                } else {
                    a.rr(Op.MOVD_GX, X64Operators.width(type), dst, x);
                }
            }
            default -> throw new IllegalArgumentException("no scalar operator: " + op);
        }
    }

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
