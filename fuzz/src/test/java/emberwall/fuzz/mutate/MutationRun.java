package emberwall.fuzz.mutate;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Tries a range of mutants in this JVM: {@code MutationRun RUN FROM TO FILE}. The number of the one in work stands in the
 * file, mapped, so that it outlives whatever happens.
 */
public final class MutationRun {
    /** A mutant that takes so long, on however busy a machine, does not end. */
    private static final long HANGS_NANOS = 60_000_000_000L;

    private final Mutator mutator;
    private volatile int number;
    private volatile long since;

    private MutationRun(Mutator mutator) {
        this.mutator = mutator;
    }

    /** Entry point of the child. */
    public static void main(String[] arguments) throws IOException {
        MutationRun run = new MutationRun(new Mutator(Seeds.modules(), Long.parseLong(arguments[0])));
        try (RandomAccessFile file = new RandomAccessFile(arguments[3], "rw")) {
            MappedByteBuffer status = file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, Integer.BYTES);
            run.run(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), status);
        }
    }

    private void run(int from, int to, MappedByteBuffer status) {
        Thread guard = new Thread(this::watch, "guard");
        guard.setDaemon(true);
        since = System.nanoTime();
        guard.start();
        int[] results = new int[Comparison.Result.values().length];
        try (Comparison comparison = new Comparison()) {
            for (int i = from; i < to; i++) {
                number = i;
                since = System.nanoTime();
                status.putInt(0, i);
                results[run(comparison, i).ordinal()]++;
            }
        }
        int refused = results[Comparison.Result.REFUSED.ordinal()];
        int agreed = results[Comparison.Result.AGREED.ordinal()];
        int ran = to - from - refused;
        if (ran < (to - from) / 10) {
            throw new AssertionError("only " + ran + " of " + (to - from) + " mutants ran");
        }
        System.out.printf(
                Locale.ROOT,
                "%d mutants: %d refused, %d ran, %d of them to the same end in all engines%n",
                to - from,
                refused,
                ran,
                agreed);
    }

    private Comparison.Result run(Comparison comparison, int mutant) {
        byte[] bytes = mutator.mutant(mutant);
        try {
            return comparison.run(bytes, () -> mutator.choices(mutant));
        } catch (RuntimeException | Error e) {
            String text = bytes.length > 10_000
                    ? bytes.length + " bytes"
                    : HexFormat.of().formatHex(bytes);
            throw new AssertionError("mutant " + mutant + ": " + text, e);
        }
    }

    private void watch() {
        while (System.nanoTime() - since < HANGS_NANOS) {
            try {
                Thread.sleep(1_000);
            } catch (InterruptedException e) {
                return;
            }
        }
        System.out.println("mutant " + number + " does not end:");
        for (var stack : Thread.getAllStackTraces().entrySet()) {
            System.out.println(stack.getKey().getName() + " " + Arrays.toString(stack.getValue()));
        }
        Runtime.getRuntime().halt(3);
    }
}
