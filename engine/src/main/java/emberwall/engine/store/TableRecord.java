package emberwall.engine.store;

/** Offsets in the record of a table: {@value #SIZE} bytes. Elements are words of 8 bytes, {@link References}. */
public final class TableRecord {
    // @formatter:off
    /** Address of element 0. */
    public static final int BASE = 0;
    /** Size in elements; i64. */
    public static final int LENGTH = 8;

    /** Bytes of a record. */
    public static final int SIZE = 16;
    // @formatter:on

    private TableRecord() {}
}
