package emberwall.engine.store;

/** How much of something all of a store's objects may take together. Used by the thread inside the
 * store, and by those that share its memories. */
public final class Allowance {
    private final long most;
    private long taken;

    /** Nothing is taken yet. */
    public Allowance(long most) {
        this.most = most;
    }

    /** The most that can ever be taken. */
    public long most() {
        return most;
    }

    /** Whether so much is left. */
    public synchronized boolean has(long amount) {
        return amount <= most - taken;
    }

    /** Takes so much, or nothing and says false. */
    public synchronized boolean take(long amount) {
        if (!has(amount)) {
            return false;
        }
        taken += amount;
        return true;
    }

    /** Gives back what was taken for nothing. */
    public synchronized void give(long amount) {
        taken -= amount;
    }
}
