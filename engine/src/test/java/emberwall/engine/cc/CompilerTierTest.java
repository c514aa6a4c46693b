package emberwall.engine.cc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Bounds;
import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.EngineLimitException;
import emberwall.engine.FunctionType;
import emberwall.engine.GuestFrame;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.MachineCode;
import emberwall.engine.Store;
import emberwall.engine.Tier;
import emberwall.engine.Trap;
import emberwall.engine.UnsupportedFeatureException;
import emberwall.op.TrapReason;
import emberwall.wasm.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is special about the tier that a C compiler makes; what programs compute is compared elsewhere. */
class CompilerTierTest {
    /** Each export goes wrong in another way, in a function that it calls. */
    private static final String WRONG = """
            (module $wrong
              (memory (export "memory") 1 1)
              (table 3 3 funcref)
              (elem (i32.const 1) $unreachable)
              (type $other (func (param i64)))
              (func $unreachable (export "unreachable") unreachable)
              (func $load (param i32) (drop (i64.load offset=65529 (local.get 0))))
              (func (export "load") (i32.store (i32.const 16) (i32.const 7)) (call $load (i32.const 0)))
              (func $store (param i32) (i32.store (i32.const 20) (i32.const 9)) (f64.store (local.get 0) (f64.const 1)))
              (func (export "store") (call $store (i32.const -8)))
              (func $far (param i32) (drop (i32.load8_u offset=0xfffffff0 (local.get 0))))
              (func (export "far") (call $far (i32.const 0)))
              (func $divide (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
              (func (export "zero") (drop (call $divide (i32.const 1) (i32.const 0))))
              (func (export "overflow") (drop (call $divide (i32.const 0x80000000) (i32.const -1))))
              (func $convert (param f64) (result i64) (i64.trunc_f64_u (local.get 0)))
              (func (export "convert") (drop (call $convert (f64.const -1))))
              (func (export "nan") (drop (call $convert (f64.const nan))))
              (func (export "mismatch") (call_indirect (type $other) (i64.const 0) (i32.const 1)))
              (func (export "null") (call_indirect (i32.const 2)))
              (func (export "outside") (call_indirect (i32.const 3)))
              (func (export "through") (call_indirect (i32.const 1)))
              (func $fill (param i32) (memory.fill (i32.const 65535) (i32.const 0) (local.get 0)))
              (func (export "fill") (call $fill (i32.const 2)))
              (func $set (param i32) (table.set (local.get 0) (ref.null func)))
              (func (export "set") (call $set (i32.const 3)))
              (type $none (func))
              (func (export "nothing") (call_ref $none (ref.null $none)))
              (func $some (param funcref) (drop (ref.as_non_null (local.get 0))))
              (func (export "nobody") (call $some (ref.null func)))
              (func $deep (export "deep") (call $deep)))
            """;

    private static final String LOOP = """
            (module $loop
              (func $spin (param i32) (result i32) (loop $again (br $again)) (unreachable))
              (func (export "spin") (drop (call $spin (i32.const 1)))))
            """;

    private static final String[] WRONGS = {
        "unreachable",
        "load",
        "store",
        "far",
        "zero",
        "overflow",
        "convert",
        "nan",
        "mismatch",
        "null",
        "outside",
        "through",
        "fill",
        "set",
        "deep"
    };

    @ParameterizedTest
    @EnumSource(
            value = Bounds.class,
            names = {"GUARD", "EXPLICIT"})
    void trapsTellWhatBaselineTells(Bounds bounds) {
        try (Compiler.Property _ = new Compiler.Property(CCompiler.OPTIONS, Compiler.PLAIN);
                Engine ours = Engine.start(
                        Config.builder().tier(Tier.BASELINE).bounds(bounds).build());
                Engine theirs = Compiler.start(Compiler.config(bounds).build());
                Instance expected = ours.compileText(WRONG).instantiate();
                Instance actual = theirs.compileText(WRONG).instantiate()) {
            assertEquals(Tier.CC, theirs.tier());
            for (String name : WRONGS) {
                Trap wanted = trap(expected, name);
                Trap trap = trap(actual, name);
                assertEquals(wanted.reason(), trap.reason(), name);
                assertEquals(wanted.trace(), trap.trace(), name);
            }
            assertEquals(7, actual.memory("memory").getInt(16));
            assertEquals(9, actual.memory("memory").getInt(20));
        }
    }

