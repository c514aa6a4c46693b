package emberwall.wasm;

import java.util.Arrays;

/** Ints in a growing array: what decoding collects before it knows how many there are. */
final class IntList {
    private static final int[] NONE = {};

    private int[] items = NONE;
    private int size;

    int size() {
        return size;
    }

    int get(int index) {
        assert index < size;
        return items[index];
    }

    void set(int index, int item) {
        assert index < size;
        items[index] = item;
    }

    void add(int item) {
        if (size == items.length) {
            items = Arrays.copyOf(items, Math.max(8, size + (size >> 1)));
        }
        items[size++] = item;
    }

    int[] copyOfRange(int from, int to) {
        return Arrays.copyOfRange(items, from, to);
    }

    int[] toArray() {
        return size == 0 ? NONE : Arrays.copyOf(items, size);
    }
}
