package emberwall.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tables that {@link Compare} prints, as Markdown; times are {@code [program][contender]}, NaN where there is none. */
final class ComparisonReport {
    private final List<Programs.Case> programs;
    private final List<Contender> contenders;

    ComparisonReport(List<Programs.Case> programs, List<Contender> contenders) {
        this.programs = programs;
        this.contenders = contenders;
    }

    /** Who was measured, how, and on what. */
    void head(Setting setting, int rounds) {
        System.out.printf(
                "%s, %d cores, %s, JDK %s; %s, medians of %d interleaved rounds.%n%n",
                LocalDate.now(),
                Runtime.getRuntime().availableProcessors(),
                processor(),
                System.getProperty("java.version"),
                setting.cpuClock() ? "processor time" : "wall time",
                rounds);
        for (Contender contender : contenders) {
            System.out.println("* " + contender.name() + ": " + contender.version());
        }
    }

    /** Milliseconds, and in brackets what they are relative to the first column. */
    void times(double[][] times) {
        System.out.println("\nMilliseconds a run, execution only, and in brackets relative to the first column:\n");
        title(contenders);
        for (int i = 0; i < times.length; i++) {
            StringBuilder row = new StringBuilder("| " + programs.get(i).name() + " |");
            for (int j = 0; j < times[i].length; j++) {
                row.append(cell(times[i][j], j == 0 ? "" : brackets("%.2f", times[i][j] / times[i][0])));
            }
            System.out.println(row);
        }
        double[][] relative = new double[times.length][];
        for (int i = 0; i < times.length; i++) relative[i] = quotients(times[i], times[i][0], false);
        means(relative, contenders.size());
    }

    /** The optimizing compiler's time over that of each other contender, program by program. */
    void ratios(double[][] times) {
        int subject =
                Math.max(0, contenders.stream().map(Contender::key).toList().indexOf("optimizing"));
        System.out.println("\nTime of " + contenders.get(subject).name() + " relative to:\n");
        title(contenders);
        double[][] relative = new double[times.length][];
        for (int i = 0; i < times.length; i++) {
            relative[i] = quotients(times[i], times[i][subject], true);
            StringBuilder row = new StringBuilder("| " + programs.get(i).name() + " |");
            for (double each : relative[i]) row.append(number("%.2f", each)).append(" |");
            System.out.println(row);
        }
        means(relative, contenders.size());
    }

    /** Milliseconds and throughput of compilation, for the contenders that tell it. */
    void compilation(double[][] times) throws IOException {
        System.out.println(
                "\nTo compile the whole module once warm: milliseconds of processor time (cc: cold, by the clock),"
                        + " and in brackets MB of code section a second.\n");
        List<Contender> measured = new ArrayList<>();
        for (int j = 0; j < contenders.size(); j++) {
            for (double[] row : times) {
                if (Double.isNaN(row[j])) continue;
                measured.add(contenders.get(j));
                break;
            }
        }
        title(measured);
        for (int i = 0; i < times.length; i++) {
            double megabytes = programs.get(i).codeBytes() / 1e6;
            StringBuilder row = new StringBuilder("| " + programs.get(i).name() + " |");
            for (Contender contender : measured) {
                double time = times[i][contenders.indexOf(contender)];
                row.append(cell(time, brackets("%.2f", megabytes / time * 1e3)));
            }
            System.out.println(row);
        }
    }

    private static void title(List<Contender> columns) {
        StringBuilder head = new StringBuilder("| program |");
        StringBuilder rule = new StringBuilder("| --- |");
        for (Contender contender : columns) {
            head.append(' ').append(contender.name()).append(" |");
            rule.append(" ---: |");
        }
        System.out.println(head + "\n" + rule);
    }

    /** Geometric means of columns: over all programs that each ran, and over those that everybody ran. */
    private static void means(double[][] relative, int columns) {
        StringBuilder own = new StringBuilder("| geometric mean (of how many, if not of all) |");
        StringBuilder common = new StringBuilder("| geometric mean of those that all ran |");
        boolean differ = false;
        for (int j = 0; j < columns; j++) {
            Mean ofOwn = new Mean();
            Mean ofCommon = new Mean();
            for (double[] row : relative) {
                ofOwn.add(row[j]);
                boolean complete = true;
                for (double each : row) complete &= !Double.isNaN(each);
                if (complete) ofCommon.add(row[j]);
            }
            boolean partial = ofOwn.count < relative.length && ofOwn.count > 0;
            own.append(number("%.2f", ofOwn.value()));
            own.append(partial ? " (" + ofOwn.count + ") |" : " |");
            common.append(number("%.2f", ofCommon.value())).append(" |");
            differ |= ofCommon.count > 0 && ofCommon.count < relative.length;
        }
        System.out.println(own);
        if (differ) System.out.println(common);
    }

    /** A geometric mean of the numbers among what is added. */
    private static final class Mean {
        private double logs;
        private int count;

        void add(double value) {
            if (Double.isNaN(value)) return;
            logs += Math.log(value);
            count++;
        }

        double value() {
            return count == 0 ? Double.NaN : Math.exp(logs / count);
        }
    }

    private static double[] quotients(double[] row, double one, boolean inverse) {
        double[] quotients = new double[row.length];
        for (int j = 0; j < row.length; j++) quotients[j] = inverse ? one / row[j] : row[j] / one;
        return quotients;
    }

    private static String cell(double time, String rest) {
        if (Double.isNaN(time)) return " |";
        return number(time < 100 ? "%.1f" : "%.0f", time) + rest + " |";
    }

    private static String brackets(String format, double value) {
        return Double.isNaN(value) ? "" : " (" + String.format(Locale.ROOT, format, value) + ")";
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "" : " " + String.format(Locale.ROOT, format, value);
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
