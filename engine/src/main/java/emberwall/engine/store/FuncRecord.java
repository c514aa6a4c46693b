package emberwall.engine.store;

/** Offsets in the record of a function that can be called indirectly: {@value #SIZE} bytes. A funcref is its address. */
public final class FuncRecord {
    // @formatter:off
    /** Where to jump: the function's own code, its stub, or a thunk that leaves to Java. */
    public static final int CODE     = 0;
    /** Instance block that the code expects in its register; of a host function the number 0. */
    public static final int INSTANCE = 8;
    /** Canonical id of its type; i32. */
    public static final int TYPE     = 16;
    /** Number of the function in its store; i32. */
    public static final int ID       = 20;
    /** For tiers to count in; i32. */
    public static final int COUNTER  = 24;
    /** 1 for a host function, which wants to be jumped to: {@link emberwall.fiber.HostThunk}; else 0; i32. */
    public static final int HOST     = 28;
    /** Address of its type's {@link TypeDisplay}; 0 if the type has no supertype. */
    public static final int DISPLAY  = 32;

    /** Bytes of a record. */
    public static final int SIZE     = 48;
    // @formatter:on

    private FuncRecord() {}
}
