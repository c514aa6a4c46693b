package emberwall.engine.store;

/** Offsets in the record by which generated code allocates in a store's {@link GuestHeap}: {@value #SIZE} bytes. */
public final class HeapRecord {
    // @formatter:off
    /** Where the next object goes: zeroed memory up to {@link #END}. */
    public static final int CURSOR = 0;
    /** Where that ends; beyond it, Java is asked. */
    public static final int END    = 8;

    /** Bytes of a record. */
    public static final int SIZE   = 16;
    // @formatter:on

    private HeapRecord() {}
}
