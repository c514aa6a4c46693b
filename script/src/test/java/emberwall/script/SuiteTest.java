package emberwall.script;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.engine.Bounds;
import emberwall.engine.Config;
import emberwall.engine.Tier;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The official suite in every tier, from its text and through the public API. Every command is counted, those inside threads too, and
 * {@code COUNTS.tsv}, which was made with the data, says how many there are. What passes and what is skipped is the table of
 * the README; {@code -Dtest.jvm.options=-Dsuite.update=true} writes it anew.
 */
class SuiteTest {
    private static final String BEGIN = "<!-- the suite: written by SuiteTest -->\n";
    private static final String END = "<!-- end of the suite -->\n";

    /** The columns of the table. */
    private static final List<Config> TIERS = List.of(
            Config.builder().tier(Tier.REFERENCE).build(),
            Config.builder().tier(Tier.BASELINE).bounds(Bounds.GUARD).build(),
            Config.builder().tier(Tier.BASELINE).bounds(Bounds.EXPLICIT).build(),
            Config.builder().tier(Tier.OPTIMIZING).bounds(Bounds.GUARD).build(),
            Config.builder().tier(Tier.OPTIMIZING).bounds(Bounds.EXPLICIT).build());

    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());

    @Test
    void theTableOfTheReadmeIsTrue() throws Exception {
        Map<String, List<ScriptFile>> groups = groups();
        List<Map<String, Totals>> columns = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            List<Future<Map<String, Totals>>> running = new ArrayList<>();
            for (Config tier : TIERS) {
                running.add(executor.submit(() -> play(tier, groups)));
            }
            for (Future<Map<String, Totals>> column : running) {
                columns.add(column.get());
            }
        }
        assertEquals("", String.join("\n", problems));
        Path readme = Shared.repository().resolve("README.md");
        String text = Files.readString(readme);
        int from = text.indexOf(BEGIN) + BEGIN.length();
        int to = text.indexOf(END, from);
        String table = table(groups, columns);
        if (Boolean.getBoolean("suite.update")) {
            Files.writeString(readme, text.substring(0, from) + table + text.substring(to));
        } else {
            assertEquals(text.substring(from, to), table, "see above how to write the README's table anew");
        }
    }

    private static String table(Map<String, List<ScriptFile>> groups, List<Map<String, Totals>> columns) {
        StringBuilder table = new StringBuilder("| files | `reference` | `baseline`, guard pages | explicit checks |"
                + " `optimizing`, guard pages | explicit checks |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
        for (String group : groups.keySet()) {
            table.append("| `").append(group).append("` |");
            for (Map<String, Totals> column : columns) {
                table.append(' ').append(cell(column.get(group))).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    /** What passed, what was skipped for want of which features, what is out of date. */
    private static String cell(Totals totals) {
        StringBuilder cell = new StringBuilder().append(totals.passed());
        Map<String, Integer> features = new TreeMap<>();
        totals.skippedBy().forEach((reason, count) -> features.merge(feature(reason), count, Integer::sum));
        features.forEach((feature, count) ->
                cell.append(", ").append(count).append(" want ").append(feature));
        if (totals.superseded() > 0) {
            cell.append(", ").append(totals.superseded()).append(" superseded");
        }
        return cell.toString();
    }

    /** The feature in a reason, which is in its last parentheses. */
    private static String feature(String reason) {
        int open = reason.lastIndexOf('(');
        return reason.endsWith(")") ? reason.substring(open + 1, reason.length() - 1) : reason;
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

    private Map<String, Totals> play(Config config, Map<String, List<ScriptFile>> groups) throws IOException {
        Path root = Shared.path("spec/wasm/wast");
        Map<String, Integer> counts = counts();
        Map<String, Totals> column = new HashMap<>();
        try (ScriptSuite suite = new ScriptSuite(config)) {
            for (Map.Entry<String, List<ScriptFile>> group : groups.entrySet()) {
                Totals totals = new Totals();
                for (ScriptFile file : group.getValue()) {
                    ScriptReport report = suite.run(file);
                    totals.add(report, line -> {}, problems::add);
                    int commands = report.passed()
                            + report.superseded()
                            + report.failures().size()
                            + report.skips().size();
                    String name = root.relativize(file.path()).toString();
                    int known = counts.get(name);
                    // The table counts what threads hold, but not what threads within them hold.
                    if (commands != known && !(commands > known && name.startsWith("extra/threads/"))) {
                        problems.add(name + ": " + commands + " commands, not " + known);
                    }
                }
                column.put(group.getKey(), totals);
            }
            System.out.println("suite, " + config.tier() + " " + config.bounds() + ": " + suite.compiled());
            if (!suite.compiled().endsWith("declined {}")) {
                problems.add(config.tier() + " left functions to another compiler: " + suite.compiled());
            }
        }
        return column;
    }

    /** The scripts by the two outermost folders that they are in: one, where the second is not the suite's to divide by. */
    private static Map<String, List<ScriptFile>> groups() throws IOException {
        Path root = Shared.path("spec/wasm/wast");
        Map<String, List<ScriptFile>> groups = new TreeMap<>();
        for (ScriptFile file : ScriptFile.in(root)) {
            Path path = root.relativize(file.path());
            boolean isWhole = path.startsWith("custom") || path.startsWith("legacy") || path.getNameCount() == 2;
            String group = path.subpath(0, isWhole ? 1 : 2).toString();
            groups.computeIfAbsent(group, key -> new ArrayList<>()).add(file);
        }
        return groups;
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
