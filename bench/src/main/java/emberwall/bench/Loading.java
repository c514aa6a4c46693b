package emberwall.bench;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.engine.Statistics;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How fast a module becomes machine code, the steps told apart, on one thread: {@code Loading [--tier TIER] [FILE [ROUNDS]]}.
 * Prints a line for each round, of which the first ones show a cold JVM and the last ones a warm one, in MB (10⁶ bytes)
 * of code section a second; and what the stages of the optimizing compiler took of the time, in percent. The last line is
 * the median of the last quarter of the rounds.
 *
 * <p>How soon a JVM is warm depends on how much it has compiled, not on how often: so the rounds, unless their number is
 * given, are as many as take two minutes, but at least 15. Of a small module a dozen rounds show HotSpot at work.
 *
 * <p>System properties as of {@link Runner}; {@code -Dclock=cpu} counts the time that the thread had the processor.
 */
public final class Loading {
    private static final int LEAST_ROUNDS = 15;
    private static final long WARM_NANOS = 120_000_000_000L;

    private Loading() {}

    public static void main(String[] arguments) throws IOException {
        List<String> rest = new ArrayList<>(List.of(arguments));
        if (!rest.isEmpty() && rest.getFirst().equals("--tier")) {
            System.setProperty("tier", rest.get(1));
            rest = rest.subList(2, rest.size());
        }
        Path file = rest.isEmpty() ? Programs.folder().resolve("wasm/esbuild.wasm") : Path.of(rest.getFirst());
        int rounds = rest.size() > 1 ? Integer.parseInt(rest.get(1)) : 0;
        byte[] bytes = Files.readAllBytes(file);
        System.out.println(
                "round   decode MB/s   decode+validate MB/s   compile MB/s   code bytes per byte   stages %");
        List<Double> rates = new ArrayList<>();
        long began = System.nanoTime();
        for (int round = 1; goesOn(round, rounds, System.nanoTime() - began); round++) {
            System.out.println(round(round, bytes, rates));
        }
        List<Double> last = new ArrayList<>(rates.subList(rates.size() * 3 / 4, rates.size()));
        Collections.sort(last);
        System.out.printf(Locale.ROOT, "warm %52.2f%n", last.get(last.size() / 2));
    }

    private static boolean goesOn(int round, int rounds, long nanos) {
        return rounds > 0 ? round <= rounds : round <= LEAST_ROUNDS || nanos < WARM_NANOS;
    }

    private static String round(int round, byte[] bytes, List<Double> rates) {
        long start = Runner.now();
        Module parsed = ModuleParser.parse(bytes);
        long decoded = Runner.now() - start;
        double megabytes = (parsed.codeEnd() - parsed.codeOffset()) / 1e6;
        try (Engine engine = Engine.start(Runner.config())) {
            start = Runner.now();
            try (CompiledModule module = engine.compile(bytes)) {
                long validated = Runner.now() - start;
                start = Runner.now();
                module.compileAll();
                long compiled = Runner.now() - start;
                rates.add(megabytes * 1e9 / compiled);
                Statistics statistics = engine.statistics();
                return String.format(
                        Locale.ROOT,
                        "%5d %13.1f %22.1f %14.2f %21.2f  %s",
                        round,
                        megabytes * 1e9 / decoded,
                        megabytes * 1e9 / validated,
                        megabytes * 1e9 / compiled,
                        statistics.codeBytes() / (megabytes * 1e6),
                        shares(statistics.stageNanos()));
            }
        }
    }

    private static String shares(Map<String, Long> nanos) {
        double sum = 0;
        for (long time : nanos.values()) sum += time;
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Long> stage : nanos.entrySet()) {
            text.append(' ').append(stage.getKey()).append(' ').append(Math.round(100 * stage.getValue() / sum));
        }
        return text.toString();
    }
}
