package emberwall.ebpf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.ebpf.Conformance;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Opcode;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterpreterTest {
    static final Insn EXIT = new Insn(Opcode.EXIT, 0, 0, 0, 0);

    @Test
    void theStandardsCases() {
        List<Conformance> cases = Cases.withResult();
        assertEquals(313 + 23, cases.size());
        for (Conformance test : cases) {
            Interpreter program = new Interpreter(Instructions.decode(test.code()), Cases.UNWIND);
            long result = Cases.result(test, (memory, r1, r2) -> program.run(Regions.of(memory), 1_000_000, r1, r2));
            assertEquals(test.result(), result, test.name());
        }
    }

    @Test
    void onlyWhatIsAllowedIsTouched() {
        Insn below = new Insn(Opcode.LDXB, 0, 10, -513, 0);
        Insn above = new Insn(Opcode.STXDW, 10, 0, -7, 0);
        for (Insn insn : List.of(below, above, new Insn(Opcode.LDXB, 0, 0, 0, 0))) {
            assertThrows(ViolationException.class, () -> run(insn, EXIT), insn.toString());
        }
        assertEquals(0, run(new Insn(Opcode.LDXB, 0, 10, -512, 0), EXIT));
    }

    @Test
    void stepsAreCounted() {
        ViolationException endless =
                assertThrows(ViolationException.class, () -> run(new Insn(Opcode.JA, 0, 0, -1, 0)));
        assertEquals("more than 1000 instructions at slot 0", endless.getMessage());
        ViolationException deep =
                assertThrows(ViolationException.class, () -> run(new Insn(Opcode.CALL_LOCAL, 0, 0, 0, -1), EXIT));
        assertEquals("more than 8 functions in progress at slot 0", deep.getMessage());
        assertThrows(ViolationException.class, () -> run(new Insn(Opcode.CALL, 0, 0, 0, 4711), EXIT));
    }

    private static long run(Insn... insns) {
        return new Interpreter(Instructions.of(List.of(insns)), Environment.NONE).run(Regions.NONE, 1000, 0, 0);
    }

    /** The callback adds its argument to a word on the caller's stack. */
    static final Instructions CALLING_BACK = Instructions.of(List.of(
            new Insn(Opcode.STDW, 10, 0, -8, 5),
            new Insn(Opcode.LDDW, 1, Insn.FUNCTION, 0, 5),
            new Insn(Opcode.MOV_REG, 2, 10, 0, 0),
            new Insn(Opcode.CALL, 0, 0, 0, 181),
            new Insn(Opcode.LDXDW, 0, 10, -8, 0),
            EXIT,
            new Insn(Opcode.LOCK_ADD, 2, 1, -8, 0),
            new Insn(Opcode.MOV_IMM, 0, 0, 0, 0),
            EXIT));

    static final Environment THREE_TIMES = number -> (program, function, passed, c, d, e) -> {
        for (int i = 1; i <= 3; i++) {
            assertEquals(0, program.callback(function, i, passed, 0, 0, 0));
        }
        return number;
    };

    @Test
    void helpersCallBack() {
        assertEquals(11, new Interpreter(CALLING_BACK, THREE_TIMES).run(Regions.NONE, 1000, 0, 0));
    }

    /** Counts in its context and goes on in itself until there were too many. */
    @Test
    void tailCallsAreLimited() {
        Interpreter[] self = new Interpreter[1];
        int[] calls = new int[1];
        Environment environment = number -> (program, context, b, c, d, e) -> {
            calls[0]++;
            return program.tailCall(self[0], context) ? 0 : -2;
        };
        self[0] = new Interpreter(Instructions.of(List.of(new Insn(Opcode.CALL, 0, 0, 0, 12), EXIT)), environment);
        assertEquals(-2, self[0].run(Regions.NONE, 1000, 0, 0));
        assertEquals(Running.MOST_TAIL_CALLS + 1, calls[0]);
    }
}
