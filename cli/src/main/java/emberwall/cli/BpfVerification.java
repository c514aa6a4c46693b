package emberwall.cli;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.helper.LinuxHelper;
import emberwall.ebpf.insn.Disassembler;
import emberwall.ebpf.insn.MalformedException;
import emberwall.ebpf.object.BpfObject;
import emberwall.ebpf.verify.Accepted;
import emberwall.ebpf.verify.ContextType;
import emberwall.ebpf.verify.ContextTypes;
import emberwall.ebpf.verify.Observer;
import emberwall.ebpf.verify.Refusal;
import emberwall.ebpf.verify.Verdict;
import emberwall.ebpf.verify.Verifier;
import emberwall.ebpf.verify.VerifierLimits;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ParseResult;

/**
 * {@code emberwall bpf verify}: whether programs are proven to end and to stay inside their memory; with {@code --expect},
 * whether the verdicts on the objects of a folder are those of a table.
 */
final class BpfVerification {
    private final PrintStream out = Main.output();
    private final Verifier verifier = new Verifier(LinuxHelper::signature, VerifierLimits.DEFAULT.trusting());
    private final ProgramKind kind;
    private final boolean explain;
    /** What r1 points at, or null where the kind of a program says it. */
    private final ContextType memory;

    private int passed;
    private int failed;

    private BpfVerification(ParseResult options) {
        kind = kind(options.matchedOptionValue("--type", null));
        explain = options.hasMatchedOption("--explain");
        memory = memory(options.matchedOptionValue("--memory", null));
    }

    /** The kind that an option names, or null. */
    static ProgramKind kind(String name) {
        if (name == null) return null;
        for (ProgramKind known : ProgramKind.values()) {
            if (known.name().equals(name.toUpperCase(Locale.ROOT).replace('-', '_'))) return known;
        }
        throw Failure.usage("--type: " + name + " is none of "
                + String.join(
                        ", ",
                        Arrays.stream(ProgramKind.values())
                                .map(known -> known.name().toLowerCase(Locale.ROOT))
                                .toList()));
    }

    private static ContextType memory(String size) {
        if (size == null) return null;
        long bytes = Quantity.bytes("--memory", size);
        if (bytes > Integer.MAX_VALUE) throw Failure.usage("--memory: " + size + " is more than a program can see");
        return ContextType.memory((int) bytes);
    }

    private ContextType context(Program program) {
        return memory != null ? memory : ContextTypes.of(program.kind());
    }

    static int run(ParseResult options) {
        BpfVerification verification = new BpfVerification(options);
        List<String> names = options.matchedPositionalValue(0, List.of());
        String table = options.matchedOptionValue("--expect", null);
        if (table != null) return verification.compare(table, names);
        boolean accepted = true;
        for (String name : names) {
            accepted &= verification.object(name, options.matchedOptionValue("--program", null));
        }
        return accepted ? Status.OK : Status.BAD_MODULE;
    }

    // ---- objects that are named

    private boolean object(String name, String wanted) {
        BpfFile file = BpfFile.read(name);
        try {
            BpfObject object = file.object();
            boolean accepted = true;
            for (BpfObject.Function function : BpfCommands.entries(object, wanted)) {
                accepted &= program(name, object, function);
            }
            return accepted;
        } catch (ObjectException problem) {
            Main.complain(name + ": " + problem.getMessage());
            return false;
        }
    }

    private boolean program(String name, BpfObject object, BpfObject.Function function) {
        Program program = link(object, function);
        Observer observer = explain
                ? state -> out.println(Main.printable(line(program, state.instruction()) + "\n    " + state))
                : null;
        Verdict verdict = verifier.verify(program, context(program), observer);
        String who = name + ": " + program.describe();
        if (verdict instanceof Accepted proof) {
            String longest = proof.longest() < 0 ? "" : ", runs at most " + proof.longest() + " instructions";
            out.println(who + ": accepted" + longest + ", " + proof.stack() + " bytes of stack (" + proof.processed()
                    + " instructions looked at, " + proof.states() + " states)");
            return true;
        }
        out.println(who + ": refused\n" + Main.printable(verdict.toString()));
        return false;
    }

    private static String line(Program program, int instruction) {
        int slot = program.instructions().slot(instruction);
        return slot + ": " + Disassembler.text(program.instructions().get(instruction));
    }

    private Program link(BpfObject object, BpfObject.Function function) {
        return object.link(function, kind != null ? kind : object.kind(function));
    }

    // ---- a table of verdicts

    private int compare(String table, List<String> folders) {
        if (folders.size() != 1) throw Failure.usage("--expect: one folder of objects is wanted");
        try {
            Path root = Path.of(folders.getFirst());
            List<String> lines = new String(ModuleFile.content(table), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            List<String> header = List.of(lines.getFirst().split("\t", -1));
            for (String line : lines.subList(1, lines.size())) {
                row(root, header, line.split("\t", -1));
            }
        } catch (IOException | InvalidPathException unreadable) {
            throw new Failure(Status.NO_INPUT, unreadable.getMessage());
        } catch (IndexOutOfBoundsException malformed) {
            throw new Failure(
                    Status.BAD_MODULE, table + ": wants columns project, object, section, function, expected");
        }
        out.println(passed + " passed, " + failed + " failed, 0 skipped");
        return failed == 0 ? Status.OK : Status.FAILED;
    }

    private void row(Path root, List<String> header, String[] columns) throws IOException {
        String section = columns[header.indexOf("section")];
        String function = columns[header.indexOf("function")];
        String expected = columns[header.indexOf("expected")];
        Path file = root.resolve(columns[header.indexOf("project")]).resolve(columns[header.indexOf("object")]);
        String ours;
        try {
            BpfObject object = BpfObject.read(file);
            Program program = link(object, object.function(section, function));
            Verdict verdict = verifier.verify(program, context(program), null);
            ours = verdict instanceof Refusal refusal ? "refused: " + refusal.reason() : "accepted";
        } catch (ObjectException | MalformedException problem) {
            ours = "not loaded: " + problem.getMessage();
        }
        boolean fits = switch (expected) {
            case "accept" -> ours.equals("accepted");
            case "accept_ideal" -> true; // safe, but hard to prove
            case "reject_load" -> ours.startsWith("not loaded");
            default -> !ours.equals("accepted");
        };
        if (fits) {
            passed++;
        } else {
            failed++;
            out.println(root.relativize(file) + " " + section + " " + function + ": expected " + expected + ", "
                    + Main.printable(ours));
        }
    }
}
