package emberwall.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ScriptEngine.Failure;
import emberwall.testing.ScriptValue.HostReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner against an engine whose modules are words: a runner that lets something slip would make the suite worthless. */
class ScriptRunnerTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    /**
     * A module is a text: its first word says how it fares ({@code fine}, {@code new}, {@code malformed}, ...), the others
     * are the modules that it imports from. A function {@code same} returns its arguments, others do what they are called.
     */
    private static final class WordEngine implements ScriptEngine {
        private final Map<String, Object> registered = new HashMap<>();

        @Override
        public void begin() {
            registered.clear();
        }

        @Override
        public void end() {}

        @Override
        public String unsupported(Object module) {
            return ((String) module).startsWith("new") ? "something new at 7" : null;
        }

        @Override
        public Object compile(byte[] bytes) throws Failure {
            String module = new String(bytes, StandardCharsets.UTF_8);
            fail(module, "malformed", Failure.Kind.MALFORMED);
            fail(module, "invalid", Failure.Kind.INVALID);
            fail(module, "limit", Failure.Kind.LIMIT);
            return module;
        }

        private static void fail(String what, String word, Failure.Kind kind) throws Failure {
            if (what.startsWith(word)) {
                throw new Failure(kind, word, null);
            }
        }

        @Override
        public Collection<String> importedModules(Object module) {
            String[] words = ((String) module).split(" ");
            return List.of(words).subList(1, words.length);
        }

        @Override
        public Object instantiate(Object module) throws Failure {
            fail((String) module, "unlinkable", Failure.Kind.UNLINKABLE);
            fail((String) module, "unreachable", Failure.Kind.TRAP);
            if (!registered.keySet().containsAll(importedModules(module))) {
                throw new Failure(Failure.Kind.UNLINKABLE, "unknown import", null);
            }
            return module;
        }

        @Override
        public void register(String name, Object instance) {
            registered.put(name, instance);
        }

        @Override
        public ScriptValue[] invoke(Object instance, String function, ScriptValue[] arguments) throws Failure {
            fail(function, "unreachable", Failure.Kind.TRAP);
            fail(function, "exhaust", Failure.Kind.EXHAUSTION);
            fail(function, "throw", Failure.Kind.EXCEPTION);
            if (function.equals("break")) {
                throw new IllegalStateException("broken");
            }
            return arguments;
        }

        @Override
        public ScriptValue get(Object instance, String global) {
            return ScriptValue.i32(42);
        }
    }

    private ScriptRunner play(String... commands) throws IOException {
        for (String word : Set.of("fine", "new", "malformed", "invalid", "limit", "unlinkable", "unreachable")) {
            Files.writeString(directory.resolve(word), word);
            Files.writeString(directory.resolve(word + "-a"), word + " a");
        }
        String name = directory.getFileName().toString();
        Files.writeString(
                directory.resolve(name + ".json"),
                "{\"source_filename\":\"x\",\"commands\":[" + String.join(",", commands) + "]}");
        ScriptRunner runner = new ScriptRunner(new WordEngine(), new PrintStream(printed, true));
        runner.run(SuiteScript.read("words", directory));
        runner.summarise();
        return runner;
    }

    private void check(ScriptRunner runner, int passed, int failed, int skipped) {
        assertEquals(
                List.of(passed, failed, skipped),
                List.of(runner.passed(), runner.failed(), runner.skipped()),
                () -> printed.toString(StandardCharsets.UTF_8));
        String totals = passed + " passed, " + failed + " failed, " + skipped + " skipped";
        assertTrue(printed.toString(StandardCharsets.UTF_8).strip().endsWith(totals));
    }

    private static String module(String type, String file) {
        return "{'type':'%s','line':1,'filename':'%s','module_type':'binary','text':'unreachable'}"
                .formatted(type, file)
                .replace('\'', '"');
    }

    private static String action(String type, String field, String text) {
        return "{'type':'%s','line':2,'action':{'type':'invoke','field':'%s','args':[]},'text':'%s','expected':[]}"
                .formatted(type, field, text)
                .replace('\'', '"');
    }

    /** Wants {@code expected} of a function that returns {@code given}. */
    private static String same(String given, String expected) {
        return ("{'type':'assert_return','line':3,'action':{'type':'invoke','field':'same','args':[%s]},'expected':[%s]}")
                .formatted(given, expected)
                .replace('\'', '"');
    }

    private static String value(String type, String value) {
        return "{'type':'%s','value':'%s'}".formatted(type, value);
    }

    @Test
    void whatIsRightPasses() throws IOException {
        check(
                play(
                        module("module", "fine"),
                        module("assert_malformed", "malformed"),
                        module("assert_invalid", "invalid"),
                        module("assert_invalid", "malformed"),
                        module("assert_unlinkable", "unlinkable"),
                        module("assert_uninstantiable", "unreachable"),
                        action("action", "fine", ""),
                        action("assert_trap", "unreachable", "unreachable 2"),
                        action("assert_exhaustion", "exhaust", "call stack exhausted"),
                        action("assert_exception", "throw", "")),
                10,
                0,
                0);
    }

    @Test
    void whatIsWrongFails() throws IOException {
        check(
                play(
                        module("module", "fine"),
                        module("assert_malformed", "fine"),
                        module("assert_invalid", "fine"),
                        module("assert_invalid", "limit"),
                        module("assert_invalid", "new"),
                        module("assert_unlinkable", "fine"),
                        module("assert_unlinkable", "unreachable"),
                        module("assert_uninstantiable", "unlinkable"),
                        action("action", "unreachable", ""),
                        action("action", "break", ""),
                        action("assert_trap", "fine", "unreachable"),
                        action("assert_trap", "unreachable", "integer overflow"),
                        action("assert_trap", "exhaust", "exhaust"),
                        action("assert_exhaustion", "unreachable", "unreachable"),
                        action("assert_exception", "unreachable", "")),
                1,
                14,
                0);
    }

    @Test
    void withoutAnInstanceNothingPasses() throws IOException {
        check(
                play(
                        action("action", "fine", ""),
                        module("module", "fine"),
                        module("module", "invalid"),
                        action("assert_return", "fine", "")),
                1,
                3,
                0);
    }

    @Test
    void unsupportedModulesAreSkippedWithWhatDependsOnThem() throws IOException {
        String register = "{\"type\":\"register\",\"line\":4,\"as\":\"a\"}";
        ScriptRunner runner = play(
                module("module", "new"),
                action("assert_trap", "fine", "unreachable"),
                register,
                module("module", "fine-a"),
                action("assert_return", "unreachable", ""),
                module("assert_unlinkable", "new"),
                module("assert_malformed", "malformed"),
                module("module", "fine"),
                action("assert_return", "same", ""),
                register,
                module("module", "fine-a"));
        check(runner, 5, 0, 6);
        assertEquals(
                Map.of("module", 2, "assert_trap", 1, "register", 1, "assert_return", 1, "assert_unlinkable", 1),
                runner.skippedByName());
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("new (line 1): something new at 7"));
    }

    @Test
    void textIsSkippedUnlessItWasEncoded() throws IOException {
        check(
                play(
                        "{\"type\":\"assert_malformed\",\"line\":1,\"filename\":\"fine\",\"module_type\":\"text\"}",
                        "{\"type\":\"module\",\"line\":1,\"filename\":\"x\",\"module_type\":\"text\","
                                + "\"binary_filename\":\"fine\"}"),
                1,
                0,
                1);
    }

    @Test
    void definitionsAreInstantiatedByName() throws IOException {
        check(
                play(
                        "{\"type\":\"module_definition\",\"line\":1,\"name\":\"M\",\"filename\":\"fine\"}",
                        "{\"type\":\"module_definition\",\"line\":2,\"name\":\"N\",\"filename\":\"unlinkable\"}",
                        "{\"type\":\"module_instance\",\"line\":3,\"instance\":\"I\",\"module\":\"M\"}",
                        "{\"type\":\"module_instance\",\"line\":4,\"instance\":\"J\"}",
                        "{\"type\":\"module_instance\",\"line\":5,\"module\":\"O\"}",
                        "{\"type\":\"assert_return\",\"line\":6,\"action\":{\"type\":\"get\",\"module\":\"I\","
                                + "\"field\":\"x\"},\"expected\":[{\"type\":\"i32\",\"value\":\"42\"}]}",
                        "{\"type\":\"action\",\"line\":7,\"action\":{\"type\":\"get\",\"module\":\"J\","
                                + "\"field\":\"x\"}}"),
                4,
                3,
                0);
    }

    @Test
    void numbersAreComparedBitByBit() throws IOException {
        String zero = value("f32", "0");
        check(
                play(
                        module("module", "fine"),
                        same(value("i32", "-1"), value("i32", "4294967295")),
                        same(value("i64", "-1"), value("i64", "18446744073709551615")),
                        same(value("f32", "2143289344"), value("f32", "nan:canonical")),
                        same(value("f32", "4290772992"), value("f32", "nan:canonical")),
                        same(value("f32", "2143289345"), value("f32", "nan:arithmetic")),
                        same(value("f64", "9221120237041090561"), value("f64", "nan:arithmetic")),
                        same(zero, "{'type':'either','values':[%s,%s]}".formatted(value("f32", "1"), zero))),
                8,
                0,
                0);
        check(
                play(
                        module("module", "fine"),
                        same(zero, value("f32", "2147483648")),
                        same(value("f32", "2143289345"), value("f32", "nan:canonical")),
                        same(value("f32", "2139095041"), value("f32", "nan:arithmetic")),
                        same(value("f64", "9218868437227405313"), value("f64", "nan:arithmetic")),
                        same(value("f32", "2139095040"), value("f32", "nan:arithmetic")),
                        same(value("i32", "0"), value("i64", "0")),
                        same(value("i32", "0"), value("i32", "0") + "," + value("i32", "0")),
                        same(value("i32", "0"), ""),
                        same(zero, "{'type':'either','values':[%s]}".formatted(value("f32", "1")))),
                1,
                9,
                0);
    }

    @Test
    void vectorsAreComparedLaneByLane() throws IOException {
        String given = "{'type':'v128','lane_type':'f32','value':['1','2143289344','2143289345','2147483648']}";
        String bytes = "{'type':'v128','lane_type':'i8','value':"
                + "['1','0','0','0','0','0','-64','127','1','0','192','127','0','0','0','-128']}";
        check(
                play(
                        module("module", "fine"),
                        same(given, given.replace("'2143289344'", "'nan:canonical'")),
                        same(given, given.replace("'2143289345'", "'nan:arithmetic'")),
                        same(given, bytes),
                        same(given, given.replace("'2143289345'", "'nan:canonical'")),
                        same(given, given.replace("'2147483648'", "'0'"))),
                4,
                2,
                0);
    }

    @Test
    void referencesAreComparedByKindAndIdentity() throws IOException {
        String nothing = value("externref", "null");
        check(
                play(
                        module("module", "fine"),
                        same(value("externref", "7"), value("externref", "7")),
                        same(value("externref", "7"), "{'type':'externref'}"),
                        same(nothing, "{'type':'refnull'}"),
                        same(nothing, value("externref", "null")),
                        same(nothing, value("nullexternref", "null"))),
                6,
                0,
                0);
        check(
                play(
                        module("module", "fine"),
                        same(value("externref", "7"), value("externref", "8")),
                        same(value("externref", "7"), nothing),
                        same(nothing, "{'type':'externref'}"),
                        same(value("externref", "7"), "{'type':'funcref'}"),
                        same(value("externref", "7"), value("i32", "7")),
                        same(value("i32", "7"), value("externref", "7"))),
                1,
                6,
                0);
    }

    @Test
    void subtypesOfEqMatch() {
        HostReference some = new HostReference(1);
        var eq = new SuiteScript.Value("eqref", null, List.of(), List.of());
        assertTrue(ScriptComparison.matches(eq, ScriptValue.reference("structref", some)));
        assertTrue(!ScriptComparison.matches(eq, ScriptValue.reference("funcref", some)));
    }
}
