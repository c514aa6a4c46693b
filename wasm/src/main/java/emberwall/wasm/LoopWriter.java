package emberwall.wasm;

import java.util.Arrays;

/** Collects what loops touch while a body is checked: each loop adds its own to the one around it when it ends. */
final class LoopWriter {
    private static final int CALLS = 1;
    private static final int HAS_LOOPS = 2;
    private static final int KEPT = 1 << 12;

    private long[] locals = new long[32];
    private int[] facts = new int[16];
    private int[] open = new int[16];
    private int count;
    private int depth;
    /** Of the innermost open loop. */
    private long touched;

    private long written;
    private int fact;

    void clear() {
        count = 0;
        depth = 0;
        touched = 0;
        written = 0;
        fact = 0;
        if (facts.length > KEPT) {
            locals = new long[32];
            facts = new int[16];
            open = new int[16];
        }
    }

    void touch(int local) {
        if (local < 64) {
            touched |= 1L << local;
        }
    }

    void write(int local) {
        if (local < 64) {
            touched |= 1L << local;
            written |= 1L << local;
        }
    }

    void call() {
        fact |= CALLS;
    }

    void begin() {
        save();
        if (count == facts.length) {
            facts = Arrays.copyOf(facts, count << 1);
            locals = Arrays.copyOf(locals, count << 2);
        }
        if (depth == open.length) {
            open = Arrays.copyOf(open, depth << 1);
        }
        open[depth++] = count++;
        touched = 0;
        written = 0;
        fact = 0;
    }

    void end() {
        save();
        depth--;
        int inner = fact;
        if (depth > 0) {
            int outer = open[depth - 1];
            touched |= locals[outer << 1];
            written |= locals[(outer << 1) + 1];
            fact = facts[outer] | inner & CALLS | HAS_LOOPS;
        } else {
            fact = 0;
        }
    }

    private void save() {
        if (depth > 0) {
            int loop = open[depth - 1];
            locals[loop << 1] = touched;
            locals[(loop << 1) + 1] = written;
            facts[loop] = fact;
        }
    }

    LoopTable finish() {
        return count == 0
                ? LoopTable.EMPTY
                : new LoopTable(Arrays.copyOf(locals, count << 1), Arrays.copyOf(facts, count));
    }
}
