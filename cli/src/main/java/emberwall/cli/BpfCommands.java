package emberwall.cli;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.ebpf.SourceLine;
import emberwall.ebpf.Subprogram;
import emberwall.ebpf.insn.Disassembler;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.MalformedException;
import emberwall.ebpf.object.BpfObject;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** {@code emberwall bpf COMMAND}: programs in objects as compilers write them, and in plain bytes. */
final class BpfCommands {
    private BpfCommands() {}

    static int run(ParseResult options) {
        ParseResult command = options.subcommand();
        if (command == null) throw Failure.usage("no command: try 'emberwall bpf --help'");
        return switch (command.commandSpec().name()) {
            case "disassemble" -> disassemble(command);
            case "verify" -> BpfVerification.run(command);
            case "run" -> BpfRun.run(command);
            case "dump-maps" -> BpfRun.dumpMaps(command);
            default -> BpfCases.run(command);
        };
    }

    private static int disassemble(ParseResult options) {
        BpfFile file = BpfFile.read(options.matchedPositionalValue(0, null));
        PrintStream out = Main.output();
        if (file.alone() != null) {
            out.print(Disassembler.text(file.alone().instructions()));
            return Status.OK;
        }
        try {
            print(file.object(), options.matchedOptionValue("--program", null), out);
            return Status.OK;
        } catch (ObjectException problem) {
            throw new Failure(Status.BAD_MODULE, problem.getMessage());
        } catch (MalformedException problem) {
            throw new Failure(Status.BAD_MODULE, options.matchedPositionalValue(0, "") + ": " + problem.getMessage());
        }
    }

    /** The programs of an object that have a name or are in a section; all of them if that is null. */
    static List<BpfObject.Function> entries(BpfObject object, String wanted) {
        List<BpfObject.Function> found = object.entries().stream()
                .filter(function -> wanted == null
                        || function.name().equals(wanted)
                        || function.section().equals(wanted))
                .toList();
        if (found.isEmpty()) throw Failure.usage(wanted == null ? "no program" : "no program " + wanted);
        return found;
    }

    private static void print(BpfObject object, String wanted, PrintStream out) {
        List<BpfObject.Function> found = entries(object, wanted);
        for (int i = 0; i < found.size(); i++) {
            if (i > 0) out.println();
            print(object.link(found.get(i)), out);
        }
    }

    /** A program as its instructions, each function and each line of the source in front of what became of it. */
    private static void print(Program program, PrintStream out) {
        out.println(program.describe() + ":");
        Instructions code = program.instructions();
        String[] lines = Disassembler.text(code).split("\n");
        for (int i = 0; i < code.size(); i++) {
            int slot = code.slot(i);
            Subprogram function = program.subprogram(slot);
            if (function.start() == slot) out.println("<" + Main.printable(function.name()) + ">:");
            SourceLine line = program.lines().get(slot);
            if (line != null) out.println("; " + Main.printable(line.toString()));
            out.println(lines[i]);
        }
    }
}
