package emberwall.engine.store;

/** How much of something all of a store's objects may take together. Used by the thread inside the store. */
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
    public boolean has(long amount) {
        return amount <= most - taken;
    }

    /** Takes so much, or nothing and says false. */
    public boolean take(long amount) {
        if (!has(amount)) {
            return false;
        }
        taken += amount;
        return true;
    }

    /** Gives back what was taken for nothing. */
    public void give(long amount) {
        taken -= amount;
    }
}