    /** Functions that the compiler put into others still tell their name; only the frames around are fewer. */
    @Test
    void trapsOfInlinedFunctionsNameThem() {
        try (Engine engine = Compiler.start(Compiler.config(Bounds.GUARD).build());
                Instance instance = engine.compileText(WRONG).instantiate()) {
            assertEquals("load", trap(instance, "load").trace().getFirst().name());
            assertEquals("divide", trap(instance, "zero").trace().getFirst().name());
            assertEquals("fill", trap(instance, "fill").trace().getFirst().name());
            GuestFrame deepest = trap(instance, "deep").trace().getFirst();
            assertEquals("deep", deepest.name());
        }
    }

    /** What accesses memory, calls or leaves is listed with the place where a trap there would stand. */
    @Test
    void inspectedCodeHasPlaces() {
        try (Compiler.Property _ = new Compiler.Property(CCompiler.OPTIONS, Compiler.PLAIN);
                Engine engine = Compiler.start(Compiler.config(Bounds.GUARD).build());
                CompiledModule module = engine.compileText(WRONG);
                Instance instance = module.instantiate()) {
            for (String name : WRONGS) {
                if (name.equals("deep")) {
                    continue; // at its beginning, where no instruction is
                }
                GuestFrame frame = trap(instance, name).trace().getFirst();
                MachineCode code = module.inspect(frame.function());
                List<String> there = new ArrayList<>();
                for (MachineCode.Line line : code.lines()) {
                    int at = Arrays.binarySearch(code.codeOffsets(), line.offset());
                    if (at >= 0 && code.bytecodeOffsets()[at] == frame.offset()) {
                        there.add(line.text());
                    }
                }
                assertTrue(
                        there.stream().anyMatch(text -> text.startsWith("call") || text.contains("[")),
                        () -> name + " at " + frame + ": " + there);
            }
        }
    }

    private static Trap trap(Instance instance, String name) {
        return assertThrows(Trap.class, () -> instance.function(name).call(), name);
    }

    @Test
    void loopsEndInTime() {
        try (Engine engine = Compiler.start(Compiler.config(Bounds.GUARD).build());
                Store store = engine.newStore()) {
            Instance instance = engine.compileText(LOOP).instantiate(store, Imports.of());
            store.timeout(Duration.ofMillis(500));
            Trap trap = trap(instance, "spin");
            assertEquals(TrapReason.DEADLINE, trap.reason());
            assertEquals("spin", trap.trace().getFirst().name());
        }
    }

