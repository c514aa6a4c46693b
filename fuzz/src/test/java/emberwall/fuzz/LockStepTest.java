package emberwall.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Bounds;
import emberwall.fuzz.Cases.Case;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Optimized code knows what its source holds, stop by stop. {@code -Dlockstep.scenarios=N} and {@code -Dfuzz.seed=N} (through
 * {@code -Dtest.jvm.options}) make it more, or others; {@code -Dlockstep.suite=true} adds the modules of the official suite.
 */
class LockStepTest {
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_121);
    private static final int SCENARIOS = Integer.getInteger("lockstep.scenarios", 60);

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

    /** Each alone: those that import what is not there are refused on both sides. */
    @Test
    @EnabledIfSystemProperty(named = "lockstep.suite", matches = "true")
    void everyModuleOfTheSuite() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Shared.path("spec/wasm/json"))) {
            files = all.filter(file -> file.toString().endsWith(".wasm"))
                    .sorted()
                    .toList();
        }
        List<String> differences = new ArrayList<>();
        try (LockStep lockStep = new LockStep(Bounds.GUARD)) {
            for (Path file : files) {
                String difference = lockStep.compare(List.of(Files.readAllBytes(file)));
                if (difference != null) {
                    differences.add(file + ": " + difference);
                }
            }
            System.out.println("lock-step, " + files.size() + " modules: " + lockStep.summary());
            assertEquals(List.of(), differences);
            assertTrue(lockStep.values() > files.size(), lockStep.summary());
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
