package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ScriptRunner;
import emberwall.testing.Shared;
import emberwall.testing.SuiteScript;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The official suite in every tier, through the public API. */
class SuiteTest {
    /** About so many commands of the suite need only what all tiers can do. */
    private static final int AT_LEAST = 20_000;

    @ParameterizedTest
    @CsvSource({"REFERENCE, AUTO", "BASELINE, GUARD", "BASELINE, EXPLICIT"})
    void core(Tier tier, Bounds bounds) throws IOException {
        Shared.require();
        Config config = Config.builder().tier(tier).bounds(bounds).build();
        try (Engine engine = Engine.start(config)) {
            ScriptRunner runner = new ScriptRunner(new SuiteEngine(engine), System.out);
            for (SuiteScript script : SuiteScript.group("core")) {
                runner.run(script);
            }
            System.out.println("core, " + tier + ", bounds " + bounds + ":");
            runner.summarise();
            assertEquals(List.of(), runner.failures());
            assertTrue(runner.passed() > AT_LEAST, "passed " + runner.passed());
        }
    }
}
