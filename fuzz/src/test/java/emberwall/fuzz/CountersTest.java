package emberwall.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Tier;
import emberwall.op.TrapReason;
import emberwall.wasm.Features;
import emberwall.wasm.Profile;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Baseline code counts entries and rounds of loops as the reference interpreter does, over generated modules. */
class CountersTest {
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_122);
    private static final int SCENARIOS = 200;
    private static final int ROUNDS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private long functions;
    private long loops;

    private static Engine engine(Tier tier) {
        return Engine.start(Config.builder()
                .tier(tier)
                .counting(true)
                .features(Features.ALL)
                .maxMemory(40 * 65_536)
                .maxTable(2000)
                .maxStack(256 << 10)
                .build());
    }

    @Test
    void generatedPrograms() {
        try (Engine baseline = engine(Tier.BASELINE);
                Engine reference = engine(Tier.REFERENCE);
                Scenarios scenarios = new Scenarios(Differential.TIERS)) {
            for (long seed = SEED; seed < SEED + SCENARIOS; seed++) {
                List<byte[]> modules = scenarios.scenario(seed).encode();
                try (World fast = new World(baseline, PATIENCE, false);
                        World slow = new World(reference, PATIENCE, false)) {
                    if (play(modules, fast, slow, seed)) {
                        compare(fast, slow, seed);
                    }
                }
            }
        }
        assertTrue(
                functions > 2L * SCENARIOS && loops > SCENARIOS / 2,
                functions + " functions and " + loops + " loops ran");
    }

    /** Whether both do the same to the end: where stacks are exhausted, one is deeper than the other. */
    private static boolean play(List<byte[]> modules, World fast, World slow, long seed) {
        for (byte[] module : modules) {
            String outcome = slow.instantiate(module);
            if (isExhausted(outcome) | isExhausted(fast.instantiate(module))) {
                return false;
            }
            if (!outcome.equals(World.DONE)) {
                break;
            }
        }
        assertEquals(slow.functions(), fast.functions(), "seed " + seed);
        for (int call = 0; call < ROUNDS * slow.functions(); call++) {
            int function = call % slow.functions();
            int round = call / slow.functions();
            if (isExhausted(slow.call(function, round)) | isExhausted(fast.call(function, round))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isExhausted(String outcome) {
        return outcome.startsWith(World.TRAP + TrapReason.STACK_EXHAUSTED.text());
    }

    private void compare(World fast, World slow, long seed) {
        assertEquals(slow.modules().size(), fast.modules().size(), "seed " + seed);
        for (int i = 0; i < slow.modules().size(); i++) {
            Profile expected = slow.modules().get(i).profile();
            Profile actual = fast.modules().get(i).profile();
            assertTrue(expected.table().isLike(actual.table()), "seed " + seed);
            for (int function = 0; function < 1000; function++) {
                if (expected.table().has(function)) {
                    compare(expected, actual, function, "seed " + seed + ", module " + i + ", function " + function);
                }
            }
        }
    }

    private void compare(Profile expected, Profile actual, int function, String where) {
        assertEquals(expected.entries(function), actual.entries(function), where);
        functions += expected.entries(function) > 0 ? 1 : 0;
        for (int loop = 0; loop < expected.loops(function); loop++) {
            assertEquals(expected.rounds(function, loop), actual.rounds(function, loop), where + ", loop " + loop);
            loops += expected.rounds(function, loop) > 0 ? 1 : 0;
        }
    }
}
