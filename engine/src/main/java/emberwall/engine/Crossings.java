package emberwall.engine;

/**
 * How many calls from guests to the host a thread is in, over all stores of all engines: each keeps frames on the
 * thread's own stack until it returns, and a chain through many stores uses up that stack as one through a single store
 * does.
 *
 * <p>It belongs to the thread and to nothing else, hence the thread-local variable; an {@link Ownership} keeps what it
 * found there, so that crossings themselves only count.
 */
final class Crossings {
    private static final int LONGEST_CIRCLE = 10_000;
    private static final ThreadLocal<Crossings> OF_THREAD = ThreadLocal.withInitial(Crossings::new);

    /** Calls under way. Written by the thread alone, and put back by plain stores: they need no Java stack. */
    int depth;

    /** For whom the thread waits, while it closes a store; else null. */
    private volatile Guest awaited;

    /** A call that is inside of a store, for whose end the store's closing waits. */
    interface Guest {
        /** Of the thread that made the call; null for nobody's. */
        Crossings crossings();

        /** Whether it is still inside. */
        boolean isInside();
    }

    private Crossings() {}

    /** The count of the current thread. */
    static Crossings current() {
        return OF_THREAD.get();
    }

    /**
     * Begins to wait for a guest.
     *
     * @throws IllegalStateException if that one waits for this thread, perhaps through others: all would wait for ever
     */
    void await(Guest guest) {
        awaited = guest; // before looking: of threads that begin at the same time, one at least sees the others
        // Who has left one store may wait for another by now. If all are inside the second time, they were at once.
        boolean circle = isAwaitedByAwaited();
        circle = circle && isAwaitedByAwaited();
        if (circle) {
            awaited = null;
            throw new IllegalStateException("a guest of the store waits for this thread to leave another store");
        }
    }

    void awaitNoLonger() {
        awaited = null;
    }

    private boolean isAwaitedByAwaited() {
        Guest guest = awaited;
        // A circle that this thread is not part of is for others to see.
        for (int length = 0; guest != null && length < LONGEST_CIRCLE; length++) {
            Crossings other = guest.crossings();
            if (!guest.isInside() || other == null) {
                return false;
            }
            if (other == this) {
                return true;
            }
            guest = other.awaited;
        }
        return false;
    }
}
