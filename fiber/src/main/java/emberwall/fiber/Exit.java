package emberwall.fiber;

/**
 * Why guest code returned to Java: the answer of {@link Fiber#enter} and {@link Fiber#resume}, a kind in the low byte
 * and a payload above it. At every exit but {@link #RETURN} the word at {@link FiberBlock#GUEST_SP} is the program
 * counter: the address behind the call of the exit, or of the instruction that faulted.
 */
public final class Exit {
    // @formatter:off
    /** The thunk is through; the guest stack is as it was at the entry. */
    public static final int RETURN    = 0;
    /** A function of the host was called: {@link FiberBlock#EXIT_RECORD}, {@link FiberBlock#EXIT_INSTANCE}. */
    public static final int HOST_CALL = 1;
    /** A runtime function was called; the payload is its number, argument i lies at {@code GUEST_SP + 8 + 8 * i}. */
    public static final int RUNTIME   = 2;
    /** A trap; the payload is the ordinal of {@link emberwall.op.TrapReason}. */
    public static final int TRAP      = 3;
    /** An access to a guard page: {@link FiberBlock#FAULT_PC}, {@link FiberBlock#FAULT_ADDRESS}. */
    public static final int FAULT     = 4;
    /** A loop met a limit that was moved. All registers survive. */
    public static final int POLL      = 5;
    /** A function's frame does not fit, or the limit was moved: {@link Fiber#stackExhausted}. All registers survive. */
    public static final int STACK     = 6;
    /** A function is called that has no code yet. All registers survive. */
    public static final int COMPILE   = 7;
    // @formatter:on

    private static final int KIND_BITS = 8;

    private Exit() {}

    /** The kind of an exit. */
    public static int kind(int exit) {
        return exit & (1 << KIND_BITS) - 1;
    }

    /** The payload of an exit. */
    public static int payload(int exit) {
        return exit >>> KIND_BITS;
    }

    static int of(int kind, int payload) {
        return payload << KIND_BITS | kind;
    }
}
