package emberwall.cli;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.host.Answer;
import emberwall.ebpf.host.Attachment;
import emberwall.ebpf.host.BpfLoader;
import emberwall.ebpf.host.BpfModule;
import emberwall.ebpf.host.EventType;
import emberwall.ebpf.host.PacketProgram;
import emberwall.ebpf.host.ProgramRefusedException;
import emberwall.ebpf.host.VerifiedProgram;
import emberwall.ebpf.insn.MalformedException;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.object.BpfObject;
import emberwall.ebpf.verify.ContextTypes;
import emberwall.ebpf.verify.VerifierLimits;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import picocli.CommandLine.ParseResult;

/**
 * {@code emberwall bpf run} and {@code bpf dump-maps}: a program over the packets of a capture, or over the bytes of a file, and what its
 * maps hold then.
 */
final class BpfRun {
    private final PrintStream out;
    private final ParseResult options;

    private BpfRun(ParseResult options) {
        this.options = options;
        // What is written may have standard output to itself.
        out = ModuleFile.STANDARD_STREAM.equals(option("--write")) ? System.err : Main.output();
    }

    static int run(ParseResult options) {
        BpfRun run = new BpfRun(options);
        if (run.option("--mem") == null && run.option("--pcap") == null) {
            throw Failure.usage("--mem FILE or --pcap FILE: what shall the program run over?");
        }
        return run.guarded(options.hasMatchedOption("--dump-maps"));
    }

    static int dumpMaps(ParseResult options) {
        return new BpfRun(options).guarded(true);
    }

    private String option(String name) {
        return options.commandSpec().findOption(name) == null ? null : options.matchedOptionValue(name, null);
    }

    private List<String> options(String name) {
        return options.commandSpec().findOption(name) == null ? List.of() : options.matchedOptionValue(name, List.of());
    }

    private boolean has(String name) {
        return options.commandSpec().findOption(name) != null && options.hasMatchedOption(name);
    }

    private int guarded(boolean dumps) {
        String file = options.matchedPositionalValue(0, null);
        try (BpfModule module = BpfFile.read(file).load(loader())) {
            if (option("--mem") != null || option("--pcap") != null) {
                prepare(module);
                run(module);
            }
            if (dumps) new BpfMapText(out, module.object()).dump(module);
            return Status.OK;
        } catch (ProgramRefusedException | MalformedException problem) {
            throw new Failure(Status.BAD_MODULE, file + ": " + problem.getMessage());
        } catch (ObjectException problem) {
            throw new Failure(Status.BAD_MODULE, problem.getMessage());
        }
    }

    private BpfLoader loader() {
        BpfLoader loader = new BpfLoader()
                .limits(VerifierLimits.DEFAULT.trusting())
                .kind(BpfVerification.kind(option("--type")))
                .trace(text -> out.print(Main.printable(text)));
        if (has("--interpret")) loader.interpreting();
        if (has("--blind")) loader.blinding(new SecureRandom());
        for (String constant : options("--constant")) {
            String[] parts = split(constant, "--constant", "=", 2);
            loader.constant(parts[0], number(parts[1]));
        }
        return loader;
    }

    private static String[] split(String text, String option, String separators, int count) {
        String[] parts = text.split("[" + separators + "]", count);
        if (parts.length != count) throw Failure.usage(option + ": " + text + " is not of the form that --help shows");
        return parts;
    }

    private static long number(String text) {
        try {
            return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Failure.usage(text + " is no number");
        }
    }

    // ---- before the run

    private void prepare(BpfModule module) {
        for (String update : options("--update")) {
            String[] parts = split(update, "--update", ":=", 3);
            BpfMap map = module.map(parts[0]);
            try {
                long answer = map.put(
                        HexFormat.of().parseHex(parts[1]), HexFormat.of().parseHex(parts[2]), BpfMap.ANY);
                if (answer != 0) throw Failure.usage("--update: map " + parts[0] + " refuses: error " + -answer);
            } catch (IllegalArgumentException problem) {
                throw Failure.usage("--update: " + problem.getMessage());
            }
        }
        for (String entry : options("--table")) {
            String[] parts = split(entry, "--table", ":=", 3);
            try {
                module.setProgram(parts[0], (int) number(parts[1]), module.packets(parts[2]));
            } catch (IllegalArgumentException problem) {
                throw Failure.usage("--table: " + problem.getMessage());
            }
        }
    }

    /** The program that is named, or the only one, or the first. */
    private String program(BpfModule module) {
        String wanted = option("--program");
        if (wanted != null) return wanted;
        List<String> names = module.programNames();
        if (names.isEmpty()) throw Failure.usage("no program");
        return names.getFirst();
    }

    // ---- the run

    private void run(BpfModule module) {
        String program = program(module);
        String capture = option("--pcap");
        int rounds = option("--repeat") == null ? 1 : (int) number(option("--repeat"));
        if (rounds < 1) throw Failure.usage("--repeat: once at least");
        if (capture != null) {
            if (option("--mem") != null) throw Failure.usage("--mem and --pcap: one of them");
            PacketProgram packets = module.packets(program);
            new BpfCapture(out, packets, module.kind(program)).run(capture, option("--write"), rounds);
            return;
        }
        byte[] content = ModuleFile.content(option("--mem"));
        Answer<byte[]> answer = null;
        for (int i = 0; i < rounds; i++) {
            answer = once(module, program, content.clone());
        }
        String write = option("--write");
        byte[] data = answer.data();
        if (write != null) OutputFile.write(write, file -> file.write(data));
        out.println(program + ": result " + answer.result() + " (0x" + Long.toHexString(answer.result()) + ")");
    }

    /** One packet where the program is for packets, the context where it is for something else of Linux's, else plain memory. */
    private Answer<byte[]> once(BpfModule module, String program, byte[] content) {
        if (isPlain(module, program)) {
            long result = module.memory(program, content.length).run(MemorySegment.ofArray(content));
            return new Answer<>(result, content);
        }
        if (module.seesPackets(program)) return module.packets(program).process(content);
        Attachment<MemorySegment> attached =
                module.attach(program, EventType.of(ContextTypes.of(module.kind(program))));
        int bytes = attached.context().size();
        if (content.length != bytes) {
            throw new Failure(
                    Status.BAD_MODULE,
                    "--mem: " + attached.context().name() + " has " + bytes + " bytes, not " + content.length);
        }
        return new Answer<>(attached.run(MemorySegment.ofArray(content)), content);
    }

    private boolean isPlain(BpfModule module, String program) {
        BpfObject.Function function = module.function(program);
        return module.kind(program) == ProgramKind.UNSPECIFIED
                || option("--type") == null
                        && ProgramKind.ofSection(function.section()) == ProgramKind.UNSPECIFIED
                        && module.kind(program) == ProgramKind.guess(function.section(), "");
    }

    static String mode(VerifiedProgram program) {
        return !program.isCompiled() ? "interpreted" : program.isCritical() ? "compiled, critical" : "compiled";
    }

    /** The number that a key of four bytes is. */
    static int index(byte[] key) {
        return key[0] & 0xFF | (key[1] & 0xFF) << 8 | (key[2] & 0xFF) << 16 | key[3] << 24;
    }
}
