package emberwall.codegen.x64;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.RSP;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;
import static emberwall.codegen.x64.VectorCode.S;
import static emberwall.codegen.x64.VectorCode.T;
import static emberwall.codegen.x64.VectorCode.U;
import static emberwall.codegen.x64.VectorCode.X;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.op.Type;
import java.util.EnumMap;
import java.util.Map;

/**
 * Machine code for every operator on vectors; what they compute is {@link emberwall.op.VectorEval}'s to say, to the bit.
 *
 * <p>Where one instruction is one operator, a row says so, and it is used if the processor has it; everything else is a
 * sequence, by SSE2 alone where it must be. A destination may be the first operand, but is no other; operands are kept
 * otherwise. Scalars are in general purpose registers, floats in vector registers. {@code r11} and three vector registers
 * are scratch and no operands; flags are lost.
 */
public final class VectorOperators {
    /** The second and third scratch register of vectors, besides {@link Convention#SCRATCH_XMM}. */
    public static final int SCRATCH_T = 14;

    public static final int SCRATCH_U = 13;

    /** How a row wants its operands. */
    private enum Order {
        ONE,
        TWO,
        SWAPPED
    }

    /** One instruction that is an operator, with an immediate or -1. */
    private record Row(Op instruction, Order order, int immediate) {}

    private static final Type[] SHAPES = {Type.I8X16, Type.I16X8, Type.I32X4, Type.I64X2, Type.F32X4, Type.F64X2};

    private static final Map<emberwall.op.Op, Map<Type, Row>> ROWS = new EnumMap<>(emberwall.op.Op.class);

    private static final int EQUAL = 0;
    private static final int LESS = 1;
    private static final int LESS_EQUAL = 2;
    private static final int NOT_EQUAL = 4;
    private static final int NEAREST = 8;
    private static final int FLOOR = 9;
    private static final int CEIL = 10;
    private static final int TRUNC = 11;

