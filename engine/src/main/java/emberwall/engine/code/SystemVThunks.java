package emberwall.engine.code;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.codegen.CallLayout;
import emberwall.codegen.Convention;
import emberwall.engine.store.FuncRecord;
import emberwall.fiber.FiberBlock;
import emberwall.fiber.HostThunk;

/**
 * What {@link Thunks} are, for guest functions of a C compiler. Arguments are where the System V convention has them, which
 * is the same place; but the caller pops them, further results go to an array whose address is one more argument, and a
 * callee keeps rbx, rbp and r12 to r14. The callee's record comes in r10.
 */
final class SystemVThunks {
    /** Where {@link emberwall.fiber.Fiber#enter} puts its last arguments. */
    private static final int[] ENTRY = {RCX, R8, R9};

    private static final int ENTRY_RECORD = RDX;

    /** What a host function's caller expects to find again, in the words below the frame pointer. */
    private static final int[] KEPT = {RBX, R12, R13, R14};

    /** Bytes of {@link #KEPT}. */
    static final int KEPT_BYTES = 8 * KEPT.length;

    private SystemVThunks() {}

    /** From Java, arguments in {@link #ENTRY} as words, the result to the fiber block. */
    static Assembler registers(Shape shape) {
        CallLayout layout = shape.layout();
        Assembler a = new Assembler(128);
        enterFrame(a);
        callee(a);
        for (int i = 0; i < layout.parameterCount(); i++) {
            // Integer arguments move down the list of registers: none is overwritten before it was read.
            if (layout.parameterClass(i) == Convention.INT) {
                a.mov(layout.register(i), ENTRY[i]);
            } else {
                a.gprToXmm(W64, layout.register(i), ENTRY[i]);
            }
        }
        a.callm(mem(R10, FuncRecord.CODE));
        if (layout.resultCount() == 1) {
            if (layout.resultClass(0) == Convention.INT) {
                a.mov(mem(R15, FiberBlock.RESULT), RAX);
            } else {
                a.movs(W64, mem(R15, FiberBlock.RESULT), Convention.RESULT_XMM);
            }
        }
        a.pop(RBP);
        a.jmpm(mem(R15, FiberBlock.EXIT_RETURN));
        return a;
    }

    /** From Java, arguments in a buffer whose address is the first of {@link #ENTRY}; results go there, too. */
    static Assembler buffer(Shape shape) {
        CallLayout layout = shape.calleeLayout();
        int parameters = shape.layout().parameterCount();
        int results = shape.layout().resultCount();
        Assembler a = new Assembler(256 + 24 * (parameters + results));
        enterFrame(a);
        a.push(ENTRY[0]);
        a.push(ENTRY[0]); // twice, to stay aligned
        a.mov(R11, ENTRY[0]);
        callee(a);
        int more = 8 * results + 15 & -16; // the array, above the arguments
        if (layout.argumentBytes() + more > 0) {
            a.subi(RSP, layout.argumentBytes() + more);
        }
        for (int i = 0; i < layout.parameterCount(); i++) {
            if (i == parameters) {
                a.lea(RAX, mem(RSP, layout.argumentBytes()));
            } else {
                a.mov(RAX, mem(R11, 8 * i));
            }
            if (!layout.inRegister(i)) {
                a.mov(mem(RSP, layout.stackOffset(i)), RAX);
            } else if (layout.parameterClass(i) == Convention.INT) {
                a.mov(layout.register(i), RAX);
            } else {
                a.gprToXmm(W64, layout.register(i), RAX);
            }
        }
        a.callm(mem(R10, FuncRecord.CODE));
        a.mov(RCX, mem(RBP, -8));
        for (int i = 0; i < results; i++) {
            if (i > 0) {
                a.mov(RDX, mem(RSP, layout.argumentBytes() + 8 * (i - 1)));
                a.mov(mem(RCX, 8 * i), RDX);
            } else if (layout.resultClass(0) == Convention.INT) {
                a.mov(mem(RCX), RAX);
            } else {
                a.movs(W64, mem(RCX), Convention.RESULT_XMM);
            }
        }
        a.mov(RSP, RBP);
        a.pop(RBP);
        a.jmpm(mem(R15, FiberBlock.EXIT_RETURN));
        return a;
    }

    private static void enterFrame(Assembler a) {
        a.push(RBP);
        a.mov(RBP, RSP);
    }

    /** What every function expects, of the record that Java gave. */
    private static void callee(Assembler a) {
        a.mov(R10, ENTRY_RECORD);
        a.mov(R14, mem(R10, FuncRecord.INSTANCE));
    }

    /** To Java: the function of the record in r10. Arguments and results lie as {@link Shape} says. */
    static Assembler host(Shape shape) {
        CallLayout layout = shape.calleeLayout();
        int parameters = shape.layout().parameterCount();
        int results = shape.layout().resultCount();
        Assembler a = new Assembler(256 + 24 * (parameters + results));
        enterFrame(a);
        for (int register : KEPT) {
            a.push(register);
        }
        if (shape.spillBytes() > 0) {
            a.subi(RSP, shape.spillBytes());
        }
        for (int i = 0; i < layout.parameterCount(); i++) {
            if (layout.inRegister(i)) {
                long slot = mem(RBP, i < parameters ? shape.argumentOffset(i) : shape.moreOffset());
                if (layout.parameterClass(i) == Convention.INT) {
                    a.mov(slot, layout.register(i));
                } else {
                    a.movs(W64, slot, layout.register(i));
                }
            }
        }
        a.mov(RAX, R10);
        HostThunk.exit(a);
        if (results > 1) {
            a.mov(RDX, mem(RBP, shape.moreOffset()));
            for (int i = 1; i < results; i++) {
                a.mov(RCX, mem(RBP, shape.resultOffset(i)));
                a.mov(mem(RDX, 8 * (i - 1)), RCX);
            }
        }
        if (results > 0 && layout.resultClass(0) != Convention.INT) {
            a.gprToXmm(W64, Convention.RESULT_XMM, RAX);
        }
        for (int i = 0; i < KEPT.length; i++) {
            a.mov(KEPT[i], mem(RBP, -8 * (i + 1)));
        }
        a.mov(RSP, RBP);
        a.pop(RBP);
        HostThunk.goBack(a, 0);
        return a;
    }
}
