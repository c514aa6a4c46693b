package emberwall.engine.store;

/**
 * What guest code asks Java to do for it. The ordinal is the number of the exit; arguments are words, in this order;
 * {@code i32}s zero-extended. Each may trap.
 */
public enum RuntimeFunction {
    // @formatter:off
    /** (memory, pages) → old size in pages, or -1 (all 64 bits). */
    MEMORY_GROW (2, true),
    /** (segment, memory, target, source, length). */
    MEMORY_INIT (5, false),
    /** (target memory, source memory, target, source, length). */
    MEMORY_COPY (5, false),
    /** (memory, target, byte, length). */
    MEMORY_FILL (4, false),
    /** (segment). */
    DATA_DROP   (1, false),
    /** (table, value, elements) → old size, or -1 (all 64 bits). */
    TABLE_GROW  (3, true),
    /** (segment, table, target, source, length). */
    TABLE_INIT  (5, false),
    /** (target table, source table, target, source, length). */
    TABLE_COPY  (5, false),
    /** (table, target, value, length). */
    TABLE_FILL  (4, false),
    /** (segment). */
    ELEM_DROP   (1, false),
    /** (function index) → word. */
    REF_FUNC    (1, true),
    /** (tag, distance of the first value's slot from the frame pointer, bytes of a slot); goes on at a handler. */
    THROW       (3, false),
    /** (exception); goes on at a handler. */
    THROW_REF   (1, false),
    /** (memory, lower and upper half of the offset, address, count) → how many were woken. */
    MEMORY_NOTIFY (5, true),
    /** (memory, lower and upper half of the offset, address, expected, nanoseconds) → as {@code WaitQueues.await}. */
    MEMORY_WAIT32 (6, true),
    /** The same with an expected value of 64 bits. */
    MEMORY_WAIT64 (6, true),
    /** (type, 0) → structure of zeros. The topmost operands may be its fields. */
    STRUCT_ALLOCATE  (2, true),
    /** (type, length) → array of zeros. The topmost operands may be its elements. */
    ARRAY_ALLOCATE   (2, true),
    // For the others, all operands are in their slots: (type, 0 or as said, place of the first one's slot, slot bytes).
    /** → structure. */
    STRUCT_NEW       (4, true),
    /** → array. */
    ARRAY_NEW        (4, true),
    /** → array. */
    ARRAY_NEW_DEFAULT(4, true),
    /** Second the length → array. */
    ARRAY_NEW_FIXED  (4, true),
    /** Second the segment → array. */
    ARRAY_NEW_DATA   (4, true),
    /** Second the segment → array. */
    ARRAY_NEW_ELEM   (4, true),
    /** Fills part of an array. */
    ARRAY_FILL       (4, false),
    /** Second the other type. */
    ARRAY_COPY       (4, false),
    /** Second the segment. */
    ARRAY_INIT_DATA  (4, false),
    /** Second the segment. */
    ARRAY_INIT_ELEM  (4, false);
    // @formatter:on

    private final int arguments;
    private final boolean result;

    RuntimeFunction(int arguments, boolean result) {
        this.arguments = arguments;
        this.result = result;
    }

    /** How many words it takes. */
    public int arguments() {
        return arguments;
    }

    /** Whether it gives a word back. */
    public boolean hasResult() {
        return result;
    }
}