    static {
        // @formatter:off
        lanes(emberwall.op.Op.ADD,         Op.PADDB,   Op.PADDW,   Op.PADDD,  Op.PADDQ,   Op.ADDPS,  Op.ADDPD);
        lanes(emberwall.op.Op.SUB,         Op.PSUBB,   Op.PSUBW,   Op.PSUBD,  Op.PSUBQ,   Op.SUBPS,  Op.SUBPD);
        lanes(emberwall.op.Op.MUL,         null,       Op.PMULLW,  Op.PMULLD, null,       Op.MULPS,  Op.MULPD);
        lanes(emberwall.op.Op.DIV,         null,       null,       null,      null,       Op.DIVPS,  Op.DIVPD);
        lanes(emberwall.op.Op.ADD_SAT_S,   Op.PADDSB,  Op.PADDSW);
        lanes(emberwall.op.Op.ADD_SAT_U,   Op.PADDUSB, Op.PADDUSW);
        lanes(emberwall.op.Op.SUB_SAT_S,   Op.PSUBSB,  Op.PSUBSW);
        lanes(emberwall.op.Op.SUB_SAT_U,   Op.PSUBUSB, Op.PSUBUSW);
        lanes(emberwall.op.Op.AVGR_U,      Op.PAVGB,   Op.PAVGW);
        lanes(emberwall.op.Op.MIN_S,       Op.PMINSB,  Op.PMINSW,  Op.PMINSD);
        lanes(emberwall.op.Op.MIN_U,       Op.PMINUB,  Op.PMINUW,  Op.PMINUD);
        lanes(emberwall.op.Op.MAX_S,       Op.PMAXSB,  Op.PMAXSW,  Op.PMAXSD);
        lanes(emberwall.op.Op.MAX_U,       Op.PMAXUB,  Op.PMAXUW,  Op.PMAXUD);
        lanes(emberwall.op.Op.EQ,          Op.PCMPEQB, Op.PCMPEQW, Op.PCMPEQD, Op.PCMPEQQ);

        row(emberwall.op.Op.AND,               Type.V128,  Op.PAND);
        row(emberwall.op.Op.OR,                Type.V128,  Op.POR);
        row(emberwall.op.Op.XOR,               Type.V128,  Op.PXOR);
        row(emberwall.op.Op.NARROW_I16X8_S,    Type.I8X16, Op.PACKSSWB);
        row(emberwall.op.Op.NARROW_I16X8_U,    Type.I8X16, Op.PACKUSWB);
        row(emberwall.op.Op.NARROW_I32X4_S,    Type.I16X8, Op.PACKSSDW);
        row(emberwall.op.Op.NARROW_I32X4_U,    Type.I16X8, Op.PACKUSDW);
        row(emberwall.op.Op.DOT_I16X8_S,       Type.I32X4, Op.PMADDWD);

        for (var op : new emberwall.op.Op[] {emberwall.op.Op.LT_S, emberwall.op.Op.GT_S}) {
            Order order = op == emberwall.op.Op.LT_S ? Order.SWAPPED : Order.TWO;
            row(op, Type.I8X16, Op.PCMPGTB, order, -1);
            row(op, Type.I16X8, Op.PCMPGTW, order, -1);
            row(op, Type.I32X4, Op.PCMPGTD, order, -1);
            row(op, Type.I64X2, Op.PCMPGTQ, order, -1);
        }
        floats(emberwall.op.Op.EQ,      Op.CMPPS,    Op.CMPPD,    Order.TWO,     EQUAL);
        floats(emberwall.op.Op.NE,      Op.CMPPS,    Op.CMPPD,    Order.TWO,     NOT_EQUAL);
        floats(emberwall.op.Op.LT,      Op.CMPPS,    Op.CMPPD,    Order.TWO,     LESS);
        floats(emberwall.op.Op.LE,      Op.CMPPS,    Op.CMPPD,    Order.TWO,     LESS_EQUAL);
        floats(emberwall.op.Op.GT,      Op.CMPPS,    Op.CMPPD,    Order.SWAPPED, LESS);
        floats(emberwall.op.Op.GE,      Op.CMPPS,    Op.CMPPD,    Order.SWAPPED, LESS_EQUAL);
        floats(emberwall.op.Op.PMIN,    Op.MINPS,    Op.MINPD,    Order.SWAPPED, -1);
        floats(emberwall.op.Op.PMAX,    Op.MAXPS,    Op.MAXPD,    Order.SWAPPED, -1);
        floats(emberwall.op.Op.SQRT,    Op.SQRTPS,   Op.SQRTPD,   Order.ONE,     -1);
        floats(emberwall.op.Op.NEAREST, Op.ROUNDPS,  Op.ROUNDPD,  Order.ONE,     NEAREST);
        floats(emberwall.op.Op.FLOOR,   Op.ROUNDPS,  Op.ROUNDPD,  Order.ONE,     FLOOR);
        floats(emberwall.op.Op.CEIL,    Op.ROUNDPS,  Op.ROUNDPD,  Order.ONE,     CEIL);
        floats(emberwall.op.Op.TRUNC,   Op.ROUNDPS,  Op.ROUNDPD,  Order.ONE,     TRUNC);

        row(emberwall.op.Op.ABS,                Type.I8X16, Op.PABSB,     Order.ONE, -1);
        row(emberwall.op.Op.ABS,                Type.I16X8, Op.PABSW,     Order.ONE, -1);
        row(emberwall.op.Op.ABS,                Type.I32X4, Op.PABSD,     Order.ONE, -1);
        row(emberwall.op.Op.EXTEND_LOW_I8X16_S, Type.I16X8, Op.PMOVSXBW,  Order.ONE, -1);
        row(emberwall.op.Op.EXTEND_LOW_I8X16_U, Type.I16X8, Op.PMOVZXBW,  Order.ONE, -1);
        row(emberwall.op.Op.EXTEND_LOW_I16X8_S, Type.I32X4, Op.PMOVSXWD,  Order.ONE, -1);
        row(emberwall.op.Op.EXTEND_LOW_I16X8_U, Type.I32X4, Op.PMOVZXWD,  Order.ONE, -1);
        row(emberwall.op.Op.EXTEND_LOW_I32X4_S, Type.I64X2, Op.PMOVSXDQ,  Order.ONE, -1);
        row(emberwall.op.Op.EXTEND_LOW_I32X4_U, Type.I64X2, Op.PMOVZXDQ,  Order.ONE, -1);
        row(emberwall.op.Op.CONVERT_I32X4_S,    Type.F32X4, Op.CVTDQ2PS,  Order.ONE, -1);
        row(emberwall.op.Op.CONVERT_LOW_I32X4_S, Type.F64X2, Op.CVTDQ2PD, Order.ONE, -1);
        row(emberwall.op.Op.DEMOTE_F64X2_ZERO,  Type.F32X4, Op.CVTPD2PS,  Order.ONE, -1);
        row(emberwall.op.Op.PROMOTE_LOW_F32X4,  Type.F64X2, Op.CVTPS2PD,  Order.ONE, -1);
        // @formatter:on
    }

