package emberwall.engine.baseline;

import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Cond;
import emberwall.codegen.x64.X64Operators;
import emberwall.op.Eval;
import emberwall.op.FaultException;
import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;

/** Instructions whose meaning is one operator: constants are folded, immediates and memory operands taken as they come. */
final class Numerics {
    private static final int FIRST = Opcode.I32_EQZ.code();
    private static final int COUNT = Opcode.I64_EXTEND32_S.code() - FIRST + 1;
    private static final int SATURATING = 8;

    // What code an operator takes.
    private static final byte EQZ = 0;
    private static final byte COMPARE = 1;
    private static final byte COMPARE_FLOATS = 2;
    private static final byte INTEGER = 3;
    private static final byte SHIFT = 4;
    private static final byte DIVIDE = 5;
    private static final byte RETYPE = 6;
    private static final byte UNARY = 7;
    private static final byte ARITHMETIC = 8;
    private static final byte EXTREME = 9;

    // One entry for each opcode from i32.eqz on, then the saturating conversions.
    private static final Op[] OPS = new Op[COUNT + SATURATING];
    private static final Type[] TYPES = new Type[COUNT + SATURATING];
    private static final byte[] KINDS = new byte[COUNT + SATURATING];
    private static final byte[] SOURCES = new byte[COUNT + SATURATING];

    static {
        for (int i = 0; i < COUNT + SATURATING; i++) {
            Opcode opcode = i < COUNT ? Opcode.of(FIRST + i) : Opcode.of(Opcode.PREFIX_MISC, i - COUNT);
            OPS[i] = opcode.numeric().op();
            TYPES[i] = opcode.numeric().type();
            KINDS[i] = kind(OPS[i], TYPES[i]);
            SOURCES[i] = (byte) source(OPS[i], TYPES[i]);
        }
    }

    private final Compilation c;
    private final ValueStack stack;
    private final Comparison comparison;
    private final Branches branches;

    Numerics(Compilation c, Comparison comparison, Branches branches) {
        this.c = c;
        this.stack = c.stack;
        this.comparison = comparison;
        this.branches = branches;
    }

    private static byte kind(Op op, Type type) {
        return switch (op) {
            case EQZ -> EQZ;
            case EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U, LT, GT, LE, GE ->
                type.isFloat() ? COMPARE_FLOATS : COMPARE;
            case ADD, SUB, MUL -> type.isFloat() ? ARITHMETIC : INTEGER;
            case AND, OR, XOR -> INTEGER;
            case SHL, SHR_S, SHR_U, ROTL, ROTR -> SHIFT;
            case DIV_S, DIV_U, REM_S, REM_U -> DIVIDE;
            case DIV -> ARITHMETIC;
            case MIN, MAX, COPYSIGN -> EXTREME;
            case EXTEND_I32_U -> RETYPE;
            default -> UNARY;
        };
    }

    /** The value type of an operator's first operand. */
    private static int source(Op op, Type type) {
        return switch (op) {
            case WRAP -> ValueType.I64;
            case EXTEND_I32_S, EXTEND_I32_U, CONVERT_I32_S, CONVERT_I32_U -> ValueType.I32;
            case CONVERT_I64_S, CONVERT_I64_U -> ValueType.I64;
            case TRUNC_F32_S, TRUNC_F32_U, TRUNC_SAT_F32_S, TRUNC_SAT_F32_U, PROMOTE -> ValueType.F32;
            case TRUNC_F64_S, TRUNC_F64_U, TRUNC_SAT_F64_S, TRUNC_SAT_F64_U, DEMOTE -> ValueType.F64;
            case REINTERPRET ->
                switch (type) {
                    case I32 -> ValueType.F32;
                    case I64 -> ValueType.F64;
                    case F32 -> ValueType.I32;
                    default -> ValueType.I64;
                };
            default -> valueType(type);
        };
    }

    private static int valueType(Type type) {
        return type.ordinal() - Type.I32.ordinal() + ValueType.I32;
    }

    /** An instruction of one byte. */
    void compile(int code) {
        row(code - FIRST);
    }

    /** A saturating conversion: its number behind the prefix. */
    void saturating(int number) {
        row(COUNT + number);
    }

