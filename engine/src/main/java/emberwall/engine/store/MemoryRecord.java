package emberwall.engine.store;

/** Offsets in the record of a linear memory: {@value #SIZE} bytes. */
public final class MemoryRecord {
    // @formatter:off
    /** Address of byte 0. */
    public static final int BASE  = 0;
    /** Size in bytes. */
    public static final int BOUND = 8;

    /** Bytes of a record. */
    public static final int SIZE  = 16;
    // @formatter:on

    private MemoryRecord() {}
}
