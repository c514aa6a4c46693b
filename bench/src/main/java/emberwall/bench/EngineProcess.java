package emberwall.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * An engine in processes of its own, which keep to the protocol of {@link Runner}: they are given module, number,
 * seconds, input and arguments, and print times and the hash of the output.
 */
final class EngineProcess implements Contender {
    private final Setting setting;
    private final String key;
    private final String name;
    private final String version;
    private final List<String> runner;
    private final List<String> compiler;
    private final List<String> budget;
    private final Map<String, Double> wallTimes = new HashMap<>();

    /**
     * An engine.
     *
     * @param runner the command that runs a program, up to the module
     * @param compiler the command that only compiles, up to the module; empty if there is none
     * @param budget what stands behind the module in that
     */
    EngineProcess(
            Setting setting,
            String key,
            String name,
            String version,
            List<String> runner,
            List<String> compiler,
            List<String> budget) {
        this.setting = setting;
        this.key = key;
        this.name = name;
        this.version = version;
        this.runner = List.copyOf(runner);
        this.compiler = List.copyOf(compiler);
        this.budget = List.copyOf(budget);
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String version() {
        return version;
    }

    /** The median of a process's repetitions; NaN if the engine failed, as it may lack something. */
    @Override
    public double run(Programs.Case program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(runner);
        command.add(program.module().toString());
        command.add(Integer.toString(Setting.ITERATIONS));
        command.add(Double.toString(setting.seconds()));
        command.add(program.stdin() == null ? "-" : program.input().toString());
        command.addAll(program.arguments());
        double time = Double.NaN;
        String sha = "nothing";
        for (String line : output(command, program.input())) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "compile_wall_ms" -> wallTimes.merge(program.name(), Double.parseDouble(words[1]), Math::min);
                case "iter_ms" -> time = line.contains("rc=") ? Double.NaN : Setting.median(numbers(words));
                case "sha" -> sha = words[1];
                default -> {}
            }
        }
        if (!Double.isNaN(time)) Setting.check(name, program, sha);
        return time;
    }

    /** The best of what processes say that only compile; without such a command the best wall time before runs. */
    @Override
    public double compile(Programs.Case program) throws IOException, InterruptedException {
        if (compiler.isEmpty()) return wallTimes.getOrDefault(program.name(), Double.NaN);
        List<String> command = new ArrayList<>(compiler);
        command.add(program.module().toString());
        command.addAll(budget);
        double best = Double.NaN;
        for (String line : output(command, Path.of("/dev/null"))) {
            if (!line.startsWith("compile_ms ")) continue;
            double time = numbers(line.split(" ")).getFirst();
            if (!(best <= time)) best = time;
        }
        return best;
    }

    private static List<Double> numbers(String[] words) {
        return Arrays.stream(words).skip(1).map(Double::valueOf).toList();
    }

    /** All lines that a process prints; none if it fails. */
    private static List<String> output(List<String> command, Path input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = process.inputReader().lines().toList();
        return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0 ? lines : List.of();
    }
}
