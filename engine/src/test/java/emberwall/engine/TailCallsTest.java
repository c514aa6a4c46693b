package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.op.TrapReason;
import emberwall.wasm.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls in place of the caller do what they do in the reference tier, in constant stack, wherever they lead. */
class TailCallsTest {
    private static final int PROGRAMS = 20;
    private static final long SMALL_STACK = 256 << 10;

    private static Config.Builder config(Tier tier) {
        return Config.builder().tier(tier);
    }

    @ParameterizedTest
    @CsvSource({"GUARD, -1", "EXPLICIT, 0"})
    void programsAgree(Bounds bounds, long cpu) {
        try (Engine first = Engine.start(
                        config(Tier.BASELINE).bounds(bounds).cpuMask(cpu).build());
                Engine second = Engine.start(config(Tier.REFERENCE).build())) {
            for (int seed = 0; seed < PROGRAMS; seed++) {
                int most = seed % 10 == 9 ? 400 : seed % 3 == 0 ? 8 : 30;
                for (int count : new int[] {0, 1, 2, 3, 10, 57}) {
                    Object[] expected = run(second, new TailCallPrograms(seed, 8, most), count);
                    Object[] actual = run(first, new TailCallPrograms(seed, 8, most), count);
                    assertArrayEquals(expected, actual, "seed " + seed + ", " + count + " calls");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 1000000", "40, 300000", "1000, 30000"})
    void manyTakeNoStack(int mostParameters, int calls) {
        try (Engine engine =
                Engine.start(config(Tier.BASELINE).maxStack(SMALL_STACK).build())) {
            Object[] results = run(engine, new TailCallPrograms(1, 10, mostParameters), calls);
            assertEquals(-1, results[3]);
        }
    }

    /** What the second of two instances gives. */
    private static Object[] run(Engine engine, TailCallPrograms programs, int count) {
        try (CompiledModule a = engine.compileText(programs.first());
                CompiledModule b = engine.compileText(programs.second());
                Store store = engine.newStore()) {
            Instance first = a.instantiate(store, Imports.of());
            Instance second = b.instantiate(store, Imports.of().instance("a", first));
            Object[] results = (Object[]) second.function("run").call(count);
            assertArrayEquals(results, (Object[]) second.function("run").call(count));
            return results;
        }
    }

    private static final String HOST = """
            (module
              (import "host" "f" (func $f (param i32) (result i32)))
              (table $t 1 funcref)
              (elem (i32.const 0) $f)
              (elem declare func $f)
              (type $f (func (param i32) (result i32)))
              (memory (export "memory") 1)
              (func $direct (export "direct") (param i32) (result i32) (return_call $f (local.get 0)))
              (func $indirect (export "indirect") (param i32) (result i32)
                (return_call_indirect (type $f) (local.get 0) (i32.const 0)))
              (func $reference (export "reference") (param i32) (result i32)
                (return_call_ref $f (local.get 0) (ref.func $f)))
              (func (export "plain") (param i32) (result i32) (call $f (local.get 0)))
              (func (export "deep") (param i32) (result i32)
                (i32.add (i32.load (i32.const 0)) (call $direct (local.get 0))))
              (func (export "deeper") (param i32) (result i32)
                (i32.add (call $indirect (local.get 0)) (i32.load (i32.const 0)))))
            """;

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"BASELINE", "OPTIMIZING", "REFERENCE"})
    void hostFunctionsKnowWhoCalled(Tier tier) {
        try (Engine engine = Engine.start(config(tier).build());
                CompiledModule module = engine.compileText(HOST)) {
            List<Instance> callers = new ArrayList<>();
            Instance instance = module.instantiate(Imports.of()
                    .function("host", "f", FunctionType.of(ValueType.I32).returning(ValueType.I32), call -> {
                        callers.add(call.instance());
                        if (call.i32(0) == 13) throw new IllegalStateException("thirteen");
                        call.memory().segment().set(java.lang.foreign.ValueLayout.JAVA_INT, 0, 1000);
                        int inner = call.i32(0) == 0
                                ? 0
                                : (int) call.instance().function("direct").call(call.i32(0) - 1);
                        call.result(0, inner + 1);
                    }));
            for (String name : new String[] {"direct", "indirect", "reference", "plain"}) {
                callers.clear();
                assertEquals(4, instance.function(name).call(3), name);
                assertEquals(4, callers.size());
                callers.forEach(caller -> assertSame(instance, caller));
                assertThrows(
                        IllegalStateException.class,
                        () -> instance.function(name).call(13));
            }
            assertEquals(1004, instance.function("deep").call(3));
            assertEquals(1004, instance.function("deeper").call(3));
            instance.close();
        }
    }

    /** Frames that are gone are in no backtrace. */
    @Test
    void backtracesAgree() {
        String text = """
                (module
                  (table $t 2 funcref)
                  (elem (i32.const 0) $a $b)
                  (type $f (func (param i32 i64 i64 i64 i64 i64 i64 i64 i64) (result i32)))
                  (func $a (param i32) (result i32)
                    (if (result i32) (i32.eqz (local.get 0)) (then (unreachable))
                      (else (return_call $b (i32.sub (local.get 0) (i32.const 1))
                        (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6)
                        (i64.const 7) (i64.const 8)))))
                  (func $b (type $f) (i32.add (i32.const 1) (call $c (local.get 0))))
                  (func $c (param i32) (result i32) (return_call $a (local.get 0)))
                  (func (export "run") (param i32) (result i32) (call $a (local.get 0)))
                  (func (export "index") (param i32) (result i32)
                    (return_call_indirect (type $f) (i32.const 1) (i64.const 1) (i64.const 2) (i64.const 3)
                      (i64.const 4) (i64.const 5) (i64.const 6) (i64.const 7) (i64.const 8) (local.get 0))))
                """;
        try (Engine first = Engine.start(config(Tier.BASELINE).build());
                Engine second = Engine.start(config(Tier.REFERENCE).build());
                Instance x = first.compileText(text).instantiate(Imports.of());
                Instance y = second.compileText(text).instantiate(Imports.of())) {
            for (String name : new String[] {"run", "index"}) {
                for (int i = 0; i < 5; i++) {
                    int argument = i;
                    Trap actual =
                            assertThrows(Trap.class, () -> x.function(name).call(argument));
                    Trap expected =
                            assertThrows(Trap.class, () -> y.function(name).call(argument));
                    assertEquals(expected.reason(), actual.reason());
                    assertEquals(expected.trace(), actual.trace(), name + " " + i);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(return_call $f (local.get 0))",
                "(return_call_indirect (type $f) (local.get 0) (i32.const 0))",
                "(return_call_ref $f (local.get 0) (ref.func $f))"
            })
    void endlessOnesCanBeStopped(String again) {
        String text = "(module (type $f (func (param i32) (result i32))) (table 1 funcref) (elem (i32.const 0) $f)"
                + " (func $f (export \"f\") (type $f) " + again + "))";
        try (Engine engine = Engine.start(config(Tier.BASELINE).build());
                CompiledModule module = engine.compileText(text);
                Store store = engine.newStore()) {
            Instance instance = module.instantiate(store, Imports.of());
            store.timeout(Duration.ofMillis(30));
            Trap trap = assertThrows(Trap.class, () -> instance.function("f").call(1));
            assertEquals(TrapReason.DEADLINE, trap.reason());
        }
    }

    /** A callee whose arguments and frame do not fit the stack that its small caller had. */
    @Test
    void largeCalleesMeetTheLimit() {
        StringBuilder text = new StringBuilder("(module (func $large");
        text.append(" (param i64)".repeat(1000))
                .append(" (local")
                .append(" i64".repeat(40_000))
                .append("))\n");
        text.append("(func $few").append(" (param i64)".repeat(1000)).append(")\n(func (export \"large\")");
        text.append(" (i64.const 1)".repeat(1000)).append(" (return_call $large))\n(func (export \"few\")");
        text.append(" (i64.const 1)".repeat(1000)).append(" (return_call $few)))");
        try (Engine engine =
                        Engine.start(config(Tier.BASELINE).maxStack(SMALL_STACK).build());
                Instance instance = engine.compileText(text.toString()).instantiate(Imports.of())) {
            for (int i = 0; i < 3; i++) {
                Trap trap = assertThrows(
                        Trap.class, () -> instance.function("large").call());
                assertEquals(TrapReason.STACK_EXHAUSTED, trap.reason());
                instance.function("few").call();
            }
        }
    }
}
