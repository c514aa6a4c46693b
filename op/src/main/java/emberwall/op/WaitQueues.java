package emberwall.op;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Who waits where in one shared memory: the meaning of {@link Op#ATOMIC_WAIT} and {@link Op#ATOMIC_NOTIFY}. For each
 * address there is a queue, whose first is woken first (threads proposal, "Wait and notify operators").
 *
 * <p>A thread parks while it waits, so a virtual one lets go of its carrier.
 */
public final class WaitQueues {
    /** What {@link #await} gives: a notification came. */
    public static final int WOKEN = 0;
    /** What {@link #await} gives: the value was not the expected one. */
    public static final int NOT_EQUAL = 1;
    /** What {@link #await} gives: the time was over. */
    public static final int TIMED_OUT = 2;

    /** The store whose guest waits: it may want to end it. */
    public interface Patience {
        /**
         * Returns if the guest may go on waiting. Asked before each time that the thread parks; whoever wants it asked
         * sooner unparks the thread.
         *
         * @throws RuntimeException if it may not
         */
        void check();

        /** After how many nanoseconds, at most, {@link #check} wants to be asked again. */
        long nanos();
    }

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile boolean isNotified;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, ArrayDeque<Waiter>> queues = new HashMap<>(); // guarded by lock; none of them is empty

    /** Nobody waits yet. */
    public WaitQueues() {}

    /**
     * Waits at an address.
     *
     * @param isEqual whether the memory holds the expected value; no notification comes between this and the waiting
     * @param timeout in nanoseconds; below 0 for ever
     * @return {@link #WOKEN}, {@link #NOT_EQUAL} or {@link #TIMED_OUT}
     */
    public int await(long address, BooleanSupplier isEqual, long timeout, Patience patience) {
        long start = System.nanoTime();
        Waiter waiter = new Waiter();
        lock.lock();
        try {
            if (!isEqual.getAsBoolean()) {
                return NOT_EQUAL;
            }
            queues.computeIfAbsent(address, key -> new ArrayDeque<>(2)).add(waiter);
        } finally {
            lock.unlock();
        }
        try {
            while (!waiter.isNotified) {
                patience.check();
                long left = timeout < 0 ? Long.MAX_VALUE : timeout - (System.nanoTime() - start);
                if (left <= 0) {
                    return leave(address, waiter) ? TIMED_OUT : WOKEN;
                }
                if (!waiter.isNotified) {
                    LockSupport.parkNanos(this, Math.min(left, patience.nanos()));
                }
            }
            return WOKEN;
        } finally {
            if (!waiter.isNotified) {
                leave(address, waiter);
            }
        }
    }

    /** Takes a waiter out of its queue; false if it is not in it, having been notified. */
    private boolean leave(long address, Waiter waiter) {
        lock.lock();
        try {
            ArrayDeque<Waiter> queue = queues.get(address);
            boolean isThere = queue != null && queue.remove(waiter);
            if (isThere && queue.isEmpty()) {
                queues.remove(address);
            }
            return isThere;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Wakes those who wait at an address, the first ones first.
     *
     * @param count how many at most, unsigned
     * @return how many there were
     */
    public int notify(long address, int count) {
        int woken = 0;
        lock.lock();
        try {
            ArrayDeque<Waiter> queue = queues.get(address);
            while (woken != count && queue != null && !queue.isEmpty()) {
                Waiter first = queue.remove();
                first.isNotified = true;
                LockSupport.unpark(first.thread);
                woken++;
            }
            if (queue != null && queue.isEmpty()) {
                queues.remove(address);
            }
            return woken;
        } finally {
            lock.unlock();
        }
    }
}
