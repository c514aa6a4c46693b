package emberwall.ebpf.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.Conformance;
import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.ebpf.helper.LinuxHelper;
import emberwall.ebpf.insn.Disassembler;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.MalformedException;
import emberwall.ebpf.kernel.Kernel;
import emberwall.ebpf.kernel.KernelFunctions;
import emberwall.ebpf.kernel.KernelMaps;
import emberwall.ebpf.kernel.KernelProgram;
import emberwall.ebpf.kernel.Machine;
import emberwall.ebpf.kernel.Wrapped;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapKind;
import emberwall.ebpf.object.BpfObject;
import emberwall.ebpf.run.ViolationException;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Linux's own verifier as a second oracle: the same programs, the same verdicts, and where both accept, the same results. Where
 * the verdicts differ {@code kernel-reasons.tsv} has to say why, by what the one that refuses says; or that one has to stop on a
 * way that the other knows nobody goes. {@code kernel-verdicts.tsv} lists each program that is no random one. That table is of Linux 6.18; it is written anew by
 *
 * <pre>
 *   ./mvnw -pl ebpf -am test -Dtest=KernelVerdictsTest -Dsurefire.failIfNoSpecifiedTests=false -Dbless
 * </pre>
 *
 * <p>{@code -Demberwall.ebpf.kernel=N} says how many random programs there are. Skipped where {@code bpf(2)} is not allowed.
 */
class KernelVerdictsTest {
    private static final Path TABLE =
            Shared.repository().resolve("ebpf/src/test/resources/emberwall/ebpf/verify/kernel-verdicts.tsv");
    private static final String VERSION = "6.18";
    private static final int PROGRAMS = Integer.getInteger("emberwall.ebpf.kernel", 4_000);
    private static final VerifierLimits LIMITS = VerifierLimits.DEFAULT.trusting();
    private static final VerifierLimits FEW = new VerifierLimits(20_000, true);

    private final List<Reason> reasons = Reason.all("kernel-reasons.tsv");
    private final List<String> rows = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    @BeforeEach
    void require() {
        Kernel.require();
    }

    private static Verdict verify(Program program, VerifierLimits limits) {
        return new Verifier(LinuxHelper::signature, limits).verify(program);
    }

    // ---- one program

    /** Compares the verdicts on a program; answers why they differ, or "-". */
    private String compare(Program program, Verdict ours, KernelMaps maps, String name) {
        try (var theirs = KernelProgram.tryLoad(program, maps)) {
            if (ours.isAccepted() == theirs.isAccepted()) {
                count(ours.isAccepted() ? "both accept" : "both refuse");
                return "-";
            }
        }
        var said = ours instanceof Refusal refusal ? refusal.reason() : refusal(program, maps);
        var reason = reason(program, maps, ours.isAccepted(), said);
        count((ours.isAccepted() ? "only we accept: " : "only the kernel accepts: ") + reason);
        rows.add(String.join("\t", name, ours.isAccepted() ? "accept" : "refuse", reason, said));
        return reason;
    }

    private static String refusal(Program program, KernelMaps maps) {
        try (var refused = KernelProgram.load(program, maps)) {
            return refused.reason();
        }
    }

