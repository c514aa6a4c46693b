package emberwall.ebpf.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.insn.Assembler;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which states a walk keeps, that it stops where it may keep no more, and ways that it need not go. */
class StatesTest {
    private static final String LOOP = """
            mov %r0, 0
            loop:
            mov %r7, %r0
            and %r7, 56
            add %r7, %r1
            ldxdw %r8, [%r7]
            add %r0, 1
            jlt %r0, 5000, loop
            exit
            """;

    /** Each branch matters at the end, so that nothing is like anything before. */
    private static final String PATHS = "ldxdw %r6, [%r1]\nmov %r7, 0\n"
            + "jset %r6, 1, +1\nadd %r7, 1\nlsh %r7, 1\nmov %r8, %r7\nmov %r9, %r8\nrsh %r6, 1\n".repeat(10)
            + "and %r7, 63\nadd %r1, %r7\nldxb %r0, [%r1]\nexit\n";

    private static Verdict verify(String text, VerifierLimits limits) {
        var program = Program.of("grown", ProgramKind.UNSPECIFIED, Assembler.assemble(text), List.of());
        return new Verifier(number -> null, limits).verify(program, ContextType.memory(64));
    }

    private static Accepted accept(String text) {
        return assertInstanceOf(Accepted.class, verify(text, VerifierLimits.DEFAULT));
    }

    @Test
    void roundsOfALoopAreKeptUntilItEnds() {
        var proof = accept(LOOP);
        assertTrue(proof.statesAtOnce() > 100, proof.toString());
        var enough = VerifierLimits.DEFAULT.states(proof.statesAtOnce());
        assertEquals(proof, verify(LOOP, enough));
        var refusal = assertInstanceOf(Refusal.class, verify(LOOP, enough.states(proof.statesAtOnce() - 1)));
        var most = proof.statesAtOnce() - 1;
        assertEquals("BPF program is too large. Kept " + most + " states at a time", refusal.reason());
    }

    @Test
    void pathsThatEndedAreForgotten() {
        var proof = accept(PATHS);
        assertTrue(proof.states() > 1000, proof.toString());
        assertTrue(proof.statesAtOnce() < proof.states() / 4, proof.toString());
    }

    @Test
    void callsFromDifferentPlacesKeepWhatIsOfUseToEach() {
        var function = "function:\n"
                + "ldxdw %r6, [%r1]\nmov %r7, 1\njset %r6, 1, +2\nmov %r7, 2\nxor %r6, 3\nadd %r6, %r7\n".repeat(40)
                + "mov %r0, 0\nexit\n";
        var call = "mov %r1, %r9\ncall local function\n";
        var once = accept("mov %r9, %r1\n" + call + "exit\n" + function);
        var often = accept("mov %r9, %r1\n" + call.repeat(50) + "exit\n" + function);
        assertTrue(once.states() > 10, once.toString());
        assertTrue(often.states() <= 50 * (once.states() + 1), often.toString());
        assertTrue(often.processed() <= 51 * once.processed(), often.toString());
    }

    @Test
    void comparisonsWithItselfAreDecided() {
        for (var width : List.of("", "32")) {
            for (var always : List.of("jeq", "jge", "jle", "jsge", "jsle")) {
                accept(withItself(always + width, "mov %r0, %r9", "mov %r0, 0"));
            }
            for (var never : List.of("jne", "jgt", "jlt", "jsgt", "jslt")) {
                accept(withItself(never + width, "mov %r0, 0", "mov %r0, %r9"));
            }
            var both = withItself("jset" + width, "mov %r0, 0", "mov %r0, %r9");
            assertInstanceOf(Refusal.class, verify(both, VerifierLimits.DEFAULT));
            accept("ldxb %r6, [%r1]\nand %r6, 6\n" + "jset" + width + " %r6, %r6, +2\nmov %r0, 0\nexit\n"
                    + "jne %r6, 0, +1\nmov %r0, %r9\nmov %r0, 0\nexit\n");
        }
    }

    /** Either way the other instruction would read what nobody wrote. */
    private static String withItself(String jump, String behind, String target) {
        return "ldxdw %r6, [%r1]\n" + jump + " %r6, %r6, +2\n" + behind + "\nexit\n" + target + "\nexit\n";
    }
}
