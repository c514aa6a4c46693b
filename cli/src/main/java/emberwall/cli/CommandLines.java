package emberwall.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What can be said on the command line. Every option is a text here; what it means is the business of the command that
 * asks for it, so that a wrong value gets the same kind of message whatever its type.
 */
final class CommandLines {
    static final String RUN = "run";
    static final String INSPECT = "inspect";
    static final String WAT2WASM = "wat2wasm";
    static final String WASM2WAT = "wasm2wat";
    static final String VALIDATE = "validate";
    static final String WAST = "wast";
    static final String BPF = "bpf";
    static final String DOCTOR = "doctor";

    private static final String FEATURES =
            "What modules may use beyond WebAssembly 3.0, or less: names between commas, such as"
                    + " threads,-simd; all is everything that can be read.";
    private static final String FEATURES_OF_TEXT =
            "What modules may use: WebAssembly 3.0 and names between commas, such as"
                    + " threads,-simd; without this everything that can be read.";
    private static final String CPU = "Use no more of the processor than sse2, sse4.1, sse4.2 or avx.";
    private static final String BOUNDS = "How accesses are kept inside a memory: guard (pages that fault) or explicit"
            + " (compare and branch); 'emberwall doctor' says which is the default here.";

    private static final String BPF_FILE =
            "An object, as clang -target bpf writes it; or one program as its instructions and nothing"
                    + " else, or as tcpdump -ddd prints it; - is standard input.";

    /**
     * Makes the objects that picocli needs, which for commands without annotations are the lists of values. Its own
     * factory looks for Groovy first, and so would make the JVM read the whole index of the jar, which nothing else does.
     */
    private static final CommandLine.IFactory LISTS = new CommandLine.IFactory() {
        @Override
        public <K> K create(Class<K> type) {
            return type.cast(new ArrayList<>());
        }
    };

    private CommandLines() {}

    /** The whole command. */
    static CommandLine all() {
        CommandSpec top = named("emberwall", "Runs untrusted WebAssembly programs at native speed, behind a wall.");
        top.addOption(flag("--version", "Print the version and exit."));
        top.usageMessage()
                .footer(
                        "",
                        "Exit status: the guest's own; 64 usage, 65 malformed or invalid module,"
                                + " 66 missing file, 69 unsatisfied import, 124 timeout, 134 trap.");
        top.addSubcommand(RUN, run());
        top.addSubcommand(INSPECT, inspect());
        top.addSubcommand(WAT2WASM, wat2wasm());
        top.addSubcommand(WASM2WAT, wasm2wat());
        top.addSubcommand(VALIDATE, validate());
        top.addSubcommand(WAST, wast());
        top.addSubcommand(BPF, bpf());
        top.addSubcommand(DOCTOR, doctor());
        return configured(top);
    }

    /** One command alone, parsed as if it followed the program's name: building the others would only cost time. */
    static CommandLine only(String command) {
        CommandSpec spec = switch (command) {
            case RUN -> run();
            case INSPECT -> inspect();
            case WAT2WASM -> wat2wasm();
            case WASM2WAT -> wasm2wat();
            case VALIDATE -> validate();
            case WAST -> wast();
            case BPF -> bpf();
            case DOCTOR -> doctor();
            default -> null;
        };
        if (spec == null) return null;
        CommandLine line = configured(spec);
        // What follows a guest is the guest's; elsewhere options may follow files.
        line.setStopAtPositional(command.equals(RUN));
        return line;
    }

    private static CommandLine configured(CommandSpec spec) {
        // All values are texts: the two dozen converters that picocli would find by reflection only cost time.
        System.setProperty("picocli.converters.excludes", "java.*");
        CommandLine line = new CommandLine(spec, LISTS);
        line.setExpandAtFiles(false);
        line.setInterpolateVariables(false);
        line.setOverwrittenOptionsAllowed(false);
        return line;
    }

