package emberwall.script;

import emberwall.script.ScriptReport.Failed;
import emberwall.script.ScriptReport.Skipped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Adds reports up and puts them into lines. */
public final class Totals {
    private final Map<String, Integer> skippedBy = new LinkedHashMap<>();
    private int passed;
    private int superseded;
    private int failed;
    private int skipped;

    /**
     * Counts a report.
     *
     * @param lines gets the line about the script, which names what the first skipped command needs
     * @param problems gets a line for each failure, with its place
     */
    public void add(ScriptReport report, Consumer<String> lines, Consumer<String> problems) {
        passed += report.passed();
        superseded += report.superseded();
        failed += report.failures().size();
        skipped += report.skips().size();
        for (Skipped skip : report.skips()) {
            skippedBy.merge(skip.reason(), 1, Integer::sum);
        }
        lines.accept(line(report));
        for (Failed failure : report.failures()) {
            problems.accept(report.name() + ":" + failure.line() + ": " + failure.command() + ": " + failure.problem());
        }
    }

    private static String line(ScriptReport report) {
        String line = report.name() + ": "
                + counts(
                        report.passed(),
                        report.failures().size(),
                        report.skips().size(),
                        report.superseded());
        if (report.skips().isEmpty()) {
            return line;
        }
        Skipped first = report.skips().getFirst();
        return line + " (line " + first.line() + ": " + first.reason() + ")";
    }

    /** How many commands did what they should. */
    public int passed() {
        return passed;
    }

    /** How many did not. */
    public int failed() {
        return failed;
    }

    /** How many were not tried. */
    public int skipped() {
        return skipped;
    }

    /** How many want something refused that the standard has allowed since. */
    public int superseded() {
        return superseded;
    }

    /** How many commands were skipped for want of what, in the order of discovery. */
    public Map<String, Integer> skippedBy() {
        return Map.copyOf(skippedBy);
    }

    /** A line for each thing whose want made commands be skipped, most wanted first; then {@link #toString}. */
    public void summarise(Consumer<String> lines) {
        skippedBy.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .forEach(entry -> lines.accept("skipped " + entry.getValue() + ": " + entry.getKey()));
        lines.accept(toString());
    }

    private static String counts(int passed, int failed, int skipped, int superseded) {
        return passed + " passed, " + failed + " failed, " + skipped + " skipped"
                + (superseded == 0 ? "" : ", " + superseded + " superseded");
    }

    /** As {@code "35868 passed, 0 failed, 29426 skipped"}. */
    @Override
    public String toString() {
        return counts(passed, failed, skipped, superseded);
    }
}
