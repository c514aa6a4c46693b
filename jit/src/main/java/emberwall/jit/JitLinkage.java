package emberwall.jit;

import static emberwall.asm.x64.Mem.label;
import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.R10;
import static emberwall.asm.x64.Reg.R11;
import static emberwall.asm.x64.Reg.R12;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RBP;
import static emberwall.asm.x64.Reg.RCX;
import static emberwall.asm.x64.Reg.RSP;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Mem;
import emberwall.codegen.Convention;
import emberwall.codegen.select.Linkage;
import emberwall.fiber.Fiber;
import emberwall.fiber.FiberBlock;
import emberwall.ir.Callee;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import java.util.ArrayList;
import java.util.List;

/** How code that a Java program made begins, calls, traps and polls. It has no instance and no memory of its own. */
final class JitLinkage implements Linkage {
    private static final int WORD = 8;

    /** Vector registers that a function with variable arguments looks at. */
    private static final int FLOAT_ARGUMENTS = 8;

    /** Code behind the function. */
    private sealed interface Stub {
        int label();

        record Trap(int label, TrapReason reason) implements Stub {}

        record Poll(int label, int back) implements Stub {}

        record Stack(int label, int back, int frame) implements Stub {}
    }

    private final List<Stub> stubs = new ArrayList<>();
    private boolean isLeaf;
    private boolean hasWords;

    /**
     * Begins a function.
     *
     * @param callsNothing whether it needs no more stack than its own small frame, which the red zone has room for
     * @param wordCount how many words of its frame are in use
     */
    void begin(boolean callsNothing, int wordCount) {
        stubs.clear();
        isLeaf = callsNothing;
        hasWords = wordCount > 0;
    }

    @Override
    public Passing passing(Callee callee) {
        return callee.target() instanceof Target.Java ? Passing.WORDS : Passing.PLAIN;
    }

    @Override
    public void prologue(Assembler a, int frameBytes, int callArea) {
        int needed = frameBytes + callArea;
        a.push(RBP);
        a.mov(W64, RBP, RSP);
        if (!isLeaf || needed > Fiber.SMALL_FRAME) {
            checkStack(a, needed);
        }
        if (!isLeaf || hasWords) {
            a.subi(W64, RSP, frameBytes);
        }
    }

    private void checkStack(Assembler a, int needed) {
        int back = a.newLabel();
        Stub slow = new Stub.Stack(a.newLabel(), back, needed);
        stubs.add(slow);
        if (needed <= Fiber.SMALL_FRAME) {
            a.cmp(W64, RSP, mem(Convention.FIBER, FiberBlock.LIMIT));
        } else {
            a.lea(Convention.SCRATCH, mem(RSP, -needed));
            a.cmp(W64, Convention.SCRATCH, mem(Convention.FIBER, FiberBlock.LIMIT));
        }
        a.jcc(Cond.BELOW, slow.label());
        a.bind(back);
    }

    @Override
    public void call(Assembler a, Callee callee, int instruction, int origin, int[] landings) {
        switch ((Target) callee.target()) {
            case Target.Cell other -> a.callm(Mem.address(other.cell()));
            case Target.Foreign foreign -> callForeign(a, callee, foreign);
            case Target.Java java -> callJava(a, java);
        }
    }

    /** C runs on Java's stack, which is as large as it expects, and knows none of our limits. It keeps r12. */
    private static void callForeign(Assembler a, Callee callee, Target.Foreign foreign) {
        int words = foreign.argumentWords();
        a.mov(R12, RSP);
        a.mov(RSP, mem(Convention.FIBER, FiberBlock.HOST_SP)); // a word above a multiple of 16
        a.subi(W64, RSP, WORD + (words * WORD + 15 & -16));
        for (int i = 0; i < words; i++) {
            a.mov(R10, mem(R12, WORD * i));
            a.mov(mem(RSP, WORD * i), R10);
        }
        a.movi(R11, foreign.address());
        a.movi(W32, RAX, FLOAT_ARGUMENTS);
        a.callr(R11);
        a.lea(RSP, mem(R12, words * WORD + 15 & -16));
        if (!callee.results().isEmpty() && callee.results().getFirst() == Type.I32) {
            a.mov(W32, RAX, RAX); // C leaves anything above
        }
    }

    /** By jumps, so that all returns are predicted right: {@link emberwall.fiber.HostThunk}. */
    private static void callJava(Assembler a, Target.Java java) {
        int back = a.newLabel();
        a.movi(W32, RAX, java.number());
        a.lea(RCX, label(back));
        a.push(RCX);
        a.jmpm(mem(Convention.FIBER, FiberBlock.EXIT_HOST_CALL));
        a.bind(back);
    }

    @Override
    public void landed(Assembler a) {
        throw new InternalError("nothing is caught");
    }

    @Override
    public void tailCall(Assembler a, Callee callee, int origin) {
        a.jmpm(Mem.address(((Target.Cell) callee.target()).cell()));
    }

    @Override
    public int trap(Assembler a, TrapReason reason, int origin) {
        for (Stub stub : stubs) {
            if (stub instanceof Stub.Trap trap && trap.reason() == reason) {
                return trap.label();
            }
        }
        Stub made = new Stub.Trap(a.newLabel(), reason);
        stubs.add(made);
        return made.label();
    }

    @Override
    public void mayFault(Assembler a, int origin) {
        // The fault handler gives the address of the instruction.
    }

    @Override
    public void poll(Assembler a, int origin) {
        int back = a.newLabel();
        Stub slow = new Stub.Poll(a.newLabel(), back);
        stubs.add(slow);
        a.cmp(W64, RSP, mem(Convention.FIBER, FiberBlock.LIMIT));
        a.jcc(Cond.BELOW, slow.label());
        a.bind(back);
    }

    @Override
    public void finish(Assembler a) {
        for (Stub stub : stubs) {
            a.bind(stub.label());
            switch (stub) {
                case Stub.Trap trap -> a.callm(mem(Convention.FIBER, FiberBlock.trap(trap.reason())));
                case Stub.Poll poll -> {
                    a.callm(mem(Convention.FIBER, FiberBlock.POLL));
                    a.jmp(poll.back());
                }
                case Stub.Stack stack -> {
                    a.movi(W32, Convention.SCRATCH, stack.frame());
                    a.callm(mem(Convention.FIBER, FiberBlock.STACK_SLOW));
                    a.jmp(stack.back());
                }
            }
        }
    }
}
