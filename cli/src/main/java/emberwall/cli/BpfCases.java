package emberwall.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Kind;
import emberwall.ebpf.insn.MalformedException;
import emberwall.ebpf.run.CompiledProgram;
import emberwall.ebpf.run.Environment;
import emberwall.ebpf.run.Interpreter;
import emberwall.ebpf.run.ProgramSpace;
import emberwall.ebpf.run.Regions;
import emberwall.ebpf.run.Running;
import emberwall.ebpf.run.ViolationException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import picocli.CommandLine.ParseResult;

/**
 * {@code emberwall bpf test}: cases as the public conformance suite has them, a JSON object a line. Each has a {@code name},
 * the {@code code} as hexadecimal bytes, perhaps {@code mem}, to which r1 points and r2 is the length of, and what becomes of
 * it: the {@code result} in r0, an {@code error}, or {@code "expect": "reject"}, where nothing may be run at all.
 *
 * <p>Cases do what no verifier lets pass, such as reading registers that nobody wrote. A case is therefore interpreted, with each access
 * checked, and runs as machine code only if that found nothing wrong, over the same memory.
 */
final class BpfCases {
    /** How many instructions a case may take. */
    private static final long BUDGET = 10_000_000;

    /** How many slots a case may have: as many as in the engine that the suite was written for. */
    private static final int MOST_SLOTS = 1 << 16;

    /** The helper that the suite calls: it returns its argument, and ends the program with 0 if that is 0. */
    private static final int UNWIND = 5;

    private static final Environment HELPERS = number -> number == UNWIND ? BpfCases::unwind : null;

    /** Cases that want something else than RFC 9669 says: where ours differs from them it is right. */
    private static final Map<String, String> DISPUTED = Map.of(
            "errors/err-unknown-opcode",
            "opcode 0x06 is ja32, which came with version 4 of the instruction set, and its engine did not know it");

    private final PrintStream out = Main.output();
    private final boolean interprets;
    private final ProgramSpace space; // null where nothing is compiled
    private int passed;
    private int failed;
    private int skipped;

    private BpfCases(boolean interprets, ProgramSpace space) {
        this.interprets = interprets;
        this.space = space;
    }

    /** The program is over. */
    @SuppressWarnings("serial")
    private static final class Unwound extends RuntimeException {
        Unwound() {
            super(null, null, false, false);
        }
    }

    private static long unwind(Running program, long a, long b, long c, long d, long e) {
        if (a == 0) throw new Unwound();
        return a;
    }

    static int run(ParseResult options) {
        boolean onlyInterprets = options.hasMatchedOption("--interpret");
        boolean onlyCompiles = options.hasMatchedOption("--compile");
        if (onlyInterprets && onlyCompiles) throw Failure.usage("--interpret and --compile: without them it is both");
        String obstacle = onlyInterprets ? null : ProgramSpace.unavailable();
        if (onlyCompiles && obstacle != null) throw new Failure(Status.UNAVAILABLE, obstacle);
        if (onlyInterprets || obstacle != null) return new BpfCases(true, null).all(options);
        try (ProgramSpace space = ProgramSpace.open()) {
            return new BpfCases(!onlyCompiles, space).all(options);
        }
    }

    private int all(ParseResult options) {
        List<String> files = options.matchedPositionalValue(0, List.of());
        for (String file : files) {
            file(file);
        }
        out.println(passed + " passed, " + failed + " failed, " + skipped + " skipped");
        return failed == 0 ? Status.OK : Status.FAILED;
    }

    private void file(String file) {
        int number = 0;
        for (String line : new String(ModuleFile.content(file), StandardCharsets.UTF_8).split("\n")) {
            number++;
            if (line.isBlank()) continue;
            String where = file + ":" + number;
            try {
                judge(JsonParser.parseString(line).getAsJsonObject(), where);
            } catch (JsonParseException | IllegalStateException | IllegalArgumentException malformed) {
                throw new Failure(Status.BAD_MODULE, where + ": no case: " + malformed.getMessage());
            }
        }
    }

    private void judge(JsonObject test, String where) {
        String name = text(test, "name", where);
        String result = text(test, "result", null);
        boolean mustFail = test.has("error") || "reject".equals(text(test, "expect", null));
        if (result == null && !mustFail) {
            skipped++;
            out.println("skipped " + name + ": it says neither what comes out nor that it must fail");
            return;
        }
        String problem = problem(test, result, mustFail && !"run".equals(text(test, "stage", "load")));
        if (problem == null) {
            passed++;
        } else if (DISPUTED.containsKey(name)) {
            skipped++;
            out.println("skipped " + name + ": " + problem + ": " + DISPUTED.get(name));
        } else {
            failed++;
            out.println("failed " + name + ": " + problem);
        }
    }

    /** What is wrong, or null. */
    private String problem(JsonObject test, String result, boolean atLoad) {
        byte[] code = HexFormat.of().parseHex(text(test, "code", ""));
        byte[] memory = HexFormat.of().parseHex(text(test, "mem", ""));
        Instructions instructions;
        try {
            instructions = load(code);
        } catch (MalformedException refused) {
            return result == null ? null : "refused: " + refused.getMessage();
        }
        if (result == null && atLoad) return "accepted, and must not be";
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment own = arena.allocate(Math.max(memory.length, 1), 16).asSlice(0, memory.length);
            return run(instructions, memory, own, result);
        }
    }

    private String run(Instructions code, byte[] content, MemorySegment memory, String result) {
        long start = content.length == 0 ? 0 : memory.address();
        try {
            long r0 = run(
                    content,
                    memory,
                    () -> new Interpreter(code, HELPERS).run(Regions.of(memory), BUDGET, start, content.length));
            if (result == null) return "0x" + Long.toHexString(r0) + " instead of an end by an error";
            String problem = interprets ? difference(r0, result) : null;
            return problem != null || space == null ? problem : compiled(code, content, memory, result);
        } catch (ViolationException violation) {
            return result == null ? null : violation.getMessage();
        }
    }

    private String compiled(Instructions code, byte[] content, MemorySegment memory, String result) {
        long start = content.length == 0 ? 0 : memory.address();
        try (CompiledProgram program = space.load(code, HELPERS, ProgramSpace.Options.DEFAULT)) {
            String problem = difference(run(content, memory, () -> program.run(start, content.length)), result);
            return problem == null ? null : "compiled: " + problem;
        }
    }

    private static String difference(long r0, String result) {
        return r0 == number(result) ? null : "0x" + Long.toHexString(r0) + " instead of " + result;
    }

    /** Runs a case over its memory as it is in the beginning. */
    private static long run(byte[] content, MemorySegment memory, LongSupplier engine) {
        MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, 0, content.length);
        try {
            return engine.getAsLong();
        } catch (Unwound end) {
            return 0;
        }
    }

    private static Instructions load(byte[] code) {
        Instructions instructions = Instructions.decode(code);
        if (instructions.slots() > MOST_SLOTS) {
            throw new MalformedException("more than " + MOST_SLOTS + " instructions", MOST_SLOTS);
        }
        for (int i = 0; i < instructions.size(); i++) {
            Insn insn = instructions.get(i);
            if (insn.kind() == Kind.CALL && HELPERS.helper((int) insn.immediate()) == null) {
                throw new MalformedException("call of nonexistent function " + insn.immediate(), instructions.slot(i));
            }
        }
        return instructions;
    }

    private static String text(JsonObject test, String key, String otherwise) {
        return test.has(key) ? test.get(key).getAsString() : otherwise;
    }

    private static long number(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    }
}
