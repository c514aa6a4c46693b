package emberwall.ebpf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Mem;
import emberwall.asm.x64.Reg;
import emberwall.ebpf.Conformance;
import emberwall.ebpf.insn.Disassembler;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Opcode;
import emberwall.os.Cpu;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CompilerTest {
    private static final Insn EXIT = new Insn(Opcode.EXIT, 0, 0, 0, 0);
    private static final ProgramSpace.Options LONG = ProgramSpace.Options.DEFAULT;
    private static final ProgramSpace SPACE = ProgramSpace.open();

    @AfterAll
    static void close() {
        SPACE.close();
    }

    @Test
    void theStandardsCases() {
        cases(LONG);
    }

    @Test
    void theStandardsCasesWithBlinding() {
        cases(LONG.blinding(new Random(1)));
    }

    private static void cases(ProgramSpace.Options options) {
        for (Conformance test : Cases.withResult()) {
            CompiledProgram program = SPACE.load(Instructions.decode(test.code()), Cases.UNWIND, options);
            assertFalse(program.isCritical());
            assertEquals(test.result(), Cases.result(test, (memory, r1, r2) -> program.run(r1, r2)), test.name());
        }
    }

    /** A filter of five instructions: the second byte of its memory, or 0 if it has none. */
    private static final Instructions FILTER = Instructions.of(List.of(
            new Insn(Opcode.MOV_IMM, 0, 0, 0, 0),
            new Insn(Opcode.JLT_IMM, 2, 0, 2, 2),
            new Insn(Opcode.LDXB, 0, 1, 1, 0),
            new Insn(Opcode.ADD_IMM, 0, 0, 0, 1),
            EXIT));

    @Test
    void shortProgramsAreEnteredByACriticalCall() {
        CompiledProgram program = SPACE.load(FILTER, Environment.NONE, LONG.bound(5));
        assertTrue(program.isCritical());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(8);
            memory.set(ValueLayout.JAVA_BYTE, 1, (byte) 41);
            assertEquals(42, program.run(memory.address(), 8));
            assertEquals(0, program.run(memory.address(), 1));
        }
        assertFalse(SPACE.load(FILTER, Environment.NONE, LONG.bound(10_001)).isCritical());
        Instructions call = Instructions.of(List.of(new Insn(Opcode.CALL, 0, 0, 0, 5), EXIT));
        assertFalse(SPACE.load(call, Cases.UNWIND, LONG.bound(5)).isCritical());
    }

    /** Called on the thread's own stack, where r6 to r9 belong to Java. */
    @Test
    void criticalCallsKeepRegisters() {
        List<Insn> insns = new ArrayList<>();
        for (int r = 6; r <= 9; r++) {
            insns.add(new Insn(Opcode.MOV_IMM, r, 0, 0, -r));
        }
        insns.add(new Insn(Opcode.MOV_REG, 0, 9, 0, 0));
        insns.add(EXIT);
        CompiledProgram program = SPACE.load(Instructions.of(insns), Environment.NONE, LONG.bound(6));
        long sum = 0;
        for (int i = 0; i < 100_000; i++) {
            sum += program.run(i, i);
        }
        assertEquals(-900_000, sum);
    }

    @Test
    void generatedProgramsAgreeWithTheInterpreter() {
        int programs = Integer.getInteger("emberwall.ebpf.programs", 3000);
        for (int seed = 0; seed < programs; seed++) {
            agree(seed);
        }
    }

    private static void agree(int seed) {
        Instructions code = new Generator(new Random(seed)).program();
        Interpreter interpreter = new Interpreter(code, Generator.HELPERS);
        ProgramSpace.Options options = seed % 3 == 0 ? LONG.blinding(new Random(seed)) : LONG;
        long features = seed % 5 == 0 ? 0 : Cpu.features();
        try (CompiledProgram program = SPACE.load(code, Generator.HELPERS, options, features);
                Arena arena = Arena.ofConfined()) {
            MemorySegment first = arena.allocate(Generator.MEMORY, 16);
            MemorySegment second = arena.allocate(Generator.MEMORY, 16);
            long expected = interpreter.run(Regions.of(first), 100_000, first.address(), Generator.MEMORY);
            long result = program.run(second.address(), Generator.MEMORY);
            assertEquals(expected, result, () -> "seed " + seed + "\n" + Disassembler.text(code));
            assertEquals(-1, first.mismatch(second), () -> "seed " + seed + "\n" + Disassembler.text(code));
        }
    }

    /** The callback adds its argument to a word on the caller's stack; the helper calls it three times. */
    @Test
    void helpersCallBack() {
        CompiledProgram program = SPACE.load(InterpreterTest.CALLING_BACK, InterpreterTest.THREE_TIMES, LONG);
        assertEquals(11, program.run(0, 0));
    }

    /** Registers that callees keep are kept by exits, by helpers in machine code, and when helpers call back. */
    @Test
    void helpersKeepRegisters() {
        Helper twice = new MachineHelper() {
            @Override
            public void emit(Assembler a) {
                a.lea(Reg.RAX, Mem.mem(Reg.RDI, Reg.RDI, 0, 0));
            }

            @Override
            public long call(Running program, long a, long b, long c, long d, long e) {
                return a + a;
            }
        };
        Environment environment = number -> number == 1 ? twice : (program, a, b, c, d, e) -> a + b + c + d + e;
        Instructions code = Instructions.of(List.of(
                new Insn(Opcode.MOV_IMM, 6, 0, 0, 600),
                new Insn(Opcode.MOV_IMM, 9, 0, 0, 900),
                new Insn(Opcode.MOV_IMM, 1, 0, 0, 1),
                new Insn(Opcode.MOV_IMM, 2, 0, 0, 2),
                new Insn(Opcode.MOV_IMM, 3, 0, 0, 3),
                new Insn(Opcode.MOV_IMM, 4, 0, 0, 4),
                new Insn(Opcode.MOV_IMM, 5, 0, 0, 5),
                new Insn(Opcode.CALL, 0, 0, 0, 2),
                new Insn(Opcode.MOV_REG, 1, 0, 0, 0),
                new Insn(Opcode.CALL, 0, 0, 0, 1),
                new Insn(Opcode.ADD_REG, 0, 6, 0, 0),
                new Insn(Opcode.ADD_REG, 0, 9, 0, 0),
                EXIT));
        assertEquals(1530, SPACE.load(code, environment, LONG).run(0, 0));
        assertEquals(1530, new Interpreter(code, environment).run(Regions.NONE, 100, 0, 0));
        Instructions leaf = Instructions.of(List.of(new Insn(Opcode.CALL, 0, 0, 0, 1), EXIT));
        CompiledProgram inline = SPACE.load(leaf, environment, LONG.bound(2));
        assertTrue(inline.isCritical());
        assertEquals(42, inline.run(21, 0));
    }

    @Test
    void tailCallsAreLimited() {
        CompiledProgram[] self = new CompiledProgram[1];
        int[] calls = new int[1];
        Environment environment = number -> (program, context, b, c, d, e) -> {
            calls[0]++;
            return program.tailCall(self[0], context) ? 0 : context;
        };
        Instructions code = Instructions.of(
                List.of(new Insn(Opcode.CALL, 0, 0, 0, 12), new Insn(Opcode.ADD_IMM, 0, 0, 0, 1), EXIT));
        self[0] = SPACE.load(code, environment, LONG);
        assertEquals(8, self[0].run(7, 0));
        assertEquals(Running.MOST_TAIL_CALLS + 1, calls[0]);
    }

    @Test
    void endlessLoopsAreInterrupted() throws InterruptedException {
        CompiledProgram program =
                SPACE.load(Instructions.of(List.of(new Insn(Opcode.JA, 0, 0, -1, 0))), Environment.NONE, LONG);
        Throwable[] thrown = new Throwable[1];
        Thread thread =
                new Thread(() -> thrown[0] = assertThrows(CancellationException.class, () -> program.run(0, 0)));
        thread.start();
        thread.interrupt();
        thread.join();
        assertTrue(thrown[0] instanceof CancellationException);
    }

    @Test
    void whatIsNotThereIsRefused() {
        Instructions call = Instructions.of(List.of(new Insn(Opcode.CALL, 0, 0, 0, 4711), EXIT));
        assertThrows(IllegalArgumentException.class, () -> SPACE.load(call, Environment.NONE, LONG));
        Instructions map = Instructions.of(List.of(new Insn(Opcode.LDDW, 0, Insn.MAP, 0, 1), EXIT));
        assertThrows(IllegalArgumentException.class, () -> SPACE.load(map, Environment.NONE, LONG));
        Instructions packet = Instructions.of(List.of(new Insn(Opcode.LDABSB, 0, 0, 0, 1), EXIT));
        assertThrows(IllegalArgumentException.class, () -> SPACE.load(packet, Environment.NONE, LONG));
    }

    @Test
    void afterTheEndNothingRuns() {
        ProgramSpace space = ProgramSpace.open();
        CompiledProgram onFiber = space.load(FILTER, Environment.NONE, LONG);
        CompiledProgram critical = space.load(FILTER, Environment.NONE, LONG.bound(5));
        CompiledProgram closed = space.load(FILTER, Environment.NONE, LONG.bound(5));
        assertEquals(0, closed.run(0, 0));
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.run(0, 0));
        space.close();
        assertThrows(IllegalStateException.class, () -> onFiber.run(0, 0));
        assertThrows(IllegalStateException.class, () -> critical.run(0, 0));
    }

    /** Each constant that is chosen for its bytes is in the code, unless it is blinded. */
    @Test
    void blindedConstantsAreNotInTheCode() {
        int chosen = 0x0badf00d;
        Instructions code = Instructions.of(List.of(
                new Insn(Opcode.LDDW, 0, 0, 0, 0x1234_5678_0badf00dL),
                new Insn(Opcode.MOV_IMM, 1, 0, 0, chosen),
                new Insn(Opcode.ADD_IMM, 1, 0, 0, chosen),
                new Insn(Opcode.XOR32_IMM, 1, 0, 0, chosen),
                new Insn(Opcode.MUL_IMM, 1, 0, 0, chosen),
                new Insn(Opcode.DIV_IMM, 1, 0, 0, chosen),
                new Insn(Opcode.STDW, 10, 0, -8, chosen),
                new Insn(Opcode.JSET_IMM, 1, 0, 0, chosen),
                new Insn(Opcode.JGT_IMM, 1, 0, 0, chosen),
                EXIT));
        assertEquals(9, count(SPACE.load(code, Environment.NONE, LONG).machineCode(), chosen));
        byte[] blinded =
                SPACE.load(code, Environment.NONE, LONG.blinding(new Random(7))).machineCode();
        assertEquals(0, count(blinded, chosen));
    }

    private static int count(byte[] code, int constant) {
        int count = 0;
        ByteBuffer bytes = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i + 4 <= code.length; i++) {
            count += bytes.getInt(i) == constant ? 1 : 0;
        }
        return count;
    }
}
