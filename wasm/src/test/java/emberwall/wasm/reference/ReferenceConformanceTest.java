package emberwall.wasm.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ScriptRunner;
import emberwall.testing.SuiteScript;
import emberwall.wasm.Feature;
import emberwall.wasm.Features;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every command of the official suite that needs nothing which this tier does not have. */
class ReferenceConformanceTest {
    @Test
    void playsTheSuite() throws IOException {
        ScriptRunner runner = play(Features.WASM_3, "core");
        assertTrue(runner.passed() > 64_000, () -> "only " + runner.passed() + " passed");
        // Only what exists in the text format alone.
        assertEquals(6, runner.skippedByName().get("assert_invalid"));
        assertEquals(1229, runner.skippedByName().get("assert_malformed"));
    }

    @Test
    void playsTheProposalsThatItKnows() throws IOException {
        ScriptRunner runner = play(
                Features.WASM_3.with(Feature.WIDE_ARITHMETIC, Feature.CUSTOM_PAGE_SIZES),
                "proposals/wide-arithmetic",
                "proposals/custom-page-sizes");
        assertEquals(312, runner.passed());
        assertEquals(Map.of("assert_malformed", 4), runner.skippedByName());
    }

    @Test
    void playsExceptionsOfTheOldForm() throws IOException {
        ScriptRunner runner = play(Features.WASM_3.with(Feature.LEGACY_EXCEPTIONS), "legacy");
        assertEquals(89, runner.passed());
        assertEquals(Map.of("assert_malformed", 7), runner.skippedByName());
    }

    private static ScriptRunner play(Features readable, String... groups) throws IOException {
        ScriptRunner runner = new ScriptRunner(new ReferenceScripts(Program.FEATURES, readable), System.out);
        for (String group : groups) {
            for (SuiteScript script : SuiteScript.group(group)) {
                runner.run(script);
            }
        }
        runner.summarise();
        assertEquals(List.of(), runner.failures());
        return runner;
    }
}
