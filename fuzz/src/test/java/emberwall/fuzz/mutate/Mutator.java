package emberwall.fuzz.mutate;

import java.util.List;
import java.util.SplittableRandom;

/** Makes mutants: the same for the same seeds, run and number, whichever were made before. */
final class Mutator {
    /** No mutant is longer: what is too long wastes time that many shorter ones would use better. */
    private static final int LONGEST = 1 << 18;

    private final List<byte[]> seeds;
    private final long run;

    Mutator(List<byte[]> seeds, long run) {
        this.seeds = seeds;
        this.run = run;
    }

    /** A mutant: one to several mutations of one of the seeds. */
    byte[] mutant(int number) {
        SplittableRandom random = random(number);
        byte[] bytes = seed(random);
        do {
            byte[] changed = Mutation.any(random).apply(bytes, seed(random), random);
            if (changed.length <= LONGEST) {
                bytes = changed;
            }
        } while (random.nextInt(3) == 0);
        return bytes;
    }

    /** The random numbers for what is done with a mutant. */
    SplittableRandom choices(int number) {
        return random(~number);
    }

    private SplittableRandom random(int number) {
        // One step of a generator mixes run and number well enough to make neighbours strangers.
        return new SplittableRandom(new SplittableRandom(run ^ (long) number << 32).nextLong());
    }

    private byte[] seed(SplittableRandom random) {
        return seeds.get(random.nextInt(seeds.size())).clone();
    }
}
