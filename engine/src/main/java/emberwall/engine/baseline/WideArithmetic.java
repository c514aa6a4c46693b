package emberwall.engine.baseline;

import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Op;
import emberwall.codegen.x64.X64Operators;
import emberwall.wasm.ValueType;

/** Sums, differences and products of 128 bits, as two i64: the lower half first. */
final class WideArithmetic {
    private static final int ADD = 0x13;
    private static final int SUB = 0x14;
    private static final int MUL_SIGNED = 0x15;

    private final Compilation c;
    private final Assembler a;
    private final ValueStack stack;

    WideArithmetic(Compilation c) {
        this.c = c;
        this.a = c.a;
        this.stack = c.stack;
    }

    /** An instruction: its number behind the prefix. */
    void compile(int number) {
        switch (number) {
            case ADD -> sum(Op.ADD, Op.ADC);
            case SUB -> sum(Op.SUB, Op.SBB);
            default -> product(number == MUL_SIGNED);
        }
    }

    /** Two sums or differences, of which the second takes the carry of the first. */
    private void sum(Op first, Op second) {
        int slot = stack.top - 4;
        int xLow = stack.register(slot);
        int xHigh = stack.register(slot + 1);
        int yLow = operand(slot + 2);
        int yHigh = operand(slot + 3);
        stack.dropTo(slot);
        int later = 1 << xHigh | bit(yLow) | bit(yHigh);
        boolean isUseless = stack.isFree(xLow) && (later & 1 << xLow) == 0;
        int low = isUseless ? xLow : stack.allocateInt();
        stack.pin(low);
        int high = c.target(false, xHigh, 1 << low | bit(yHigh));
        copy(low, xLow);
        apply(first, low, yLow, stack.constant[slot + 2]);
        copy(high, xHigh); // leaves the carry as it is
        apply(second, high, yHigh, stack.constant[slot + 3]);
        stack.push(ValueType.I64, low);
        stack.push(ValueType.I64, high);
    }

    /** The register of a slot, or {@link ValueStack#CONSTANT} for an immediate. A high half is often zero. */
    private int operand(int slot) {
        long constant = stack.constant[slot];
        boolean isImmediate = stack.at[slot] == ValueStack.CONSTANT && constant == (int) constant;
        return isImmediate ? ValueStack.CONSTANT : stack.register(slot);
    }

    private static int bit(int operand) {
        return operand == ValueStack.CONSTANT ? 0 : 1 << operand;
    }

    private void apply(Op op, int register, int operand, long constant) {
        if (operand == ValueStack.CONSTANT) {
            a.ri(op, W64, register, (int) constant);
        } else {
            a.rr(op, W64, register, operand);
        }
    }

    private void copy(int to, int from) {
        if (to != from) {
            a.mov(W64, to, from);
        }
    }

    /** A product of two words. One factor has a register of its own; so has the product, unless there is BMI2. */
    private void product(boolean isSigned) {
        boolean isFree = !isSigned && c.operators.has(X64Operators.BMI2);
        int own = isFree ? RDX : RAX;
        int slot = stack.top - 2;
        boolean swap = stack.at[slot + 1] == own;
        int factor = swap ? slot + 1 : slot;
        stack.pin(RDX);
        if (!isFree) {
            stack.pin(RAX);
        }
        int other = stack.register(swap ? slot : slot + 1);
        int place = stack.at[factor];
        stack.dropTo(slot);
        if (place >= 0 && place < ValueStack.CONSTANT) {
            stack.pin(place);
        }
        // What is moved away is still there: the factors are read after that.
        stack.vacate(RDX);
        if (!isFree) {
            stack.vacate(RAX);
        }
        if (place == ValueStack.MEMORY) {
            stack.load(own, factor);
        } else if (place == ValueStack.CONSTANT) {
            a.movi(own, stack.constant[factor]);
        } else if (place != own) {
            stack.move(own, place);
        }
        int low = RAX;
        int high = RDX;
        if (isFree) {
            low = stack.isFree(other) ? other : stack.allocateInt();
            stack.pin(low);
            high = c.target(false, RDX, 1 << low);
            a.rvr(Op.MULX, W64, high, low, other);
        } else {
            a.r(isSigned ? Op.IMUL_WIDE : Op.MUL, W64, other);
        }
        stack.push(ValueType.I64, low);
        stack.push(ValueType.I64, high);
    }
}