    // @formatter:off
    private static CommandSpec run() {
        return named("emberwall run", "Runs a WebAssembly module. What follows FILE belongs to the guest.")
            .addOption(value ("--invoke",     "NAME",        "Call this exported function instead of _start: the guest's arguments"
                                                           + " are its parameters, each result is printed on a line of its own."))
            .addOption(value ("--tier",       "TIER",        "auto (default), baseline, optimizing, reference or cc (GCC)."))
            .addOption(values("--dir",        "HOST[::GUEST][:ro]",
                                                             "Open a folder for the guest, under its own name or as GUEST; with"
                                                           + " :ro for reading only. May be repeated."))
            .addOption(values("--env",        "NAME=VALUE",  "Set a variable of the guest's environment, which is empty otherwise."
                                                           + " May be repeated."))
            .addOption(value ("--timeout",    "DURATION",    "End the guest after this time (500ms, 2s), with status 124."))
            .addOption(value ("--max-memory", "SIZE",        "The most that each linear memory may hold (64MiB, 1GiB, 65536)."))
            .addOption(value ("--max-heap",   "SIZE",        "The most that structures and arrays may take (default 256MiB)."))
            .addOption(value ("--max-stack",  "SIZE",        "The size of the guest's stack (default 1MiB)."))
            .addOption(value ("--max-threads", "COUNT",      "Most threads beside the first one (default 64)."))
            .addOption(value ("--bounds",     "STRATEGY",    BOUNDS))
            .addOption(value ("--cpu",        "PROCESSOR",   CPU))
            .addOption(value ("--features",   "LIST",        FEATURES))
            .addOption(flag  ("--stats",                     "Print what was compiled, how fast and what it took, on standard error."))
            .addPositional(file())
            .addPositional(positional("ARGS", "1..*", "0..*", "The guest's arguments."));
    }

    private static CommandSpec inspect() {
        return named("emberwall inspect", "Prints each function's WebAssembly beside its machine code.")
            .addOption(value ("--tier",       "TIER",        "baseline (default) or optimizing."))
            .addOption(flag  ("--ir",                        "Print also what functions are on the way, stage by stage."))
            .addOption(value ("--function",   "NAME|INDEX",  "Only this function."))
            .addOption(value ("--bounds",     "STRATEGY",    BOUNDS))
            .addOption(value ("--cpu",        "PROCESSOR",   CPU))
            .addOption(value ("--features",   "LIST",        FEATURES))
            .addPositional(file());
    }

    private static CommandSpec wat2wasm() {
        return named("emberwall wat2wasm", "Encodes a module that is given as text.")
            .addOption(value ("-o",           "OUT",         "Where to; - is standard output. Default: FILE with .wasm for its .wat;"
                                                           + " standard output if FILE is standard input."))
            .addOption(flag  ("--no-check",                  "Encode the module even if it is not valid."))
            .addOption(value ("--features",   "LIST",        FEATURES_OF_TEXT))
            .addPositional(file());
    }

    private static CommandSpec wasm2wat() {
        return named("emberwall wasm2wat", "Prints a module as text.")
            .addOption(value ("-o",           "OUT",         "Where to; - is standard output, the default."))
            .addOption(flag  ("--fold",                      "Put instructions around their operands, in parentheses."))
            .addPositional(file());
    }

    private static CommandSpec wast() {
        return named("emberwall wast", "Plays conformance scripts: a line for each file, then what was skipped for want of what, then the"
                                     + " totals. Failures are on standard error; status 1 if there are any.")
            .addOption(value ("--tier",       "TIER",        "auto (default), baseline, optimizing, reference or cc (GCC)."))
            .addOption(value ("--bounds",     "STRATEGY",    BOUNDS))
            .addOption(value ("--cpu",        "PROCESSOR",   CPU))
            .addOption(value ("--features",   "LIST",        FEATURES))
            .addPositional(positional("FILE|DIR", "0..*", "1..*", "Scripts, as text (.wast) or converted (.json), and folders of them."));
    }

    private static CommandSpec validate() {
        return named("emberwall validate", "Says what is wrong with modules, and nothing if they are valid: WebAssembly 3.0,"
                                         + " threads, wide arithmetic, custom page sizes and exceptions in the old form.")
            .addOption(value ("--features",   "LIST",        FEATURES_OF_TEXT))
            .addPositional(positional("FILE", "0..*", "1..*", "The modules, binary or text; - is standard input."));
    }

