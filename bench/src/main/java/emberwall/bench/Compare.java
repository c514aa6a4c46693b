package emberwall.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whole programs side by side: {@code Compare [--rounds N] [--seconds S] [--size full|quick] [--clock wall|cpu]
 * [--with CONTENDER,CONTENDER|all] [--no-compile] [--before JAR] [PROGRAM...]}.
 *
 * <p>In every round each contender runs each program in a process of its own, which repeats the program for some seconds
 * and reports the time of each repetition; what counts of a process is its median, and of a cell the median over the
 * rounds. All output is checked against the expected hash. Compilation is measured apart, once, after all rounds. Prints
 * Markdown on standard output, progress on standard error.
 *
 * <p>{@code --with} names the columns, see {@link Contenders}; all but GCC's tier, which takes minutes for each round of a
 * large program, are there without it.
 *
 * <p>{@code --clock cpu} counts processor time instead, for machines that are busy with something else: of the thread
 * that runs the guest for Emberwall and Wasmtime, of the whole process for the others, compilation in the background
 * included.
 *
 * <p>{@code --before JAR} measures beside another build of Emberwall, its {@code benchmarks.jar}, instead of the others.
 */
public final class Compare {
    private final List<Contender> contenders;
    private final List<Programs.Case> programs;
    private final Map<String, List<Double>> cells = new LinkedHashMap<>();

    private Compare(List<Contender> contenders, List<Programs.Case> programs) {
        this.contenders = contenders;
        this.programs = programs;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = 5;
        double seconds = 3;
        String size = "full";
        boolean cpuClock = false;
        boolean compilation = true;
        String before = null;
        Set<String> with = new LinkedHashSet<>();
        Set<String> wanted = new LinkedHashSet<>();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--rounds" -> rounds = Integer.parseInt(arguments[++i]);
                case "--seconds" -> seconds = Double.parseDouble(arguments[++i]);
                case "--size" -> size = arguments[++i];
                case "--clock" -> cpuClock = arguments[++i].equals("cpu");
                case "--with" -> with.addAll(Arrays.asList(arguments[++i].split(",")));
                case "--no-compile" -> compilation = false;
                case "--before" -> before = arguments[++i];
                default -> wanted.add(arguments[i]);
            }
        }
        Setting setting = new Setting(seconds, cpuClock, Files.createTempDirectory("emberwall-compare"));
        List<Contender> contenders =
                before == null ? Contenders.named(setting, with) : Contenders.builds(setting, before);
        Compare compare = new Compare(contenders, programs(size, wanted));
        for (int round = 1; round <= rounds; round++) compare.round(round);
        compare.print(setting, rounds, compilation);
    }

    /** Those asked for, or all; but for {@code hello}, which is over before anything can be measured. */
    private static List<Programs.Case> programs(String size, Set<String> wanted) throws IOException {
        List<Programs.Case> programs = new ArrayList<>(Programs.all(size));
        for (String name : wanted) {
            if (programs.stream().noneMatch(each -> each.name().equals(name))) {
                throw new IllegalArgumentException("no program is called " + name);
            }
        }
        programs.removeIf(each -> wanted.isEmpty() ? each.name().equals("hello") : !wanted.contains(each.name()));
        return programs;
    }

    private void round(int round) throws IOException, InterruptedException {
        for (Programs.Case program : programs) {
            for (Contender contender : contenders) {
                double time = contender.run(program);
                String key = program.name() + "/" + contender.key();
                cells.computeIfAbsent(key, ignored -> new ArrayList<>()).add(time);
                System.err.printf(Locale.ROOT, "round %d  %-40s %10.1f ms%n", round, key, time);
            }
        }
    }

    private void print(Setting setting, int rounds, boolean compilation) throws IOException, InterruptedException {
        double[][] times = new double[programs.size()][contenders.size()];
        for (int i = 0; i < programs.size(); i++) {
            for (int j = 0; j < contenders.size(); j++) {
                times[i][j] = Setting.median(cells.get(
                        programs.get(i).name() + "/" + contenders.get(j).key()));
            }
        }
        ComparisonReport report = new ComparisonReport(programs, contenders);
        report.head(setting, rounds);
        report.times(times);
        report.ratios(times);
        if (!compilation) return;
        double[][] compileTimes = new double[programs.size()][contenders.size()];
        for (int i = 0; i < programs.size(); i++) {
            for (int j = 0; j < contenders.size(); j++) {
                compileTimes[i][j] = contenders.get(j).compile(programs.get(i));
                System.err.printf(
                        Locale.ROOT,
                        "compile  %-40s %10.1f ms%n",
                        programs.get(i).name() + "/" + contenders.get(j).key(),
                        compileTimes[i][j]);
            }
        }
        report.compilation(compileTimes);
    }
}