    private void row(int row) {
        Op op = OPS[row];
        Type type = TYPES[row];
        switch (KINDS[row]) {
            case EQZ -> eqz(op, type);
            case COMPARE -> compare(op, type);
            case COMPARE_FLOATS -> compareFloats(op, type);
            case INTEGER -> integer(op, type);
            case SHIFT -> shift(op, type);
            case DIVIDE -> divide(op, type);
            case RETYPE -> retype();
            case UNARY -> unary(op, type, SOURCES[row]);
            case ARITHMETIC -> arithmetic(op, type);
            default -> extreme(op, type);
        }
    }

    // ---- folding

    /** Computes an operator of two constants, if it has a result. */
    private boolean folded(Op op, Type type, int resultType) {
        int y = stack.top - 1;
        int x = y - 1;
        if (stack.at[x] != ValueStack.CONSTANT || stack.at[y] != ValueStack.CONSTANT) {
            return false;
        }
        long result;
        try {
            result = Eval.apply(op, type, stack.constant[x], stack.constant[y]);
        } catch (FaultException e) {
            return false;
        }
        stack.drop();
        stack.drop();
        stack.pushConstant(resultType, result);
        return true;
    }

    /** The constant in a slot, as an immediate of its type. */
    private long immediate(int slot, Type type) {
        long value = stack.constant[slot];
        return type == Type.I32 ? (int) value : value;
    }

    // ---- comparisons

    private void eqz(Op op, Type type) {
        int x = stack.top - 1;
        if (stack.at[x] == ValueStack.CONSTANT) {
            long result = Eval.apply(op, type, stack.constant[x]);
            stack.drop();
            stack.pushConstant(ValueType.I32, result);
            return;
        }
        int register = stack.register(x);
        stack.drop();
        comparison.test(X64Operators.width(type), register, register, Cond.EQUAL);
        branches.consume();
    }

    private void compare(Op op, Type type) {
        if (folded(op, type, ValueType.I32)) {
            return;
        }
        int y = stack.top - 1;
        int x = y - 1;
        int cond = X64Operators.condition(op);
        if (stack.at[x] == ValueStack.CONSTANT) {
            int other = x;
            x = y;
            y = other;
            cond = Cond.swap(cond);
        }
        int width = X64Operators.width(type);
        int first = stack.register(x);
        int place = stack.at[y];
        if (place == ValueStack.CONSTANT && immediate(y, type) == (int) immediate(y, type)) {
            comparison.immediate(width, first, (int) immediate(y, type), cond);
        } else if (place == ValueStack.MEMORY) {
            comparison.memory(width, first, stack.home(y), cond);
        } else {
            comparison.registers(width, first, stack.register(y), cond);
        }
        stack.drop();
        stack.drop();
        branches.consume();
    }

    private void compareFloats(Op op, Type type) {
        if (folded(op, type, ValueType.I32)) {
            return;
        }
        int y = stack.top - 1;
        int first = stack.register(y - 1);
        int second = stack.register(y);
        stack.drop();
        stack.drop();
        comparison.floats(op, type, first - ValueStack.XMM, second - ValueStack.XMM);
        branches.consume();
    }

    // ---- integers

    private void integer(Op op, Type type) {
        int resultType = valueType(type);
        if (folded(op, type, resultType)) {
            return;
        }
        int y = stack.top - 1;
        int x = y - 1;
        int placeX = stack.at[x];
        boolean swap = op != Op.SUB
                && (placeX == ValueStack.CONSTANT
                        || placeX == ValueStack.MEMORY && stack.at[y] >= 0 && stack.at[y] < ValueStack.CONSTANT);
        if (swap) {
            int other = x;
            x = y;
            y = other;
        }
        if (op == Op.AND && branches.isTestNext(type)) {
            test(type, x, y);
            return;
        }
        int width = X64Operators.width(type);
        int first = stack.register(x);
        int register;
        int placeY = stack.at[y];
        if (placeY == ValueStack.CONSTANT) {
            long value = immediate(y, type);
            stack.drop();
            stack.drop();
            register = c.target(false, first, 0);
            c.operators.integers.plainImmediate(op, width, register, first, value);
        } else if (placeY == ValueStack.MEMORY) {
            stack.drop();
            stack.drop();
            register = c.target(false, first, 0);
            c.operators.integers.plainMemory(op, width, register, first, stack.home(y));
        } else {
            int second = stack.register(y);
            stack.drop();
            stack.drop();
            boolean second2 = op != Op.SUB && !stack.isFree(first) && stack.isFree(second);
            int avoided = op == Op.SUB && first != second ? 1 << second : 0;
            register = c.target(false, second2 ? second : first, avoided);
            c.operators.integers.plain(op, width, register, first, second);
        }
        stack.push(resultType, register);
    }

