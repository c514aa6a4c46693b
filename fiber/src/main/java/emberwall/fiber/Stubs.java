package emberwall.fiber;

import static emberwall.asm.x64.Mem.label;
import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.W32;

import emberwall.asm.x64.Assembler;
import emberwall.link.CodeBlob;
import emberwall.op.TrapReason;
import emberwall.os.RawMemory;

/**
 * The machine code between Java and guests, in a code space of its own that is never freed.
 *
 * <p>Entering is a call and RETURN its return. A host call, too, leaves by a return and comes back by a jump, which is
 * predicted well if the guest came by jumps: see {@link HostThunk}. Other exits are reached by calls, for the address
 * that a call pushes says where the guest is; they leave by a jump, which costs one wrong prediction less.
 *
 * <p>To be touched after {@link ProcessMemory#require} only.
 */
final class Stubs {
    /** (block, thunk, record, a0, a1, a2): see {@link Fiber#enter}. */
    static final long ENTER;
    /** (block): see {@link Fiber#resume}. */
    static final long RESUME;
    /** Where the fault handler lets a guest go on. */
    static final long FAULT;
    /** The signal handler. */
    static final long HANDLER;
    /** A thunk that reads at the address in {@code rdx} and returns. */
    static final long PROBE;

    private static final long[] EXITS = new long[6];
    private static final int[] EXIT_FIELDS = {
        FiberBlock.EXIT_HOST_CALL,
        FiberBlock.EXIT_RETURN,
        FiberBlock.RUNTIME,
        FiberBlock.POLL,
        FiberBlock.STACK_SLOW,
        FiberBlock.COMPILE
    };
    private static final long TRAPS;
    private static final int TRAP_BYTES = 16;
    private static final int REASONS = TrapReason.values().length;

    static {
        Assembler a = new Assembler(4096);
        int enter = enter(a);
        int resume = resume(a);
        int hostCall = hostCall(a);
        int returning = returning(a);
        int runtime = runtime(a);
        int poll = fullExit(a, Exit.POLL);
        int stack = fullExit(a, Exit.STACK);
        int compile = fullExit(a, Exit.COMPILE);
        int traps = traps(a);
        int fault = fault(a);
        int handler = FaultHandler.emit(a, fault);
        int probe = probe(a);
        a.finish();

        CodeBlob blob = ProcessMemory.code().publish(a, "stubs");
        long base = blob.address();
        ENTER = base + a.offsetOf(enter);
        RESUME = base + a.offsetOf(resume);
        FAULT = base + a.offsetOf(fault);
        HANDLER = base + a.offsetOf(handler);
        PROBE = base + a.offsetOf(probe);
        EXITS[0] = base + a.offsetOf(hostCall);
        EXITS[1] = base + a.offsetOf(returning);
        EXITS[2] = base + a.offsetOf(runtime);
        EXITS[3] = base + a.offsetOf(poll);
        EXITS[4] = base + a.offsetOf(stack);
        EXITS[5] = base + a.offsetOf(compile);
        TRAPS = base + a.offsetOf(traps);
    }

    private Stubs() {}

    /** Puts the code pointers into a new block. */
    static void initialize(long block) {
        for (int i = 0; i < EXITS.length; i++) {
            RawMemory.putLong(block + EXIT_FIELDS[i], EXITS[i]);
        }
        for (int i = 0; i < REASONS; i++) {
            RawMemory.putLong(block + FiberBlock.TRAP + 8 * i, TRAPS + TRAP_BYTES * i);
        }
    }

    private static int begin(Assembler a) {
        a.align(16);
        return a.here();
    }

    /** From Java's stack to the guest's. */
    private static void arrive(Assembler a) {
        a.push(RBP);
        a.push(RBX);
        a.push(R12);
        a.push(R13);
        a.push(R14);
        a.push(R15);
        a.mov(R15, RDI);
        a.mov(mem(R15, FiberBlock.HOST_SP), RSP);
        a.mov(RSP, mem(R15, FiberBlock.GUEST_SP));
        a.mov(RBP, mem(R15, FiberBlock.GUEST_FP));
    }

    /** Back to Java's stack, up to the return address. */
    private static void leave(Assembler a) {
        a.mov(RSP, mem(R15, FiberBlock.HOST_SP));
        a.pop(R15);
        a.pop(R14);
        a.pop(R13);
        a.pop(R12);
        a.pop(RBX);
        a.pop(RBP);
    }