    private static void lanes(emberwall.op.Op op, Op... instructions) {
        for (int shape = 0; shape < instructions.length; shape++) {
            if (instructions[shape] != null) {
                row(op, SHAPES[shape], instructions[shape]);
            }
        }
    }

    private static void floats(emberwall.op.Op op, Op single, Op twice, Order order, int immediate) {
        row(op, Type.F32X4, single, order, immediate);
        row(op, Type.F64X2, twice, order, immediate);
    }

    private static void row(emberwall.op.Op op, Type type, Op instruction) {
        row(op, type, instruction, Order.TWO, -1);
    }

    private static void row(emberwall.op.Op op, Type type, Op instruction, Order order, int immediate) {
        ROWS.computeIfAbsent(op, key -> new EnumMap<>(Type.class)).put(type, new Row(instruction, order, immediate));
    }

    private final Assembler a;
    private final VectorCode code;
    private final VectorIntegers integers;
    private final VectorFloats floats;
    private final VectorShuffles shuffles;

    /**
     * Operators written to {@code a} for a processor that has {@code features}, as {@link X64Operators} names them.
     *
     * @param literals asked for constants; where they lie is up to it
     */
    public VectorOperators(Assembler a, int features, VectorLiterals literals) {
        this.a = a;
        code = new VectorCode(a, features, literals);
        shuffles = new VectorShuffles(code);
        integers = new VectorIntegers(code, this);
        floats = new VectorFloats(code);
    }

    /**
     * {@code dst = op(x, y, z)} for any operator that makes a vector of vectors, without immediate; operands that it does
     * not have are not looked at. The second operand of a shift is a general purpose register.
     */
    public void emit(emberwall.op.Op op, Type type, int dst, int x, int y, int z) {
        Map<Type, Row> rows = ROWS.get(op);
        Row row = rows == null ? null : rows.get(type);
        if (row != null && code.has(row.instruction)) {
            emit(row, dst, x, y);
            return;
        }
        switch (op) {
            case NOT -> {
                code.copy(dst, x);
                code.not(dst, X);
            }
            case ANDNOT -> {
                code.copy(T, y);
                a.rr(Op.PANDN, T, x);
                code.copy(dst, T);
            }
            case BITSELECT, RELAXED_LANESELECT -> {
                code.two(Op.PXOR, dst, x, y);
                a.rr(Op.PAND, dst, z);
                a.rr(Op.PXOR, dst, y);
            }
            case SWIZZLE, RELAXED_SWIZZLE -> swizzle(dst, x, y);
            default -> {
                if (type.isFloat()) {
                    floats.emit(op, type, dst, x, y, z);
                } else {
                    integers.emit(op, type, dst, x, y, z);
                }
            }
        }
    }

    private void emit(Row row, int dst, int x, int y) {
        switch (row.order) {
            case ONE -> {
                if (row.immediate < 0) {
                    a.rr(row.instruction, dst, x);
                } else {
                    a.rri(row.instruction, dst, x, row.immediate);
                }
            }
            case TWO -> emit(row, dst, x, y, row.immediate);
            case SWAPPED -> {
                if (dst == x) {
                    emit(row, X, y, x, row.immediate);
                    code.copy(dst, X);
                } else {
                    emit(row, dst, y, x, row.immediate);
                }
            }
        }
    }

