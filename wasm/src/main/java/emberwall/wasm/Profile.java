package emberwall.wasm;

/**
 * How often the functions of a module ran: how often each was entered, and how often rounds of its loops began, the first one
 * of each time included. Where several threads ran the module some of what they did may be missing. Never changes.
 */
public final class Profile {
    private final CounterTable table;
    private final long[] counts;
    private final long allEntries;

    /**
     * What was counted.
     *
     * @param counts by counter of the table; not copied
     */
    public Profile(CounterTable table, long[] counts) {
        this.table = table;
        this.counts = counts;
        long sum = 0;
        int[] functions = table.functions();
        for (int function = functions[0]; function < functions[1]; function++) {
            sum += counts[table.entries(function)];
        }
        allEntries = sum;
    }

    /** What counts what. */
    public CounterTable table() {
        return table;
    }

    /** How often functions were entered, all together. */
    public long allEntries() {
        return allEntries;
    }

    /**
     * How often a function was entered.
     *
     * @param function index of a function that is not imported, imports counted
     */
    public long entries(int function) {
        return counts[table.entries(function)];
    }

    /** How many loops a function has. */
    public int loops(int function) {
        return table.loops(function);
    }

    /**
     * How often a round of a loop began.
     *
     * @param function index of a function that is not imported, imports counted
     * @param loop which of its loops, in the order of their opcodes from 0 on
     */
    public long rounds(int function, int loop) {
        return counts[table.rounds(function, loop)];
    }
}
