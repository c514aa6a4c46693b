package emberwall.ebpf.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.Conformance;
import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.MalformedException;
import emberwall.ebpf.run.Environment;
import emberwall.ebpf.run.Interpreter;
import emberwall.ebpf.run.Regions;
import emberwall.ebpf.run.ViolationException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Attacks the verifier: random and mutated programs. Whatever is accepted runs in the interpreter, which checks every access,
 * within the number of instructions that was proven; and a second walk that compares states as a whole, trusting neither
 * liveness nor precision, must not find a fault. {@code -Demberwall.ebpf.attacks=N} says how many.
 */
class SoundnessTest {
    private static final int ATTACKS = Integer.getInteger("emberwall.ebpf.attacks", 2_500);
    private static final int MEMORY = 64;

    private final SplittableRandom random = new SplittableRandom(Long.getLong("emberwall.ebpf.seed", 7));
    private int accepted;
    private int runs;

    @Test
    void whatIsAcceptedStaysInItsMemoryAndEnds() {
        var programs = new RandomPrograms(random);
        List<List<Insn>> seeds = new ArrayList<>();
        for (var test : Conformance.all()) {
            if (test.code().length < 800) {
                seeds.add(Instructions.decode(test.code()).list());
            }
        }
        for (int attack = 0; attack < ATTACKS; attack++) {
            var from = seeds.get(random.nextInt(seeds.size()));
            var list = attack % 3 == 0 ? programs.mutated(from) : programs.next();
            if (attack % 3 == 2) {
                list = programs.mutated(list);
            }
            try {
                if (list != null && attack(Instructions.of(list)) && random.nextInt(8) == 0) {
                    seeds.add(list);
                }
            } catch (MalformedException e) {
                assertTrue(!e.getMessage().isEmpty());
            }
        }
        assertTrue(accepted > ATTACKS / 20, accepted + " accepted");
        assertTrue(accepted < ATTACKS * 19 / 20, accepted + " accepted");
        assertTrue(runs > accepted);
    }

    private boolean attack(Instructions code) {
        var program = Program.of("attack", ProgramKind.UNSPECIFIED, code, List.of());
        var context = ContextType.memory(MEMORY);
        var limits = new VerifierLimits(20_000, false);
        var verdict = new Walk(program, context, number -> null, limits, null).run();
        if (!(verdict instanceof Accepted proof)) {
            return false;
        }
        accepted++;
        var thorough = new Walk(program, context, number -> null, new VerifierLimits(400_000, false), null);
        thorough.thorough = true;
        if (thorough.run() instanceof Refusal refusal && !refusal.reason().contains("too large")) {
            throw new AssertionError("pruned too much: " + refusal + "\n" + text(code));
        }
        run(code, proof);
        return true;
    }

    private void run(Instructions code, Accepted proof) {
        var interpreter = new Interpreter(code, Environment.NONE);
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(MEMORY, 16);
            for (int i = 0; i < 4; i++) {
                for (int at = 0; at < MEMORY; at++) {
                    var narrow = random.nextInt(3);
                    memory.set(ValueLayout.JAVA_BYTE, at, (byte)
                            (narrow == 0 ? 0 : narrow == 1 ? random.nextInt(64) : random.nextInt()));
                }
                try {
                    interpreter.run(Regions.of(memory), proof.longest(), memory.address(), MEMORY);
                    runs++;
                } catch (ViolationException e) {
                    throw new AssertionError(e.getMessage() + " in an accepted program, " + proof + "\n" + text(code));
                }
            }
        }
    }

    private static String text(Instructions code) {
        var text = new StringBuilder();
        for (int i = 0; i < code.size(); i++) {
            text.append(code.slot(i)).append(": ").append(code.get(i)).append('\n');
        }
        return text.toString();
    }

    @Test
    void theStandardsProgramsAreAccepted() {
        var unwind = new emberwall.ebpf.helper.HelperSignature(
                5,
                "unwind",
                emberwall.ebpf.helper.Result.SCALAR,
                emberwall.ebpf.helper.Argument.of(emberwall.ebpf.helper.Argument.Kind.SCALAR));
        var verifier = new Verifier(number -> number == 5 ? unwind : null, VerifierLimits.DEFAULT);
        List<String> refused = new ArrayList<>();
        for (var test : Conformance.all()) {
            var program = Program.of(test.name(), ProgramKind.UNSPECIFIED, Instructions.decode(test.code()), List.of());
            if (verifier.verify(program, ContextType.memory(test.memory().length)) instanceof Refusal refusal) {
                refused.add(test.name() + ": " + refusal.reason());
            }
        }
        assertEquals(List.of(), refused);
    }
}
