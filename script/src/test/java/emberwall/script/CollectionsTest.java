package emberwall.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Config;
import emberwall.engine.Tier;
import emberwall.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The suite with a collection at every allocation and at every call of the host, and with nonsense in all that is free: who
 * reads what nobody was found to hold fails. All of it with {@code -Demberwall.matrix=true}.
 */
class CollectionsTest {
    private static final String ALWAYS = "emberwall.collect.always";
    private static final String FOLDER = Boolean.getBoolean("emberwall.matrix") ? "core" : "core/gc";

    @Test
    void theSuitePassesWithACollectionAtEveryAllocation() throws Exception {
        String before = System.getProperty(ALWAYS, "false");
        System.setProperty(ALWAYS, "true");
        try (ScriptSuite suite =
                new ScriptSuite(Config.builder().tier(Tier.BASELINE).build())) {
            List<String> problems = new ArrayList<>();
            Totals totals = new Totals();
            for (ScriptFile file : ScriptFile.in(Shared.path("spec/wasm/wast/" + FOLDER))) {
                totals.add(suite.run(file), line -> {}, problems::add);
            }
            assertEquals(List.of(), problems);
            assertTrue(totals.passed() >= 784, totals.passed() + " passed");
        } finally {
            System.setProperty(ALWAYS, before);
        }
    }
}
