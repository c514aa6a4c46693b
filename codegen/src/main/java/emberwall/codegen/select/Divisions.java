package emberwall.codegen.select;

import emberwall.asm.x64.Reg;
import emberwall.codegen.alloc.Code;
import emberwall.ir.Graph;
import emberwall.op.Op;
import emberwall.op.Type;
import java.math.BigInteger;

/**
 * Quotients and remainders. By a constant: a product with its reciprocal, of which the upper bits are the quotient (Granlund
 * and Montgomery, "Division by Invariant Integers using Multiplication"; Warren, "Hacker's Delight", chapter 10). Else the
 * dividend is in {@code rax}, its upper half in {@code rdx}.
 */
final class Divisions {
    private final Selection s;
    private final Recorder recorder;
    private final Payloads payloads;

    Divisions(Selection s) {
        this.s = s;
        recorder = s.recorder;
        payloads = s.payloads;
    }

    void select(int node, Type type, int x, int y) {
        Op op = s.graph.op(node);
        boolean isSigned = op == Op.DIV_S || op == Op.REM_S;
        if (s.graph.isConstant(y) && !s.graph.isConstant(x)) {
            long divisor = isSigned && type == Type.I32 ? (int) s.graph.bits(y) : s.graph.bits(y);
            if (isSigned ? divisor > 1 && divisor <= Long.MAX_VALUE / 2 : divisor > 2 || divisor < 0) {
                byConstant(node, type, x, divisor, isSigned);
                return;
            }
        }
        byRegister(node, op, type, x, y);
    }

    private void byRegister(int node, Op op, Type type, int x, int y) {
        Graph graph = s.graph;
        int dividend = s.operand(x, type);
        int divisor = s.operand(y, type);
        int payload = payloads.next();
        payloads.add(op);
        payloads.add(type);
        payloads.add(isHarmless(y, type));
        payloads.add(graph.origin(node));
        recorder.begin(Instruction.DIVIDE, payload);
        recorder.useFixed(dividend, Reg.RAX);
        recorder.useLate(divisor, Code.REGISTER);
        boolean isQuotient = op == Op.DIV_S || op == Op.DIV_U;
        recorder.defineFixed(s.registerOf(node), isQuotient ? Reg.RAX : Reg.RDX);
        if (isQuotient) {
            recorder.temporary(s.fresh(Type.I64), Reg.RDX);
        } else {
            recorder.clobber(1L << Reg.RAX);
        }
    }

    /** Whether a divisor is neither zero nor minus one. */
    private boolean isHarmless(int divisor, Type type) {
        return s.graph.isConstant(divisor)
                && s.graph.bits(divisor) != 0
                && (type == Type.I32 ? (int) s.graph.bits(divisor) : s.graph.bits(divisor)) != -1;
    }

    // ---- by constants

    private void byConstant(int node, Type type, int x, long divisor, boolean isSigned) {
        Op op = s.graph.op(node);
        int dividend = s.value(x);
        int result = s.registerOf(node);
        boolean isQuotient = op == Op.DIV_S || op == Op.DIV_U;
        int quotient = isQuotient ? result : s.fresh(type);
        if (isSigned) {
            signed(quotient, type, dividend, divisor);
        } else {
            unsigned(quotient, type, dividend, divisor);
        }
        if (!isQuotient) {
            int product = s.fresh(type);
            if (divisor == (int) divisor || type == Type.I32) {
                constant(Op.MUL, type, product, quotient, (int) divisor);
            } else {
                two(Op.MUL, type, product, s.constant(type, divisor), quotient);
            }
            two(Op.SUB, type, result, dividend, product);
        }
    }

    private void unsigned(int quotient, Type type, int x, long divisor) {
        int bits = type.bits();
        BigInteger by = new BigInteger(Long.toUnsignedString(divisor));
        if (Long.bitCount(divisor) == 1) {
            shift(Op.SHR_U, type, quotient, x, Long.numberOfTrailingZeros(divisor));
            return;
        }
        int places = by.bitLength();
        BigInteger factor = reciprocal(bits + places, by);
        if (type == Type.I32) {
            // The product of 32 bits and 33 bits may have one too many; then the reciprocal has 64 bits.
            if (factor.bitLength() <= 32) {
                int product = s.fresh(Type.I64);
                two(Op.MUL, Type.I64, product, s.constant(Type.I64, factor.longValue()), x);
                shift(Op.SHR_U, Type.I64, quotient, product, bits + places);
            } else {
                high(false, quotient, x, reciprocal(64, by).longValue());
            }
            return;
        }
        BigInteger smaller = reciprocal(bits + places - 1, by);
        if (isExact(smaller, bits + places - 1, by, bits)) {
            int upper = s.fresh(type);
            high(false, upper, x, smaller.longValue());
            shift(Op.SHR_U, type, quotient, upper, places - 1);
            return;
        }
        // The 65th bit of the reciprocal is x itself: (x + upper) >> places, without the carry.
        int upper = s.fresh(type);
        high(false, upper, x, factor.longValue());
        int difference = s.fresh(type);
        two(Op.SUB, type, difference, x, upper);
        int half = s.fresh(type);
        shift(Op.SHR_U, type, half, difference, 1);
        int sum = s.fresh(type);
        two(Op.ADD, type, sum, half, upper);
        shift(Op.SHR_U, type, quotient, sum, places - 1);
    }