    private void emit(Row row, int dst, int x, int y, int immediate) {
        if (immediate < 0) {
            code.two(row.instruction, dst, x, y);
        } else {
            code.two(row.instruction, dst, x, y, immediate);
        }
    }

    /** Whether one instruction of a processor with {@code features} is an operator: no scratch registers are spoiled then. */
    public static boolean isPlain(emberwall.op.Op op, Type type, int features) {
        Map<Type, Row> rows = ROWS.get(op);
        Row row = rows == null ? null : rows.get(type);
        return row != null && VectorCode.has(features, row.instruction);
    }

    // ---- vectors to scalars

    /** ANY_TRUE, ALL_TRUE, BITMASK: a general purpose register from a vector. */
    public void test(emberwall.op.Op op, Type type, int dst, int x) {
        switch (op) {
            case ANY_TRUE -> {
                code.zero(X);
                a.rr(Op.PCMPEQB, X, x);
                a.rr(Op.PMOVMSKB, dst, X);
                a.ri(Op.CMP, W32, dst, 0xffff);
                truth(Cond.NOT_EQUAL, dst);
            }
            case ALL_TRUE -> {
                code.zero(U);
                emit(emberwall.op.Op.EQ, type, X, U, x, 0);
                a.rr(Op.PMOVMSKB, dst, X);
                a.rr(Op.TEST, W32, dst, dst);
                truth(Cond.EQUAL, dst);
            }
            default -> bitmask(type, dst, x);
        }
    }

    private void truth(int cond, int dst) {
        a.set(cond, dst);
        a.rr(Op.MOVZX_8, W32, dst, dst);
    }

    private void bitmask(Type type, int dst, int x) {
        switch (type) {
            case I8X16 -> a.rr(Op.PMOVMSKB, dst, x);
            case I16X8 -> {
                code.zero(X);
                code.two(Op.PACKSSWB, T, x, X);
                a.rr(Op.PMOVMSKB, dst, T);
            }
            case I32X4 -> a.rr(Op.MOVMSKPS, dst, x);
            default -> a.rr(Op.MOVMSKPD, dst, x);
        }
    }

    // ---- lanes

    /** EXTRACT_LANE of any kind: {@code dst} is a vector register for floats, else a general purpose register. */
    public void extract(emberwall.op.Op op, Type type, int dst, int x, int lane) {
        boolean isSigned = op == emberwall.op.Op.EXTRACT_LANE_S;
        switch (type) {
            case I8X16 -> {
                a.rri(Op.PEXTRW, dst, x, lane / 2);
                if (lane % 2 != 0) {
                    a.ri(Op.SHR, W32, dst, 8);
                }
                a.rr(isSigned ? Op.MOVSX_8 : Op.MOVZX_8, W32, dst, dst);
            }
            case I16X8 -> {
                a.rri(Op.PEXTRW, dst, x, lane);
                if (isSigned) {
                    a.rr(Op.MOVSX_16, W32, dst, dst);
                }
            }
            case I32X4, I64X2 -> {
                boolean isLong = type == Type.I64X2;
                int from = x;
                if (lane != 0) {
                    a.rri(Op.PSHUFD, X, x, isLong ? 0xee : lane);
                    from = X;
                }
                a.xmmToGpr(isLong ? W64 : W32, dst, from);
            }
            case F32X4 -> a.rri(Op.PSHUFD, dst, x, lane);
            default -> a.rri(Op.PSHUFD, dst, x, lane == 0 ? 0x44 : 0xee);
        }
    }

    /** {@code dst} = a constant. */
    public void constant(int dst, long low, long high) {
        code.constant(dst, low, high);
    }

