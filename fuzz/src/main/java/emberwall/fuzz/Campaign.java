package emberwall.fuzz;

import emberwall.engine.Tier;
import emberwall.fuzz.Cases.Case;
import emberwall.fuzz.Coverage.Count;
import emberwall.wasm.Opcode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Many seeds in several JVMs, one batch after the other. A JVM that dies, or says nothing for too long, is a finding too:
 * the modules of its last seed are kept.
 */
final class Campaign {
    private static final int SILENCE_SECONDS = 150;
    private static final long BATCH_FUNCTIONS = 50_000;

    /**
     * What to do.
     *
     * @param seed the first one; jobs begin far from each other
     * @param functions how many to generate at least
     * @param seconds how long at most
     * @param jobs how many JVMs at once
     * @param cases where to keep what is found
     * @param tiers whose configurations are compared with the reference
     * @param collectAlways whether each allocation and each call of the host collects
     */
    record Settings(
            long seed, long functions, long seconds, int jobs, Path cases, Set<Tier> tiers, boolean collectAlways) {}

    private final Settings settings;
    private final long deadline;
    private final AtomicLong scenarios = new AtomicLong();
    private final AtomicLong functions = new AtomicLong();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong returned = new AtomicLong();
    private final List<String> findings = Collections.synchronizedList(new ArrayList<>());
    private final Map<Opcode, Count> rows = Collections.synchronizedMap(new EnumMap<>(Opcode.class));

    /**
     * What came of it.
     *
     * @param summary one line
     * @param functions how many were generated
     * @param calls how many were compared
     * @param returned how many of the calls returned, in the reference
     * @param findings differences, crashes and hangs, each with its seed
     * @param rows how often each row of the opcode table was executed that can be
     */
    record Report(
            String summary, long functions, long calls, long returned, List<String> findings, Map<Opcode, Count> rows) {
        /** Whether nothing was found in so many functions, and in any. */
        boolean isGood(long wanted) {
            return findings.isEmpty() && functions >= Math.max(1, wanted);
        }
    }

    private Campaign(Settings settings) {
        this.settings = settings;
        deadline = System.nanoTime() + settings.seconds * 1_000_000_000L;
    }

    /** Runs until there are enough functions, the time is over, or each job has found something. */
    static Report run(Settings settings) throws InterruptedException {
        return new Campaign(settings).run();
    }

    private Report run() throws InterruptedException {
        List<Thread> jobs = new ArrayList<>();
        for (int job = 0; job < settings.jobs; job++) {
            long seed = settings.seed + ((long) job << 32);
            Thread thread = new Thread(() -> job(seed), "job " + job);
            thread.start();
            jobs.add(thread);
        }
        for (Thread job : jobs) {
            job.join();
        }
        String summary = functions + " functions in " + scenarios + " scenarios, " + calls + " calls compared, "
                + returned + " of them returned; " + findings.size() + " findings; first seed " + settings.seed;
        return new Report(summary, functions.get(), calls.get(), returned.get(), List.copyOf(findings), rows);
    }

    private void job(long firstSeed) {
        long seed = firstSeed;
        long share = (settings.functions + settings.jobs - 1) / settings.jobs;
        long done = 0;
        try {
            while (done < share && System.nanoTime() < deadline) {
                Batch batch = new Batch(seed, Math.min(share - done, BATCH_FUNCTIONS));
                batch.run();
                if (batch.failed) {
                    return;
                }
                done += batch.functions;
                seed += batch.scenarios;
            }
        } catch (IOException e) {
            findings.add("no JVM for a batch: " + e);
        }
    }

    /** One child. */
    private final class Batch {
        private final long firstSeed;
        private final long wanted;
        private long lastSeed;
        private volatile long lastWord = System.nanoTime();
        private final StringBuilder finding = new StringBuilder();
        private final List<String> other = new ArrayList<>();
        private boolean ended;
        long scenarios;
        long functions;
        boolean failed;

        Batch(long firstSeed, long wanted) {
            this.firstSeed = firstSeed;
            this.wanted = wanted;
            lastSeed = firstSeed;
        }

        void run() throws IOException {
            Path directory = Files.createDirectories(Path.of("target").toAbsolutePath());
            long seconds = Math.max(1, (deadline - System.nanoTime()) / 1_000_000_000L);
            List<String> command = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-ea",
                    "-Xmx512m",
                    "-XX:-CreateCoredumpOnCrash",
                    "-XX:ErrorFile=" + directory.resolve("hs_err_%p.log"),
                    "-XX:ReplayDataFile=" + directory.resolve("replay_%p.log"),
                    "-XX:TieredStopAtLevel=" + (seconds < 30 ? 1 : 4),
                    "-Demberwall.collect.always=" + settings.collectAlways,
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Worker.class.getName(),
                    Long.toString(firstSeed),
                    Long.toString(wanted),
                    Long.toString(seconds),
                    settings.cases.toString(),
                    settings.tiers.stream().map(Tier::name).collect(Collectors.joining(",")));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            Thread guard = new Thread(() -> guard(process), "guard");
            guard.setDaemon(true);
            guard.start();
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    lastWord = System.nanoTime();
                    read(line);
                }
            }
            finish(process);
        }

        private void guard(Process process) {
            try {
                while (!process.waitFor(1, TimeUnit.SECONDS)) {
                    if (System.nanoTime() - lastWord > SILENCE_SECONDS * 1_000_000_000L) {
                        process.destroyForcibly();
                    }
                }
            } catch (InterruptedException stopped) {
                process.destroyForcibly();
            }
        }

        private void read(String line) {
            if (line.startsWith(Worker.SEED)) {
                lastSeed = Long.parseLong(line.substring(Worker.SEED.length()));
            } else if (line.startsWith(Worker.ROW)) {
                String[] words = line.substring(Worker.ROW.length()).split(" ");
                Count count = new Count(Long.parseLong(words[1]), Long.parseLong(words[2]));
                rows.merge(Opcode.valueOf(words[0]), count, Count::plus);
            } else if (line.startsWith(Worker.FOUND) || line.startsWith(Worker.DETAIL)) {
                finding.append(line).append('\n');
            } else if (line.startsWith(Worker.END)) {
                String[] numbers = line.substring(Worker.END.length()).split(" ");
                scenarios = Long.parseLong(numbers[0]);
                functions = Long.parseLong(numbers[1]);
                Campaign.this.scenarios.addAndGet(scenarios);
                Campaign.this.functions.addAndGet(functions);
                calls.addAndGet(Long.parseLong(numbers[2]));
                returned.addAndGet(Long.parseLong(numbers[3]));
                ended = true;
            } else {
                other.add(line);
            }
        }

        private void finish(Process process) throws IOException {
            int status;
            try {
                status = process.waitFor();
            } catch (InterruptedException e) {
                process.destroyForcibly();
                failed = true;
                return;
            }
            failed = true;
            if (!finding.isEmpty()) {
                findings.add(finding.toString());
            } else if (ended && status == 0) {
                failed = false;
            } else {
                findings.add("with seed " + lastSeed + " the JVM ended with status " + status + "; kept as " + keep()
                        + "\n" + String.join("\n", other));
            }
        }

        /** The modules on which the child died, as they were. */
        private Path keep() throws IOException {
            try (Scenarios scenarios = new Scenarios(settings.tiers)) {
                List<byte[]> modules = scenarios.scenario(lastSeed).encode();
                return Cases.write(settings.cases, new Case("crash-" + lastSeed, modules));
            }
        }
    }
}
