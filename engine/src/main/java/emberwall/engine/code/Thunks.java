package emberwall.engine.code;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.codegen.CallLayout;
import emberwall.codegen.Convention;
import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.InstanceLayout;
import emberwall.fiber.FiberBlock;
import emberwall.fiber.HostThunk;

/**
 * The few instructions between a call of guest code and Java, one way and the other, for one signature.
 *
 * <p>They have ordinary frames, but check no stack: what they take fits the red zone, and each call of a guest function
 * that follows one of them is checked.
 */
final class Thunks {
    /** Where {@link emberwall.fiber.Fiber#enter} puts its last arguments. */
    private static final int[] ENTRY = {RCX, R8, R9};

    private static final int ENTRY_RECORD = RDX;

    private Thunks() {}

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
        a.callm(mem(RAX, FuncRecord.CODE));
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
        CallLayout layout = shape.layout();
        Assembler a = new Assembler(256 + 24 * shape.bufferWords());
        enterFrame(a);
        a.push(ENTRY[0]);
        a.push(ENTRY[0]); // twice, to stay aligned
        a.mov(R10, ENTRY[0]);
        callee(a);
        int step = shape.bufferStep();
        int area = layout.argumentBytes() + layout.resultBytes();
        if (area > 0) {
            a.subi(RSP, area);
        }
        for (int i = 0; i < layout.parameterCount(); i++) {
            long word = mem(R10, step * i);
            if (layout.parameterClass(i) == Convention.VECTOR) {
                boolean inRegister = layout.inRegister(i);
                int register = inRegister ? layout.register(i) : Convention.SCRATCH_XMM;
                a.movups(register, word);
                if (!inRegister) {
                    a.movups(mem(RSP, layout.stackOffset(i)), register);
                }
            } else if (!layout.inRegister(i)) {
                a.mov(R11, word);
                a.mov(mem(RSP, layout.stackOffset(i)), R11);
            } else if (layout.parameterClass(i) == Convention.INT) {
                a.mov(layout.register(i), word);
            } else {
                a.movs(W64, layout.register(i), word);
            }
        }
        a.callm(mem(RAX, FuncRecord.CODE));
        a.mov(RCX, mem(RBP, -8));
        for (int i = 0; i < layout.resultCount(); i++) {
            if (layout.resultClass(i) == Convention.VECTOR) {
                if (i > 0) {
                    a.movups(Convention.SCRATCH_XMM, mem(RSP, layout.resultOffset(i)));
                }
                a.movups(mem(RCX, step * i), i > 0 ? Convention.SCRATCH_XMM : Convention.RESULT_XMM);
            } else if (i > 0) {
                a.mov(RDX, mem(RSP, layout.resultOffset(i)));
                a.mov(mem(RCX, step * i), RDX);
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
        a.mov(RAX, ENTRY_RECORD);
        a.mov(R14, mem(RAX, FuncRecord.INSTANCE));
        a.mov(RBX, mem(R14, InstanceLayout.MEMORY_BASE));
    }

    /** To Java: the function of the record in {@code rax}. */
    static Assembler host(Shape shape) {
        CallLayout layout = shape.layout();
        Assembler a = new Assembler(256);
        enterFrame(a);
        if (shape.spillBytes() > 0) {
            a.subi(RSP, shape.spillBytes());
        }
        for (int i = 0; i < layout.parameterCount(); i++) {
            if (!layout.inRegister(i)) {
                continue;
            }
            long slot = mem(RBP, shape.argumentOffset(i));
            switch (layout.parameterClass(i)) {
                case Convention.INT -> a.mov(slot, layout.register(i));
                case Convention.FLOAT -> a.movs(W64, slot, layout.register(i));
                default -> a.movups(slot, layout.register(i));
            }
        }
        HostThunk.exit(a);
        if (layout.resultCount() > 0 && layout.resultClass(0) == Convention.VECTOR) {
            a.movups(Convention.RESULT_XMM, mem(RBP, shape.resultOffset(0)));
        } else if (layout.resultCount() > 0 && layout.resultClass(0) != Convention.INT) {
            a.gprToXmm(W64, Convention.RESULT_XMM, RAX);
        }
        a.mov(RSP, RBP);
        a.pop(RBP);
        HostThunk.goBack(a, layout.argumentBytes());
        return a;
    }
}
