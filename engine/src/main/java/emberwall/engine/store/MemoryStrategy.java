package emberwall.engine.store;

import emberwall.ir.Access;

/** How guests are kept inside a memory. Code is made for one of these for each memory. */
public enum MemoryStrategy {
    /** By pages without access all around, and a fault handler: code does not look. The memory never moves. */
    GUARD,
    /**
     * The same for a memory that ends {@link #MARGIN} before 4 GiB at most: an address that was accessed may be added to, as
     * much as the margin, and does not wrap.
     */
    SHORT_GUARD,
    /**
     * Code compares. Behind a branch that was guessed wrong nothing is to be had either: whatever lies where an address of 32 bits
     * and an offset below 2 GiB lead is the memory's own, or nobody's. The memory never moves.
     */
    ROOM,
    /** Code compares, and masks the address where that is wanted. The memory may move when it grows. */
    CHECK;

    /** How many bytes below a guarded memory nobody can access; and how many before 4 GiB a short one ends. */
    public static final long MARGIN = Access.MARGIN;

    /** Whether there are guard pages. */
    public boolean isGuard() {
        return this == GUARD || this == SHORT_GUARD;
    }
}
