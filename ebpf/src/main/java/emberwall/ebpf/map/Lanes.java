package emberwall.ebpf.map;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Who is running: a run of a program takes a lane, alone, and gives it back at its end. The lane's number is what programs see as
 * the number of their processor, and selects the values of maps that have some for each thread.
 *
 * <p>Lanes also tell when memory may be reused. The epoch goes up whenever something is retired, after nobody can find it
 * any more; a lane that is in use holds the epoch at which its run began, or one before. What was retired at an epoch
 * is in nobody's hands once each lane is idle or began at that epoch or later.
 */
public final class Lanes {
    private static final long IDLE = 0;

    /** Lanes are this many words apart, so that runs do not share cache lines. */
    private static final int STRIDE = 16;

    private final AtomicLongArray begun;
    private final AtomicLong epoch = new AtomicLong(1);

    /** The id of the thread whose a lane is, or 0, and the how manyth of that thread's: read by the thread itself only. */
    private final long[] owners;

    private final int[] depths;
    private final Object[] attachments;
    private final int count;

    /** A number of lanes: no more runs go on at a time. */
    public Lanes(int count) {
        if (count < 1 || count > 4096) {
            throw new IllegalArgumentException("1 to 4096 lanes, not " + count);
        }
        this.count = count;
        this.begun = new AtomicLongArray(count * STRIDE);
        this.owners = new long[count];
        this.depths = new int[count];
        this.attachments = new Object[count];
    }

    /** Two for each processor, at least eight. */
    public static Lanes standard() {
        return new Lanes(Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 8, 4096));
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /**
     * Takes a free lane; waits while there is none. A thread that has one and wants another while all others do the same waits for ever,
     * so that helpers which run programs themselves need lanes to spare.
     *
     * @throws IllegalStateException if the thread is interrupted while it waits
     */
    public int enter() {
        int first = (int) (Thread.currentThread().threadId() % count);
        for (int round = 0; ; round++) {
            for (int i = 0; i < count; i++) {
                int lane = first + i < count ? first + i : first + i - count;
                if (begun.getPlain(lane * STRIDE) == IDLE && begun.compareAndSet(lane * STRIDE, IDLE, epoch.get())) {
                    int outer = current();
                    depths[lane] = outer < 0 ? 1 : depths[outer] + 1;
                    owners[lane] = Thread.currentThread().threadId();
                    return lane;
                }
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("interrupted while all " + count + " lanes were in use");
            }
            if (round < 100) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** The lane that this thread took last and still has, or -1: that of the run that calls a helper. */
    public int current() {
        long thread = Thread.currentThread().threadId();
        int innermost = -1;
        for (int lane = 0; lane < count; lane++) {
            if (owners[lane] == thread && (innermost < 0 || depths[lane] > depths[innermost])) {
                innermost = lane;
            }
        }
        return innermost;
    }

    /** Leaves something for the helpers that the run in a lane calls, such as its packet; until the lane is given back. */
    public void attach(int lane, Object attachment) {
        attachments[lane] = attachment;
    }

    /** What was left for a lane, or null. */
    public Object attachment(int lane) {
        return attachments[lane];
    }

    /** Gives a lane back. */
    public void leave(int lane) {
        owners[lane] = 0;
        attachments[lane] = null;
        begun.setRelease(lane * STRIDE, IDLE);
    }

    /** Begins a new epoch, and returns it: what nobody can find any more by now is retired at it. */
    long retire() {
        return epoch.incrementAndGet();
    }

    /** Whether no run is going on that began before {@code retired}. */
    boolean isPast(long retired) {
        for (int lane = 0; lane < count; lane++) {
            long start = begun.get(lane * STRIDE);
            if (start != IDLE && start < retired) {
                return false;
            }
        }
        return true;
    }
}
