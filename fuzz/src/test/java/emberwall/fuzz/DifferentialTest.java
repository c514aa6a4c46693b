package emberwall.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Bounds;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Tier;
import emberwall.fuzz.Campaign.Report;
import emberwall.fuzz.Campaign.Settings;
import emberwall.fuzz.Cases.Case;
import emberwall.fuzz.ModuleGenerator.Scenario;
import emberwall.testing.ChildJvm;
import emberwall.testing.Shared;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Opcode;
import emberwall.wasm.Validator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Generated programs mean the same in every engine. {@code -Dfuzz.seed=N} (through {@code -Dtest.jvm.options}) begins
 * elsewhere; a failure names the seed and keeps the shrunk modules in {@code fuzz/src/test/cases}.
 */
class DifferentialTest {
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_121);
    private static final long FUNCTIONS = Long.getLong("fuzz.functions", 50_000);
    private static final long MOST_SECONDS = 1200;

    private static Path cases() {
        return Shared.repository().resolve("fuzz/src/test/cases");
    }

    @Test
    void generatedProgramsAgree() throws InterruptedException {
        Report report =
                Campaign.run(new Settings(SEED, FUNCTIONS, MOST_SECONDS, 2, cases(), Differential.TIERS, false));
        System.out.println("generated: " + report.summary());
        assertEquals(List.of(), report.findings(), () -> String.join("\n", report.findings()));
        Coverage.summary(report.rows()).forEach(System.out::println);
        assertEquals(Set.of(), Coverage.missing(report.rows()), "rows of the opcode table that were never executed");
        assertTrue(report.functions() >= FUNCTIONS, report.summary());
        assertTrue(report.returned() > report.calls() / 4, "most calls trap: the programs try too little");
    }

    /** A run that had no time for what it was asked for has shown nothing. */
    @Test
    void aRunThatEndsEarlyFails() throws IOException {
        ChildJvm.Result result = ChildJvm.of(Main.class).run("--functions", "10", "--seconds", "0");
        assertEquals(1, result.status(), result.output());
        assertTrue(result.output().contains("ended early"), result.output());
    }

    @Test
    void everyKeptCaseAgrees() throws IOException {
        try (Differential differential = new Differential(Differential.CONFIGURATIONS)) {
            for (Case kept : Cases.read(cases())) {
                assertNull(differential.compare(kept.modules()), kept::toString);
            }
            assertTrue(differential.calls() > 0, "no case calls anything");
        }
    }

    @Test
    void theSameSeedMakesTheSameModules() {
        try (Scenarios scenarios = new Scenarios(Differential.TIERS)) {
            for (long seed = SEED; seed < SEED + 20; seed++) {
                List<byte[]> first = scenarios.scenario(seed).encode();
                List<byte[]> second = scenarios.scenario(seed).encode();
                assertEquals(first.size(), second.size());
                for (int i = 0; i < first.size(); i++) {
                    assertArrayEquals(first.get(i), second.get(i));
                }
            }
        }
    }

    /** What all engines refuse is no difference: it would go unnoticed that nothing was tried. */
    @Test
    void everyGeneratedModuleIsValid() {
        try (Scenarios scenarios = new Scenarios(Differential.TIERS)) {
            for (long seed = SEED; seed < SEED + 300; seed++) {
                for (byte[] module : scenarios.scenario(seed).encode()) {
                    Validator.validateAll(
                            ModuleParser.parse(module, Limits.DEFAULT, Features.ALL), Limits.DEFAULT, 0, 1);
                }
            }
        }
    }

    /** Whatever one of the engines can run is generated: what only the reference runs comes when others do. */
    @Test
    void machineCodeLimitsTheRows() {
        Config config = Config.builder()
                .tier(Tier.BASELINE)
                .bounds(Bounds.EXPLICIT)
                .features(Features.ALL)
                .build();
        try (Engine engine = Engine.start(config);
                Differential differential = new Differential(Differential.CONFIGURATIONS)) {
            assertEquals(Abilities.of(engine), differential.abilities());
            assertTrue(differential.abilities().rows().contains(Opcode.I32_ADD));
        }
    }

    private static int size(List<byte[]> modules) {
        int size = 0;
        for (byte[] module : modules) {
            size += module.length;
        }
        return size;
    }

    /** Two engines that must differ, one with less memory than a program wants: found, and shrunk to almost nothing. */
    @Test
    void aDifferenceIsFoundAndShrunk() {
        List<Differential.Configuration> unequal = new ArrayList<>(Differential.CONFIGURATIONS.subList(0, 1));
        Config poor = unequal.getFirst().config().toBuilder().maxMemory(2 << 16).build();
        unequal.add(new Differential.Configuration("poor", poor));
        try (Differential differential = new Differential(unequal)) {
            Rows rows = new Rows(differential.abilities());
            Scenario scenario = null;
            Differential.Difference difference = null;
            for (long seed = SEED; difference == null && seed < SEED + 3000; seed++) {
                scenario = ModuleGenerator.generate(seed, rows);
                difference = differential.compare(scenario.encode());
            }
            assertNotNull(difference, "nobody grew its memory");
            differential.patience(Duration.ofMillis(300));
            int before = size(scenario.encode());
            List<byte[]> shrunk = new Shrinker(scenario.modules(), differential::disagree, 60).shrink();
            int after = size(shrunk);
            assertTrue(after < 300 && after < before / 4, () -> before + " bytes became " + after);
            assertNotNull(differential.compare(shrunk));
        }
    }
}
