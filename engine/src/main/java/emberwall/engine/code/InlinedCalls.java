package emberwall.engine.code;

import java.util.Arrays;

/**
 * Calls that are not made, since the body of the callee stands in their place. A place in such a body has a number, which
 * stands for a position beyond the module: which function it is in, where in that, and where that is called.
 */
public final class InlinedCalls {
    /** No call is missing. */
    public static final InlinedCalls NONE = new InlinedCalls(Integer.MAX_VALUE, new int[0]);

    private static final int ROW = 3;

    private final int base;
    private final int[] rows;

    private InlinedCalls(int base, int[] rows) {
        this.base = base;
        this.rows = rows;
    }

    /** Whether a position is in a function that is called in the place of another one. */
    public boolean has(int position) {
        return position >= base;
    }

    /** The function that a position is in. */
    public int function(int position) {
        return rows[(position - base) * ROW];
    }

    /** Where in the module a position is. */
    public int position(int position) {
        return rows[(position - base) * ROW + 1];
    }

    /** Where the call would be, which may be in the place of another one. */
    public int caller(int position) {
        return rows[(position - base) * ROW + 2];
    }

    /** Collects the places of one function; to be used again for the next. */
    public static final class Builder {
        private final int base;
        private int[] rows = new int[16 * ROW];
        private int count;

        /** A builder for functions of a module of so many bytes. */
        public Builder(int moduleBytes) {
            base = moduleBytes;
        }

        /** Forgets everything. */
        public void reset() {
            count = 0;
        }

        /** The position that stands for a place. */
        public int add(int function, int position, int caller) {
            int row = count * ROW;
            if (row == rows.length) {
                rows = Arrays.copyOf(rows, 2 * row);
            }
            rows[row] = function;
            rows[row + 1] = position;
            rows[row + 2] = caller;
            return base + count++;
        }

        /** All places. */
        public InlinedCalls build() {
            return count == 0 ? NONE : new InlinedCalls(base, Arrays.copyOf(rows, count * ROW));
        }
    }
}
