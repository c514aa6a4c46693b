package emberwall.engine.store;

/** How guests are kept inside a memory. Code is made for one of these for each memory. */
public enum MemoryStrategy {
    /** By pages without access all around, and a fault handler: code does not look. The memory never moves. */
    GUARD,
    /**
     * Code compares. Behind a branch that was guessed wrong nothing is to be had either: whatever lies where an address of 32 bits
     * and an offset below 2 GiB lead is the memory's own, or nobody's. The memory never moves.
     */
    ROOM,
    /** Code compares, and masks the address where that is wanted. The memory may move when it grows. */
    CHECK
}