    private String reason(Program program, KernelMaps maps, boolean weAccept, String said) {
        for (var reason : reasons) {
            if (reason.explains(weAccept, said)) {
                return reason.name();
            }
        }
        if (!weAccept) { // what root's programs may do with addresses, others may not
            var others = Kernel.restricted(() -> {
                try (var loaded = KernelProgram.load(program, maps)) {
                    return loaded.isAccepted() ? "" : loaded.reason();
                }
            });
            if (!others.isEmpty()) {
                return "addresses";
            }
        }
        var theirs = Ways.of(KernelProgram.walk(program, maps));
        var ours = Ways.of(program, new Verifier(LinuxHelper::signature, FEW));
        if (weAccept && theirs.leads(ours)) {
            return "they go further";
        }
        if (!weAccept && ours.leads(theirs)) {
            return "we go further";
        }
        return "?";
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    private void compare(Program program, String name) {
        try (var maps = new KernelMaps(program.maps())) {
            compare(program, verify(program, LIMITS), maps, name);
        }
    }

    // ---- all that have names

    @Test
    void differencesAreThoseOfTheTable() throws IOException {
        samples();
        objects(Shared.repository().resolve("examples/bpf"));
        for (var bug : KnownBugsTest.programs()) {
            compare(bug, "bugs\t" + bug.name());
        }
        conformance();
        assertTrue(counts.get("both accept") > 450 && counts.get("both refuse") > 40, counts.toString());
        var table = "# " + counts + "\n" + String.join("\n", rows) + "\n";
        if (System.getProperty("bless") != null) {
            Files.writeString(TABLE, table);
        }
        assertEquals(
                List.of(), rows.stream().filter(row -> row.contains("\t?\t")).toList());
        if (Kernel.version().equals(VERSION)) {
            assertEquals(Files.readString(TABLE), table);
        }
    }

    private void samples() throws IOException {
        var root = Shared.path(SampleVerdictsTest.ROOT);
        for (var line : Files.readAllLines(root.resolve("VERDICTS.tsv"))) {
            var columns = line.split("\t", -1);
            if (!columns[0].equals("project")) {
                var file = columns[0] + "/" + columns[1];
                try {
                    var object = BpfObject.read(root.resolve(file));
                    var function = object.function(columns[2], columns[3]);
                    var program = object.link(function, object.kind(function));
                    compare(program, file + "\t" + columns[2] + " " + columns[3]);
                } catch (ObjectException e) {
                    count("malformed");
                }
            }
        }
    }

    private void objects(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.filter(path -> path.toString().endsWith(".o"))
                    .sorted()
                    .toList()) {
                for (var program : BpfObject.read(file).programs()) {
                    compare(program, "examples/" + file.getFileName() + "\t" + program.name());
                }
            }
        }
    }

    /** The standard's cases, where both accept with their results. */
    private void conformance() {
        List<Conformance> cases = new ArrayList<>(Conformance.all());
        cases.addAll(Conformance.ubpf());
        for (var test : cases) {
            Program program = null;
            try {
                program = Wrapped.of(test.name(), Instructions.decode(test.code()), test.memory().length);
            } catch (MalformedException e) {
                count("malformed");
            }
            if (program != null) {
                compare(program, "standard\t" + test.name());
            }
        }
    }

    // ---- random ones

    @Test
    void randomProgramsAreJudgedAndRunAlike() {
        var random = new SplittableRandom(Long.getLong("emberwall.ebpf.seed", 11));
        judge(Wrapped.maps(RandomFilters.BYTES), new Indices(new RandomPrograms(random.split())), random, PROGRAMS / 3);
        var iterating = new RandomPrograms(random.split(), true);
        judge(
                Wrapped.maps(RandomFilters.BYTES),
                new Indices(iterating),
                random,
                KernelFunctions.exist() ? PROGRAMS / 8 : 0);
        judge(RandomFilters.MAPS, new RandomFilters(random.split())::next, random, PROGRAMS - PROGRAMS / 3);
        assertTrue(counts.get("both accept") > PROGRAMS / 3, counts.toString());
        assertEquals(
                List.of(), rows.stream().filter(row -> row.contains("\t?\t")).toList());
    }

    /** Programs over memory, every other one with a mistake. */
    private static final class Indices implements Supplier<Program> {
        private final RandomPrograms programs;
        private boolean mutates;

        Indices(RandomPrograms programs) {
            this.programs = programs;
        }

        @Override
        public Program get() {
            mutates ^= true;
            var list = mutates ? programs.mutated(programs.next()) : programs.next();
            return list == null ? null : Wrapped.of("random", Instructions.of(list), RandomFilters.BYTES);
        }
    }

    private void judge(List<MapDefinition> maps, Supplier<Program> programs, SplittableRandom random, int count) {
        try (var kernel = new KernelMaps(maps);
                var machine = new Machine(maps)) {
            for (int i = 0; i < count; i++) {
                try {
                    var program = programs.get();
                    if (program != null) {
                        judge(program, kernel, machine, random, i);
                    }
                } catch (MalformedException e) {
                    count("malformed");
                }
            }
        }
    }

    private void judge(Program program, KernelMaps maps, Machine machine, SplittableRandom random, int i) {
        var ours = verify(program, FEW);
        if (ours instanceof Refusal refusal && refusal.reason().contains("too large")) {
            count("too many paths");
            return;
        }
        var reason = compare(program, ours, maps, "random " + i);
        if (ours instanceof Accepted proof) {
            var budget = proof.longest() < 0 ? 1_000_000 : proof.longest();
            var differs = !reason.equals("-");
            for (int round = 0; round < (differs ? 20 : i % 3 == 0 ? 1 : 0); round++) {
                var memory = memory(random);
                var packet = memory(random);
                machine.reset(memory);
                Machine.Run run;
                try {
                    run = machine.interpret(program.instructions(), packet, budget);
                } catch (ViolationException e) {
                    if (proof.longest() < 0 && e.getMessage().contains("more than " + budget)) {
                        count("long runs");
                        return; // iterators that count far, one inside of another
                    }
                    throw e;
                }
                if (!differs && isComparable(program)) {
                    same(program, maps, memory, packet, run, machine);
                }
            }
        }
    }

    private static boolean isComparable(Program program) {
        return RandomFilters.isDeterministic(program) && !RandomFilters.clearsMemory(program);
    }

    private void same(
            Program program, KernelMaps maps, byte[] memory, byte[] packet, Machine.Run run, Machine machine) {
        var contents = machine.contents();
        maps.reset(memory);
        try (var loaded = KernelProgram.tryLoad(program, maps)) {
            var theirs = loaded.run(packet);
            assertEquals(theirs.result(), (int) run.result(), () -> text(program));
            assertArrayEquals(theirs.packet(), run.packet(), () -> text(program));
            var all = maps.contents();
            for (int i = 0; i < all.size(); i++) {
                if (program.maps().get(i).kind() != MapKind.RING_BUFFER) {
                    assertEquals(all.get(i), contents.get(i), () -> text(program));
                }
            }
            count("runs alike");
        }
    }

    private static String text(Program program) {
        return Disassembler.text(program.instructions());
    }

    static byte[] memory(SplittableRandom random) {
        var memory = new byte[RandomFilters.BYTES];
        for (int at = 0; at < memory.length; at++) {
            var narrow = random.nextInt(3);
            memory[at] = (byte) (narrow == 0 ? 0 : narrow == 1 ? random.nextInt(64) : random.nextInt());
        }
        return memory;
    }
}
