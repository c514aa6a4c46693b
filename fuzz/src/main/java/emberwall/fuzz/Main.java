package emberwall.fuzz;

import emberwall.engine.Tier;
import emberwall.fuzz.Campaign.Report;
import emberwall.fuzz.Campaign.Settings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The command {@code fuzz/run generate}. */
public final class Main {
    private static final String USAGE = "fuzz/run generate [--seconds N] [--functions N] [--seed S] [--jobs N]"
            + " [--tiers baseline,optimizing] [--collect always] [--cases DIRECTORY]";

    private Main() {}

    /** Generates, compares, and ends with status 1 if anything was found, or in less than the functions asked for, or in none. */
    public static void main(String[] arguments) throws InterruptedException {
        long seconds = Long.MAX_VALUE;
        long functions = Long.MAX_VALUE;
        long seed = System.nanoTime() & 0xFF_FFFF;
        int jobs = Runtime.getRuntime().availableProcessors();
        Path cases = Path.of("fuzz/src/test/cases");
        Set<Tier> tiers = Differential.TIERS;
        boolean collectAlways = false;
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
                case "--tiers" -> tiers = tiers(value);
                case "--collect" -> collectAlways = value.equals("always");
                case "--cases" -> cases = Path.of(value);
                default -> usage();
            }
        }
        long limit = Math.min(seconds, Integer.MAX_VALUE);
        Report report =
                Campaign.run(new Settings(seed, functions, limit, jobs, cases.toAbsolutePath(), tiers, collectAlways));
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
        boolean isCounted = functions != Long.MAX_VALUE;
        if (isCounted && report.functions() < functions) {
            System.out.println("ended early: " + functions + " functions were asked for");
        }
        System.exit(report.isGood(isCounted ? functions : 1) ? 0 : 1);
    }

    private static Set<Tier> tiers(String text) {
        Set<Tier> tiers = EnumSet.noneOf(Tier.class);
        for (Tier tier : Differential.TIERS) {
            if (List.of(text.split(",")).contains(tier.name().toLowerCase(Locale.ROOT))) {
                tiers.add(tier);
            }
        }
        if (tiers.isEmpty()) {
            System.err.println("no tier of " + Differential.TIERS + ": " + text);
            usage();
        }
        return tiers;
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
