package emberwall.ir;

import java.util.Arrays;

/** Ints in a growing array. */
final class IntList {
    private static final int[] NONE = {};

    private int[] items = NONE;
    private int size;

    IntList() {}

    IntList(int... items) {
        this.items = items;
        size = items.length;
    }

    /** Empty, with room for so many. */
    static IntList sized(int room) {
        IntList list = new IntList();
        list.items = new int[room];
        return list;
    }

    IntList(IntList other) {
        items = Arrays.copyOf(other.items, other.size);
        size = other.size;
    }

    int size() {
        return size;
    }

    int get(int index) {
        assert index < size : index;
        return items[index];
    }

    int last() {
        return items[size - 1];
    }

    void set(int index, int item) {
        assert index < size : index;
        items[index] = item;
    }

    void add(int item) {
        if (size == items.length) {
            grow();
        }
        items[size++] = item;
    }

    private void grow() {
        items = Arrays.copyOf(items, Math.max(4, size * 2));
    }

    int removeLast() {
        return items[--size];
    }

    /** Keeps the first so many. */
    void truncate(int count) {
        assert count <= size : count;
        size = count;
    }

    boolean isEmpty() {
        return size == 0;
    }
}
