package emberwall.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Config;
import emberwall.engine.Tier;
import emberwall.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The suite with a collection at every allocation and at every call of the host, and with nonsense in all that is free: who
 * reads what nobody was found to hold fails. All of it with {@code -Demberwall.matrix=true}.
 */
class CollectionsTest {
    private static final String ALWAYS = "emberwall.collect.always";
    private static final String FOLDER = Boolean.getBoolean("emberwall.matrix") ? "core" : "core/gc";

    @ParameterizedTest
    @EnumSource(names = {"BASELINE", "OPTIMIZING"})
    void theSuitePassesWithACollectionAtEveryAllocation(Tier tier) throws Exception {
        String before = System.getProperty(ALWAYS, "false");
        System.setProperty(ALWAYS, "true");
        try (ScriptSuite suite = new ScriptSuite(Config.builder().tier(tier).build())) {
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
