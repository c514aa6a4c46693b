package emberwall.fuzz.mutate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import emberwall.testing.ChildJvm;
import emberwall.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Mutants of valid modules in every engine: each is refused with one clear error or runs within limits, to the same end
 * everywhere, in a heap of 256 MiB. Other mutants than the usual ones, or more: {@code -Demberwall.mutate.run=N} and
 * {@code -Demberwall.mutate.count=N}.
 */
class MutationTest {
    private static final int CHILDREN = 2;
    private static final long RUN = Long.getLong("emberwall.mutate.run", 1);
    private static final int COUNT = Integer.getInteger("emberwall.mutate.count", 100_000);

    @Test
    void eachMutantIsRefusedOrRunsWithinLimits() {
        Shared.require();
        IntStream.range(0, CHILDREN).parallel().forEach(child -> {
            int from = (int) ((long) COUNT * child / CHILDREN);
            int to = (int) ((long) COUNT * (child + 1) / CHILDREN);
            try {
                run(from, to);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void eachMutationChangesSomething() throws IOException {
        List<byte[]> seeds = Seeds.modules();
        SplittableRandom random = new SplittableRandom(RUN);
        for (Mutation mutation : Mutation.values()) {
            int changed = 0;
            for (int i = 0; i < 1_000; i++) {
                byte[] seed = seeds.get(random.nextInt(seeds.size()));
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                byte[] kept = seed.clone();
                changed += Arrays.equals(mutation.apply(seed, other, random), kept) ? 0 : 1;
                assertArrayEquals(kept, seed, "a mutation changed the seed itself: " + mutation);
            }
            int most = changed;
            assertTrue(changed > 100, () -> mutation + " changed " + most + " of 1000");
        }
    }

    private static void run(int from, int to) throws IOException {
        Path status = Files.createTempFile("mutant", ".number");
        try {
            ChildJvm.Result result = ChildJvm.of(MutationRun.class)
                    .options("-Xmx256m", "-Demberwall.root=" + System.getProperty("emberwall.root", ""))
                    .seconds(300 + (to - from) / 100)
                    .run(Long.toString(RUN), Integer.toString(from), Integer.toString(to), status.toString());
            if (result.status() != 0) {
                byte[] number = Files.readAllBytes(status);
                String which = number.length < Integer.BYTES
                        ? "before the first mutant"
                        : "kept as " + keep(ByteBuffer.wrap(number).getInt());
                fail("status " + result.status() + ", " + which + "\n" + result.output());
            }
            System.out.print("run " + RUN + ", " + result.output());
        } finally {
            Files.delete(status);
        }
    }

    /** Writes a mutant to where builds leave things; the case belongs to the regressions once its cause is known. */
    private static Path keep(int number) throws IOException {
        Path file = Path.of("target", "mutants", RUN + "-" + number + ".wasm").toAbsolutePath();
        Files.createDirectories(file.getParent());
        return Files.write(file, new Mutator(Seeds.modules(), RUN).mutant(number));
    }
}
