package emberwall.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Whole programs side by side: {@code Compare [--rounds N] [--seconds S] [--size full|quick] [--clock wall|cpu]
 * [--before JAR] [--cc] [PROGRAM...]}.
 *
 * <p>In every round each contender runs each program in a process of its own, which repeats the program for some seconds
 * and reports the time of each repetition; what counts of a process is its median, and of a cell the median over the
 * rounds. All output is checked against the expected hash. Prints a Markdown table on standard output, progress on
 * standard error.
 *
 * <p>{@code --clock cpu} counts processor time instead, for machines that are busy with something else: of the thread
 * that runs the guest for Emberwall, of the whole process for the others, compilation in the background included.
 *
 * <p>{@code --cc} adds the tier that GCC compiles for, which takes minutes for each round of a large program.
 *
 * <p>{@code --before JAR} measures beside another build of Emberwall, its {@code benchmarks.jar}, instead of the others.
 */
public final class Compare {
    private static final int ITERATIONS = 15;

    /** Someone who can run programs. */
    private interface Contender {
        String name();

        /** Milliseconds of one repetition, or NaN where this program cannot be run. */
        double run(Programs.Case program) throws IOException, InterruptedException;
    }

    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private final String before;
    private final double seconds;
    private final boolean cpuClock;
    private final boolean throughC;
    private final Path work = Files.createTempDirectory("emberwall-compare");
    private final Map<String, Double> compileTimes = new LinkedHashMap<>();

