package emberwall.engine.code;

import emberwall.engine.store.OffHeap;
import emberwall.os.RawMemory;
import emberwall.wasm.CounterTable;
import emberwall.wasm.Profile;

/**
 * How hot the functions of a module are: what its baseline code counts, if it does, and the profile that compilers go by, if
 * there is one. One for all code of the module, whatever the bounds strategies.
 */
public final class Heat implements AutoCloseable {
    private final CounterTable table;
    private final OffHeap heap;
    private final long address;
    private volatile Profile profile;

    private Heat(CounterTable table, OffHeap heap, long address) {
        this.table = table;
        this.heap = heap;
        this.address = address;
    }

    /** Nothing is counted. */
    public static Heat uncounted() {
        return new Heat(null, null, 0);
    }

    /**
     * Code counts.
     *
     * @param address of a zeroed word for each counter, to be given back to {@code heap}
     */
    public static Heat counted(CounterTable table, OffHeap heap, long address) {
        return new Heat(table, heap, address);
    }

    /** What code counts, or null. */
    CounterTable counters() {
        return table;
    }

    /** Where the counters are, or 0. */
    public long address() {
        return address;
    }

    /** What was counted so far, or null if nothing is. Not to be called after {@link #close}. */
    public Profile read() {
        if (table == null) {
            return null;
        }
        long[] counts = new long[table.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = RawMemory.getLong(address + 8L * i);
        }
        return new Profile(table, counts);
    }

    /** What compilers go by, or null. */
    Profile profile() {
        return profile;
    }

    /** Says what compilers go by from now on. */
    public void setProfile(Profile known) {
        profile = known;
    }

    /** Gives the counters back. No code counts any more. */
    @Override
    public void close() {
        if (address != 0) {
            heap.free(address, 8L * table.size());
        }
    }
}
