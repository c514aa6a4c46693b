package emberwall.op;

/**
 * Why a guest program was stopped, in the words of the WebAssembly specification's own tests where it has some.
 *
 * <p>The only such list in the project: generated code and run-time structures carry the ordinal.
 */
public enum TrapReason {
    // @formatter:off
    UNREACHABLE                ("unreachable"),
    MEMORY_OUT_OF_BOUNDS       ("out of bounds memory access"),
    TABLE_OUT_OF_BOUNDS        ("out of bounds table access"),
    UNDEFINED_ELEMENT          ("undefined element"),
    UNINITIALIZED_ELEMENT      ("uninitialized element"),
    INDIRECT_CALL_TYPE_MISMATCH("indirect call type mismatch"),
    INTEGER_DIVIDE_BY_ZERO     ("integer divide by zero"),
    INTEGER_OVERFLOW           ("integer overflow"),
    INVALID_CONVERSION         ("invalid conversion to integer"),
    STACK_EXHAUSTED            ("call stack exhausted"),
    NULL_REFERENCE             ("null reference"),
    NULL_FUNCTION_REFERENCE    ("null function reference"),
    NULL_STRUCTURE_REFERENCE   ("null structure reference"),
    NULL_ARRAY_REFERENCE       ("null array reference"),
    NULL_I31_REFERENCE         ("null i31 reference"),
    NULL_EXCEPTION_REFERENCE   ("null exception reference"),
    CAST_FAILURE               ("cast failure"),
    ARRAY_OUT_OF_BOUNDS        ("out of bounds array access"),
    UNALIGNED_ATOMIC           ("unaligned atomic"),
    EXPECTED_SHARED_MEMORY     ("expected shared memory"),
    UNCAUGHT_EXCEPTION         ("uncaught exception"),
    /** A limit that was set for the guest, or the machine's memory, is used up. */
    OUT_OF_MEMORY              ("out of memory"),
    /** Someone asked the guest to stop. */
    INTERRUPTED                ("interrupted"),
    /** The time that the guest was given is over. */
    DEADLINE                   ("deadline exceeded");
    // @formatter:on

    private static final TrapReason[] VALUES = values();

    private final String text;

    TrapReason(String text) {
        this.text = text;
    }

    /** The words of the specification. */
    public String text() {
        return text;
    }

    /** The reason with this ordinal. */
    public static TrapReason of(int ordinal) {
        return VALUES[ordinal];
    }
}