    /** 2^exponent / by, rounded up. */
    private static BigInteger reciprocal(int exponent, BigInteger by) {
        return BigInteger.ONE
                .shiftLeft(exponent)
                .add(by)
                .subtract(BigInteger.ONE)
                .divide(by);
    }

    /** Whether a reciprocal gives the right quotient of any number of so many bits, and has no more bits itself. */
    private static boolean isExact(BigInteger reciprocal, int exponent, BigInteger by, int bits) {
        BigInteger error = reciprocal.multiply(by).subtract(BigInteger.ONE.shiftLeft(exponent));
        return reciprocal.bitLength() <= bits && error.bitLength() <= exponent - bits;
    }

    private void signed(int quotient, Type type, int x, long divisor) {
        int bits = type.bits();
        int places = 64 - Long.numberOfLeadingZeros(divisor);
        if (Long.bitCount(divisor) == 1) {
            signedByPower(quotient, type, x, Long.numberOfTrailingZeros(divisor));
            return;
        }
        // 2^(bits - 1) <= reciprocal < 2^bits
        BigInteger factor = reciprocal(bits - 1 + places, BigInteger.valueOf(divisor));
        int upper;
        if (type == Type.I32) {
            int wide = s.fresh(Type.I64);
            unary(Op.EXTEND_I32_S, Type.I64, wide, x);
            int product = s.fresh(Type.I64);
            two(Op.MUL, Type.I64, product, s.constant(Type.I64, factor.longValue()), wide);
            upper = s.fresh(Type.I64);
            shift(Op.SHR_S, Type.I64, upper, product, bits - 1 + places);
        } else {
            int part = s.fresh(type);
            high(true, part, x, factor.longValue());
            int sum = s.fresh(type);
            two(Op.ADD, type, sum, part, x); // since the factor was taken for a negative one
            upper = s.fresh(type);
            shift(Op.SHR_S, type, upper, sum, places - 1);
        }
        int sign = s.fresh(type);
        shift(Op.SHR_S, type, sign, x, bits - 1);
        two(Op.SUB, type, quotient, upper, sign); // rounded down so far: of a negative number by one too much
    }

    private void signedByPower(int quotient, Type type, int x, int places) {
        int sign = x;
        if (places > 1) {
            sign = s.fresh(type);
            shift(Op.SHR_S, type, sign, x, type.bits() - 1);
        }
        int addend = s.fresh(type);
        shift(Op.SHR_U, type, addend, sign, type.bits() - places);
        int sum = s.fresh(type);
        two(Op.ADD, type, sum, addend, x);
        shift(Op.SHR_S, type, quotient, sum, places);
    }

    // ---- instructions on registers

    private void two(Op op, Type type, int dst, int x, int y) {
        begin(Instruction.ALU, op, type);
        recorder.use(x, Code.REGISTER);
        recorder.use(y, Code.ANY);
        recorder.defineOver(dst, 0);
    }

    private void constant(Op op, Type type, int dst, int x, int constant) {
        begin(Instruction.ALU_CONSTANT, op, type);
        payloads.addLong(constant);
        recorder.use(x, Code.ANY);
        recorder.define(dst);
    }

    private void shift(Op op, Type type, int dst, int x, int count) {
        begin(Instruction.SHIFT_CONSTANT, op, type);
        payloads.add(count);
        recorder.use(x, Code.REGISTER);
        recorder.defineOver(dst, 0);
    }

    private void unary(Op op, Type type, int dst, int x) {
        begin(Instruction.OPERATOR, op, type);
        payloads.add(Graph.NO_ORIGIN);
        recorder.use(x, Code.REGISTER);
        recorder.define(dst);
    }

    private void begin(Instruction instruction, Op op, Type type) {
        int payload = payloads.next();
        payloads.add(op);
        payloads.add(type);
        recorder.begin(instruction, payload);
    }

    /** The upper half of a product. */
    private void high(boolean isSigned, int dst, int x, long factor) {
        int constant = s.constant(Type.I64, factor);
        int payload = payloads.next();
        payloads.add(isSigned);
        payloads.add(Type.I64);
        recorder.begin(Instruction.MULTIPLY_HIGH, payload);
        recorder.useFixed(constant, Reg.RAX);
        recorder.use(x, Code.REGISTER);
        recorder.defineFixed(dst, Reg.RDX);
        recorder.clobber(1L << Reg.RAX);
    }
}
