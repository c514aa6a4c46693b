package emberwall.engine.baseline;

import emberwall.codegen.Convention;

/**
 * Moves between registers that all happen at once: none reads what another has written. A register may be copied to
 * several others; cycles go through the scratch register.
 */
final class Moves {
    private static final int SCRATCH_XMM = ValueStack.XMM + Convention.SCRATCH_XMM;

    private final ValueStack stack;
    private final int[] source = new int[32];
    private final int[] readers = new int[32];
    /** Registers that wait for their value. */
    private int pending;
    /** Registers whose old value somebody waits for. */
    private int awaited;

    Moves(ValueStack stack) {
        this.stack = stack;
    }

    /** Adds a move. Each register is the target of one at most. */
    void add(int to, int from) {
        if (to == from) {
            return;
        }
        source[to] = from;
        pending |= 1 << to;
        if (readers[from]++ == 0) {
            awaited |= 1 << from;
        }
    }

    boolean isEmpty() {
        return pending == 0;
    }

    /** Forgets the moves. */
    void clear() {
        for (int set = awaited; set != 0; set &= set - 1) {
            readers[Integer.numberOfTrailingZeros(set)] = 0;
        }
        awaited = 0;
        pending = 0;
    }

    /** Writes the moves and forgets them. */
    void emit() {
        while (pending != 0) {
            int ready = pending & ~awaited;
            if (ready == 0) {
                breakCycle();
                continue;
            }
            int to = Integer.numberOfTrailingZeros(ready);
            int from = source[to];
            stack.move(to, from);
            pending &= ~(1 << to);
            if (from == Convention.SCRATCH || from == SCRATCH_XMM) {
                continue;
            }
            if (--readers[from] == 0) {
                awaited &= ~(1 << from);
            }
        }
    }

    /** Every pending register is awaited: puts one aside, for whoever waits for it. */
    private void breakCycle() {
        int register = Integer.numberOfTrailingZeros(pending);
        int aside = register >= ValueStack.XMM ? SCRATCH_XMM : Convention.SCRATCH;
        stack.move(aside, register);
        for (int set = pending; set != 0; set &= set - 1) {
            int to = Integer.numberOfTrailingZeros(set);
            if (source[to] == register) {
                source[to] = aside;
            }
        }
        readers[register] = 0;
        awaited &= ~(1 << register);
    }
}
