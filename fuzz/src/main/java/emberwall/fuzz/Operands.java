package emberwall.fuzz;

import java.util.Arrays;

/** The operand stack of a function in the making: types, and whether the bits of a float are the same everywhere. */
final class Operands {
    private final HeapTypes subtyping;
    private int[] types = new int[64];
    private boolean[] exact = new boolean[64];
    private int size;

    Operands(HeapTypes subtyping) {
        this.subtyping = subtyping;
    }

    int size() {
        return size;
    }

    void push(int type, boolean isExact) {
        if (size == types.length) {
            types = Arrays.copyOf(types, 2 * size);
            exact = Arrays.copyOf(exact, 2 * size);
        }
        types[size] = type;
        exact[size++] = isExact;
    }

    void push(int[] more) {
        for (int type : more) {
            push(type, false);
        }
    }

    void pop(int count) {
        size -= count;
    }

    void truncate(int height) {
        size = height;
    }

    int top() {
        return types[size - 1];
    }

    /** Whether the topmost value, a float, has the same bits in every engine, should it be a NaN. */
    boolean topIsExact() {
        return exact[size - 1];
    }

    /** How many of the wanted types, from the first on, are the topmost ones above a floor already. */
    int matching(int floor, int[] wanted) {
        for (int count = Math.min(size - floor, wanted.length); count > 0; count--) {
            if (areSubtypes(size - count, wanted, count)) {
                return count;
            }
        }
        return 0;
    }

    private boolean areSubtypes(int from, int[] wanted, int count) {
        for (int i = 0; i < count; i++) {
            if (!subtyping.isSubtype(types[from + i], wanted[i])) {
                return false;
            }
        }
        return true;
    }

    /** The topmost types. */
    int[] top(int count) {
        return Arrays.copyOfRange(types, size - count, size);
    }
}
