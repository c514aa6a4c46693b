package emberwall.ebpf.verify;

/**
 * A state that later paths are compared with. While paths go on from it, it learns what these depend on: slots that they
 * read, and numbers whose value mattered. When all have ended, a state that is inside of it as far as that needs no look of
 * its own.
 */
final class Checkpoint {
    final State state;
    final Checkpoint parent;

    /** Paths that go on from here and have not ended. */
    int branches = 1;

    /** Slots that a path read before it wrote them, as masks by frame. */
    final long[] read = new long[State.MAX_FRAMES];

    /** Registers, and slots with spilled ones, whose numbers mattered. */
    final long[] preciseRegisters = new long[State.MAX_FRAMES];

    final long[] preciseSlots = new long[State.MAX_FRAMES];

    /** Whether a path from here went round a loop that was taken as proven: what it depends on is not all known then. */
    boolean exact;

    /** How many instructions the longest path from here has. */
    long longest;

    int hits;
    int misses;

    Checkpoint(State state) {
        this.state = state;
        this.parent = state.parent;
    }

    /** Notes that a path from here read a slot; answers whether that is news. */
    boolean reads(int frame, long slots) {
        if ((read[frame] & slots) == slots) {
            return false;
        }
        read[frame] |= slots;
        return true;
    }
}