    private static CommandSpec bpf() {
        CommandSpec bpf = named("emberwall bpf", "eBPF: programs that provably end and stay inside their memory.");
        bpf.addSubcommand("disassemble", named("disassemble", "Prints programs as text, with their source where the object has it.")
            .addOption(value ("--program",    "NAME",        "Only this function, or what is in this section."))
            .addPositional(positional("FILE", "0", "1", BPF_FILE)));
        bpf.addSubcommand("verify", named("verify", "Says which programs are proven to end and to stay inside their memory, and of others why not:"
                                                  + " status 65 if there are any.")
            .addOption(value ("--program",    "NAME",        "Only this function, or what is in this section."))
            .addOption(value ("--type",       "TYPE",        "What the programs are for (xdp, socket_filter, kprobe); without this their"
                                                           + " sections say it."))
            .addOption(value ("--memory",     "SIZE",        "The programs run over this much plain memory (r1 its address, r2 its length)."))
            .addOption(flag  ("--explain",                   "Print what is known in front of each instruction, path by path."))
            .addOption(value ("--expect",     "TABLE",       "Compare the verdicts on the objects of a folder with this table (columns"
                                                           + " project, object, section, function, expected between tabs): what differs,"
                                                           + " then the totals. Status 1 if anything does."))
            .addPositional(positional("FILE|DIR", "0..*", "1..*", "Objects, or programs by themselves, as for run; with --expect the"
                                                               + " folder of objects.")));
        bpf.addSubcommand("run", over(named("run", "Verifies a program and runs it over packets or memory: prints what it says of them."))
            .addOption(flag  ("--dump-maps",                 "Print what the maps hold at the end."))
            .addPositional(positional("FILE", "0", "1", BPF_FILE)));
        bpf.addSubcommand("dump-maps", over(named("dump-maps", "Prints the maps of an object, with what they hold after a run where there is one."))
            .addPositional(positional("FILE", "0", "1", BPF_FILE)));
        bpf.addSubcommand("test", named("test", "Runs cases of the conformance suite, each interpreted and as machine code: what fails, then the"
                                              + " totals. Status 1 if any did.")
            .addOption(flag  ("--interpret",                 "Only interpreted."))
            .addOption(flag  ("--compile",                   "Only as machine code."))
            .addPositional(positional("FILE", "0..*", "1..*", "Cases, a JSON object a line.")));
        return bpf;
    }

    /** What a program is run over, and how. */
    private static CommandSpec over(CommandSpec spec) {
        return spec
            .addOption(value ("--program",    "NAME",        "This program, by its function or its section; without this the first."))
            .addOption(value ("--type",       "TYPE",        "What the program is for (xdp, socket_filter, kprobe); without this its section says it."))
            .addOption(value ("--pcap",       "FILE",        "Run over the packets of a capture (pcap or pcapng, of Ethernet); - is standard input."))
            .addOption(value ("--mem",        "FILE",        "Run over the bytes of a file: one packet where the program is for packets, the context"
                                                           + " where it is for something else of Linux's, else plain memory (r1 its address, r2"
                                                           + " its length)."))
            .addOption(value ("--write",      "FILE",        "Write packets that are let through, or the memory, as the program left them."))
            .addOption(value ("--repeat",     "N",           "Run over everything this often, and say how long a packet took."))
            .addOption(flag  ("--interpret",                 "Interpret, and check each access again."))
            .addOption(flag  ("--blind",                     "Hide constants in the machine code by random numbers."))
            .addOption(values("--constant",   "NAME=NUMBER", "Set a constant (const volatile in C) first. May be repeated."))
            .addOption(values("--update",     "MAP:KEY=VALUE",
                                                             "Put an entry into a map first; key and value as hexadecimal bytes. May be repeated."))
            .addOption(values("--table",      "MAP:INDEX=PROGRAM",
                                                             "Put a program into a table for tail calls first. May be repeated."));
    }
    // @formatter:on

    private static CommandSpec doctor() {
        return named("emberwall doctor", "Says what this machine allows and what Emberwall therefore uses.");
    }

    private static PositionalParamSpec file() {
        return positional("FILE", "0", "1", "The module, binary or text; - reads it from standard input.");
    }

    private static CommandSpec named(String name, String description) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(null, LISTS).name(name);
        spec.usageMessage().description(description).width(100).autoWidth(false);
        spec.addOption(OptionSpec.builder("--help")
                .type(boolean.class)
                .arity("0")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build());
        return spec;
    }

    private static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build();
    }

    private static OptionSpec value(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static OptionSpec values(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static PositionalParamSpec positional(String label, String index, String arity, String description) {
        return PositionalParamSpec.builder()
                .index(index)
                .arity(arity)
                .required(arity.startsWith("1"))
                .type(arity.equals("1") ? String.class : List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }
}
