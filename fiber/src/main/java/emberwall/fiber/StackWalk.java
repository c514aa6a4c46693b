package emberwall.fiber;

import emberwall.link.CodeBlob;
import emberwall.link.CodeMap;
import emberwall.os.RawMemory;

/**
 * Walks the frames of the guests on a fiber that is not running, innermost first, by the chain of frame pointers. It goes
 * through nested activations, whose outer frames follow the inner ones.
 *
 * <pre>{@code
 * for (StackWalk walk = new StackWalk(fiber, map); walk.next(); ) {
 *     if (walk.blob() != null) ...
 * }
 * }</pre>
 *
 * The chain is not believed: frames must lie in the stack, higher and higher, so a walk ends whatever the stack holds.
 */
public final class StackWalk {
    private final CodeMap map;
    private final long high;
    private long pc;
    private long fp;
    private long nextPc;
    private long nextFp;
    private long low;

    /** A walk over {@code fiber}'s frames from its last exit, which was not RETURN. */
    public StackWalk(Fiber fiber, CodeMap map) {
        this.map = map;
        this.high = fiber.stackHigh();
        long sp = fiber.get(FiberBlock.GUEST_SP);
        this.low = sp >= fiber.stackLow() && sp < high ? sp : high;
        this.nextPc = low < high ? RawMemory.getLong(low) : 0;
        this.nextFp = fiber.get(FiberBlock.GUEST_FP);
    }

    /** Goes on to the next frame; false if there is none. */
    public boolean next() {
        if (nextPc == 0) {
            return false;
        }
        pc = nextPc;
        fp = nextFp;
        // Saved frame pointer and return address of this frame lie at fp.
        if (fp >= low && fp <= high - 16 && (fp & 7) == 0) {
            nextFp = RawMemory.getLong(fp);
            nextPc = RawMemory.getLong(fp + 8);
            low = fp + 16;
        } else {
            nextPc = 0;
        }
        return true;
    }

    /** Where the frame's function is: in the innermost one the instruction of the exit, else a return address. */
    public long pc() {
        return pc;
    }

    /** The frame pointer; may be nonsense in the outermost frame. */
    public long fp() {
        return fp;
    }

    /** The code that {@link #pc} lies in, or null if it is none of the map's: a stub, or a thunk of another space. */
    public CodeBlob blob() {
        return map.find(pc);
    }
}
