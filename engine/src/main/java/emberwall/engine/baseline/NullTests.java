package emberwall.engine.baseline;

import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.op.TrapReason;

/** What asks whether a reference is null, and goes on with one that is not. */
final class NullTests {
    private final Compilation c;
    private final Assembler a;
    private final ValueStack stack;
    private final Comparison comparison;
    private final Branches branches;

    NullTests(Compilation c, Comparison comparison, Branches branches) {
        this.c = c;
        this.a = c.a;
        this.stack = c.stack;
        this.comparison = comparison;
        this.branches = branches;
    }

    void refAsNonNull() {
        int slot = stack.top - 1;
        if (stack.at[slot] == ValueStack.CONSTANT) {
            if (stack.constant[slot] == 0) {
                c.trapHere(TrapReason.NULL_REFERENCE);
                c.reachable = false;
            }
            return;
        }
        int register = stack.register(slot);
        a.test(W64, register, register);
        a.jcc(Cond.EQUAL, c.trap(TrapReason.NULL_REFERENCE));
    }

    void brOnNull() {
        int block = c.control.target(c.reader.u32());
        int slot = stack.top - 1;
        int type = stack.type[slot];
        if (stack.at[slot] == ValueStack.CONSTANT) {
            if (stack.constant[slot] == 0) {
                stack.drop();
                branches.branchAlways(block);
            }
            return;
        }
        int register = stack.register(slot);
        stack.drop();
        comparison.test(W64, register, register, Cond.EQUAL);
        branches.branchCompared(block);
        stack.push(type, register); // it was pinned all along
    }

    void brOnNonNull() {
        int block = c.control.target(c.reader.u32());
        int slot = stack.top - 1;
        if (stack.at[slot] == ValueStack.CONSTANT) {
            if (stack.constant[slot] == 0) {
                stack.drop();
            } else {
                branches.branchAlways(block);
            }
            return;
        }
        int register = stack.register(slot);
        comparison.test(W64, register, register, Cond.NOT_EQUAL);
        branches.branchCompared(block);
        stack.drop();
    }
}
