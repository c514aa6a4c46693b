package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An address and a constant wrap round at 4 GiB, also where code leaves the sum to the processor. */
class AddressSumsTest {
    private static final String FUNCTIONS = """
              (func (export "up") (param $x i32) (result i64)
                (i64.store (local.get $x) (i64.const 5))
                (i64.add (i64.load (local.get $x)) (i64.load (i32.add (local.get $x) (i32.const 8)))))
              (func (export "far") (param $x i32) (result i32)
                (i32.store8 (local.get $x) (i32.const 3))
                (i32.load8_u (i32.add (local.get $x) (i32.const 65536))))
              (func (export "down") (param $x i32) (result i32)
                (i32.load (i32.add (local.get $x) (i32.const -8))))
              (func (export "within") (param $x i32) (result i32)
                (i32.load offset=16 (i32.add (local.get $x) (i32.const -8))))
              (func (export "both") (param $x i32) (result i32)
                (i32.store (i32.add (local.get $x) (i32.const -8)) (i32.const 9))
                (i32.load offset=16 (i32.add (local.get $x) (i32.const -8))))
              (func (export "twice") (param $x i32) (result i32)
                (i32.store offset=16 (i32.add (local.get $x) (i32.const -8)) (i32.const 9))
                (i32.load offset=16 (i32.add (local.get $x) (i32.const -8))))
              (func (export "either") (param $x i32) (result i32)
                (if (i32.and (local.get $x) (i32.const 1)) (then (i32.store (local.get $x) (i32.const 7))))
                (i32.load (i32.add (local.get $x) (i32.const 4))))
              (func (export "fill") (param $x i32) (result i32)
                (local $rounds i32)
                (loop $again
                  (i32.store (local.get $x) (local.get $rounds))
                  (i32.store (i32.add (local.get $x) (i32.const 4)) (i32.const -1))
                  (local.set $x (i32.add (local.get $x) (i32.const 8)))
                  (br_if $again (i32.lt_u (local.tee $rounds (i32.add (local.get $rounds) (i32.const 1))) (i32.const 4))))
                (local.get $x)))""";

    private static final List<String> NAMES = List.of("up", "far", "down", "within", "both", "twice", "either", "fill");
    private static final int[] ADDRESSES = {
        0, 1, 3, 4, 7, 8, 9, 12, 16, 23, 24, 65_500, 65_528, 65_535, 65_536, 131_064, 131_071, -1, -3, -4, -7, -8, -9,
        -12, -16, -24, -65_535, -65_536, -65_537, -65_544
    };

    @ParameterizedTest
    @CsvSource({"BASELINE, GUARD", "OPTIMIZING, GUARD", "OPTIMIZING, EXPLICIT"})
    void meanWhatTheyMeanToTheInterpreter(Tier tier, Bounds bounds) {
        List<String> expected = run(Config.builder().tier(Tier.REFERENCE).build());
        assertEquals(expected, run(Config.builder().tier(tier).bounds(bounds).build()));
        assertTrue(expected.contains("both 16 0"), expected::toString);
    }

    private static List<String> run(Config config) {
        List<String> results = new ArrayList<>();
        try (Engine engine = Engine.start(config)) {
            CompiledModule module = engine.compileText("(module (memory 2)" + FUNCTIONS);
            for (String name : NAMES) {
                Instance instance = module.instantiate(Imports.of());
                for (int address : ADDRESSES) {
                    results.add(outcome(instance, name, address));
                }
            }
        }
        return results;
    }

    /** Nobody is near the end of a memory but those who ask for all of 4 GiB. */
    @ParameterizedTest
    @CsvSource({"GUARD", "EXPLICIT"})
    void wrapInAMemoryOfAllAddresses(Bounds bounds) {
        try (Engine engine = Engine.start(
                Config.builder().tier(Tier.OPTIMIZING).bounds(bounds).build())) {
            for (String size : List.of("65536", "65535 65536")) {
                Instance instance = engine.compileText("(module (memory (export \"m\") " + size + ")" + FUNCTIONS)
                        .instantiate(Imports.of());
                Memory memory = instance.memory("m");
                memory.grow(65_536 - memory.size());
                memory.putInt(0, 1);
                assertEquals(6L, instance.function("up").call(-8));
                assertEquals(1, instance.function("far").call(-65_536));
                assertEquals(1, instance.function("either").call(-4));
                assertEquals(12, instance.function("fill").call(-20));
                assertEquals(2, memory.getInt(-4 & 0xFFFF_FFFFL));
                assertEquals(-1, memory.getInt(0));
            }
        }
    }

    @Test
    void memoriesWithoutMaximumLeaveTheLastPage() {
        for (Tier tier : List.of(Tier.REFERENCE, Tier.BASELINE, Tier.OPTIMIZING)) {
            try (Engine engine = Engine.start(Config.builder().tier(tier).build())) {
                Instance instance = engine.compileText(
                                "(module (memory 1) (func (export \"grow\") (param i32) (result i32) (memory.grow (local.get 0))))")
                        .instantiate(Imports.of());
                assertEquals(-1, instance.function("grow").call(65_535));
            }
        }
    }

    private static String outcome(Instance instance, String name, int argument) {
        try {
            return name + " " + argument + " " + instance.function(name).call(argument);
        } catch (Trap trap) {
            return name + " " + argument + " " + trap.describe();
        }
    }
}
