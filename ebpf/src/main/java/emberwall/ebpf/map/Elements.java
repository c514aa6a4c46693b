package emberwall.ebpf.map;

import emberwall.os.Pages;
import java.util.Arrays;

/**
 * Elements of one size for a map's entries, by number. A retired one is taken again when the runs have ended that may know its address
 * ({@link Lanes}); for the meantime there are some more than the map has entries.
 */
final class Elements {
    private static final int LEAST_SPARE = 64;
    private static final int MOST_SPARE = 4096;

    private final Lanes lanes;
    private final long memory;
    private final int bytes;
    private final int capacity;

    /** A queue of retired elements in a circle, and the epochs at which they were. */
    private int[] retired = new int[LEAST_SPARE];

    private long[] epochs = new long[LEAST_SPARE];
    private int head;
    private int waiting;

    private int fresh;
    private int[] free = new int[LEAST_SPARE];
    private int freeCount;

    Elements(Lanes lanes, MapDefinition definition, long bytes) {
        int entries = definition.maxEntries();
        this.lanes = lanes;
        this.capacity = entries + Math.clamp(entries, LEAST_SPARE, MOST_SPARE);
        MapRules.checkBytes(definition, capacity, bytes);
        this.bytes = (int) bytes;
        this.memory = Pages.allocate(capacity * bytes);
    }

    /** Numbers are below this. */
    int capacity() {
        return capacity;
    }

    long address(int element) {
        return memory + (long) element * bytes;
    }

    /** Address of the element that an address lies in, or 0. */
    long containing(long address) {
        long offset = address - memory;
        return offset >= 0 && offset < (long) capacity * bytes ? address - offset % bytes : 0;
    }

    int number(long address) {
        return (int) ((address - memory) / bytes);
    }

    /** An element that is in nobody's hands, or -1 if there is none. */
    synchronized int take() {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        if (fresh < capacity) {
            return fresh++;
        }
        if (waiting > 0 && lanes.isPast(epochs[head])) {
            int element = retired[head];
            head = head + 1 == retired.length ? 0 : head + 1;
            waiting--;
            return element;
        }
        return -1;
    }

    /** Gives an element back that nobody ever found. */
    synchronized void giveBack(int element) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = element;
    }

    /** Retires an element that nobody can find any more, but whose address a run may have. */
    synchronized void retire(int element) {
        if (waiting == retired.length) {
            grow();
        }
        int tail = head + waiting++;
        tail = tail >= retired.length ? tail - retired.length : tail;
        retired[tail] = element;
        epochs[tail] = lanes.retire();
    }

    private void grow() {
        int[] moreRetired = new int[2 * waiting];
        long[] moreEpochs = new long[2 * waiting];
        for (int i = 0; i < waiting; i++) {
            int from = (head + i) % waiting;
            moreRetired[i] = retired[from];
            moreEpochs[i] = epochs[from];
        }
        retired = moreRetired;
        epochs = moreEpochs;
        head = 0;
    }

    void release(MapSpace space) {
        space.release(memory, (long) capacity * bytes);
    }
}
