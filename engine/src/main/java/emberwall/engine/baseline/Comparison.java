package emberwall.engine.baseline;

import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.x64.X64Operators;
import emberwall.op.Type;

/**
 * A comparison whose operands have been popped and whose instruction has not been written: the branch, {@code select} or
 * {@code if} behind it first prepares what would change the flags, or its result goes to a register. At most one exists at
 * a time, and its registers are pinned.
 */
final class Comparison {
    private static final int REGISTERS = 0;
    private static final int IMMEDIATE = 1;
    private static final int MEMORY = 2;
    private static final int TEST = 3;
    private static final int TEST_IMMEDIATE = 4;
    private static final int FLOATS = 5;

    private final Compilation c;

    private int form;
    private int width;
    private int first;
    private int second;
    private int immediate;
    private long memory;
    private emberwall.op.Op op;
    private Type type;
    /** The condition under which it holds. */
    private int cond;

    Comparison(Compilation c) {
        this.c = c;
    }

    void registers(int width, int first, int second, int cond) {
        form = REGISTERS;
        this.width = width;
        this.first = first;
        this.second = second;
        this.cond = cond;
    }

    void immediate(int width, int first, int immediate, int cond) {
        boolean sign = cond == Cond.LESS || cond == Cond.GREATER_EQUAL;
        if (immediate == 0 && (cond <= Cond.NOT_EQUAL && cond >= Cond.EQUAL || sign)) {
            test(width, first, first, sign ? cond == Cond.LESS ? Cond.SIGN : Cond.NOT_SIGN : cond);
            return;
        }
        form = IMMEDIATE;
        this.width = width;
        this.first = first;
        this.immediate = immediate;
        this.cond = cond;
    }

    void memory(int width, int first, long memory, int cond) {
        form = MEMORY;
        this.width = width;
        this.first = first;
        this.memory = memory;
        this.cond = cond;
    }

    void test(int width, int first, int second, int cond) {
        form = TEST;
        this.width = width;
        this.first = first;
        this.second = second;
        this.cond = cond;
    }

    void testImmediate(int width, int first, int immediate, int cond) {
        form = TEST_IMMEDIATE;
        this.width = width;
        this.first = first;
        this.immediate = immediate;
        this.cond = cond;
    }

    void floats(emberwall.op.Op op, Type type, int first, int second) {
        form = FLOATS;
        this.op = op;
        this.type = type;
        this.first = first;
        this.second = second;
        this.cond = 0;
    }

    /** Makes it hold exactly when it did not. */
    void negate() {
        cond ^= 1;
    }

    /** Writes the instruction, and returns the condition under which the comparison holds. */
    int emit() {
        switch (form) {
            case REGISTERS -> c.a.rr(Op.CMP, width, first, second);
            case IMMEDIATE -> c.a.ri(Op.CMP, width, first, immediate);
            case MEMORY -> c.a.rm(Op.CMP, width, first, memory);
            case TEST -> c.a.rr(Op.TEST, width, first, second);
            case TEST_IMMEDIATE -> c.a.ri(Op.TEST, width, first, immediate);
            default -> {
                // The comparison of floats knows its own condition; ours says only whether it is negated.
                return c.operators.floats.compare(op, type, first, second) ^ cond;
            }
        }
        return cond;
    }

    /** Whether writing the instruction reads this general purpose register. */
    private boolean reads(int register) {
        return form != FLOATS && (register == first || (form == REGISTERS || form == TEST) && register == second)
                || form == MEMORY;
    }

    /** Pushes the truth value. */
    void push() {
        int preferred = form == FLOATS ? -1 : first;
        int register = c.target(false, preferred, 0);
        if (reads(register) || form == FLOATS) {
            int holds = emit();
            c.operators.truth(holds, register);
        } else {
            c.a.movi(W32, register, 0);
            int holds = emit();
            assert holds < X64Operators.FLOAT_EQUAL;
            c.a.set(holds, register);
        }
        c.stack.push(emberwall.wasm.ValueType.I32, register);
    }
}
