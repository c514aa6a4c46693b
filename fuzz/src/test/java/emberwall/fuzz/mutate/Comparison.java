package emberwall.fuzz.mutate;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Runs the same bytes in every engine, and insists on the same outcome. */
public final class Comparison implements AutoCloseable {
    /** What came of the bytes: in no engine an instance, one in some, the same in all to the very end. */
    public enum Result {
        REFUSED,
        RAN,
        AGREED
    }

    private final List<Trial> trials = new ArrayList<>();

    /** Starts an engine of each kind. */
    public Comparison() {
        for (Trial.Kind kind : Trial.Kind.values()) {
            trials.add(new Trial(kind));
        }
    }

    /**
     * Tries the bytes everywhere.
     *
     * @param choices makes the generator that arguments are taken from, the same each time
     * @throws AssertionError if outcomes differ
     */
    public Result run(byte[] bytes, Supplier<SplittableRandom> choices) {
        List<Trial.Outcome> outcomes = new ArrayList<>();
        for (Trial trial : trials) {
            outcomes.add(trial.run(bytes.clone(), choices.get()));
        }
        boolean ran = false;
        boolean agreed = true;
        for (Trial.Outcome one : outcomes) {
            for (Trial.Outcome other : outcomes) {
                int count = Math.min(one.comparable(), other.comparable());
                if (!one.steps().subList(0, count).equals(other.steps().subList(0, count))) {
                    throw new AssertionError("outcomes differ: " + one.steps() + " and " + other.steps());
                }
            }
            ran |= one.ran();
            agreed &= one.comparable() == one.steps().size();
        }
        return ran ? agreed ? Result.AGREED : Result.RAN : Result.REFUSED;
    }

    @Override
    public void close() {
        for (Trial trial : trials) {
            trial.close();
        }
    }
}