    private static void leaveByJump(Assembler a) {
        leave(a);
        a.pop(RCX);
        a.jmpr(RCX);
    }

    /** Notes where the guest stands. */
    private static void note(Assembler a) {
        a.mov(mem(R15, FiberBlock.GUEST_SP), RSP);
        a.mov(mem(R15, FiberBlock.GUEST_FP), RBP);
        a.mov(mem(R15, FiberBlock.EXIT_INSTANCE), R14);
    }

    private static int enter(Assembler a) {
        int start = begin(a);
        arrive(a);
        a.jmpr(RSI);
        return start;
    }

    private static int resume(Assembler a) {
        int start = begin(a);
        arrive(a);
        a.jmpm(mem(R15, FiberBlock.RESUME_PC));
        return start;
    }

    private static int returning(Assembler a) {
        int start = begin(a);
        a.mov(mem(R15, FiberBlock.GUEST_SP), RSP); // as at the entry
        a.mov(mem(R15, FiberBlock.GUEST_FP), RBP);
        a.movi(RAX, Exit.RETURN);
        leave(a);
        a.ret();
        return start;
    }

    private static int hostCall(Assembler a) {
        int start = begin(a);
        int back = a.newLabel();
        a.mov(mem(R15, FiberBlock.EXIT_RECORD), RAX);
        a.movi(RAX, Exit.of(Exit.HOST_CALL, 0));
        prepareResume(a, back);
        leave(a);
        a.ret();
        resumePlain(a, back);
        return start;
    }

    private static int runtime(Assembler a) {
        int start = begin(a);
        int back = a.newLabel();
        a.shli(W32, RAX, 8);
        a.ori(W32, RAX, Exit.RUNTIME);
        prepareResume(a, back);
        leaveByJump(a);
        resumePlain(a, back);
        return start;
    }

    private static void prepareResume(Assembler a, int back) {
        a.lea(RCX, label(back));
        a.mov(mem(R15, FiberBlock.RESUME_PC), RCX);
        note(a);
    }

    private static void resumePlain(Assembler a, int back) {
        a.align(16);
        a.bind(back);
        a.mov(RAX, mem(R15, FiberBlock.RESULT));
        a.pop(RCX);
        a.jmpr(RCX);
    }

    private static int fullExit(Assembler a, int kind) {
        int start = begin(a);
        int back = a.newLabel();
        saveRegisters(a);
        prepareResume(a, back);
        a.movi(RAX, Exit.of(kind, 0));
        leaveByJump(a);

        a.align(16);
        a.bind(back);
        for (int reg = 0; reg < 16; reg++) {
            if (reg != RSP && reg != R15) {
                a.mov(reg, mem(R15, FiberBlock.register(reg)));
            }
            a.movups(reg, mem(R15, FiberBlock.vector(reg)));
        }
        if (kind == Exit.COMPILE) {
            a.lea(RSP, mem(RSP, 8)); // the address in the table, which said which function is meant
            a.jmpm(mem(R15, FiberBlock.RESULT));
        } else {
            a.ret();
        }
        return start;
    }

    private static void saveRegisters(Assembler a) {
        for (int reg = 0; reg < 16; reg++) {
            if (reg != RSP) {
                a.mov(mem(R15, FiberBlock.register(reg)), reg);
            }
            a.movups(mem(R15, FiberBlock.vector(reg)), reg);
        }
    }

    /** A table of stubs, one for each reason. */
    private static int traps(Assembler a) {
        int common = a.newLabel();
        int start = begin(a);
        for (int i = 0; i < REASONS; i++) {
            a.align(TRAP_BYTES);
            a.push(RAX);
            a.moviKeepFlags(W32, RAX, Exit.of(Exit.TRAP, i));
            a.jmpLong(common);
        }
        a.align(16);
        a.bind(common);
        saveRegisters(a);
        a.pop(RCX);
        a.mov(mem(R15, FiberBlock.register(RAX)), RCX);
        note(a);
        leaveByJump(a);
        return start;
    }

    /** The guest goes on here after the handler, its registers as at the fault. */
    private static int fault(Assembler a) {
        int start = begin(a);
        a.push(mem(R15, FiberBlock.FAULT_PC));
        a.movi(RAX, Exit.of(Exit.FAULT, 0));
        note(a);
        leaveByJump(a);
        return start;
    }

    private static int probe(Assembler a) {
        int start = begin(a);
        a.mov(RAX, mem(RDX));
        a.jmpm(mem(R15, FiberBlock.EXIT_RETURN));
        return start;
    }
}
