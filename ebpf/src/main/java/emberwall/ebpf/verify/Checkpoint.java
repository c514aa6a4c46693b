package emberwall.ebpf.verify;

/**
 * A state that later paths are compared with. While paths go on from it, it learns what these depend on: slots that they
 * read, and numbers whose value mattered. When all have ended, a state that is inside of it as far as that needs no look of
 * its own, and nobody asks any more how the path got here.
 */
final class Checkpoint {
    /** Without registers that nobody reads any more. */
    final State state;

    /** The checkpoint before it on the path, while paths go on. */
    Checkpoint parent;

    /** The last step of the way from there. */
    Step steps;

    /** Paths that go on from here and have not ended. */
    int branches = 1;

    /** Slots that a path read before it wrote them, as masks by frame. */
    final long[] read;

    /** Registers, and slots with spilled ones, whose numbers mattered. */
    final long[] preciseRegisters;

    final long[] preciseSlots;

    /** Whether a path from here went round a loop that was taken as proven: what it depends on is not all known then. */
    boolean exact;

    /** Whether later paths are still compared with it. */
    boolean listed = true;

    /** How many instructions the longest path from here has. */
    long longest;

    int hits;
    int misses;

    Checkpoint(State now, Liveness liveness) {
        now.trail.close(now.index - 1);
        state = now.toKeep();
        parent = now.parent;
        steps = now.trail.steps();
        var frames = state.frames.size();
        read = new long[frames];
        preciseRegisters = new long[frames];
        preciseSlots = new long[frames];
        for (int f = 0; f < frames; f++) {
            state.frames.get(f).forgetRegisters(~liveness.of(now, f));
        }
    }

    /** Notes that a path from here read a slot; answers whether that is news. */
    boolean reads(int frame, long slots) {
        if ((read[frame] & slots) == slots) {
            return false;
        }
        read[frame] |= slots;
        return true;
    }

    /** All paths from here have ended; answers the checkpoint before. */
    Checkpoint forgetWay() {
        var before = parent;
        parent = null;
        steps = null;
        return before;
    }
}
