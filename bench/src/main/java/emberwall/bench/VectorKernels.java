package emberwall.bench;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.engine.Function;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Kernels of vector instructions beside V8's Liftoff: {@code VectorKernels FILE SCRIPT [ROUNDS]}, the first compiled from
 * {@code bench/src/simd/kernels.c}. In every round each contender runs all kernels in a process of its own, each kernel
 * several times; what counts is the median of processor time there, and over the rounds. Both must compute the same.
 */
public final class VectorKernels {
    private static final int REPEATS = 15;

    /** The kernels, with how often each does its work in one call. */
    private static final String[] KERNELS = {
        "dot:2000",
        "blend:1000",
        "base64:1000",
        "find:1000",
        "mandelbrot:300",
        "matrix:60",
        "differences:1500",
        "transpose:1500"
    };

    private VectorKernels() {}

    /** What a contender gave for one kernel. */
    private record Result(String check, double micros) {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals("--child")) {
            child(arguments);
            return;
        }
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 7;
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                VectorKernels.class.getName(),
                "--child",
                arguments[0]);
        List<String> node = List.of("node", "--liftoff-only", "--no-wasm-lazy-compilation", arguments[1], arguments[0]);
        Map<String, List<Double>> ours = new LinkedHashMap<>();
        Map<String, List<Double>> theirs = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            Map<String, Result> first = run(java);
            Map<String, Result> second = run(node);
            for (String kernel : first.keySet()) {
                Result mine = first.get(kernel);
                Result other = second.get(kernel);
                if (!mine.check().equals(other.check())) {
                    throw new IOException(kernel + ": " + mine.check() + ", but V8 says " + other.check());
                }
                ours.computeIfAbsent(kernel, ignored -> new ArrayList<>()).add(mine.micros());
                theirs.computeIfAbsent(kernel, ignored -> new ArrayList<>()).add(other.micros());
            }
        }
        print(ours, theirs);
    }

    private static void print(Map<String, List<Double>> ours, Map<String, List<Double>> theirs) {
        System.out.println("| kernel | Emberwall, ms | V8 Liftoff, ms | ratio |\n| --- | ---: | ---: | ---: |");
        double product = 1;
        for (String kernel : ours.keySet()) {
            double mine = median(ours.get(kernel)) / 1000;
            double other = median(theirs.get(kernel)) / 1000;
            product *= mine / other;
            System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f | %.2f |%n", kernel, mine, other, mine / other);
        }
        System.out.printf(Locale.ROOT, "| geometric mean | | | %.2f |%n", Math.pow(product, 1.0 / ours.size()));
    }

    private static double median(List<Double> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }

    private static Map<String, Result> run(List<String> command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.add(Integer.toString(REPEATS));
        all.addAll(Arrays.asList(KERNELS));
        Process process = new ProcessBuilder(all)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Map<String, Result> results = new LinkedHashMap<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                results.put(words[0], new Result(words[1], Double.parseDouble(words[2])));
            }
        }
        if (process.waitFor() != 0 || results.size() != KERNELS.length) {
            throw new IOException("failed: " + all);
        }
        return results;
    }

    /** Runs the kernels here, and prints for each its check and its time. */
    private static void child(String[] arguments) throws IOException {
        int repeats = Integer.parseInt(arguments[2]);
        try (Engine engine = Engine.start(Runner.config());
                CompiledModule module = engine.compile(Files.readAllBytes(Path.of(arguments[1])));
                Instance instance = module.instantiate(Imports.of())) {
            module.compileAll();
            for (String kernel : List.of(arguments).subList(3, arguments.length)) {
                String[] parts = kernel.split(":");
                Function function = instance.function(parts[0]);
                int rounds = Integer.parseInt(parts[1]);
                instance.function("prepare").call();
                int check = 0;
                List<Double> times = new ArrayList<>();
                for (int i = 0; i < repeats; i++) {
                    long start = now();
                    check = check * 31 + (int) function.call(rounds);
                    times.add((now() - start) / 1e3);
                }
                System.out.println(parts[0] + " " + check + " " + median(times));
            }
        }
    }

    private static long now() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
