package emberwall.ebpf.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.Conformance;
import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.insn.Disassembler;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.MalformedException;
import emberwall.ebpf.kernel.Machine;
import emberwall.ebpf.kernel.Wrapped;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.run.ProgramSpace;
import emberwall.ebpf.run.ViolationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Attacks the verifier: random and mutated programs. Whatever is accepted runs in the interpreter, which checks every access,
 * within the number of instructions that was proven, and as machine code, with the same results; and a second walk that compares
 * states as a whole, trusting neither liveness nor precision, must not find a fault. {@code -Demberwall.ebpf.attacks=N} says how
 * many, {@code -Demberwall.ebpf.seed=N} which.
 */
class SoundnessTest {
    private static final int ATTACKS = Integer.getInteger("emberwall.ebpf.attacks", 2_400);
    private static final VerifierLimits FEW = new VerifierLimits(20_000, false);
    private static final VerifierLimits MANY = new VerifierLimits(400_000, false);
    private static final long UNKNOWN = 2_000_000;

    private final SplittableRandom random = new SplittableRandom(Long.getLong("emberwall.ebpf.seed", 7));
    private final RandomPrograms mutator = new RandomPrograms(random.split());
    private int tried;
    private int accepted;
    private int runs;

    /** Where programs come from that are no random ones: what is accepted joins them. */
    private interface Form {
        Program of(List<Insn> list);
    }

    @Test
    void programsOverMemory() {
        var programs = new RandomPrograms(random.split());
        List<List<Insn>> seeds = new ArrayList<>();
        for (var test : Conformance.all()) {
            if (test.code().length < 800) {
                seeds.add(Instructions.decode(test.code()).list());
            }
        }
        Form form = list -> Wrapped.of("attack", Instructions.of(list), RandomFilters.BYTES);
        attack(Wrapped.maps(RandomFilters.BYTES), programs::next, form, seeds);
        assertTrue(accepted > tried / 5 && accepted < tried, accepted + " of " + tried + " accepted");
    }

    @Test
    void programsWithIterators() {
        var programs = new RandomPrograms(random.split(), true);
        List<List<Insn>> seeds = new ArrayList<>();
        seeds.add(programs.next());
        Form form = list -> Wrapped.of("attack", Instructions.of(list), RandomFilters.BYTES);
        attack(Wrapped.maps(RandomFilters.BYTES), programs::next, form, seeds);
        assertTrue(accepted > tried / 20 && accepted < tried, accepted + " of " + tried + " accepted");
    }

    @Test
    void programsWithMapsHelpersAndPackets() {
        var programs = new RandomFilters(random.split());
        List<List<Insn>> seeds = new ArrayList<>();
        seeds.add(programs.next().instructions().list());
        attack(RandomFilters.MAPS, () -> programs.next().instructions().list(), RandomFilters::program, seeds);
        assertTrue(accepted > tried / 2 && accepted < tried, accepted + " of " + tried + " accepted");
    }

    /** A third of the programs is random, a third random with mistakes, a third made of earlier ones. */
    private void attack(List<MapDefinition> maps, Supplier<List<Insn>> programs, Form form, List<List<Insn>> seeds) {
        try (var machine = new Machine(maps)) {
            for (int attack = 0; attack < ATTACKS / 2; attack++) {
                var list = attack % 3 == 0 ? seeds.get(random.nextInt(seeds.size())) : programs.get();
                list = attack % 3 == 1 ? list : mutator.mutated(list);
                try {
                    var program = list == null ? null : form.of(list);
                    if (program != null && attack(program, machine) && random.nextInt(8) == 0) {
                        seeds.add(list);
                    }
                } catch (MalformedException e) {
                    assertTrue(!e.getMessage().isEmpty());
                }
            }
        }
        assertTrue(runs >= 2 * accepted);
        if (ATTACKS > 10_000) {
            System.err.println(accepted + " of " + tried + " programs accepted, " + runs + " runs");
        }
    }

    private static Verdict walk(Program program, Machine machine, VerifierLimits limits, boolean thorough) {
        var walk = new Walk(program, ContextTypes.of(program.kind()), machine::helper, limits, null);
        walk.thorough = thorough;
        return walk.run();
    }

    private boolean attack(Program program, Machine machine) {
        tried++;
        if (!(walk(program, machine, FEW, false) instanceof Accepted proof)) {
            return false;
        }
        accepted++;
        if (walk(program, machine, MANY, true) instanceof Refusal refusal
                && !refusal.reason().contains("too large")) {
            throw new AssertionError("pruned too much: " + refusal + "\n" + text(program));
        }
        for (int i = 0; i < 2; i++) {
            var memory = KernelVerdictsTest.memory(random);
            var packet = Arrays.copyOf(KernelVerdictsTest.memory(random), 14 + random.nextInt(51));
            run(program, machine, proof, memory, packet);
        }
        return true;
    }

    private void run(Program program, Machine machine, Accepted proof, byte[] memory, byte[] packet) {
        var code = program.instructions();
        var longest = proof.longest() < 0 ? UNKNOWN : proof.longest();
        try {
            machine.reset(memory);
            var interpreted = machine.interpret(code, packet, longest);
            var contents = machine.contents();
            runs++;
            if (!RandomFilters.isDeterministic(program)) {
                return;
            }
            machine.reset(memory);
            var options = ProgramSpace.Options.DEFAULT;
            options = proof.longest() < 0 ? options : options.bound(proof.longest());
            options = random.nextInt(4) > 0 ? options : options.blinding(new Random(runs));
            assertEquals(interpreted, machine.execute(code, packet, options), () -> text(program));
            assertEquals(contents, machine.contents(), () -> text(program));
        } catch (ViolationException e) {
            if (proof.longest() < 0 && e.getMessage().contains("more than " + UNKNOWN)) {
                runs++;
                return; // iterators that count far, one inside of another
            }
            throw new AssertionError(e.getMessage() + " in an accepted program, " + proof + "\n" + text(program));
        }
    }

    private static String text(Program program) {
        return Disassembler.text(program.instructions());
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