    /** More arguments and results than registers, of all types, from Java to a guest to the host and all the way back. */
    @Test
    void manyValuesCrossBothWays() {
        String types = "i32 f64 i64 f32 i32 i32 i64 i64 i32 f32 f32 f64 f64 f32 f64 f64 f64 i64 i32";
        String text = "(module (import \"env\" \"turn\" (func $turn (param " + types + ") (result " + types + ")))"
                + " (table 1 1 funcref) (elem (i32.const 0) $turn)"
                + " (type $t (func (param " + types + ") (result " + types + ")))"
                + " (func (export \"direct\") (type $t) " + locals(19) + " (call $turn))"
                + " (func (export \"indirect\") (type $t) " + locals(19) + " (call_indirect (type $t) (i32.const 0)))"
                + " (func $own (type $t) " + locals(19) + ")"
                + " (func (export \"own\") (type $t) " + locals(19) + " (call $own)))";
        List<Object> given = new ArrayList<>();
        for (String type : types.split(" ")) {
            int value = given.size() + 1;
            given.add(
                    switch (type) {
                        case "i32" -> (Object) (-value);
                        case "i64" -> -1L - value;
                        case "f32" -> value + 0.5f;
                        default -> value - 0.25;
                    });
        }
        try (Compiler.Property _ = new Compiler.Property(CCompiler.OPTIONS, Compiler.PLAIN);
                Engine engine = Compiler.start(Compiler.config(Bounds.GUARD).build());
                CompiledModule module = engine.compileText(text)) {
            FunctionType type = (FunctionType) module.imports().getFirst().type();
            List<Instance> callers = new ArrayList<>();
            Instance instance = module.instantiate(Imports.of().function("env", "turn", type, call -> {
                callers.add(call.instance());
                for (int index = 0; index < given.size(); index++) {
                    switch (given.get(index)) {
                        case Integer _ -> call.result(index, call.i32(index));
                        case Long _ -> call.result(index, call.i64(index));
                        case Float _ -> call.result(index, call.f32(index));
                        default -> call.result(index, call.f64(index));
                    }
                }
            }));
            for (String name : new String[] {"direct", "indirect", "own"}) {
                assertArrayEquals(
                        given.toArray(), (Object[]) instance.function(name).call(given.toArray()), name);
            }
            assertEquals(List.of(instance, instance), callers);
            instance.close();
        }
    }

    private static String locals(int count) {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < count; index++) {
            text.append(" (local.get ").append(index).append(")");
        }
        return text.toString();
    }

    /** Objects of Java's that only a C frame refers to are still there after the collections of each host call. */
    @Test
    void referencesInFramesAreFound() {
        String text = """
                (module
                  (import "env" "make" (func $make (result externref)))
                  (func (export "keep") (result externref externref)
                    (local externref externref)
                    (local.set 0 (call $make))
                    (local.set 1 (call $make))
                    (drop (call $make))
                    (local.get 1) (local.get 0)))
                """;
        try (Compiler.Property _ = new Compiler.Property("emberwall.collect.always", "true");
                Engine engine = Compiler.start(Compiler.config(Bounds.GUARD).build())) {
            List<Object> made = new ArrayList<>();
            FunctionType type = FunctionType.of().returning(ValueType.EXTERNREF);
            Instance instance = engine.compileText(text)
                    .instantiate(Imports.of().function("env", "make", type, call -> {
                        made.add(new Object());
                        call.result(0, made.getLast());
                    }));
            Object[] kept = (Object[]) instance.function("keep").call();
            assertSame(made.get(1), kept[0]);
            assertSame(made.get(0), kept[1]);
        }
    }

    // ---- what it does not do

    @Test
    void whereThereIsNoCompilerItSaysSo() {
        try (Compiler.Property _ = new Compiler.Property(CCompiler.COMMAND, "/nowhere/gcc")) {
            Config config = Compiler.config(Bounds.GUARD).build();
            IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> Engine.start(config));
            assertEquals("no C compiler: there is no /nowhere/gcc", refusal.getMessage());
        }
    }

    @Test
    void aCompilerThatFailsIsOneClearError() {
        try (Compiler.Property _ = new Compiler.Property(CCompiler.COMMAND, "false");
                Engine engine = Compiler.start(Compiler.config(Bounds.GUARD).build());
                CompiledModule module = engine.compileText(WRONG)) {
            EngineLimitException refusal = assertThrows(EngineLimitException.class, module::instantiate);
            assertTrue(
                    refusal.getMessage().matches("the C compiler /.*/false is not GCC, which this tier needs"),
                    refusal.getMessage());
        }
    }

    @Test
    void whatItLacksRefusesTheModuleByName() {
        try (Engine engine = Compiler.start(Compiler.config(Bounds.GUARD).build());
                CompiledModule module = engine.compileText("(module (func $f (return_call $f)))")) {
            assertTrue(module.unsupported().startsWith("return_call (tail-call) at offset "), module.unsupported());
            assertThrows(UnsupportedFeatureException.class, module::instantiate);
        }
    }
}
