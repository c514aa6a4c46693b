package emberwall.script;

import static emberwall.wasm.ValueType.F32;
import static emberwall.wasm.ValueType.F64;
import static emberwall.wasm.ValueType.I32;
import static emberwall.wasm.ValueType.I64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Tier;
import emberwall.wasm.Feature;
import emberwall.wasm.FeatureScan;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.ValueType;
import emberwall.wasm.text.Script;
import emberwall.wasm.text.Script.AssertFailure;
import emberwall.wasm.text.Script.AssertRefusal;
import emberwall.wasm.text.Script.AssertReturn;
import emberwall.wasm.text.Script.Command;
import emberwall.wasm.text.Script.Failure;
import emberwall.wasm.text.Script.Get;
import emberwall.wasm.text.Script.Invoke;
import emberwall.wasm.text.Script.ModuleCommand;
import emberwall.wasm.text.Script.ModuleDefinition;
import emberwall.wasm.text.Script.ModuleInstance;
import emberwall.wasm.text.Script.Perform;
import emberwall.wasm.text.Script.Refusal;
import emberwall.wasm.text.Script.Register;
import emberwall.wasm.text.Script.StartThread;
import emberwall.wasm.text.Script.WaitForThread;
import emberwall.wasm.text.ScriptModule;
import emberwall.wasm.text.ScriptValue;
import emberwall.wasm.text.ScriptValue.AnyReference;
import emberwall.wasm.text.ScriptValue.Either;
import emberwall.wasm.text.ScriptValue.HostReference;
import emberwall.wasm.text.ScriptValue.Nan;
import emberwall.wasm.text.ScriptValue.Null;
import emberwall.wasm.text.ScriptValue.Scalar;
import emberwall.wasm.text.ScriptValue.Vector;
import emberwall.wasm.text.WastParser;
import emberwall.wasm.text.WatParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A runner that lets something slip would make the suite worthless: what is planted here must be noticed. */
class ScriptRunnerTest {
    private static final String FINE = """
            (module
              (func (export "i32") (param i32) (result i32) (local.get 0))
              (func (export "i64") (param i64) (result i64) (local.get 0))
              (func (export "f32") (param f32) (result f32) (local.get 0))
              (func (export "f64") (param f64) (result f64) (local.get 0))
              (func (export "v128") (param v128) (result v128) (local.get 0))
              (func (export "extern") (param externref) (result externref) (local.get 0))
              (func (export "func") (param i32) (result funcref)
                (if (result funcref) (local.get 0) (then (ref.func 0)) (else (ref.null func))))
              (tag $tag)
              (func (export "throw") (throw $tag))
              (func (export "eq") (param i32) (result eqref) (ref.i31 (local.get 0)))
              (func (export "nothing"))
              (func (export "trap") (unreachable))
              (func $exhaust (export "exhaust") (call $exhaust))
              (global (export "42") i32 (i32.const 42)))
            """;
    private static final String UNLINKABLE = "(import \"nowhere\" \"nothing\" (func))";
    private static final String TRAPPING = "(start 0) (func (unreachable))";
    private static final String INVALID = "(func (result i32))";
    private static final String MALFORMED = "(func (no.such))";
    private static final String NEW = "(func (export \"nothing\") try end)";
    private static final String PLAIN = "(func (export \"nothing\")) (global (export \"42\") i32 (i32.const 42))";
    private static final String IMPORTING = "(import \"a\" \"nothing\" (func)) (func (export \"nothing\"))";

    private static Engine engine;

