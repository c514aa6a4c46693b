package emberwall.codegen.select;

import emberwall.asm.x64.Assembler;
import emberwall.codegen.CallLayout;
import emberwall.ir.Callee;
import emberwall.op.TrapReason;

/**
 * What the code of a function owes to those who run it: how it begins, calls, traps and looks for attention. The emitter calls
 * these methods in the order of the code, with everything in the place that they name. Registers are as
 * {@link emberwall.codegen.Convention} has them; {@code r11} and {@code xmm15} are free in all of them.
 *
 * <p>An <em>origin</em> is what the maker of the graph wrote into its nodes: {@link emberwall.ir.Graph#origin}.
 */
public interface Linkage {
    /** Where the arguments of a call are. */
    enum Passing {
        /** As the {@link CallLayout} of the callee's types says. */
        PLAIN,
        /** The first argument is a function record, in its own register; the others are those of a PLAIN call. */
        RECORD,
        /** All are words on the stack, the first one lowest, up to a multiple of 16 bytes; the result is in {@code rax}. */
        WORDS
    }

    /** Where a callee wants its arguments. */
    Passing passing(Callee callee);

    /**
     * Begins the function: saves the caller's frame pointer, looks whether the stack has room, and takes the frame. Arguments
     * are kept.
     *
     * @param frameBytes from the frame pointer down to the stack pointer then, a multiple of 16, the instance's word included
     * @param callArea the most bytes that the function pushes below its frame
     */
    void prologue(Assembler a, int frameBytes, int callArea);

    /**
     * Calls, with all arguments in place and {@code rsp} at the lowest of them, and makes the pinned registers right again
     * behind it. It keeps {@code rax} and {@code xmm0} then. Who wants to know which words hold references asks the allocation
     * for those of the instruction.
     *
     * @param instruction the number of the call among the instructions of the {@link emberwall.codegen.alloc.Code}
     * @param landings labels of the blocks that exceptions lead to, one for each clause; empty where it is no INVOKE. The
     *     values are expected where {@link Emitter#caughtSlot} says
     */
    void call(Assembler a, Callee callee, int instruction, int origin, int[] landings);

    /** A block begins that an exception leads to, with nothing right but the frame pointer: makes the stack and the pinned registers right. */
    void landed(Assembler a);

    /**
     * Jumps to a function with the arguments where the caller of ours would have passed them: the frame is gone, the instance's
     * register is still ours, the return address on top.
     */
    void tailCall(Assembler a, Callee callee, int origin);

    /** The label of a stub that traps; {@link #finish} writes it. */
    int trap(Assembler a, TrapReason reason, int origin);

    /** The next instruction may meet a page that is not there. */
    void mayFault(Assembler a, int origin);

    /**
     * What comes next, a call, trap or poll, has a state. Not said where there is none.
     *
     * @param state good for the time of this call
     */
    default void state(StopState state) {}

    /** Looks whether somebody wants attention; all registers are kept. */
    void poll(Assembler a, int origin);

    /** Writes what belongs behind the code. */
    void finish(Assembler a);
}
