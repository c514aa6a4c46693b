package emberwall.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Kind;
import emberwall.ebpf.insn.MalformedException;
import emberwall.ebpf.run.Environment;
import emberwall.ebpf.run.Interpreter;
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
import picocli.CommandLine.ParseResult;

/**
 * {@code emberwall bpf test}: cases as the public conformance suite has them, a JSON object a line. Each has a {@code name},
 * the {@code code} as hexadecimal bytes, perhaps {@code mem}, to which r1 points and r2 is the length of, and what becomes of
 * it: the {@code result} in r0, an {@code error}, or {@code "expect": "reject"}, where nothing may be run at all.
 */
final class BpfCases {
    /** How many instructions a case may take. */
    private static final long BUDGET = 10_000_000;

    /** How many slots a case may have: as many as in the engine that the suite was written for. */
    private static final int MOST_SLOTS = 1 << 16;

    /** The helper that the suite calls: it returns its argument, and ends the program with 0 if that is 0. */
    private static final int UNWIND = 5;

    private static final Environment HELPERS = number -> number == UNWIND ? BpfCases::unwind : null;

    private final PrintStream out = Main.output();
    private int passed;
    private int failed;
    private int skipped;

    private BpfCases() {}

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
        BpfCases cases = new BpfCases();
        List<String> files = options.matchedPositionalValue(0, List.of());
        for (String file : files) {
            cases.file(file);
        }
        cases.out.println(cases.passed + " passed, " + cases.failed + " failed, " + cases.skipped + " skipped");
        return cases.failed == 0 ? Status.OK : Status.FAILED;
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
        } else {
            failed++;
            out.println("failed " + name + ": " + problem);
        }
    }

    /** What is wrong, or null. */
    private static String problem(JsonObject test, String result, boolean atLoad) {
        byte[] code = HexFormat.of().parseHex(text(test, "code", ""));
        byte[] memory = HexFormat.of().parseHex(text(test, "mem", ""));
        Instructions instructions;
        try {
            instructions = load(code);
        } catch (MalformedException refused) {
            return result == null ? null : "refused: " + refused.getMessage();
        }
        if (result == null && atLoad) return "accepted, and must not be";
        try {
            long r0 = interpret(instructions, memory);
            return result == null
                    ? "0x" + Long.toHexString(r0) + " instead of an end by an error"
                    : r0 == number(result) ? null : "0x" + Long.toHexString(r0) + " instead of " + result;
        } catch (ViolationException violation) {
            return result == null ? null : violation.getMessage();
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

    private static long interpret(Instructions code, byte[] content) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Math.max(content.length, 1), 16);
            MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, 0, content.length);
            long start = content.length == 0 ? 0 : memory.address();
            MemorySegment allowed = memory.asSlice(0, content.length);
            return new Interpreter(code, HELPERS).run(Regions.of(allowed), BUDGET, start, content.length);
        } catch (Unwound end) {
            return 0;
        }
    }

    private static String text(JsonObject test, String key, String otherwise) {
        return test.has(key) ? test.get(key).getAsString() : otherwise;
    }

    private static long number(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    }
}