    @BeforeAll
    static void start() {
        engine = Engine.start(Config.builder()
                .tier(Tier.REFERENCE)
                .features(Features.WASM_3.with(Feature.THREADS))
                .build());
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static ScriptModule text(String source) {
        byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
        return ScriptModule.text(ScriptModule.Form.QUOTED, bytes, () -> WatParser.parse(bytes));
    }

    private static Command module(String source) {
        return new ModuleCommand(1, null, text(source));
    }

    private static Command refused(Refusal refusal, String source, String words) {
        return new AssertRefusal(2, refusal, text(source), words);
    }

    private static Command fails(Failure failure, String function, String words) {
        return new AssertFailure(3, failure, new Invoke(null, function, List.of()), words);
    }

    private static Command returns(String function, ScriptValue argument, ScriptValue... expected) {
        return new AssertReturn(4, new Invoke(null, function, List.of(argument)), List.of(expected));
    }

    private static Command performs(String function) {
        return new Perform(5, new Invoke(null, function, List.of()));
    }

    /** The commands after a module that is fine. */
    private static ScriptReport play(Command... commands) {
        Stream<Command> all = Stream.concat(Stream.of(module(FINE)), Stream.of(commands));
        return ScriptRunner.run(engine, new Script("planted", all.toList()));
    }

    /** The commands alone, as if the engine had all but exceptions in their old form. */
    private static ScriptReport playWithout(Command... commands) {
        Config config = engine.config().toBuilder().features(Features.ALL).build();
        try (Engine able = Engine.start(config)) {
            World.Lacks lacks = module -> {
                Module parsed = ModuleParser.parse(module.binary(), Limits.DEFAULT, Features.ALL);
                FeatureScan.Use use = FeatureScan.first(parsed, Features.WASM_3);
                return use == null ? null : use.toString();
            };
            return ScriptRunner.run(able, lacks, new Script("planted", List.of(commands)));
        }
    }

    private static ScriptReport check(int passed, int failed, int skipped, ScriptReport report) {
        List<Integer> counts = List.of(
                report.passed(), report.failures().size(), report.skips().size());
        assertEquals(List.of(passed, failed, skipped), counts, report::toString);
        return report;
    }

    private static void allPass(Command... commands) {
        check(1 + commands.length, 0, 0, play(commands));
    }

    private static void allFail(Command... commands) {
        check(1, commands.length, 0, play(commands));
    }

    private static Scalar i32(int value) {
        return new Scalar(I32, Integer.toUnsignedLong(value));
    }

    private static Scalar i64(long value) {
        return new Scalar(I64, value);
    }

    private static Scalar f32(int bits) {
        return new Scalar(F32, Integer.toUnsignedLong(bits));
    }

    private static Scalar f64(long bits) {
        return new Scalar(F64, bits);
    }

    @Test
    void whatIsRightPasses() {
        allPass(
                refused(Refusal.MALFORMED, MALFORMED, "unknown operator"),
                refused(Refusal.INVALID, INVALID, "type mismatch"),
                refused(Refusal.INVALID, MALFORMED, "unknown operator"),
                refused(Refusal.UNLINKABLE, UNLINKABLE, "unknown import"),
                refused(Refusal.UNINSTANTIABLE, TRAPPING, "unreachable"),
                performs("nothing"),
                fails(Failure.TRAP, "trap", "unreachable 2"),
                fails(Failure.EXHAUSTION, "exhaust", "call stack exhausted"),
                fails(Failure.EXCEPTION, "throw", ""),
                new AssertReturn(4, new Get(null, "42"), List.of(i32(42))));
    }

    @Test
    void whatIsWrongFails() {
        allFail(module(MALFORMED), module(INVALID), module(UNLINKABLE), module(TRAPPING));
        allFail(
                refused(Refusal.MALFORMED, FINE, ""),
                refused(Refusal.INVALID, FINE, ""),
                refused(Refusal.INVALID, PLAIN, ""),
                refused(Refusal.UNLINKABLE, FINE, "unknown import"),
                refused(Refusal.UNLINKABLE, UNLINKABLE, "incompatible import type"),
                refused(Refusal.UNLINKABLE, TRAPPING, "unreachable"),
                refused(Refusal.UNLINKABLE, INVALID, "type mismatch"),
                refused(Refusal.UNINSTANTIABLE, FINE, "unreachable"),
                refused(Refusal.UNINSTANTIABLE, UNLINKABLE, "unknown import"),
                refused(Refusal.UNINSTANTIABLE, TRAPPING, "integer overflow"),
                performs("trap"),
                performs("absent"),
                performs("i32"),
                fails(Failure.TRAP, "nothing", "unreachable"),
                fails(Failure.TRAP, "trap", "integer overflow"),
                fails(Failure.TRAP, "exhaust", "call stack exhausted"),
                fails(Failure.EXHAUSTION, "trap", "unreachable"),
                fails(Failure.EXCEPTION, "trap", "unreachable"),
                fails(Failure.TRAP, "throw", "unreachable"),
                performs("throw"),
                fails(Failure.SUSPENSION, "nothing", ""),
                new AssertReturn(4, new Invoke(null, "nothing", List.of()), List.of(i32(0))),
                new AssertReturn(4, new Invoke(null, "trap", List.of()), List.of()),
                new AssertReturn(4, new Get(null, "42"), List.of(i32(43))));
    }

    @Test
    void failuresSayWhatAndWhere() {
        ScriptReport report = play(returns("i32", i32(1), i32(2)));
        ScriptReport.Failed failed = report.failures().getFirst();
        assertEquals(4, failed.line());
        assertEquals("assert_return", failed.command());
        assertTrue(failed.problem().endsWith("expected [(i32.const 2)] but got [(i32.const 1)]"), failed.problem());
    }

    @Test
    void withoutAnInstanceNothingPasses() {
        check(1, 3, 0, play(module(INVALID), performs("nothing"), new Register(6, "a", null)));
    }

    @Test
    void unsupportedModulesAreSkippedWithWhatDependsOnThem() {
        ScriptReport report = check(
                6,
                0,
                8,
                playWithout(
                        module(PLAIN),
                        module(NEW),
                        performs("nothing"),
                        fails(Failure.TRAP, "nothing", "unreachable"),
                        new Register(6, "a", null),
                        module(IMPORTING),
                        performs("nothing"),
                        refused(Refusal.UNLINKABLE, NEW, ""),
                        refused(Refusal.UNINSTANTIABLE, IMPORTING, ""),
                        refused(Refusal.MALFORMED, MALFORMED, ""),
                        module(PLAIN),
                        new Register(6, "a", null),
                        module(IMPORTING),
                        performs("nothing")));
        for (ScriptReport.Skipped skip : report.skips()) {
            assertTrue(skip.reason().endsWith("(legacy-exceptions)"), skip.reason());
        }
    }

    @Test
    void definitionsAreInstantiatedByName() {
        Command get = new AssertReturn(4, new Get("J", "42"), List.of(i32(42)));
        check(
                6,
                2,
                0,
                play(
                        new ModuleDefinition(1, "M", text(PLAIN)),
                        new ModuleDefinition(1, "N", text(UNLINKABLE)),
                        new ModuleInstance(2, "I", "N"),
                        new ModuleInstance(2, "J", "M"),
                        get,
                        new ModuleInstance(2, "K", "absent"),
                        get));
    }

    @Test
    void whatThreadsDoCountsOnceTheyAreWaitedForOrNot() {
        StartThread thread = new StartThread(1, "T", List.of(), List.of(module(FINE), performs("trap")));
        check(4, 1, 0, play(thread, new WaitForThread(2, "T")));
        check(3, 1, 0, play(thread));
        check(5, 2, 0, play(thread, thread));
        check(4, 2, 0, play(thread, new WaitForThread(2, "T"), new WaitForThread(2, "T")));
        StartThread around = new StartThread(1, "U", List.of(), List.of(thread));
        check(4, 1, 0, play(around));
        check(1, 1, 0, play(new StartThread(1, "T", List.of("absent"), List.of())));
    }

    @Test
    void threadsSeeOnlyWhatIsShared() {
        Command exporting = new ModuleCommand(1, "M", text("(memory (export \"m\") 1 1 shared)"));
        Command importing = module("(memory (import \"a\" \"m\") 1 1 shared) (func (export \"run\") (result i32)"
                + " (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))");
        Command register = new Register(2, "a", "M");
        Command first = new AssertReturn(4, new Invoke(null, "run", List.of()), List.of(i32(0)));
        Command second = new AssertReturn(4, new Invoke(null, "run", List.of()), List.of(i32(1)));
        check(
                10,
                1,
                0,
                play(
                        exporting,
                        register,
                        new StartThread(1, "T", List.of("M"), List.of(importing, register, importing, first)),
                        new WaitForThread(2, "T"),
                        importing,
                        second));
    }

    @Test
    void whatALaterStandardAllowsIsSuperseded() {
        ScriptReport report = check(1, 0, 0, play(refused(Refusal.INVALID, FINE, "multiple memories")));
        assertEquals(1, report.superseded());
    }

    @Test
    void numbersAreComparedBitByBit() {
        int canonical = 0x7fc0_0000;
        long canonical64 = 0x7ff8_0000_0000_0000L;
        allPass(
                returns("i32", i32(-1), i32(-1)),
                returns("i64", i64(-1), i64(-1)),
                returns("f32", f32(canonical), new Nan(F32, true)),
                returns("f32", f32(canonical | 1 << 31), new Nan(F32, true)),
                returns("f32", f32(canonical | 1), new Nan(F32, false)),
                returns("f64", f64(canonical64 | 1), new Nan(F64, false)),
                returns("f64", f64(canonical64), new Nan(F64, true)),
                returns("f32", f32(0), new Either(List.of(f32(1), f32(0)))));
        allFail(
                returns("f32", f32(0), f32(1 << 31)),
                returns("f32", f32(canonical), f32(canonical | 1)),
                returns("f32", f32(canonical | 1), new Nan(F32, true)),
                returns("f64", f64(canonical64 | 1), new Nan(F64, true)),
                returns("f32", f32(0x7f80_0000), new Nan(F32, false)),
                returns("f64", f64(0x7ff0_0000_0000_0000L), new Nan(F64, false)),
                returns("f32", f32(0), new Nan(F32, false)),
                returns("f64", f64(canonical64), new Nan(F32, true)),
                returns("i32", i32(0), i64(0)),
                returns("i32", i32(0), f32(0)),
                returns("i32", i32(0), i32(0), i32(0)),
                returns("i32", i32(0)),
                returns("f32", f32(0), new Either(List.of(f32(1), f32(2)))));
    }

    @Test
    void whatIsWrongWithAModuleIsSaidOfTheScript() {
        String script = """
                (module)
                (module definition
                  (func (result i32)
                    i64.const 1))
                (module (func (no.such)))
                (module binary "\\00asm\\01")
                """;
        ScriptReport report =
                ScriptRunner.run(engine, WastParser.parse("planted", script.getBytes(StandardCharsets.UTF_8)));
        check(1, 3, 0, report);
        String invalid = report.failures().get(0).problem();
        assertTrue(invalid.contains("type mismatch") && invalid.contains("at line 4, column "), invalid);
        String malformed = report.failures().get(1).problem();
        assertTrue(malformed.contains("at line 5, column 16"), malformed);
        String binary = report.failures().get(2).problem();
        assertTrue(binary.contains("at offset 0x"), binary);
    }

    @Test
    void vectorsAreComparedLaneByLane() {
        int canonical = 0x7fc0_0000;
        Vector given = new Vector(F32, List.of(f32(1), f32(canonical), f32(canonical | 1), f32(1 << 31)));
        Nan anyCanonical = new Nan(F32, true);
        Nan anyArithmetic = new Nan(F32, false);
        allPass(
                returns("v128", given, given),
                returns("v128", given, new Vector(F32, List.of(f32(1), anyCanonical, anyArithmetic, f32(1 << 31)))),
                returns(
                        "v128",
                        given,
                        new Vector(I64, List.of(i64(0x7fc0_0000_0000_0001L), i64(0x8000_0000_7fc0_0001L)))),
                returns("v128", given, new Either(List.of(i32(1), given))));
        allFail(
                returns("v128", given, new Vector(F32, List.of(f32(1), anyCanonical, anyCanonical, f32(1 << 31)))),
                returns("v128", given, new Vector(F32, List.of(f32(1), anyCanonical, anyArithmetic, f32(0)))),
                returns("v128", given, new Vector(I64, List.of(i64(0x7fc0_0000_0000_0001L), i64(0)))),
                returns("v128", given, i32(1)),
                returns("i32", i32(1), given));
    }

    @Test
    void referencesAreComparedByKindAndIdentity() {
        HostReference seven = new HostReference(false, 7);
        Null none = new Null(ValueType.EXTERN);
        allPass(
                returns("extern", seven, seven),
                returns("extern", seven, new AnyReference(ValueType.EXTERN)),
                returns("extern", none, none),
                returns("extern", none, new Null(ValueType.BOTTOM)),
                returns("extern", none, new Null(ValueType.NOEXTERN)),
                returns("func", i32(1), new AnyReference(ValueType.FUNC)),
                returns("eq", i32(7), new AnyReference(ValueType.I31)),
                returns("eq", i32(7), new AnyReference(ValueType.EQ)),
                returns("eq", i32(7), new AnyReference(ValueType.ANY)),
                returns("func", i32(0), new Null(ValueType.NOFUNC)));
        allFail(
                returns("extern", seven, new HostReference(false, 8)),
                returns("extern", seven, none),
                returns("extern", seven, new Null(ValueType.BOTTOM)),
                returns("extern", seven, new AnyReference(ValueType.FUNC)),
                returns("extern", none, new AnyReference(ValueType.EXTERN)),
                returns("extern", none, new Null(ValueType.FUNC)),
                returns("extern", seven, new HostReference(true, 7)),
                returns("eq", i32(7), new AnyReference(ValueType.STRUCT)),
                returns("eq", i32(7), new AnyReference(ValueType.EXTERN)),
                returns("eq", i32(7), new Null(ValueType.BOTTOM)),
                returns("extern", seven, i32(7)),
                returns("i32", i32(7), seven),
                returns("i32", i32(0), none),
                returns("func", i32(0), new AnyReference(ValueType.FUNC)),
                returns("func", i32(1), new AnyReference(ValueType.EXTERN)),
                returns("func", i32(1), new Null(ValueType.FUNC)));
    }
}
