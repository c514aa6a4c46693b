package emberwall.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The same source, compiled for this machine: what {@code bench/native} built, else programs that consist of one file of
 * C beside the modules.
 */
final class Native implements Contender {
    private static final Path BUILT = Path.of("bench/target/native");

    private final Setting setting;
    private final String key;
    private final String compiler;
    private final String level;
    private final String version;

    Native(Setting setting, String key, String compiler, String level, String version) {
        this.setting = setting;
        this.key = key;
        this.compiler = compiler;
        this.level = level;
        this.version = version;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public String name() {
        return key + " " + level;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public double run(Programs.Case program) throws IOException, InterruptedException {
        Path binary = binary(program);
        if (binary == null) return Double.NaN;
        List<Double> times = new ArrayList<>();
        long began = System.nanoTime();
        while (times.size() < Setting.ITERATIONS
                && (times.isEmpty() || System.nanoTime() - began < setting.seconds() * 1e9)) {
            times.add(once(program, binary));
        }
        return Setting.median(times);
    }

    /** Nobody's module: what compilers of source need for it is no measure for one of WebAssembly. */
    @Override
    public double compile(Programs.Case program) {
        return Double.NaN;
    }

    private Path binary(Programs.Case program) throws IOException, InterruptedException {
        Path built = BUILT.resolve(key).resolve(program.name());
        if (Files.exists(built)) return built;
        Path source = Programs.folder().resolve("src").resolve(program.name() + ".c");
        if (!Files.exists(source)) return null;
        Path binary = setting.work().resolve(key + "-" + program.name());
        if (Files.exists(binary)) return binary;
        Process process = new ProcessBuilder(compiler, level, "-w", source.toString(), "-lm", "-o", binary.toString())
                .inheritIO()
                .start();
        if (process.waitFor() != 0) throw new IOException(compiler + " failed on " + source);
        return binary;
    }

    private double once(Programs.Case program, Path binary) throws IOException, InterruptedException {
        Path output = setting.work().resolve("output");
        // The shell's own measure, as the process's start is nothing that a program can help.
        String format = setting.cpuClock() ? "%3U %3S" : "%3R 0";
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
        Setting.check(name(), program, Programs.sha256(Files.readAllBytes(output)));
        return (Double.parseDouble(times[0]) + Double.parseDouble(times[1])) * 1e3;
    }
}
