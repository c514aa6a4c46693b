package emberwall.wasm;

/** What the loops of a function body touch, nested loops included; loops are counted in the order of their opcodes. */
public final class LoopTable {
    static final LoopTable EMPTY = new LoopTable(new long[0], new int[0]);

    private final long[] locals;
    private final int[] facts;

    LoopTable(long[] locals, int[] facts) {
        this.locals = locals;
        this.facts = facts;
    }

    /** How many loops there are; unreachable ones count. */
    public int count() {
        return facts.length;
    }

    /** Which of the first 64 locals, parameters included, the loop reads or writes, bit by bit. */
    public long locals(int loop) {
        return locals[loop << 1];
    }

    /** Which of the first 64 locals, parameters included, the loop writes, bit by bit. */
    public long writtenLocals(int loop) {
        return locals[(loop << 1) + 1];
    }

    /** Whether the loop calls functions. */
    public boolean hasCalls(int loop) {
        return (facts[loop] & 1) != 0;
    }

    /** Whether the loop has no loops inside. */
    public boolean isInnermost(int loop) {
        return (facts[loop] & 2) == 0;
    }
}
