package emberwall.codegen.x64;

import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.asm.x64.Reg;
import emberwall.codegen.Convention;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import java.util.function.Predicate;

/**
 * Machine code for every scalar operator, from registers to a register, and for integers also with an immediate or memory as
 * the last operand. The second definition of what an operator means; the first is {@link emberwall.op.Eval}.
 *
 * <p>Vector registers are numbered from 0 here. Operands may be the same register as the destination, and are kept
 * otherwise. {@code r11} and {@code xmm15} are scratch and no operands; flags are lost. Only division has registers of its
 * own: {@link IntegerOperators#divide}. {@code i32} results have zeros above.
 */
public final class X64Operators {
    // What a processor may have beyond SSE2: the mask given to the constructor.
    public static final int SSE41 = 1;
    public static final int POPCNT = 2;
    public static final int LZCNT = 4;
    public static final int BMI1 = 8;
    public static final int BMI2 = 16;
    public static final int AVX = 32;
    public static final int SSSE3 = 64;
    public static final int SSE42 = 128;
    public static final int ALL = 255;

    private static final String[] NAMES = {"SSE4_1", "POPCNT", "LZCNT", "BMI1", "BMI2", "AVX", "SSSE3", "SSE4_2"};

    /** The mask of what a processor has of these, which is asked by the names that Intel gives. */
    public static int features(Predicate<String> has) {
        int features = 0;
        for (int bit = 0; bit < NAMES.length; bit++) {
            features |= has.test(NAMES[bit]) ? 1 << bit : 0;
        }
        return features;
    }

    /** Conditions beyond the processor's: "equal and ordered" after {@code ucomisd}, which takes two tests. */
    public static final int FLOAT_EQUAL = 16;

    /** The contrary of {@link #FLOAT_EQUAL}; conditions are negated by changing the lowest bit. */
    public static final int FLOAT_NOT_EQUAL = 17;

    private static final int S = Convention.SCRATCH;

    /** Where traps go. */
    public interface Traps {
        /** A label that traps with this reason at the position of the instruction at work. */
        int trap(TrapReason reason);
    }

    private final Assembler a;
    private final int features;
    private final Conversions conversions;

    /** The operators on integers. */
    public final IntegerOperators integers;

    /** The operators on floats. */
    public final FloatOperators floats;

    /** Operators written to {@code a} for a processor that has {@code features}. */
    public X64Operators(Assembler a, int features, Traps traps) {
        this.a = a;
        this.features = features;
        this.integers = new IntegerOperators(a, features, traps);
        this.floats = new FloatOperators(a, features);
        this.conversions = new Conversions(a, floats, traps);
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
                    floats.arithmetic(op, type, dst, x, y);
                } else {
                    integers.plain(op, width(type), dst, x, y);
                }
            }
            case AND, OR, XOR -> integers.plain(op, width(type), dst, x, y);
            case SHL, SHR_S, SHR_U, ROTL, ROTR -> integers.shift(op, width(type), dst, x, y);
            case DIV_S, DIV_U, REM_S, REM_U -> {
                integers.divide(op, width(type), y);
                int from = op == emberwall.op.Op.DIV_S || op == emberwall.op.Op.DIV_U ? Reg.RAX : Reg.RDX;
                integers.copy(width(type), dst, from);
            }
            case DIV, MIN, MAX, COPYSIGN -> floats.arithmetic(op, type, dst, x, y);
            case EQZ -> {
                a.rr(Op.TEST, width(type), x, x);
                truth(Cond.EQUAL, dst);
            }
            case EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U, LT, GT, LE, GE -> {
                if (type.isFloat()) {
                    truth(floats.compare(op, type, x, y), dst);
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
            case CLZ, CTZ, POPCNT -> integers.count(op, width(type), dst, x);
            case EXTEND8_S -> a.rr(Op.MOVSX_8, width(type), dst, x);
            case EXTEND16_S -> a.rr(Op.MOVSX_16, width(type), dst, x);
            case EXTEND32_S, EXTEND_I32_S -> a.rr(Op.MOVSXD, W64, dst, x);
            case WRAP -> a.rr(Op.MOV, W32, dst, x);
            case EXTEND_I32_U -> integers.copy(W32, dst, x);
            case ABS, NEG, SQRT -> floats.sign(op, type, dst, x);
            case CEIL, FLOOR, TRUNC, NEAREST -> floats.round(op, type, dst, x);
            default -> conversions.convert(op, type, dst, x);
        }
    }

    // ---- conditions

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
}
