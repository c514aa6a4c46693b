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
    private static final ThreadLocal<Crossings> OF_THREAD = ThreadLocal.withInitial(Crossings::new);

    /** Calls under way. Written by the thread alone, and put back by plain stores: they need no Java stack. */
    int depth;

    private Crossings() {}

    /** The count of the current thread. */
    static Crossings current() {
        return OF_THREAD.get();
    }
}
