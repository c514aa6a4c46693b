package emberwall.wasm.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ScriptRunner;
import emberwall.testing.SuiteScript;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every command of the official suite that needs nothing which this tier does not have. */
class ReferenceConformanceTest {
    @Test
    void playsTheSuite() throws IOException {
        ScriptRunner runner = new ScriptRunner(new ReferenceScripts(Program.FEATURES), System.out);
        for (SuiteScript script : SuiteScript.group("core")) {
            runner.run(script);
        }
        runner.summarise();
        assertEquals(List.of(), runner.failures());
        assertTrue(runner.passed() > 38_000, () -> "only " + runner.passed() + " passed");
        // Only what exists in the text format alone.
        assertEquals(6, runner.skippedByName().get("assert_invalid"));
        assertEquals(1229, runner.skippedByName().get("assert_malformed"));
    }
}
