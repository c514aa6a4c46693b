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
    private static final int MOST_TRIES = 16;

    private final Lifetimes lifetimes;
    private final FrameWords frame;
    private int coldStart;

    private final Free scalars = new Free();
    private final Free pairs = new Free();
    /** By word, a pair's first: until where it is taken in hot and in cold code. */
    private int[] hotTo = new int[64];

    private int[] coldTo = new int[64];

    Words(Lifetimes lifetimes, FrameWords frame) {
        this.lifetimes = lifetimes;
        this.frame = frame;
    }

    void reset(int itsColdStart) {
        coldStart = itsColdStart;
        scalars.count = 0;
        pairs.count = 0;
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
        boolean pair = lifetimes.valueClass(value) == Convention.VECTOR;
        int word = choose(pair, preferred, hotFrom, coldFrom);
        hotTo[word] = Math.max(hotTo[word], hotEnd);
        coldTo[word] = Math.max(coldTo[word], coldEnd);
        (pair ? pairs : scalars).add(word);
        return word;
    }

    private int choose(boolean pair, int preferred, int hotFrom, int coldFrom) {
        if (preferred != NONE && isFree(preferred, hotFrom, coldFrom)) {
            return preferred;
        }
        Free free = pair ? pairs : scalars;
        int word = free.find(hotFrom, coldFrom);
        return word == NONE ? takeNew(pair) : word;
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
        return word;
    }

    /** Words by the position until which they are taken in hot code: a heap of (position, word), where a word may be out of date. */
    private final class Free {
        private long[] heap = new long[16];
        private int count;
        private final long[] passed = new long[MOST_TRIES];

        void add(int word) {
            if (count == heap.length) {
                heap = Arrays.copyOf(heap, count * 2);
            }
            insert((long) hotTo[word] << 32 | word);
        }

        private void insert(long entry) {
            int place = count++;
            while (place > 0 && heap[place - 1 >> 1] > entry) {
                heap[place] = heap[place - 1 >> 1];
                place = place - 1 >> 1;
            }
            heap[place] = entry;
        }

        private long remove() {
            long first = heap[0];
            long entry = heap[--count];
            int place = 0;
            while (2 * place + 1 < count) {
                int child = 2 * place + 1;
                if (child + 1 < count && heap[child + 1] < heap[child]) {
                    child++;
                }
                if (heap[child] >= entry) {
                    break;
                }
                heap[place] = heap[child];
                place = child;
            }
            heap[place] = entry;
            return first;
        }

        int find(int hotFrom, int coldFrom) {
            int tries = 0;
            int found = NONE;
            while (found == NONE && tries < MOST_TRIES && count > 0 && heap[0] >> 32 <= hotFrom) {
                long entry = remove();
                int word = (int) entry;
                if (entry >> 32 == hotTo[word]) {
                    found = coldTo[word] <= coldFrom ? word : NONE;
                    if (found == NONE) {
                        passed[tries++] = entry;
                    }
                }
            }
            while (tries > 0) {
                insert(passed[--tries]);
            }
            return found;
        }
    }
}
