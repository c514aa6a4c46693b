package emberwall.fiber;

import emberwall.op.TrapReason;
import emberwall.os.Native;
import emberwall.os.OsException;
import emberwall.os.Pages;
import emberwall.os.PinnedCall;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * A stack for guest code and its control block. One thread at a time uses it; between two exits it may be another one,
 * if the threads hand it over in a way that orders memory. Only {@link #requestAttention} is for any thread at any time.
 *
 * <p>An activation is one entry from Java with all exits and resumptions up to its return:
 *
 * <pre>{@code
 * int mark = fiber.mark();
 * try {
 *     int exit = fiber.enter(thunk, record, a0, a1, a2);
 *     while (exit != Exit.RETURN) {
 *         handle(exit);                // may begin an activation of its own, above this one
 *         fiber.unwindTo(mark + 1);    // whatever came of that, this one is on top again
 *         exit = fiber.resume();
 *     }
 * } finally {
 *     fiber.unwindTo(mark);
 * }
 * }</pre>
 *
 * Each activation puts the stack right before it touches it ({@code unwindTo(mark + 1)} costs a compare if there is
 * nothing to do). So it does no harm if the {@code finally} of one further in fails for want of Java stack.
 *
 * <pre>
 *   low  | guard, no access | red zone | guest stack, grows down | control block |  high
 *                                      ^ STACK_LIMIT
 * </pre>
 */
public final class Fiber implements AutoCloseable {
    /** Bytes of stack that {@link #create()} gives to guests. */
    public static final long DEFAULT_STACK = 1 << 20;

    /** Bytes below the limit for signal frames, and for frames that were checked without their size. */
    public static final int RED_ZONE = 64 << 10;

    /** Frames up to this size are checked by the stack pointer alone. */
    public static final int SMALL_FRAME = 16 << 10;

    private static final int GUARD = 64 << 10;
    private static final long SMALLEST_STACK = 16 << 10;
    private static final long LARGEST_STACK = 1L << 32;
    private static final int KEPT_STACK = 64 << 10;
    private static final int SAVED = 5;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;

    private final long mapping;
    private final long mapped;
    private final long block;
    private final long bottom;
    private final Object gate = new Object(); // for what other threads ask; never taken on the way in or out

    private int depth;
    private long[] marks = new long[SAVED * 4];

    // Read by the watchdog without ordering: it looks again soon.
    Thread thread;
    boolean inside;
    private long deadline;
    private boolean hasDeadline;

    // Guarded by gate.
    private int eventFd = -1;
    private boolean closed;
    int watchIndex = -1; // guarded by the watchdog

    private Fiber(long stackBytes) {
        mapped = GUARD + RED_ZONE + stackBytes + Pages.SIZE;
        mapping = Pages.reserve(mapped);
        boolean committed = false;
        try {
            Pages.commit(mapping + GUARD, mapped - GUARD);
            committed = true;
        } finally {
            if (!committed) {
                Pages.release(mapping, mapped);
            }
        }
        long top = mapping + mapped - Pages.SIZE;
        block = top - FiberBlock.start();
        bottom = top - 8; // as if called: the return address 0 lies there
        Stubs.initialize(block);
        set(FiberBlock.GUEST_SP, bottom);
        set(FiberBlock.GUEST_FP, 0);
        set(FiberBlock.STACK_LIMIT, mapping + GUARD + RED_ZONE);
        set(FiberBlock.LIMIT, mapping + GUARD + RED_ZONE);
        set(FiberBlock.ONE, 1);
    }

    /** A fiber with {@link #DEFAULT_STACK}. */
    public static Fiber create() {
        return create(DEFAULT_STACK);
    }

    /**
     * A fiber whose guests have {@code stackBytes} of stack, rounded up to whole pages.
     *
     * @throws OsException if the system does not grant the memory
     */
    public static Fiber create(long stackBytes) {
        if (stackBytes < SMALLEST_STACK || stackBytes > LARGEST_STACK) {
            throw new IllegalArgumentException("a guest stack of " + stackBytes + " bytes");
        }
        ProcessMemory.require();
        Fiber fiber = new Fiber(Pages.round(stackBytes));
        Watchdog.add(fiber);
        return fiber;
    }

    // ---- control

    /**
     * Starts an activation at {@code thunk}, on the guest stack, with {@code rdx, rcx, r8, r9} holding the arguments and
     * {@code r15} the block; {@code rsp} is as if the thunk had been called, {@code rbp} the frame of the activation
     * below. Between {@link #mark} and {@link #unwindTo}.
     *
     * @return the first {@link Exit}
     */
    public int enter(long thunk, long record, long a0, long a1, long a2) {
        return (int) Native.call(Stubs.ENTER, block, thunk, record, a0, a1, a2);
    }

    /** Goes on behind the last exit of the topmost activation, which was not RETURN, TRAP or FAULT. */
    public int resume() {
        return (int) Native.call(Stubs.RESUME, block, 0, 0, 0, 0, 0);
    }

    /**
     * {@link #enter(long, long, long, long, long)} for code that uses memory segments: none of their arenas can be closed while
     * it runs.
     */
    public int enter(long thunk, long record, MemorySegment[] segments) {
        return (int) PinnedCall.call(Stubs.ENTER, block, thunk, record, segments);
    }

    /** {@link #resume()} for code that uses memory segments. */
    public int resume(MemorySegment[] segments) {
        return (int) PinnedCall.call(Stubs.RESUME, block, 0, 0, segments);
    }

    /** Begins an activation above those that there are, and returns how many there are. */
    @SuppressWarnings("ReferenceEquality")
    public int mark() {
        int mark = depth;
        if (mark == 0) {
            Thread current = Thread.currentThread();
            if (thread != current) {
                thread = current;
            }
            inside = true;
        } else {
            save(mark);
        }
        depth = mark + 1;
        return mark;
    }

    /**
     * After {@link #mark}: takes so many bytes of the guest stack, a multiple of 16, for words that the thunk finds at {@code rsp}.
     *
     * @return where they begin
     */
    public long push(int bytes) {
        long sp = get(FiberBlock.GUEST_SP) - bytes;
        set(FiberBlock.GUEST_SP, sp);
        return sp;
    }

    /** Ends all activations but the lowest {@code mark}, and puts the guest stack as it was at that {@link #mark}. */
    public void unwindTo(int mark) {
        if (depth > mark) {
            depth = mark;
            if (mark == 0) {
                set(FiberBlock.GUEST_SP, bottom);
                set(FiberBlock.GUEST_FP, 0);
                inside = false;
            } else {
                restore(mark);
            }
        }
    }

    /** The address above all frames of the topmost activation; above it are those of the activation below. */
    public long activationEnd() {
        int mark = depth - 1;
        return mark <= 0 ? bottom : marks[mark * SAVED];
    }

    /**
     * After {@link Exit#RUNTIME} or {@link Exit#HOST_CALL}: {@link #resume} shall go on at {@code pc}, in an outer frame of the
     * topmost activation. Code there may rely on the frame pointer and on {@code r15} alone.
     */
    public void goOn(long pc, long framePointer) {
        RawMemory.putLong(get(FiberBlock.GUEST_SP), pc);
        set(FiberBlock.GUEST_FP, framePointer);
    }

    /** Reads all words of the frames of all activations, while the guest is outside: whatever they are. */
    public void forEachWord(LongConsumer words) {
        for (long at = get(FiberBlock.GUEST_SP) & -8; at < bottom; at += 8) {
            words.accept(RawMemory.getLong(at));
        }
    }

    /** How many activations there are. */
    public int depth() {
        return depth;
    }

    private void save(int mark) {
        int at = mark * SAVED;
        if (at + SAVED > marks.length) {
            marks = Arrays.copyOf(marks, marks.length * 2);
        }
        long[] m = marks;
        long sp = get(FiberBlock.GUEST_SP);
        m[at] = sp;
        m[at + 1] = get(FiberBlock.GUEST_FP);
        m[at + 2] = get(FiberBlock.RESUME_PC);
        m[at + 3] = get(FiberBlock.EXIT_RECORD);
        m[at + 4] = get(FiberBlock.EXIT_INSTANCE);
        if ((sp & 15) != 8) {
            set(FiberBlock.GUEST_SP, (sp & -16) - 8); // an activation starts as if called
        }
    }

    private void restore(int mark) {
        int at = mark * SAVED;
        long[] m = marks;
        set(FiberBlock.GUEST_SP, m[at]);
        set(FiberBlock.GUEST_FP, m[at + 1]);
        set(FiberBlock.RESUME_PC, m[at + 2]);
        set(FiberBlock.EXIT_RECORD, m[at + 3]);
        set(FiberBlock.EXIT_INSTANCE, m[at + 4]);
    }

    // ---- the block

    /** The address that {@code r15} holds. */
    public long block() {
        return block;
    }

    /** A word of the block; {@code field} is an offset of {@link FiberBlock}. */
    public long get(int field) {
        return RawMemory.getLong(block + field);
    }

    /** Sets a word of the block. */
    public void set(int field, long value) {
        RawMemory.putLong(block + field, value);
    }

    /** The program counter of the last exit: see {@link Exit}. */
    public long exitPc() {
        return RawMemory.getLong(get(FiberBlock.GUEST_SP));
    }

    /** Argument {@code i} of a runtime call. */
    public long argument(int i) {
        return RawMemory.getLong(get(FiberBlock.GUEST_SP) + 8 + 8L * i);
    }

    /** Sets what a host call, runtime call or compile exit answers. */
    public void result(long value) {
        set(FiberBlock.RESULT, value);
    }

    /** After {@link Exit#STACK}: whether the stack is used up. If not, someone wants attention. */
    public boolean stackExhausted() {
        long sp = get(FiberBlock.GUEST_SP) + 8;
        long frame = get(FiberBlock.register(11)) & 0xFFFF_FFFFL;
        long needed = frame > SMALL_FRAME ? frame : 0; // as the check in the code reckons
        return sp - needed < get(FiberBlock.STACK_LIMIT);
    }

    /** The lowest and, behind it, the first address above the guest stack: frames lie between. */
    long stackLow() {
        return mapping + GUARD;
    }

    long stackHigh() {
        return bottom + 8;
    }

    // ---- attention

    /** The guest's time is over when {@link System#nanoTime} reaches {@code time}. For the thread that uses the fiber. */
    public void setDeadline(long time) {
        deadline = time;
        hasDeadline = true;
    }

    /** The guest may take its time. */
    public void clearDeadline() {
        hasDeadline = false;
    }

    /**
     * Why the guest must stop now, by the clock and the current thread's interruption, or null. Requests are hints to
     * look here: they may be late, or spurious.
     */
    public TrapReason overdue() {
        if (Thread.currentThread().isInterrupted()) {
            return TrapReason.INTERRUPTED;
        }
        return deadlineOver(System.nanoTime()) ? TrapReason.DEADLINE : null;
    }

    boolean deadlineOver(long now) {
        return hasDeadline && now - deadline >= 0;
    }

    /** Which use of the fiber this is: see {@link #recycle}. */
    public int generation() {
        synchronized (gate) {
            return closed ? -1 : (int) (get(FiberBlock.REQUESTS) >>> 32);
        }
    }

    /**
     * Asks the guest for attention: its next stack check or poll exits, and a host call that waits on {@link #eventFd}
     * awakes. For any thread.
     *
     * @param generation which use of the fiber is meant
     * @param bits of {@link Request}, or the caller's own
     * @return false if the fiber is closed, or used by someone else now
     */
    public boolean requestAttention(int generation, int bits) {
        synchronized (gate) {
            if (closed) {
                return false;
            }
            long requests = get(FiberBlock.REQUESTS);
            if ((int) (requests >>> 32) != generation) {
                return false;
            }
            set(FiberBlock.REQUESTS, requests | bits & 0xFFFF_FFFFL);
            RawMemory.putLongRelease(block + FiberBlock.LIMIT, -1);
            if (eventFd >= 0) {
                Syscall.call(Syscall.WRITE, eventFd, block + FiberBlock.ONE, 8);
            }
            return true;
        }
    }

    /** {@link #requestAttention(int, int)} of whoever uses the fiber now. */
    boolean requestAttention(int bits) {
        return requestAttention(generation(), bits);
    }

    /**
     * Answers and forgets what was asked for, and puts the limit back. To be called at every {@link Exit#POLL} and
     * {@link Exit#STACK}; the answer may be 0.
     */
    public int takeRequests() {
        Watchdog.wake(); // first: where that fails, for want of Java stack or of threads, the limit stays raised
        int bits;
        synchronized (gate) {
            set(FiberBlock.LIMIT, get(FiberBlock.STACK_LIMIT));
            long requests = get(FiberBlock.REQUESTS);
            bits = (int) requests;
            set(FiberBlock.REQUESTS, requests & 0xFFFF_FFFF_0000_0000L);
            if (eventFd >= 0) {
                Syscall.call(Syscall.READ, eventFd, block + FiberBlock.COUNT, 8);
            }
        }
        if (Watchdog.asleep()) { // it fell asleep in between
            raiseLimit();
        }
        return bits;
    }

    /** What was asked for and not taken yet. */
    public int requests() {
        synchronized (gate) {
            return (int) get(FiberBlock.REQUESTS);
        }
    }

    /**
     * A descriptor that becomes readable when attention is wanted, for host calls that wait in the system: get it, then
     * look at {@link #requests} and {@link #overdue}, then wait. It belongs to the fiber.
     *
     * @throws OsException if there is no descriptor left
     */
    public int eventFd() {
        Watchdog.wake();
        synchronized (gate) {
            if (eventFd < 0) {
                long fd = Syscall.call(Syscall.EVENTFD2, 0, EFD_CLOEXEC_NONBLOCK);
                if (Syscall.failed(fd)) {
                    throw new OsException("making an event descriptor", (int) -fd);
                }
                eventFd = (int) fd;
            }
            return eventFd;
        }
    }

    /** Makes the guest's next stack check exit, for no reason of its own: {@link Watchdog}. */
    void raiseLimit() {
        synchronized (gate) {
            if (!closed) {
                RawMemory.putLongRelease(block + FiberBlock.LIMIT, -1);
            }
        }
    }

    /** Makes the fiber as new for its next user: requests meant for the last one no longer reach it. */
    public void recycle() {
        unwindTo(0);
        clearDeadline();
        thread = null;
        long unused = block + FiberBlock.start() - KEPT_STACK - stackLow();
        if (unused > 0) {
            discard(unused); // a guest that went deep has had memory that the next one may not need
        }
        synchronized (gate) {
            long generation = get(FiberBlock.REQUESTS) >>> 32;
            set(FiberBlock.REQUESTS, generation + 1 << 32);
            if (eventFd >= 0) {
                Syscall.call(Syscall.READ, eventFd, block + FiberBlock.COUNT, 8);
            }
        }
    }

    private void discard(long unused) {
        try {
            Pages.discard(stackLow(), unused);
        } catch (OsException ignored) {
            // the system declines where memory is locked: it is kept, and zero or not makes no difference to a guest
        }
    }

    /** Unmaps the stack. No activation may be left. */
    @Override
    public void close() {
        if (depth != 0) {
            throw new IllegalStateException("a guest is on this fiber");
        }
        synchronized (gate) {
            if (closed) {
                return;
            }
            closed = true;
            if (eventFd >= 0) {
                Syscall.call(Syscall.CLOSE, eventFd);
            }
        }
        Watchdog.remove(this);
        Pages.release(mapping, mapped);
    }
}