    /** {@code dst = x} with {@code value} in one lane: a vector register for floats, else a general purpose register. */
    public void replace(Type type, int dst, int x, int value, int lane) {
        Op row = switch (type) {
            case I8X16 -> Op.PINSRB;
            case I16X8 -> Op.PINSRW;
            case I32X4 -> Op.PINSRD;
            case I64X2 -> Op.PINSRQ;
            case F32X4 -> Op.INSERTPS;
            default -> lane == 0 ? Op.MOVSD : Op.MOVLHPS;
        };
        if (!code.has(row)) {
            throughMemory(type, dst, x, value, lane);
            return;
        }
        code.copy(dst, x);
        if (type == Type.F64X2) {
            a.rr(row, dst, value);
        } else if (type.isFloat()) {
            a.rri(row, dst, value, lane << 4);
        } else {
            a.rri(row, type == Type.I64X2 ? W64 : W32, dst, value, lane);
        }
    }

    private void throughMemory(Type type, int dst, int x, int value, int lane) {
        int bytes = type.laneBits() / 8;
        a.ri(Op.SUB, W64, RSP, 16);
        a.movups(mem(RSP), x);
        if (type.isFloat()) {
            a.movs(W32, mem(RSP, bytes * lane), value);
        } else {
            a.mov(
                    type == Type.I8X16 ? emberwall.asm.x64.Width.W8 : bytes == 4 ? W32 : W64,
                    mem(RSP, bytes * lane),
                    value);
        }
        a.movups(dst, mem(RSP));
        a.ri(Op.ADD, W64, RSP, 16);
    }

    /** All lanes of {@code dst} are a scalar: of a vector register for floats, else of a general purpose register. */
    public void splat(Type type, int dst, int value) {
        switch (type) {
            case I8X16 -> {
                a.gprToXmm(W32, dst, value);
                a.rr(Op.PUNPCKLBW, dst, dst);
                a.rri(Op.PSHUFLW, dst, dst, 0);
                a.rr(Op.PUNPCKLQDQ, dst, dst);
            }
            case I16X8 -> {
                a.gprToXmm(W32, dst, value);
                a.rri(Op.PSHUFLW, dst, dst, 0);
                a.rr(Op.PUNPCKLQDQ, dst, dst);
            }
            case I32X4 -> {
                a.gprToXmm(W32, dst, value);
                a.rri(Op.PSHUFD, dst, dst, 0);
            }
            case I64X2 -> {
                a.gprToXmm(W64, dst, value);
                a.rr(Op.PUNPCKLQDQ, dst, dst);
            }
            case F32X4 -> a.rri(Op.PSHUFD, dst, value, 0);
            default -> a.rri(Op.PSHUFD, dst, value, 0x44);
        }
    }

    // ---- bytes in any order

    /** Indices from 16 on have their highest bit set by a saturating addition, for which the instruction gives 0. */
    private void swizzle(int dst, int x, int y) {
        if (code.has(Op.PSHUFB)) {
            code.words(X, 0x70707070);
            a.rr(Op.PADDUSB, X, y);
            code.two(Op.PSHUFB, dst, x, X);
            return;
        }
        // Behind the vector lies a zero, to which all indices beyond it lead.
        code.words(X, 0x10101010);
        code.two(Op.PMINUB, T, y, X);
        code.zero(X);
        a.ri(Op.SUB, W64, RSP, 64);
        a.movups(mem(RSP), x);
        a.movups(mem(RSP, 16), X);
        a.movups(mem(RSP, 32), T);
        a.push(emberwall.asm.x64.Reg.RAX);
        for (int lane = 0; lane < 16; lane++) {
            a.rm(Op.MOVZX_8, W32, S, mem(RSP, 8 + 32 + lane));
            a.rm(Op.MOVZX_8, W32, emberwall.asm.x64.Reg.RAX, mem(RSP, S, 0, 8));
            a.mov(emberwall.asm.x64.Width.W8, mem(RSP, 8 + 48 + lane), emberwall.asm.x64.Reg.RAX);
        }
        a.pop(emberwall.asm.x64.Reg.RAX);
        a.movups(dst, mem(RSP, 48));
        a.ri(Op.ADD, W64, RSP, 64);
    }

    /** {@code dst} = sixteen bytes of {@code x} and, from 16 on, of {@code y}; the lanes are given as a constant. */
    public void shuffle(int dst, int x, int y, long low, long high) {
        shuffles.shuffle(dst, x, y, low, high);
    }
}
