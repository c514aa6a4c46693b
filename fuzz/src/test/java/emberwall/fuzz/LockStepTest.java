package emberwall.fuzz;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Bounds;
import emberwall.fuzz.Cases.Case;
import emberwall.testing.Shared;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Optimized code knows what its source holds, stop by stop. {@code -Dlockstep.scenarios=N} and {@code -Dfuzz.seed=N} (through
 * {@code -Dtest.jvm.options}) make it more, or others.
 */
class LockStepTest {
    private static final String STATES = "emberwall.states";
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_121);
    private static final int SCENARIOS = Integer.getInteger("lockstep.scenarios", 60);

    @BeforeAll
    static void recordStates() {
        System.setProperty(STATES, "traps");
    }

    @AfterAll
    static void recordNone() {
        System.clearProperty(STATES);
    }

    @ParameterizedTest
    @EnumSource(
            value = Bounds.class,
            names = {"GUARD", "EXPLICIT"})
    void generatedPrograms(Bounds bounds) {
        long first = SEED + bounds.ordinal() * 1_000_003L;
        try (LockStep lockStep = new LockStep(bounds);
                Scenarios scenarios = new Scenarios(Differential.TIERS)) {
            for (long seed = first; seed < first + SCENARIOS; seed++) {
                String difference = lockStep.compare(scenarios.scenario(seed).encode());
                assertNull(difference, "seed " + seed);
            }
            System.out.println("lock-step, " + bounds + ": " + lockStep.summary());
            assertTrue(lockStep.values() > 20L * SCENARIOS, lockStep.summary());
            assertTrue(lockStep.spoiled() > 5L * SCENARIOS, lockStep.summary());
        }
    }

    @Test
    void everyKeptCase() throws IOException {
        try (LockStep lockStep = new LockStep(Bounds.GUARD)) {
            for (Case kept : Cases.read(Shared.repository().resolve("fuzz/src/test/cases"))) {
                assertNull(lockStep.compare(kept.modules()), kept::toString);
            }
            assertTrue(lockStep.values() > 0, lockStep.summary());
        }
    }
}
