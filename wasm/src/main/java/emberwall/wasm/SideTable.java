package emberwall.wasm;

/**
 * Where the branches of a function body go, so that it can be interpreted in place (after Titzer, "A fast in-place
 * interpreter for WebAssembly", 2022). Entries stand in the order of the instructions that own them:
 *
 * <pre>
 *   br, br_if, br_on_...   1      taken when the branch is
 *   if                     1      taken when the condition is zero: behind else, or behind end
 *   else                   1      taken when it is reached from above: behind end
 *   catch, catch_all       2      the same, and one to the next catch or catch_all, or behind end
 *   br_table               n + 1  the default last
 *   try_table              n      one for each catch clause, taken when it catches
 *   try                    1      to the first catch, catch_all or delegate, which is the target itself
 * </pre>
 *
 * An interpreter keeps, beside its pc, the index of the entry that the next such instruction owns: it steps over the
 * entries of an instruction that does not branch, and a branch says where to go on in both. Unreachable instructions own
 * entries, too, without sense.
 *
 * <p>A branch out of the function has {@link Module#bodyEnd} as its target; {@code return} owns no entry.
 */
public final class SideTable {
    /** Ints of one entry. */
    public static final int ENTRY = 4;

    /** Index in an entry: where to go on, in bytes from the beginning of the module. */
    public static final int TARGET = 0;
    /** Index in an entry: the int in the table where the next entry begins that belongs to code from the target on. */
    public static final int NEXT = 1;
    /** Index in an entry: how many operands the branch carries. */
    public static final int CARRIED = 2;
    /** Index in an entry: how many operands lie under the carried ones at the target; what is between is dropped. */
    public static final int HEIGHT = 3;

    private final int[] entries;

    SideTable(int[] entries) {
        this.entries = entries;
    }

    /** How many entries there are. */
    public int count() {
        return entries.length / ENTRY;
    }

    /** All entries, {@link #ENTRY} ints each: the array itself, not to be changed. */
    public int[] entries() {
        return entries;
    }
}
