package emberwall.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Bounds;
import emberwall.engine.Config;
import emberwall.engine.Tier;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The official suite in every tier, from its text and through the public API. Every command is counted, those inside threads too, and
 * {@code COUNTS.tsv}, which was made with the data, says how many there are.
 */
class SuiteTest {
    private final List<String> problems = new ArrayList<>();
    private final Totals totals = new Totals();

    @ParameterizedTest
    @CsvSource({"REFERENCE, AUTO, 65000", "BASELINE, GUARD, 61873", "BASELINE, EXPLICIT, 61873"})
    void core(Tier tier, Bounds bounds, int atLeast) throws IOException {
        play(Config.builder().tier(tier).bounds(bounds).build(), "core");
        System.out.println("core, " + tier + ", bounds " + bounds + ":");
        totals.summarise(System.out::println);
        assertEquals("", String.join("\n", problems));
        assertTrue(totals.passed() >= atLeast, totals::toString);
    }

    /** Vectors, as a processor would run them that has SSE2 alone. */
    @Test
    void vectorsOnTheLeastProcessor() throws IOException {
        Config config = Config.builder().tier(Tier.BASELINE).cpuMask(0).build();
        play(config, "core/simd");
        play(config, "core/relaxed-simd");
        System.out.println("vectors, SSE2 alone:");
        totals.summarise(System.out::println);
        assertEquals("", String.join("\n", problems));
        assertTrue(totals.passed() > 26_000, totals::toString);
    }

    @Test
    void beyondCore() throws IOException {
        Config config = Config.builder().tier(Tier.REFERENCE).build();
        for (String group : List.of("custom", "legacy", "proposals", "extra")) {
            play(config, group);
        }
        System.out.println("beyond core, REFERENCE:");
        totals.summarise(System.out::println);
        assertEquals("", String.join("\n", problems));
        // All of wide-arithmetic and custom-page-sizes.
        assertTrue(totals.passed() >= 109 + 207, totals::toString);
    }

    /** What converters make of a script fares like the script. */
    @Test
    void bothFormsFareAlike() throws IOException {
        Path texts = Shared.path("spec/wasm/wast");
        Path converted = Shared.path("spec/wasm/json");
        try (ScriptSuite suite =
                new ScriptSuite(Config.builder().tier(Tier.REFERENCE).build())) {
            for (ScriptFile json : ScriptFile.in(converted)) {
                String name = converted.relativize(json.path().getParent()).toString();
                ScriptReport expected = suite.run(new ScriptFile(texts.resolve(name + ".wast")));
                ScriptReport actual = suite.run(json);
                // What is an annotation in a text may have become a custom section.
                int custom = 0;
                for (ScriptReport.Skipped skip : actual.skips()) {
                    custom += skip.reason().equals(ScriptRunner.CUSTOM_SECTION) ? 1 : 0;
                }
                assertEquals(expected.passed(), actual.passed() + custom, name);
                assertEquals(expected.skips().size(), actual.skips().size() - custom, name);
                assertEquals(List.of(), actual.failures(), name);
            }
        }
    }

    private void play(Config config, String group) throws IOException {
        Path root = Shared.path("spec/wasm/wast");
        Map<String, Integer> counts = counts();
        try (ScriptSuite suite = new ScriptSuite(config)) {
            for (ScriptFile file : ScriptFile.in(root.resolve(group))) {
                ScriptReport report = suite.run(file);
                totals.add(report, line -> {}, problems::add);
                int commands = report.passed()
                        + report.failures().size()
                        + report.skips().size();
                String name = root.relativize(file.path()).toString();
                int known = counts.get(name);
                // The table counts what threads hold, but not what threads within them hold.
                assertTrue(commands == known || commands > known && name.startsWith("extra/threads/"), report.name());
            }
        }
    }

    /** Commands of each script, with those inside threads. */
    private static Map<String, Integer> counts() throws IOException {
        List<String> lines = Files.readAllLines(Shared.path("spec/wasm/COUNTS.tsv"));
        List<String> columns = List.of(lines.getFirst().split("\t"));
        Map<String, Integer> counts = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] row = line.split("\t");
            int commands = Integer.parseInt(row[columns.indexOf("commands")]);
            int inside = Integer.parseInt(row[columns.indexOf("in_thread")]);
            counts.put(row[0], commands + inside);
        }
        return counts;
    }
}
