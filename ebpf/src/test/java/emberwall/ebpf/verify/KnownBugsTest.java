package emberwall.ebpf.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.helper.LinuxHelper;
import emberwall.ebpf.insn.Assembler;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bugs of other verifiers as programs, {@code known-bugs.txt}: all are refused, and for what is wrong with them. */
class KnownBugsTest {
    private static final List<MapDefinition> MAPS = List.of(
            new MapDefinition("array", MapKind.ARRAY, 4, 16, 4, 0),
            new MapDefinition("hash", MapKind.HASH, 4, 16, 4, 0),
            new MapDefinition("ring", MapKind.RING_BUFFER, 0, 0, 4096, 0),
            new MapDefinition("programs", MapKind.PROGRAM_ARRAY, 4, 4, 4, 0),
            new MapDefinition("constants", MapKind.ARRAY, 4, 16, 1, MapDefinition.PROGRAM_READ_ONLY));

    private static final String VALUE = """
            stw [%r10-4], 0
            mov %r2, %r10
            add %r2, -4
            lddw %r1, map 0
            call 1
            jne %r0, 0, value
            exit
            value:
            mov %r9, %r0
            ldxdw %r6, [%r0]
            """;

    /** A bug of another verifier: its name, what the refusal of its program has to contain, and the program. */
    private record Bug(String name, String refusal, String text) {}

    private static Program program(String name, String text) {
        return Program.of(name, ProgramKind.XDP, Assembler.assemble(text.replace("VALUE\n", VALUE)), MAPS);
    }

    private static Verdict verify(String text) {
        return new Verifier(LinuxHelper::signature, new VerifierLimits(100_000, true)).verify(program("bug", text));
    }

    private static List<Bug> bugs() throws IOException {
        List<Bug> bugs = new ArrayList<>();
        try (var stream = KnownBugsTest.class.getResourceAsStream("known-bugs.txt")) {
            var parts = new String(stream.readAllBytes(), StandardCharsets.UTF_8).split("\n-- ");
            for (int i = 1; i < parts.length; i++) {
                var lines = parts[i].split("\n", 3);
                bugs.add(new Bug(lines[0], lines[1].substring("refused: ".length()), lines[2]));
            }
        }
        return bugs;
    }

    /** All of them as programs. */
    static List<Program> programs() throws IOException {
        return bugs().stream().map(bug -> program(bug.name, bug.text)).toList();
    }

    @Test
    void allAreRefusedForWhatIsWrong() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (var bug : bugs()) {
            var verdict = verify(bug.text);
            if (!(verdict instanceof Refusal refusal && refusal.reason().contains(bug.refusal))) {
                wrong.add(bug.name + ": " + verdict);
            }
        }
        assertEquals("", String.join("\n\n", wrong));
        assertTrue(bugs().size() > 34, bugs().size() + "");
    }

    /** What the programs share is not what they are refused for. */
    @Test
    void whatTheyShareIsAccepted() {
        assertTrue(verify("VALUE\nand %r6, 15\nadd %r0, %r6\nldxb %r0, [%r0]\nmov %r0, 0\nexit\n")
                .isAccepted());
        assertTrue(verify(
                        "VALUE\nmov %r1, 3\nlddw %r2, function turn\nmov %r3, 0\nmov %r4, 0\ncall 181\nmov %r0, 0\nexit\n"
                                + "turn:\nmov %r0, 0\nexit\n")
                .isAccepted());
    }

    @Test
    void aRefusalSaysWhereWhatAndWhy() {
        var refusal = (Refusal) verify("VALUE\nadd %r0, %r6\nldxb %r0, [%r0]\nexit\n");
        assertEquals(10, refusal.slot()); // lddw takes two
        assertEquals(9, refusal.instruction());
        var text = refusal.toString();
        assertTrue(text.contains("r0 += r6"), text);
        assertTrue(text.contains("R6=scalar("), text);
        assertTrue(text.contains("needed: a comparison"), text);
    }
}
