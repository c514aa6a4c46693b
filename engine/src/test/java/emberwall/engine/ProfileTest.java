package emberwall.engine;

import static emberwall.wasm.ValueType.I32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.wasm.Profile;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How often functions and loops ran, and what the optimizing compiler makes of it. */
class ProfileTest {
    /** Function 0 is the host's, which counts on its own what it is told. */
    private static final String TICKING = """
            (module
              (import "host" "tick" (func $tick (param i32)))
              (func $leaf (param i32) (result i32)
                (call $tick (i32.const 0))
                (local.get 0))
              (func $never (loop (br 0)))
              (func (export "f") (param $n i32)
                (local $m i32)
                (call $tick (i32.const 1))
                (block $out
                  (loop $outer
                    (call $tick (i32.const 2))
                    (local.set $m (local.get $n))
                    (loop $inner
                      (call $tick (i32.const 3))
                      (br_if $out (i32.eq (call $leaf (local.get $m)) (i32.const 100)))
                      (local.set $m (i32.sub (local.get $m) (i32.const 1)))
                      (br_if $inner (i32.gt_s (local.get $m) (i32.const 0))))
                    (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                    (br_if $outer (i32.gt_s (local.get $n) (i32.const 0))))
                  (return)
                  (loop $dead (br $dead)))
                (loop $tail (call $tick (i32.const 4)))))
            """;

    private static Config counting(Tier tier) {
        return Config.builder().tier(tier).counting(true).build();
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"BASELINE", "REFERENCE"})
    void countsAreThoseOfTheHost(Tier tier) {
        long[] ticks = new long[5];
        try (Engine engine = Engine.start(counting(tier));
                CompiledModule module = engine.compileText(TICKING);
                Store store = engine.newStore()) {
            Imports imports = Imports.of().function("host", "tick", FunctionType.of(I32), call -> ticks[call.i32(0)]++);
            // Of two instances: they share their code and its counters.
            for (int n : new int[] {5, 0, 103}) {
                module.instantiate(store, imports).function("f").call(n);
            }
            module.instantiate(store, imports).function("f").call(99);
            Profile profile = module.profile();
            assertEquals(ticks[0], profile.entries(1));
            assertEquals(0, profile.entries(2));
            assertEquals(0, profile.rounds(2, 0));
            assertEquals(ticks[1], profile.entries(3));
            assertEquals(4, profile.loops(3));
            assertEquals(ticks[2], profile.rounds(3, 0));
            assertEquals(ticks[3], profile.rounds(3, 1));
            assertEquals(0, profile.rounds(3, 2));
            assertEquals(ticks[4], profile.rounds(3, 3));
            assertEquals(ticks[0] + ticks[1], profile.allEntries());
        }
    }

    @Test
    void isThereWhereItWasAskedForOnly() {
        for (Tier tier : new Tier[] {Tier.BASELINE, Tier.REFERENCE, Tier.OPTIMIZING}) {
            Config config = Config.builder()
                    .tier(tier)
                    .counting(tier == Tier.OPTIMIZING)
                    .build();
            try (Engine engine = Engine.start(config);
                    CompiledModule module = engine.compileText("(module (func))")) {
                assertThrows(IllegalStateException.class, module::profile);
            }
        }
    }

    @Test
    void ofAnotherModuleIsRefused() {
        try (Engine engine = Engine.start(counting(Tier.BASELINE));
                CompiledModule one = engine.compileText("(module (func))");
                CompiledModule other = engine.compileText("(module (func (loop)))")) {
            assertThrows(IllegalArgumentException.class, () -> other.goByProfile(one.profile()));
        }
    }

    /** Both callees are too large for any place, and small enough for one that is often reached. */
    private static final String HOT_AND_COLD =
            """
            (module
              (memory 1)
              (func $a (param i32) (result i32) %1$s)
              (func $b (param i32) (result i32) %1$s)
              (func $once (param i32) (result i32)
                (i32.add (call $a (local.get 0)) (i32.const 1)))
              (func (export "f") (param $n i32) (param $cold i32) (result i32)
                (local $sum i32)
                (loop $again
                  (local.set $sum (i32.add (local.get $sum) (call $once (local.get $n))))
                  (if (local.get $cold) (then (local.set $sum (call $b (local.get $sum)))))
                  (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (local.get $sum)))
            """.formatted("(i32.store (i32.const 8) (local.get 0))".repeat(8) + "(i32.load (i32.const 8))");

    @Test
    void whatIsHotIsBuiltInAndWhatIsColdIsNot() {
        ValidModule source = ValidModule.ofText(HOT_AND_COLD, Config.DEFAULT);
        Profile profile;
        try (Engine engine = Engine.start(counting(Tier.BASELINE));
                CompiledModule module = engine.compile(source);
                Instance instance = module.instantiate()) {
            instance.function("f").call(1000, 0);
            profile = module.profile();
        }
        try (Engine engine = Engine.start(Config.builder().tier(Tier.OPTIMIZING).build());
                CompiledModule module = engine.compile(source)) {
            // By guess: what is in a loop is hot, and what is not is not.
            assertEquals("f0", calls(module, 2));
            assertEquals("", calls(module, 3));
            module.goByProfile(profile);
            assertEquals("", calls(module, 2));
            assertEquals("f1", calls(module, 3));
            try (Instance instance = module.instantiate()) {
                assertEquals(500_500 + 1000, instance.function("f").call(1000, 0));
            }
        }
    }

    /** The functions that a function's graph still calls. */
    private static String calls(CompiledModule module, int function) {
        StringBuilder names = new StringBuilder();
        module.inspect(function, (stage, text) -> {
            if (stage.toLowerCase(Locale.ROOT).equals("graph")) {
                for (String line : text.lines().toList()) {
                    int at = line.indexOf("call ");
                    if (at >= 0) {
                        names.append(line.substring(at + 5).replaceAll("[^f0-9].*", ""));
                    }
                }
            }
        });
        return names.toString();
    }
}
