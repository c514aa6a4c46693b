package emberwall.engine.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Bounds;
import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Tier;
import emberwall.engine.Trap;
import emberwall.testing.Shared;
import emberwall.testing.WasmBuilder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random programs do the same in compiled code as in the reference interpreter: results, traps, memory, globals. */
class RandomProgramsTest {
    private static final int PROGRAMS = 400;
    private static final int CALLS = 4;
    /** For a process each; {@code -Dtest.jvm.options=-Demberwall.test.cc.programs=400} for more. */
    private static final int COMPILED_IN_C = 6;

    @Test
    void guardPages() {
        check(Config.builder().tier(Tier.BASELINE).bounds(Bounds.GUARD).build(), 0);
    }

    @Test
    void explicitBounds() {
        check(Config.builder().tier(Tier.BASELINE).bounds(Bounds.EXPLICIT).build(), 1 << 20);
    }

    @Test
    void withoutMaskingOnTheLeastProcessor() {
        check(
                Config.builder()
                        .tier(Tier.BASELINE)
                        .bounds(Bounds.EXPLICIT)
                        .masking(false)
                        .polls(false)
                        .cpuMask(0)
                        .build(),
                2 << 20);
    }

    @ParameterizedTest
    @EnumSource(
            value = Bounds.class,
            names = {"GUARD", "EXPLICIT"})
    void throughTheCompilerOfC(Bounds bounds) {
        Config config = Config.builder().tier(Tier.CC).bounds(bounds).build();
        System.setProperty("emberwall.cc.options", "-O1");
        try {
            check(config, 3 << 20, Integer.getInteger("emberwall.test.cc.programs", COMPILED_IN_C));
        } catch (IllegalStateException missing) {
            if (missing.getMessage().startsWith("no C compiler")) {
                Shared.lacking(missing.getMessage());
            }
            throw missing;
        } finally {
            System.clearProperty("emberwall.cc.options");
        }
    }

    private static void check(Config config, long firstSeed) {
        check(config, firstSeed, PROGRAMS);
    }

    private static void check(Config config, long firstSeed, int programs) {
        int returned = 0;
        try (Engine compiled = Engine.start(config);
                Engine reference =
                        Engine.start(Config.builder().tier(Tier.REFERENCE).build())) {
            for (long seed = firstSeed; seed < firstSeed + programs; seed++) {
                returned += compare(compiled, reference, seed);
            }
        }
        assertTrue(returned > programs, "only " + returned + " calls returned: the programs try too little");
    }

    /** How many calls returned. */
    private static int compare(Engine first, Engine second, long seed) {
        ProgramGenerator generator = new ProgramGenerator(seed);
        byte[] bytes = generator.generate();
        int returned = 0;
        try (CompiledModule a = first.compile(bytes);
                CompiledModule b = second.compile(bytes);
                Instance x = a.instantiate(Imports.of());
                Instance y = b.instantiate(Imports.of())) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < ProgramGenerator.FUNCTIONS; i++) {
                for (int j = 0; j < CALLS; j++) {
                    String what = "seed " + seed + ", f" + i + ", call " + j;
                    Object[] arguments = arguments(random, generator.parameters(i));
                    Object[] expected = run(y, "f" + i, arguments);
                    Object[] actual = run(x, "f" + i, arguments);
                    assertArrayEquals(expected, actual, what);
                    returned += expected.length == 1 && expected[0] instanceof Enum ? 0 : 1;
                }
            }
            for (int i = 0; i < 4; i++) {
                assertEquals(
                        canonical(y.global("g" + i).get()),
                        canonical(x.global("g" + i).get()),
                        "seed " + seed);
            }
            assertEquals(y.memory("memory").size(), x.memory("memory").size(), "seed " + seed);
            byte[] expected = new byte[1 << 16];
            byte[] actual = new byte[1 << 16];
            y.memory("memory").read(0, expected, 0, expected.length);
            x.memory("memory").read(0, actual, 0, actual.length);
            assertArrayEquals(expected, actual, "memory, seed " + seed);
        }
        return returned;
    }

    private static Object[] arguments(SplittableRandom random, int[] types) {
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = switch (types[i]) {
                case WasmBuilder.I32 -> random.nextInt(-100, 100);
                case WasmBuilder.I64 -> random.nextLong() >> random.nextInt(64);
                case WasmBuilder.F32 -> random.nextInt(-100, 100) * 0.5f;
                default -> random.nextInt(-100, 100) * 0.25;
            };
        }
        return arguments;
    }

    /** The results, or the reason of the trap. */
    private static Object[] run(Instance instance, String function, Object[] arguments) {
        instance.function("refuel").call();
        try {
            Object result = instance.function(function).call(arguments);
            Object[] results = result instanceof Object[] several ? several : new Object[] {result};
            for (int i = 0; i < results.length; i++) {
                results[i] = canonical(results[i]);
            }
            return results;
        } catch (Trap trap) {
            return new Object[] {trap.reason()};
        }
    }

    /** One NaN for all. */
    private static Object canonical(Object value) {
        return switch (value) {
            case Float f when Float.isNaN(f) -> Float.NaN;
            case Double d when Double.isNaN(d) -> Double.NaN;
            case null, default -> value;
        };
    }
}
