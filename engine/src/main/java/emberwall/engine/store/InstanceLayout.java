package emberwall.engine.store;

/**
 * Where everything lies in the instance blocks of one module, as offsets from the register INSTANCE.
 *
 * <p>Own globals come first, since short displacements reach them; then pointers to records.
 */
public final class InstanceLayout {
    // @formatter:off
    /** Address of byte 0 of memory 0. */
    public static final int MEMORY_BASE  = 0;
    /** Size of memory 0 in bytes, kept true by Java. */
    public static final int MEMORY_BOUND = 8;
    /** Number of the instance in its store; i32. */
    public static final int ID           = 16;
    /** So much that {@link #MEMORY_ROOM} bytes are behind any lower address of memory 0: {@link #near}; i32. */
    public static final int MEMORY_NEAR  = 20;

    /** Address of the store's {@link HeapRecord}, where the module uses the heap. */
    public static final int HEAP         = 24;
    private static final int FIRST_GLOBAL = 32;
    private static final int GLOBAL_CELL  = 16;
    private static final int POINTER      = 8;
    // @formatter:on

    /** How much an access may reach beyond its address for a comparison with {@link #MEMORY_NEAR} to settle it. */
    public static final int MEMORY_ROOM = 4096;

    private final int importedGlobals;
    private final int globals;
    private final int importedPointers;
    private final int tables;
    private final int memories;
    private final int functions;
    private final int counters;
    private final int size;

    /**
     * The layout of a module with these counts.
     *
     * @param importedFunctions functions that are imported
     * @param tableCount tables, imported ones too
     * @param memoryCount memories, imported ones too
     * @param importedGlobals globals that are imported
     * @param ownGlobals globals that are not
     */
    public InstanceLayout(int importedFunctions, int tableCount, int memoryCount, int importedGlobals, int ownGlobals) {
        this.importedGlobals = importedGlobals;
        this.globals = importedGlobals + ownGlobals;
        importedPointers = FIRST_GLOBAL + ownGlobals * GLOBAL_CELL;
        tables = importedPointers + importedGlobals * POINTER;
        memories = tables + tableCount * POINTER;
        functions = memories + memoryCount * POINTER;
        counters = functions + importedFunctions * POINTER;
        size = counters + POINTER + 15 & -16;
    }

    /** What is at {@link #MEMORY_NEAR} of a memory with so many bytes. */
    public static int near(long bytes) {
        return (int) Math.clamp(bytes - MEMORY_ROOM, 0, 0xFFFF_FFFFL);
    }

    /** Bytes of a block. */
    public int size() {
        return size;
    }

    /** Where the pointer to a memory's {@link MemoryRecord} is. */
    public int memoryRecord(int memory) {
        return memories + memory * POINTER;
    }

    /** Where the pointer to a table's {@link TableRecord} is. */
    public int tableRecord(int table) {
        return tables + table * POINTER;
    }

    /** Where the cell of a global is, or, if {@link #globalIsPointer}, the pointer to it. Cells have 16 bytes. */
    public int globalCell(int global) {
        assert global < globals : global;
        return global < importedGlobals
                ? importedPointers + global * POINTER
                : FIRST_GLOBAL + (global - importedGlobals) * GLOBAL_CELL;
    }

    /** Whether the block holds a pointer to the global's cell rather than the cell. */
    public boolean globalIsPointer(int global) {
        return global < importedGlobals;
    }

    /** Where the address of the module's counters is, if its code counts how often it runs. */
    public int counters() {
        return counters;
    }

    /** Where the pointer to an imported function's {@link FuncRecord} is. */
    public int functionRecord(int function) {
        return functions + function * POINTER;
    }
}
