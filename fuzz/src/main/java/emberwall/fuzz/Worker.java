package emberwall.fuzz;

import emberwall.engine.Tier;
import emberwall.fuzz.Cases.Case;
import emberwall.fuzz.Differential.Difference;
import emberwall.fuzz.ModuleGenerator.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * The JVM in which generated modules run: one batch of seeds. It says on standard output what it is about to do, so that
 * {@link Campaign} knows the seed if it dies.
 */
final class Worker {
    /** Before each scenario: the seed. */
    static final String SEED = "seed ";
    /** A difference was found and shrunk. */
    static final String FOUND = "found ";
    /** A line more about it. */
    static final String DETAIL = "  ";
    /** At the end: scenarios, functions, calls, calls that returned. */
    static final String END = "end ";
    /** At the end: a row of the opcode table, and in how many of the measured scenarios it was begun and completed. */
    static final String ROW = "row ";

    /** Of how many scenarios one is measured, and which: now one for all engines, now one for the reference. */
    private static final int MEASURED = 3;

    private static final int SHRINK_SECONDS = 60;
    private static final Duration SHRINK_PATIENCE = Duration.ofMillis(500);

    private Worker() {}

    /** Arguments: the first seed, how many functions at least, how many seconds at most, where to keep cases, tiers. */
    public static void main(String[] arguments) throws IOException {
        long first = Long.parseLong(arguments[0]);
        long functions = Long.parseLong(arguments[1]);
        long deadline = System.nanoTime() + Long.parseLong(arguments[2]) * 1_000_000_000L;
        Path cases = Path.of(arguments[3]);
        Set<Tier> tiers = EnumSet.noneOf(Tier.class);
        for (String tier : arguments[4].split(",")) {
            tiers.add(Tier.valueOf(tier));
        }
        try (Scenarios scenarios = new Scenarios(tiers)) {
            Coverage coverage = new Coverage(scenarios.abilities().rows());
            long done = 0;
            long seed = first;
            for (; done < functions && System.nanoTime() < deadline; seed++) {
                say(SEED + seed);
                Scenario scenario = scenarios.scenario(seed);
                Differential players = scenarios.players(seed);
                done += scenarios.isBeyond(seed) ? 0 : scenario.functions();
                Difference difference = players.compare(scenario.encode());
                if (difference != null) {
                    found(players, seed, scenario, difference, cases);
                    break;
                }
                if (seed % MEASURED == 0) {
                    coverage.measure(scenario, players);
                }
            }
            for (String row : Coverage.table(coverage.counts())) {
                say(ROW + row);
            }
            long calls = 0;
            long returned = 0;
            for (Differential players : scenarios.players()) {
                calls += players.calls();
                returned += players.returned();
            }
            say(END + (seed - first) + " " + done + " " + calls + " " + returned);
        }
    }

    private static void found(
            Differential differential, long seed, Scenario scenario, Difference difference, Path cases)
            throws IOException {
        say(FOUND + "with seed " + seed + ": " + difference.step());
        say(DETAIL + difference.toString().replace("\n", "\n" + DETAIL));
        Case found = new Case("seed-" + seed, scenario.encode());
        if (!difference.isTimeout()) {
            differential.patience(SHRINK_PATIENCE);
            Shrinker shrinker = new Shrinker(scenario.modules(), differential::disagree, SHRINK_SECONDS);
            found = new Case(found.name(), shrinker.shrink());
            say(DETAIL + "shrunk in " + shrinker.attempts() + " attempts: "
                    + differential.compare(found.modules()).toString().replace("\n", "\n" + DETAIL));
        }
        int bytes = 0;
        for (byte[] module : found.modules()) {
            bytes += module.length;
        }
        say(DETAIL + "kept as " + Cases.write(cases, found) + ": "
                + found.modules().size() + " modules, " + bytes + " bytes");
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
