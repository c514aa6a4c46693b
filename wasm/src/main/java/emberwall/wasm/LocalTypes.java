package emberwall.wasm;

import java.util.Arrays;

/**
 * The types of a function's locals while its body is checked, and which of those without default value have been set. The
 * first locals are spread out; the others, of which a few bytes declare very many, stay runs.
 */
final class LocalTypes {
    private static final int SPREAD = 256;

    private final int[] first = new int[SPREAD];
    /** For every run of locals: the local after it, and its type. */
    private int[] runs = new int[32];

    private int runCount;
    private int count;
    private boolean allDefaultable;
    /** One bit per local; only those of locals without default value count. */
    private long[] set = new long[4];

    private int[] setOrder = new int[16];
    private int setCount;

    void clear() {
        while (setCount > 0) {
            unset();
        }
        runCount = 0;
        count = 0;
        allDefaultable = true;
    }

    /** Parameters come first; they are set from the beginning. */
    void addParameter(int type) {
        add(type, 1);
        if (!ValueType.isDefaultable(type)) {
            markSet(count - 1);
        }
    }

    void add(int type, int length) {
        if (runCount > 0 && runs[(runCount << 1) - 1] == type) {
            runCount--;
        } else if (runCount << 1 == runs.length) {
            runs = Arrays.copyOf(runs, runs.length << 1);
        }
        if (count < SPREAD) {
            Arrays.fill(first, count, Math.min(SPREAD, count + length), type);
        }
        count += length;
        runs[runCount << 1] = count;
        runs[(runCount << 1) + 1] = type;
        runCount++;
        allDefaultable &= ValueType.isDefaultable(type);
    }

    int count() {
        return count;
    }

    /** The type of a local, or -1 if there is no such local. */
    int type(int local) {
        if (local < 0 || local >= count) {
            return -1;
        }
        return local < SPREAD ? first[local] : search(local);
    }

    private int search(int local) {
        int low = 0;
        int high = runCount - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (local < runs[middle << 1]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return runs[(low << 1) + 1];
    }

    /** Whether every local has a default value, so that there is nothing to remember. */
    boolean allDefaultable() {
        return allDefaultable;
    }

    boolean isSet(int local) {
        int word = local >> 6;
        return word < set.length && (set[word] & 1L << local) != 0;
    }

    /** Remembers that a local has been set. */
    void markSet(int local) {
        if (isSet(local)) {
            return;
        }
        int word = local >> 6;
        if (word >= set.length) {
            set = Arrays.copyOf(set, Math.max(word + 1, set.length << 1));
        }
        set[word] |= 1L << local;
        if (setCount == setOrder.length) {
            setOrder = Arrays.copyOf(setOrder, setCount << 1);
        }
        setOrder[setCount++] = local;
    }

    /** How many locals have been set; {@link #forgetFrom} goes back to that state. */
    int setCount() {
        return setCount;
    }

    void forgetFrom(int mark) {
        while (setCount > mark) {
            unset();
        }
    }

    private void unset() {
        int local = setOrder[--setCount];
        set[local >> 6] &= ~(1L << local);
    }
}
