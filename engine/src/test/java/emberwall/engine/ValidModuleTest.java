package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.wasm.Features;
import emberwall.wasm.ModuleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read without an engine runs in any. */
class ValidModuleTest {
    /** Branches and a loop: the interpreter needs its side table for them, compilers what changes in the loop. */
    private static final String SUM = """
            (module
              (func (export "sum") (param $n i32) (result i32) (local $sum i32)
                (block $end
                  (loop $more
                    (br_if $end (i32.eqz (local.get $n)))
                    (local.set $sum (i32.add (local.get $sum) (local.get $n)))
                    (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                    (br $more)))
                (local.get $sum)))""";

    private static Config config(Tier tier) {
        return Config.builder().tier(tier).build();
    }

    /** Read for one tier, run in the other. */
    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
    void runsInEveryEngine(Tier read) {
        ValidModule module = ValidModule.ofText(SUM, config(read));
        for (Tier tier : new Tier[] {Tier.REFERENCE, Tier.BASELINE, Tier.OPTIMIZING}) {
            try (Engine engine = Engine.start(config(tier));
                    CompiledModule compiled = engine.compile(module);
                    Instance instance = compiled.instantiate(Imports.of())) {
                assertEquals(5050, instance.function("sum").call(100), tier::name);
            }
        }
    }

    @Test
    void belongsToEnginesOfTheSameFeatures() {
        ValidModule module = ValidModule.ofText(SUM, Config.DEFAULT);
        Config other = Config.builder().features(Features.ALL).build();
        try (Engine engine = Engine.start(other)) {
            assertThrows(IllegalArgumentException.class, () -> engine.compile(module));
        }
    }

    @Test
    void saysWhereAModuleIsWrong() {
        ModuleException problem = assertThrows(
                ModuleException.class, () -> ValidModule.ofText("(module\n  (func drop))", Config.DEFAULT));
        assertEquals(2, problem.position().line());
        ModuleException binary =
                assertThrows(ModuleException.class, () -> ValidModule.of(new byte[] {0, 'a', 's'}, Config.DEFAULT));
        assertEquals("unexpected end", binary.problem().substring(0, 14));
    }
}
