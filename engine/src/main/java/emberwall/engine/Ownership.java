package emberwall.engine;

import emberwall.os.Syscall;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A thread's claim to a store, kept until another thread makes its own: so that going in and out again and again costs
 * two loads and a store, and no locked instruction.
 *
 * <p>The owner writes {@link #depth} and then looks whether it still is the owner; a claimant writes the owner and then
 * looks at the depth. The one needs its write to be seen before it reads, which on this side a barrier of the kernel
 * ({@code membarrier}) in the claimant does for both; where there is none, the owner pays a fence. The process registers
 * for it when the first claim is disputed: registering waits for the whole machine, ten milliseconds and more.
 */
final class Ownership implements Crossings.Guest {
    private static final int MEMBARRIER_QUERY = 0;
    private static final int MEMBARRIER_PRIVATE_EXPEDITED = 1 << 3;
    private static final int MEMBARRIER_REGISTER_PRIVATE_EXPEDITED = 1 << 4;

    private static final boolean ASYMMETRIC =
            offers(MEMBARRIER_REGISTER_PRIVATE_EXPEDITED | MEMBARRIER_PRIVATE_EXPEDITED);

    private static final VarHandle DEPTH = depthHandle();

    /** The thread; null for nobody. */
    final Thread thread;

    /** The thread's calls from guests to the host; null for nobody's. */
    final Crossings crossings;

    /** How many calls of this thread are inside. Written by the thread alone. */
    int depth;

    private Ownership(Thread thread, Crossings crossings) {
        this.thread = thread;
        this.crossings = crossings;
    }

    private static VarHandle depthHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(Ownership.class, "depth", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new InternalError(impossible);
        }
    }

    /** What a store begins and ends with. */
    static Ownership nobodys() {
        return new Ownership(null, null);
    }

    /** A claim of the current thread. */
    static Ownership current() {
        return new Ownership(Thread.currentThread(), Crossings.current());
    }

    /** Whether it is this thread's. Threads are compared as objects: no subclass shall have a say. */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Thread other) {
        return thread == other;
    }

    @Override
    public Crossings crossings() {
        return crossings;
    }

    @Override
    public boolean isInside() {
        return (int) DEPTH.getAcquire(this) != 0;
    }

    /** Whether it is the first one of a store, with which no thread ever went in. */
    boolean isNobodys() {
        return thread == null;
    }

    /** Between the owner's write of the depth and its look at the owner. */
    static void ownerFence() {
        if (ASYMMETRIC) {
            VarHandle.releaseFence(); // keeps the compiler from moving the one across the other
            VarHandle.acquireFence();
        } else {
            VarHandle.fullFence();
        }
    }

    /** Between a claimant's write of the owner and its look at the depth. */
    static void claimantFence() {
        VarHandle.fullFence();
        if (ASYMMETRIC) Registered.barrier();
        VarHandle.fullFence();
    }

    /** Whether the kernel knows all of these commands. */
    private static boolean offers(int commands) {
        long known = Syscall.call(Syscall.MEMBARRIER, MEMBARRIER_QUERY, 0, 0);
        return known > 0 && (known & commands) == commands;
    }

    /** The registration, made once. */
    private static final class Registered {
        static {
            command(MEMBARRIER_REGISTER_PRIVATE_EXPEDITED);
        }

        static void barrier() {
            command(MEMBARRIER_PRIVATE_EXPEDITED);
        }

        private static void command(int command) {
            long result = Syscall.call(Syscall.MEMBARRIER, command, 0, 0);
            if (result != 0) throw new InternalError("membarrier is offered, and refused with " + result);
        }
    }
}
