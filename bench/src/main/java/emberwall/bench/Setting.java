package emberwall.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What all contenders of a comparison share.
 *
 * @param seconds after which a process makes no further repetition
 * @param cpuClock whether processor time counts rather than the clock on the wall
 * @param work where files may be made
 */
record Setting(double seconds, boolean cpuClock, Path work) {
    /** The most repetitions in a process. */
    static final int ITERATIONS = 15;

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Refuses the time of a run that computed something else. */
    static void check(String name, Programs.Case program, String sha256) {
        if (!program.sha256().equals(sha256)) {
            throw new IllegalStateException(name + " printed something else than expected of " + program.name());
        }
    }

    /** The first line that a command prints, or null if there is no such command. */
    static String firstLine(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? output.lines().findFirst().orElse("") : null;
        } catch (IOException e) {
            System.err.println(Arrays.toString(command) + " cannot be started: left out");
            return null;
        }
    }
}
