package emberwall.fiber;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * One daemon thread that looks at deadlines and interrupted threads every {@value #TICK_MILLIS} ms while guests run.
 *
 * <p>Going in and out of a guest tells it nothing: it reads two plain fields of each fiber. When no guest ran for a
 * while it goes to sleep, and what wakes it costs running guests nothing either: before it sleeps, it raises the limit
 * of every fiber. The next guest to run exits at its first stack check, and taking the requests (there are none) wakes
 * the watchdog. It says that it sleeps before it raises limits, and the fiber looks for that after it lowered its own,
 * so whoever comes last sees the other.
 */
final class Watchdog {
    private static final int TICK_MILLIS = 2;
    private static final long TICK = TICK_MILLIS * 1_000_000L;
    private static final int IDLE_TICKS = 50;

    private static final Object LOCK = new Object();

    // Guarded by LOCK.
    private static Fiber[] fibers = new Fiber[16];
    private static int count;
    private static Thread watcher;

    private static volatile boolean asleep = true;

    private Watchdog() {}

    static void add(Fiber fiber) {
        synchronized (LOCK) {
            if (count == fibers.length) {
                fibers = Arrays.copyOf(fibers, count * 2);
            }
            fibers[count] = fiber;
            fiber.watchIndex = count++;
            if (asleep) {
                fiber.raiseLimit();
            }
        }
    }

    static void remove(Fiber fiber) {
        synchronized (LOCK) {
            Fiber last = fibers[--count];
            fibers[fiber.watchIndex] = last;
            last.watchIndex = fiber.watchIndex;
            fibers[count] = null;
            fiber.watchIndex = -1;
        }
    }

    /** Sees to it that someone watches. If that fails, with an error of Java's, then nothing has changed. */
    static void wake() {
        if (asleep) {
            synchronized (LOCK) {
                if (asleep) {
                    if (watcher == null) {
                        watcher = start();
                    }
                    LockSupport.unpark(watcher); // it waits for the lock
                    asleep = false;
                }
            }
        }
    }

    /** Whether nobody watches. */
    static boolean asleep() {
        return asleep;
    }

    private static Thread start() {
        Thread thread = new Thread(null, Watchdog::run, "emberwall-watchdog", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
        return thread;
    }

    private static void run() {
        while (true) {
            int idle = 0;
            while (idle < IDLE_TICKS) {
                pause(TICK);
                idle = tick() ? 0 : idle + 1;
            }
            sleep();
        }
    }

    /** Looks at every fiber once; whether any guest was running. */
    private static boolean tick() {
        boolean any = false;
        long now = System.nanoTime();
        synchronized (LOCK) {
            for (int i = 0; i < count; i++) {
                Fiber fiber = fibers[i];
                if (fiber.inside) {
                    any = true;
                    look(fiber, now);
                }
            }
        }
        return any;
    }

    private static void look(Fiber fiber, long now) {
        Thread thread = fiber.thread;
        int bits = thread != null && thread.isInterrupted() ? Request.INTERRUPT : 0;
        if (fiber.deadlineOver(now)) {
            bits |= Request.DEADLINE;
        }
        if (bits != 0) {
            fiber.requestAttention(bits);
        }
    }

    private static void sleep() {
        synchronized (LOCK) {
            asleep = true;
            for (int i = 0; i < count; i++) {
                fibers[i].raiseLimit();
            }
        }
        while (isToSleepOn()) {
            pause(Long.MAX_VALUE);
        }
    }

    /** Asked under the lock, so that whoever wakes it has said so before it looks. */
    private static boolean isToSleepOn() {
        synchronized (LOCK) {
            return asleep;
        }
    }

    private static void pause(long nanos) {
        LockSupport.parkNanos(nanos);
        Thread.interrupted(); // nobody's business, and parking returns at once while it is set
    }
}