    /** {@code and} whose result is only compared with zero. */
    private void test(Type type, int x, int y) {
        int width = X64Operators.width(type);
        int first = stack.register(x);
        if (stack.at[y] == ValueStack.CONSTANT && immediate(y, type) == (int) immediate(y, type)) {
            comparison.testImmediate(width, first, (int) immediate(y, type), Cond.NOT_EQUAL);
        } else {
            comparison.test(width, first, stack.register(y), Cond.NOT_EQUAL);
        }
        stack.drop();
        stack.drop();
        branches.consumeTest(type);
    }

    private void shift(Op op, Type type) {
        int resultType = valueType(type);
        if (folded(op, type, resultType)) {
            return;
        }
        int y = stack.top - 1;
        int x = y - 1;
        int width = X64Operators.width(type);
        int first = stack.register(x);
        int register;
        if (stack.at[y] == ValueStack.CONSTANT) {
            int count = (int) stack.constant[y];
            stack.drop();
            stack.drop();
            register = c.target(false, first, 0);
            c.operators.integers.shiftImmediate(op, width, register, first, count);
        } else {
            int second = stack.register(y);
            stack.drop();
            stack.drop();
            register = c.target(false, first, 0);
            c.operators.integers.shift(op, width, register, first, second);
        }
        stack.push(resultType, register);
    }

    private void divide(Op op, Type type) {
        int resultType = valueType(type);
        if (folded(op, type, resultType)) {
            return;
        }
        int y = stack.top - 1;
        if (stack.at[y] == ValueStack.CONSTANT && dividedByPower(op, type, immediate(y, type))) {
            return;
        }
        int x = y - 1;
        int width = X64Operators.width(type);
        long value = stack.at[y] == ValueStack.CONSTANT ? immediate(y, type) : 0;
        stack.pin(RAX);
        stack.pin(RDX);
        int divisor = stack.at[y];
        if (divisor == RAX || divisor == RDX) {
            divisor = stack.allocateInt();
            stack.move(divisor, stack.at[y]);
            stack.pin(divisor);
        } else {
            divisor = stack.register(y);
        }
        int place = stack.at[x];
        long constant = stack.constant[x];
        stack.drop();
        stack.drop();
        if (place >= 0 && place < ValueStack.CONSTANT) {
            stack.pin(place);
        }
        stack.vacate(RAX);
        stack.vacate(RDX);
        if (place == ValueStack.MEMORY) {
            stack.load(RAX, x);
        } else if (place == ValueStack.CONSTANT) {
            stack.materialize(RAX, resultType, constant);
        } else if (place != RAX) {
            stack.move(RAX, place);
        }
        if (value != 0 && value != -1) {
            c.operators.integers.divideUnchecked(op, width, divisor);
        } else {
            c.operators.integers.divide(op, width, divisor);
        }
        stack.push(resultType, op == Op.DIV_S || op == Op.DIV_U ? RAX : RDX);
    }

    /** Division by a power of two that is a positive immediate, and not the smallest integer. */
    private boolean dividedByPower(Op op, Type type, long divisor) {
        boolean isSigned = op == Op.DIV_S || op == Op.REM_S;
        if (divisor <= 0 || (divisor & divisor - 1) != 0 || divisor == 1) {
            return false;
        }
        int log = Long.numberOfTrailingZeros(divisor);
        int width = X64Operators.width(type);
        int first = stack.register(stack.top - 2);
        stack.drop();
        stack.drop();
        int register = c.target(false, first, isSigned ? 1 << first : 0);
        if (!isSigned) {
            if (op == Op.DIV_U) {
                c.operators.integers.shiftImmediate(Op.SHR_U, width, register, first, log);
            } else {
                c.operators.integers.plainImmediate(Op.AND, width, register, first, divisor - 1);
            }
        } else {
            signedByPower(op == Op.REM_S, width, register, first, log);
        }
        stack.push(valueType(type), register);
        return true;
    }

