package emberwall.fiber;

import static emberwall.asm.x64.Mem.label;
import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.link.CodeBlob;
import emberwall.op.TrapReason;
import emberwall.os.RawMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExitTest {
    private final Guest guest = new Guest();
    private final Fiber fiber = guest.fiber;

    @AfterEach
    void close() {
        fiber.unwindTo(0);
        guest.close();
    }

    @Test
    void argumentsGoInAndAResultComesOut() {
        CodeBlob sum = guest.thunk("sum", a -> {
            a.lea(RAX, mem(RDX, RCX, 1, 0)); // record + 2 * a0
            a.lea(RAX, mem(RAX, R8, 2, 0)); // + 4 * a1
            a.lea(RAX, mem(RAX, R9, 3, 0)); // + 8 * a2
            a.mov(mem(R15, FiberBlock.RESULT), RAX);
        });
        for (int i = 0; i < 100; i++) {
            assertEquals(Exit.RETURN, guest.enter(sum, i, 10, 100, 1000));
            assertEquals(i + 2 * 10 + 4 * 100 + 8 * 1000, fiber.get(FiberBlock.RESULT));
            guest.end();
        }
    }

    @Test
    void theStackIsAlignedAsIfTheThunkWereCalled() {
        CodeBlob thunk = guest.publish("raw", a -> {
            a.mov(mem(R15, FiberBlock.RESULT), RSP);
            a.jmpm(mem(R15, FiberBlock.EXIT_RETURN));
        });
        guest.enter(thunk);
        assertEquals(8, fiber.get(FiberBlock.RESULT) & 15);
        assertEquals(0, RawMemory.getLong(fiber.get(FiberBlock.RESULT)), "the return address at the bottom");
        guest.end();
    }

    @Test
    void aHostCallNamesRecordAndInstanceAndAnswers() {
        CodeBlob thunk = guest.thunk("calls", a -> {
            a.movi(RAX, 0x1234);
            a.movi(R14, 0x5678);
            HostThunk.exit(a);
            a.mov(mem(R15, FiberBlock.ARGUMENT), RAX);
            a.movi(RAX, 0x4321);
            HostThunk.exit(a);
            a.add(mem(R15, FiberBlock.ARGUMENT), RAX);
        });
        assertEquals(Exit.HOST_CALL, guest.enter(thunk));
        assertEquals(0x1234, fiber.get(FiberBlock.EXIT_RECORD));
        assertEquals(0x5678, fiber.get(FiberBlock.EXIT_INSTANCE));
        assertEquals(thunk, guest.space.find(fiber.exitPc()));
        fiber.result(1L << 40);
        assertEquals(Exit.HOST_CALL, fiber.resume());
        assertEquals(0x4321, fiber.get(FiberBlock.EXIT_RECORD));
        fiber.result(7);
        assertEquals(Exit.RETURN, fiber.resume());
        assertEquals((1L << 40) + 7, fiber.get(FiberBlock.ARGUMENT));
        guest.end();
    }

    @Test
    void goingBackPopsArguments() {
        CodeBlob thunk = guest.thunk("pops", a -> {
            int callee = a.newLabel();
            int back = a.newLabel();
            a.subi(RSP, 48);
            a.lea(RCX, label(back));
            a.push(RCX);
            a.jmp(callee);
            a.bind(callee);
            HostThunk.goBack(a, 32);
            a.bind(back);
            a.mov(mem(R15, FiberBlock.RESULT), RBP);
            a.sub(mem(R15, FiberBlock.RESULT), RSP);
        });
        assertEquals(Exit.RETURN, guest.enter(thunk));
        assertEquals(16, fiber.get(FiberBlock.RESULT));
        guest.end();
    }

    @Test
    void aRuntimeCallHasANumberAndArgumentsOnTheStack() {
        CodeBlob thunk = guest.thunk("runtime", a -> {
            a.pushi(33);
            a.pushi(22);
            a.pushi(-11);
            a.movi(RAX, 0x1357);
            a.callm(mem(R15, FiberBlock.RUNTIME));
            a.addi(RSP, 24);
            a.mov(mem(R15, FiberBlock.ARGUMENT), RAX);
        });
        int exit = guest.enter(thunk);
        assertEquals(Exit.RUNTIME, Exit.kind(exit));
        assertEquals(0x1357, Exit.payload(exit));
        assertEquals(-11, fiber.argument(0));
        assertEquals(22, fiber.argument(1));
        assertEquals(33, fiber.argument(2));
        fiber.result(-5);
        assertEquals(Exit.RETURN, fiber.resume());
        assertEquals(-5, fiber.get(FiberBlock.ARGUMENT));
        guest.end();
    }

    @Test
    void everyTrapNamesItsReasonAndPlace() {
        for (TrapReason reason : TrapReason.values()) {
            int[] at = new int[1];
            CodeBlob thunk = guest.thunk(reason.name(), a -> {
                a.callm(mem(R15, FiberBlock.trap(reason)));
                at[0] = a.position();
            });
            int exit = guest.enter(thunk);
            assertEquals(Exit.TRAP, Exit.kind(exit));
            assertEquals(reason, TrapReason.of(Exit.payload(exit)));
            assertEquals(at[0], thunk.offset(fiber.exitPc()));
            guest.end();
        }
    }

    @Test
    void aPollKeepsAllRegisters() {
        keepsAllRegisters(FiberBlock.POLL, Exit.POLL);
    }

    @Test
    void aStackCheckKeepsAllRegisters() {
        keepsAllRegisters(FiberBlock.STACK_SLOW, Exit.STACK);
    }

    private void keepsAllRegisters(int field, int kind) {
        CodeBlob thunk = guest.thunk("keeps", a -> {
            loadRegisters(a);
            a.callm(mem(R15, field));
            storeRegisters(a);
        });
        int exit = guest.enter(thunk, 0, buffer(), 0, 0);
        assertEquals(kind, exit);
        for (int reg = 0; reg < 16; reg++) {
            if (usable(reg)) {
                assertEquals(value(reg), fiber.get(FiberBlock.register(reg)));
            }
            assertEquals(value(100 + reg), fiber.get(FiberBlock.vector(reg)));
            assertEquals(value(200 + reg), fiber.get(FiberBlock.vector(reg) + 8));
        }
        assertEquals(thunk, guest.space.find(fiber.exitPc()));
        fiber.result(-1); // means nothing here
        assertEquals(Exit.RETURN, fiber.resume());
        checkRegisters();
        guest.end();
    }

    private static boolean usable(int reg) {
        return reg != RSP && reg != RBP && reg != R15;
    }

    private static long value(int of) {
        return 0x9E37_79B9_7F4A_7C15L * (of + 1);
    }

    /** Room for 13 registers and 16 vectors, below the red zone's end of the stack that nobody uses here. */
    private long buffer() {
        return fiber.get(FiberBlock.STACK_LIMIT);
    }

    private void loadRegisters(Assembler a) {
        for (int reg = 0; reg < 16; reg++) {
            a.subi(RSP, 16);
            a.movi(RAX, value(100 + reg));
            a.mov(mem(RSP), RAX);
            a.movi(RAX, value(200 + reg));
            a.mov(mem(RSP, 8), RAX);
            a.movups(reg, mem(RSP));
        }
        for (int reg = 0; reg < 16; reg++) {
            if (usable(reg)) {
                a.movi(reg, value(reg));
            }
        }
    }

    private void storeRegisters(Assembler a) {
        a.push(RAX);
        a.movi(RAX, buffer());
        for (int reg = 0; reg < 16; reg++) {
            if (usable(reg) && reg != RAX) {
                a.mov(mem(RAX, 8 * reg), reg);
            }
            a.movups(mem(RAX, 128 + 16 * reg), reg);
        }
        a.pop(RCX);
        a.mov(mem(RAX, 8 * RAX), RCX);
    }

    private void checkRegisters() {
        for (int reg = 0; reg < 16; reg++) {
            if (usable(reg)) {
                assertEquals(value(reg), RawMemory.getLong(buffer() + 8 * reg), "register " + reg);
            }
            assertEquals(value(100 + reg), RawMemory.getLong(buffer() + 128 + 16 * reg), "vector " + reg);
            assertEquals(value(200 + reg), RawMemory.getLong(buffer() + 136 + 16 * reg), "vector " + reg);
        }
    }

    @Test
    void aFunctionWithoutCodeGetsItWithItsArguments() {
        int count = 5;
        long cells = guest.space.allocateCells(count);
        CodeBlob table = guest.publish("table", a -> CompileTable.emit(a, count, cells));
        for (int i = 0; i < count; i++) {
            guest.space.setCell(cells + 8 * i, CompileTable.lazyEntry(table.address(), i));
        }
        for (int i = 0; i < count; i++) {
            int function = i;
            CodeBlob caller = guest.thunk("caller", a -> {
                loadRegisters(a);
                a.movi(RBX, CompileTable.entry(table.address(), function));
                a.callr(RBX);
                a.mov(mem(R15, FiberBlock.ARGUMENT), RAX);
            });
            CodeBlob code = guest.function("code", a -> {
                storeRegisters(a);
                a.movi(RAX, 1000 + function);
            });
            int exit = guest.enter(caller);
            assertEquals(Exit.COMPILE, exit);
            assertEquals(i, CompileTable.function(table.address(), fiber.exitPc()));
            guest.space.setCell(cells + 8 * i, code.address());
            fiber.result(code.address());
            assertEquals(Exit.RETURN, fiber.resume());
            assertEquals(1000 + i, fiber.get(FiberBlock.ARGUMENT));
            RawMemory.putLong(buffer() + 8 * RBX, value(RBX));
            checkRegisters();
            guest.end();

            assertEquals(Exit.RETURN, guest.enter(caller), "compiled before");
            guest.end();
        }
    }

    @Test
    void endlessRecursionEndsAtTheLimitWhateverTheFrame() {
        for (int frame : new int[] {32, 4096, Fiber.SMALL_FRAME, Fiber.SMALL_FRAME + 16, 200_000}) {
            CodeBlob recursion = guest.publish("recursion", a -> recursion(a, frame));
            CodeBlob thunk = guest.thunk("thunk", a -> {
                a.movi(RAX, recursion.address());
                a.callr(RAX);
            });
            int exit = guest.enter(thunk);
            int spurious = 0;
            while (exit == Exit.STACK && !fiber.stackExhausted()) {
                fiber.takeRequests();
                spurious++;
                exit = fiber.resume();
            }
            assertTrue(spurious <= 1, "the watchdog wakes once");
            assertEquals(Exit.STACK, exit);
            assertEquals(frame, fiber.get(FiberBlock.register(R11)));
            long left = fiber.get(FiberBlock.GUEST_SP) - fiber.get(FiberBlock.STACK_LIMIT);
            assertTrue(left < (frame > Fiber.SMALL_FRAME ? frame : 0), "frame " + frame + " left " + left);
            assertTrue(left > -Fiber.SMALL_FRAME - 64, "frame " + frame + " left " + left);
            guest.end();
        }
    }

    private static void recursion(Assembler a, int frame) {
        int start = a.here();
        int slow = a.newLabel();
        int go = a.newLabel();
        a.push(RBP);
        a.mov(RBP, RSP);
        if (frame > Fiber.SMALL_FRAME) {
            a.lea(R11, mem(RSP, -frame));
            a.cmp(R11, mem(R15, FiberBlock.LIMIT));
        } else {
            a.cmp(RSP, mem(R15, FiberBlock.LIMIT));
        }
        a.jcc(Cond.BELOW, slow);
        a.bind(go);
        a.subi(RSP, frame);
        a.mov(mem(RSP), RAX); // the lowest word can be written
        a.call(start);
        a.int3();
        a.bind(slow);
        a.movi(W32, R11, frame);
        a.callm(mem(R15, FiberBlock.STACK_SLOW));
        a.jmp(go);
    }

    @Test
    void calleeSavedRegistersOfJavaSurviveAnything() {
        CodeBlob thunk = guest.thunk("clobbers", a -> {
            for (int reg = 0; reg < 16; reg++) {
                if (usable(reg)) {
                    a.movi(W64, reg, -reg - 1);
                }
            }
            a.movi(W64, RBP, 0x111);
            a.push(RBP);
            a.callm(mem(R15, FiberBlock.trap(TrapReason.UNREACHABLE)));
        });
        List<Object> objects = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) { // long enough for compiled code, which keeps things in such registers
            objects.add(i);
            int exit = guest.enter(thunk);
            assertEquals(Exit.TRAP, Exit.kind(exit));
            guest.end();
            assertEquals(i, objects.get(i));
        }
        assertFalse(objects.isEmpty());
    }
}
