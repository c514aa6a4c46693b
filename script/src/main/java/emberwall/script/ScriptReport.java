package emberwall.script;

import java.util.List;

/**
 * What came of a script: every command of it, and of its threads, is in one of these.
 *
 * @param name of the script
 * @param passed how many commands did what they should
 * @param superseded how many want something refused that the standard has allowed since, and that is allowed here
 * @param failures those that did not
 * @param skips those that were not tried
 */
public record ScriptReport(String name, int passed, int superseded, List<Failed> failures, List<Skipped> skips) {
    /**
     * A command that failed.
     *
     * @param line in the script's text
     * @param command its keyword
     * @param problem what was wanted and what came
     */
    public record Failed(int line, String command, String problem) {}

    /**
     * A command that was skipped.
     *
     * @param line in the script's text
     * @param command its keyword
     * @param reason what it needs that is not there, such as {@code "v128 (simd)"}
     */
    public record Skipped(int line, String command, String reason) {}

    public ScriptReport {
        failures = List.copyOf(failures);
        skips = List.copyOf(skips);
    }
}