    /** Rounds towards zero by adding divisor - 1 to a negative dividend first. */
    private void signedByPower(boolean remainder, int width, int register, int x, int log) {
        int bits = width == W64 ? 64 : 32;
        int scratch = emberwall.codegen.Convention.SCRATCH;
        c.a.mov(width, scratch, x);
        if (log > 1) {
            c.a.sari(width, scratch, bits - 1);
        }
        c.a.shri(width, scratch, bits - log);
        c.operators.integers.plain(Op.ADD, width, register, x, scratch);
        if (remainder) {
            if (log < 32) {
                c.operators.integers.plainImmediate(Op.AND, width, register, register, (1L << log) - 1);
            } else {
                c.operators.integers.shiftImmediate(Op.SHL, width, register, register, bits - log);
                c.operators.integers.shiftImmediate(Op.SHR_U, width, register, register, bits - log);
            }
            c.a.sub(width, register, scratch);
        } else {
            c.a.sari(width, register, log);
        }
    }

    /** An i32 is a word with zeros above, wherever it is. */
    private void retype() {
        stack.type[stack.top - 1] = ValueType.I64;
    }

    private void unary(Op op, Type type, int source) {
        int x = stack.top - 1;
        int resultType = valueType(type);
        if (stack.at[x] == ValueStack.CONSTANT) {
            try {
                long result = Eval.apply(op, type, stack.constant[x]);
                stack.drop();
                stack.pushConstant(resultType, result);
                return;
            } catch (FaultException e) {
                // It traps when it runs.
            }
        }
        int first = stack.register(x);
        stack.drop();
        boolean toFloat = ValueStack.isFloat(resultType);
        boolean sameClass = ValueStack.isFloat(source) == toFloat;
        int register = c.target(toFloat, sameClass ? first : -1, 0);
        c.operators.unary(op, type, register & 15, first & 15);
        stack.push(resultType, register);
    }

    // ---- floats

    private void arithmetic(Op op, Type type) {
        int resultType = valueType(type);
        if (folded(op, type, resultType)) {
            return;
        }
        int y = stack.top - 1;
        int x = y - 1;
        boolean commutes = op == Op.ADD || op == Op.MUL;
        if (commutes && (stack.at[x] < 0 || stack.at[x] == ValueStack.CONSTANT)) {
            int other = x;
            x = y;
            y = other;
        }
        int first = stack.register(x);
        int place = stack.at[y];
        int register;
        if (place < 0 || place == ValueStack.CONSTANT) {
            long memory = place < 0
                    ? stack.home(y)
                    : type == Type.F32
                            ? c.literals.single((int) stack.constant[y])
                            : c.literals.word(stack.constant[y]);
            stack.drop();
            stack.drop();
            register = c.target(true, first, 0);
            c.operators.floats.arithmeticMemory(op, type, register & 15, first & 15, memory);
        } else {
            int second = stack.register(y);
            stack.drop();
            stack.drop();
            boolean preferSecond = commutes && !stack.isFree(first) && stack.isFree(second);
            register = c.target(true, preferSecond ? second : first, 0);
            if (commutes && register == second) {
                c.operators.floats.arithmetic(op, type, register & 15, second & 15, first & 15);
            } else {
                c.operators.floats.arithmetic(op, type, register & 15, first & 15, second & 15);
            }
        }
        stack.push(resultType, register);
    }

    private void extreme(Op op, Type type) {
        int resultType = valueType(type);
        if (folded(op, type, resultType)) {
            return;
        }
        int y = stack.top - 1;
        int first = stack.register(y - 1);
        int second = stack.register(y);
        stack.drop();
        stack.drop();
        int register = c.target(true, first, 0);
        c.operators.floats.arithmetic(op, type, register & 15, first & 15, second & 15);
        stack.push(resultType, register);
    }
}
