package emberwall.codegen.alloc;

import emberwall.codegen.Convention;
import java.util.Arrays;

/**
 * Gives values words of the frame, one for the whole life, which others may have when it is over. Lives are taken as a stretch in
 * the code that is run and one in the cold code behind it. Values are asked for by ascending start.
 */
final class Words {
    private static final int NONE = -1;
    /** How many words are looked at before a new one is taken, so that the work stays in proportion. */
    private static final int MOST_TRIES = 64;

    private final Lifetimes lifetimes;
    private final FrameWords frame;
    private int coldStart;

    // words, those of a pair by its first
    private int[] scalars = new int[16];
    private int scalarCount;
    private int[] pairs = new int[16];
    private int pairCount;
    /** By word: until where it is taken in hot and in cold code. */
    private int[] hotTo = new int[64];

    private int[] coldTo = new int[64];

    Words(Lifetimes lifetimes, FrameWords frame) {
        this.lifetimes = lifetimes;
        this.frame = frame;
    }

    void reset(int itsColdStart) {
        coldStart = itsColdStart;
        scalarCount = 0;
        pairCount = 0;
        Arrays.fill(hotTo, 0);
        Arrays.fill(coldTo, 0);
    }

    /** The word for a value; a certain one if it can be had. */
    int take(int value, int preferred) {
        int first = lifetimes.firstRange(value);
        int last = lifetimes.endOfRanges(value) - 1;
        int hotFrom = lifetimes.from(first);
        int coldFrom = Obstacles.NEVER;
        int coldEnd = 0;
        int hotEnd = lifetimes.to(last);
        if (lifetimes.to(last) > coldStart) {
            int hot = last;
            while (hot >= first && lifetimes.from(hot) >= coldStart) {
                hot--;
            }
            coldFrom = hot < last ? lifetimes.from(hot + 1) : coldStart;
            coldEnd = lifetimes.to(last);
            hotEnd = hot < first ? 0 : Math.min(coldStart, lifetimes.to(hot));
            hotFrom = hot < first ? Obstacles.NEVER : hotFrom;
        }
        int word = choose(lifetimes.valueClass(value) == Convention.VECTOR, preferred, hotFrom, coldFrom);
        hotTo[word] = Math.max(hotTo[word], hotEnd);
        coldTo[word] = Math.max(coldTo[word], coldEnd);
        return word;
    }

    private int choose(boolean pair, int preferred, int hotFrom, int coldFrom) {
        if (preferred != NONE && isFree(preferred, hotFrom, coldFrom)) {
            return preferred;
        }
        int[] known = pair ? pairs : scalars;
        int count = pair ? pairCount : scalarCount;
        for (int i = Math.max(0, count - MOST_TRIES); i < count; i++) {
            if (isFree(known[i], hotFrom, coldFrom)) {
                return known[i];
            }
        }
        return takeNew(pair);
    }

    private boolean isFree(int word, int hotFrom, int coldFrom) {
        return hotTo[word] <= hotFrom && coldTo[word] <= coldFrom;
    }

    private int takeNew(boolean pair) {
        int word = frame.take(pair ? Convention.VECTOR : Convention.INT);
        if (word >= hotTo.length) {
            int size = Math.max(word + 1, hotTo.length * 2);
            hotTo = Arrays.copyOf(hotTo, size);
            coldTo = Arrays.copyOf(coldTo, size);
        }
        if (pair) {
            pairs = pairCount == pairs.length ? Arrays.copyOf(pairs, pairCount * 2) : pairs;
            pairs[pairCount++] = word;
        } else {
            scalars = scalarCount == scalars.length ? Arrays.copyOf(scalars, scalarCount * 2) : scalars;
            scalars[scalarCount++] = word;
        }
        return word;
    }
}
