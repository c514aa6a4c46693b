package emberwall.fiber;

import emberwall.op.TrapReason;
import emberwall.os.Layout;

/**
 * The control block of a fiber, as offsets from {@code r15}. It points into the middle, so that what is used most is
 * reached with one byte of displacement. Code pointers are fields, so that guest code needs no address of ours.
 */
public final class FiberBlock {
    private static final Layout LAYOUT = new Layout("FiberBlock", -128);

    // @formatter:off
    /** The stack pointer of Java while the guest runs. */
    public static final int HOST_SP       = LAYOUT.word("HOST_SP");
    /** The stack pointer of the guest while Java runs. */
    public static final int GUEST_SP      = LAYOUT.word("GUEST_SP");
    /** The frame pointer of the guest while Java runs; 0 at the bottom. */
    public static final int GUEST_FP      = LAYOUT.word("GUEST_FP");
    /** Where {@code resume} goes on: a stub. */
    public static final int RESUME_PC     = LAYOUT.word("RESUME_PC");
    /** What {@code rax} will be after a host call or runtime call; the code's address after a compile exit. */
    public static final int RESULT        = LAYOUT.word("RESULT");
    /** {@code rax} at a host call: the function record. */
    public static final int EXIT_RECORD   = LAYOUT.word("EXIT_RECORD");
    /** {@code r14} at every exit but RETURN: the instance. */
    public static final int EXIT_INSTANCE = LAYOUT.word("EXIT_INSTANCE");
    /** The instruction that faulted. */
    public static final int FAULT_PC      = LAYOUT.word("FAULT_PC");

    // Code pointers: guest code goes there by call [r15 + ...], unless said.
    /** Host call; {@code rax} is the record. By {@code jmp}, the return address pushed: {@link HostThunk#exit}. */
    public static final int EXIT_HOST_CALL = LAYOUT.word("EXIT_HOST_CALL");
    /** The end of a thunk, by {@code jmp}, with the stack pointer it was entered with. */
    public static final int EXIT_RETURN    = LAYOUT.word("EXIT_RETURN");
    /** Runtime call; {@code eax} is the number. */
    public static final int RUNTIME        = LAYOUT.word("RUNTIME");
    /** Poll. */
    public static final int POLL           = LAYOUT.word("POLL");
    /** Failed stack check; {@code r11d} is the size of the frame. */
    public static final int STACK_SLOW     = LAYOUT.word("STACK_SLOW");
    /** Call of a function without code, by {@code jmp} from a compile table. */
    public static final int COMPILE        = LAYOUT.word("COMPILE");
    /** The address whose access faulted. */
    public static final int FAULT_ADDRESS  = LAYOUT.word("FAULT_ADDRESS");

    // A cache line that other threads write to.
    /** What stack checks and polls compare {@code rsp} with: {@link #STACK_LIMIT}, or all ones to get attention. */
    public static final int LIMIT          = LAYOUT.align(64).word("LIMIT");
    /** The lowest address that guest frames may reach, but for the first bytes of a small one. */
    public static final int STACK_LIMIT    = LAYOUT.word("STACK_LIMIT");
    /** What attention is wanted for: a generation in the upper half, bits of {@link Request} in the lower. */
    public static final int REQUESTS       = LAYOUT.word("REQUESTS");

    /** Words for arguments that do not fit the entry's registers, six of integer and eight of float class. */
    public static final int ARGUMENT       = LAYOUT.align(64).words("ARGUMENT", 14);
    /** Code pointers by {@link TrapReason} ordinal. */
    public static final int TRAP           = LAYOUT.words("TRAP", TrapReason.values().length);
    /** The general registers by number, at exits that keep all registers and at traps; {@code rsp} is not among them. */
    public static final int REGISTERS      = LAYOUT.align(64).words("REGISTERS", 16);
    /** The vector registers by number, 16 bytes each, at exits that keep all registers and at traps. */
    public static final int VECTORS        = LAYOUT.field("VECTORS", 16 * 16, 16);
    /** The number 1, for writing to an eventfd. */
    static final int ONE                   = LAYOUT.word("ONE");
    /** Where the count of an eventfd is read to. */
    static final int COUNT                 = LAYOUT.word("COUNT");
    // @formatter:on

    /** Bytes of the block. */
    static final int BYTES = LAYOUT.size(64);

    private FiberBlock() {}

    /** Bytes in front of the address in {@code r15}. */
    static int start() {
        return LAYOUT.start();
    }

    /** What lies where, for people. */
    public static Layout layout() {
        return LAYOUT;
    }

    /** The offset of the pointer to the trap stub for {@code reason}. */
    public static int trap(TrapReason reason) {
        return TRAP + 8 * reason.ordinal();
    }

    /** The offset of entry argument {@code number}. */
    public static int argument(int number) {
        return ARGUMENT + 8 * number;
    }

    /** The offset where a trap or an exit that keeps all registers leaves general register {@code number}. */
    public static int register(int number) {
        return REGISTERS + 8 * number;
    }

    /** The offset where a trap or an exit that keeps all registers leaves vector register {@code number}. */
    public static int vector(int number) {
        return VECTORS + 16 * number;
    }
}
