package emberwall.ebpf.run;

import java.lang.foreign.MemorySegment;

/** A program that called a helper, as the helper sees it. Of no use once the helper has returned. */
public interface Running {
    /** The most tail calls in a row, as in Linux. */
    int MOST_TAIL_CALLS = 33;

    /**
     * {@return memory that the program passed the address of} The interpreter looks whether the program may touch it.
     *
     * @param address where it begins
     * @param bytes how much
     * @param write whether the helper will write to it
     */
    MemorySegment memory(long address, long bytes, boolean write);

    /**
     * {@return what a function of the program returns}
     *
     * @param function as the program passed it
     */
    long callback(long function, long a, long b, long c, long d, long e);

    /**
     * Runs another program in the place of the calling function, as soon as the helper has returned: its result is what that
     * function returns.
     *
     * @param next of the same kind, interpreted or compiled, as the caller
     * @param context its r1
     * @return false if there were {@link #MOST_TAIL_CALLS} before: the caller goes on with the helper's result
     */
    boolean tailCall(Executable next, long context);
}