    private Compare(double seconds, boolean cpuClock, boolean throughC, String before) throws IOException {
        this.seconds = seconds;
        this.cpuClock = cpuClock;
        this.throughC = throughC;
        this.before = before;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = 5;
        double seconds = 3;
        String size = "full";
        boolean cpuClock = false;
        boolean throughC = false;
        String before = null;
        List<String> programs = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--rounds" -> rounds = Integer.parseInt(arguments[++i]);
                case "--seconds" -> seconds = Double.parseDouble(arguments[++i]);
                case "--size" -> size = arguments[++i];
                case "--clock" -> cpuClock = arguments[++i].equals("cpu");
                case "--cc" -> throughC = true;
                case "--before" -> before = arguments[++i];
                default -> programs.add(arguments[i]);
            }
        }
        new Compare(seconds, cpuClock, throughC, before).compare(rounds, size, programs);
    }

    private void compare(int rounds, String size, List<String> wanted) throws IOException, InterruptedException {
        List<Programs.Case> programs = new ArrayList<>(Programs.all(size));
        programs.removeIf(each -> wanted.isEmpty() ? each.name().equals("hello") : !wanted.contains(each.name()));
        List<Contender> contenders = contenders();
        Map<String, List<Double>> cells = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (Programs.Case program : programs) {
                for (Contender contender : contenders) {
                    double time = contender.run(program);
                    String key = program.name() + "/" + contender.name();
                    cells.computeIfAbsent(key, ignored -> new ArrayList<>()).add(time);
                    System.err.printf(Locale.ROOT, "round %d  %-40s %10.1f ms%n", round, key, time);
                }
            }
        }
        print(programs, contenders, cells, rounds);
    }

    private List<Contender> contenders() throws IOException, InterruptedException {
        List<Contender> contenders = new ArrayList<>();
        if (before != null) {
            contenders.add(new Emberwall("before", before, null, "guard"));
            contenders.add(new Emberwall("now", CLASS_PATH, null, "guard"));
            return contenders;
        }
        for (String tier : List.of("baseline", "optimizing")) {
            contenders.add(new Emberwall("Emberwall " + tier, CLASS_PATH, tier, "guard"));
            contenders.add(new Emberwall(tier + ", explicit bounds", CLASS_PATH, tier, "explicit"));
        }
        if (throughC) contenders.add(new Emberwall("Emberwall cc", CLASS_PATH, "cc", "guard"));
        if (isInstalled("node")) {
            contenders.add(new V8("V8 Liftoff", List.of("--liftoff-only", "--no-wasm-lazy-compilation")));
            contenders.add(new V8("V8 TurboFan", List.of("--no-liftoff", "--no-wasm-lazy-compilation")));
            contenders.add(new V8("V8 default", List.of()));
        }
        if (isInstalled("gcc")) contenders.add(new Gcc());
        return contenders;
    }

    private static boolean isInstalled(String program) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            System.err.println(program + " is not installed and left out");
            return false;
        }
    }

    // ---------------------------------------------------------------- contenders

    private final class Emberwall implements Contender {
        private final String name;
        private final String classPath;
        private final String tier;
        private final String bounds;

        /** A build in a tier, or in the one that it takes by itself if that is null. */
        Emberwall(String name, String classPath, String tier, String bounds) {
            this.name = name;
            this.classPath = classPath;
            this.tier = tier;
            this.bounds = bounds;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public double run(Programs.Case program) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-Dbounds=" + bounds);
            if (tier != null) command.add("-Dtier=" + tier);
            if (cpuClock) command.add("-Dclock=cpu");
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, "emberwall.bench.Runner"));
            double time = protocol(name, program, command, List.of(), ITERATIONS);
            // A tier that was asked for may lack something.
            if (Double.isNaN(time) && tier == null) throw new IOException(name + " failed on " + program.name());
            return time;
        }
    }

    /** Node's engine through the runner that lies beside the programs, in the mode that flags say. */
    private final class V8 implements Contender {
        private final String name;
        private final List<String> flags;

        V8(String name, List<String> flags) {
            this.name = name;
            this.flags = flags;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public double run(Programs.Case program) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(List.of("node"));
            command.addAll(flags);
            command.addAll(List.of("--require", host().toString()));
            command.add(Programs.folder().resolve("src/v8.mjs").toString());
            return protocol(name, program, command, List.of("bench"), ITERATIONS);
        }
    }

    /**
     * A script that Node reads first: functions of WASI that the runner's small host lacks say that they are not there
     * (esbuild imports more than it calls), and the clock counts processor time where that is asked for.
     */
    private Path host() throws IOException {
        Path script = work.resolve("host.cjs");
        if (Files.exists(script)) return script;
        String lacking = """
                const Plain = WebAssembly.Instance;
                WebAssembly.Instance = class extends Plain {
                  constructor(module, imports) {
                    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
                      imports[from][name] ??= () => (name === 'sched_yield' ? 0 : 52);
                    }
                    super(module, imports);
                  }
                };
                """;
        String clock = """
                const now = () => { const used = process.cpuUsage(); return (used.user + used.system) / 1000; };
                Object.defineProperty(globalThis, 'performance', { value: { now } });
                """;
        return Files.writeString(script, cpuClock ? lacking + clock : lacking);
    }

    /** The same C, compiled for this machine; only for programs that consist of one file of ours. */
    private final class Gcc implements Contender {
        @Override
        public String name() {
            return "gcc -O2";
        }

        @Override
        public double run(Programs.Case program) throws IOException, InterruptedException {
            Path source = Programs.folder().resolve("src").resolve(program.name() + ".c");
            if (!Files.exists(source)) return Double.NaN;
            Path binary = work.resolve(program.name());
            if (!Files.exists(binary)) build(source, binary);
            List<Double> times = new ArrayList<>();
            long began = System.nanoTime();
            while (times.size() < ITERATIONS && (times.isEmpty() || System.nanoTime() - began < seconds * 1e9)) {
                times.add(once(program, binary));
            }
            return median(times);
        }

        private void build(Path source, Path binary) throws IOException, InterruptedException {
            Process gcc = new ProcessBuilder("gcc", "-O2", "-w", source.toString(), "-lm", "-o", binary.toString())
                    .inheritIO()
                    .start();
            if (gcc.waitFor() != 0) throw new IOException("gcc failed on " + source);
        }

        private double once(Programs.Case program, Path binary) throws IOException, InterruptedException {
            Path output = work.resolve("output");
            // The shell's own measure, as the process's start is nothing that a program can help.
            String format = cpuClock ? "%3U %3S" : "%3R 0";
            List<String> command = new ArrayList<>(
                    List.of("bash", "-c", "TIMEFORMAT='" + format + "'; out=$1; shift; time \"$@\" >\"$out\"", "bash"));
            command.add(output.toString());
            command.add(binary.toString());
            command.addAll(program.arguments().subList(1, program.arguments().size()));
            Process process = new ProcessBuilder(command)
                    .redirectInput(program.input().toFile())
                    .start();
            String[] times = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split(" ");
            process.waitFor();
            check("gcc -O2", program, sha256(Files.readAllBytes(output)));
            return (Double.parseDouble(times[0]) + Double.parseDouble(times[1])) * 1e3;
        }
    }

    /** Starts a runner and reads what it says, see {@link Runner}: median milliseconds of a run, or NaN if it failed. */
    private double protocol(String name, Programs.Case program, List<String> start, List<String> mode, int iterations)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(start);
        command.addAll(mode);
        command.add(program.module().toString());
        command.add(Integer.toString(iterations));
        command.add(Double.toString(seconds));
        command.add(program.stdin() == null ? "-" : program.input().toString());
        command.addAll(program.arguments());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        double time = Double.NaN;
        String sha = "nothing";
        for (String line : process.inputReader().lines().toList()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "compile_ms" ->
                    compileTimes.merge(program.name() + "/" + name, Double.parseDouble(words[1]), Math::min);
                case "iter_ms" ->
                    time = line.contains("rc=")
                            ? Double.NaN
                            : median(Arrays.stream(words)
                                    .skip(1)
                                    .map(Double::valueOf)
                                    .toList());
                case "sha" -> sha = words[1];
                default -> {}
            }
        }
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) return Double.NaN;
        check(name, program, sha);
        return time;
    }

    private static void check(String name, Programs.Case program, String sha) {
        if (!program.sha256().equals(sha)) {
            throw new IllegalStateException(name + " printed something else than expected of " + program.name());
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    // ---------------------------------------------------------------- the table

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private void print(
            List<Programs.Case> programs, List<Contender> contenders, Map<String, List<Double>> cells, int rounds) {
        System.out.printf(
                "Milliseconds a run%s, and in brackets relative to the first column; medians of %d interleaved rounds."
                        + " %s, %d cores, %s, JDK %s.%n%n",
                cpuClock ? " (processor time)" : "",
                rounds,
                LocalDate.now(),
                Runtime.getRuntime().availableProcessors(),
                processor(),
                System.getProperty("java.version"));
        StringBuilder head = new StringBuilder("| program |");
        StringBuilder rule = new StringBuilder("| --- |");
        for (Contender contender : contenders) {
            head.append(' ').append(contender.name()).append(" |");
            rule.append(" ---: |");
        }
        System.out.println(head + "\n" + rule);
        double[] logs = new double[contenders.size()];
        int[] counts = new int[contenders.size()];
        for (Programs.Case program : programs) {
            StringBuilder row = new StringBuilder("| " + program.name() + " |");
            double first = Double.NaN;
            for (int i = 0; i < contenders.size(); i++) {
                double time = median(
                        cells.get(program.name() + "/" + contenders.get(i).name()));
                if (i == 0) first = time;
                row.append(cell(time, i == 0 ? Double.NaN : time / first));
                if (Double.isNaN(time)) continue;
                logs[i] += Math.log(time / first);
                counts[i]++;
            }
            System.out.println(row);
        }
        StringBuilder means = new StringBuilder("| geometric mean of ratios |");
        for (int i = 0; i < contenders.size(); i++) {
            means.append(counts[i] == 0 ? " |" : String.format(Locale.ROOT, " %.2f |", Math.exp(logs[i] / counts[i])));
        }
        System.out.println(means);
        printCompileTimes(programs, contenders);
    }

    private static String cell(double time, double ratio) {
        if (Double.isNaN(time)) return " |";
        String text = String.format(Locale.ROOT, time < 100 ? " %.1f" : " %.0f", time);
        return text + (Double.isNaN(ratio) ? " |" : String.format(Locale.ROOT, " (%.2f) |", ratio));
    }

    private void printCompileTimes(List<Programs.Case> programs, List<Contender> contenders) {
        System.out.println("\nMilliseconds to compile the whole module in a fresh process, best of the rounds"
                + " (Emberwall in a JVM that is not warm; V8 with all cores):\n");
        StringBuilder head = new StringBuilder("| program |");
        StringBuilder rule = new StringBuilder("| --- |");
        for (Contender contender : contenders) {
            if (contender instanceof Gcc) continue;
            head.append(' ').append(contender.name()).append(" |");
            rule.append(" ---: |");
        }
        System.out.println(head + "\n" + rule);
        for (Programs.Case program : programs) {
            StringBuilder row = new StringBuilder("| " + program.name() + " |");
            for (Contender contender : contenders) {
                if (contender instanceof Gcc) continue;
                Double time = compileTimes.get(program.name() + "/" + contender.name());
                row.append(time == null ? " |" : cell(time, Double.NaN));
            }
            System.out.println(row);
        }
    }

    private static String processor() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith("model name"))
                    return line.substring(line.indexOf(':') + 1).strip();
            }
        } catch (IOException e) {
            // Then the architecture must do.
        }
        return System.getProperty("os.arch");
    }
}
