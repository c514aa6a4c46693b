package emberwall.fuzz;

import emberwall.fuzz.Campaign.Report;
import emberwall.fuzz.Campaign.Settings;
import java.nio.file.Path;

/** The command {@code fuzz/run generate}. */
public final class Main {
    private static final String USAGE =
            "fuzz/run generate [--seconds N] [--functions N] [--seed S] [--jobs N] [--cases DIRECTORY]";

    private Main() {}

    /** Generates, compares, and ends with status 1 if anything was found. */
    public static void main(String[] arguments) throws InterruptedException {
        long seconds = Long.MAX_VALUE;
        long functions = Long.MAX_VALUE;
        long seed = System.nanoTime() & 0xFF_FFFF;
        int jobs = Runtime.getRuntime().availableProcessors();
        Path cases = Path.of("fuzz/src/test/cases");
        if (arguments.length % 2 != 0 || arguments.length == 0) {
            usage();
        }
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--seconds" -> seconds = number(value);
                case "--functions" -> functions = number(value);
                case "--seed" -> seed = number(value);
                case "--jobs" -> jobs = (int) number(value);
                case "--cases" -> cases = Path.of(value);
                default -> usage();
            }
        }
        Report report = Campaign.run(
                new Settings(seed, functions, Math.min(seconds, Integer.MAX_VALUE), jobs, cases.toAbsolutePath()));
        for (String finding : report.findings()) {
            System.out.println(finding);
        }
        for (String row : Coverage.table(report.rows())) {
            System.out.println(row);
        }
        if (!Coverage.missing(report.rows()).isEmpty()) {
            System.out.println("never executed: " + Coverage.missing(report.rows()));
        }
        System.out.println(report.summary());
        System.exit(report.findings().isEmpty() ? 0 : 1);
    }

    private static long number(String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        System.err.println("not a number: " + text);
        usage();
        return 0;
    }

    private static void usage() {
        System.err.println(USAGE);
        System.exit(64);
    }
}
