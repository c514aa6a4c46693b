package emberwall.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is woken, by whom, and in which order. */
@Timeout(60)
class WaitQueuesTest {
    private static final long ADDRESS = 64;

    private final WaitQueues queues = new WaitQueues();

    /** Somebody who waits as long as nobody has a reason against it. */
    private static final class Patient implements WaitQueues.Patience {
        private volatile boolean isOver;

        @Override
        public void check() {
            if (isOver) {
                throw new IllegalStateException("over");
            }
        }

        @Override
        public long nanos() {
            return Long.MAX_VALUE;
        }
    }

    private int await(long timeout) {
        return queues.await(ADDRESS, () -> true, timeout, new Patient());
    }

    /** Until a thread is parked: it has joined its queue by then. */
    private static void untilParked(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
    }

    @Test
    void theValueIsLookedAtFirst() {
        assertEquals(WaitQueues.NOT_EQUAL, queues.await(ADDRESS, () -> false, -1, new Patient()));
        assertEquals(WaitQueues.TIMED_OUT, await(0));
        assertEquals(WaitQueues.TIMED_OUT, await(1_000_000));
        assertEquals(0, queues.notify(ADDRESS, -1));
    }

    @Test
    void theFirstOneIsWokenFirstAndNoMoreThanWanted() throws InterruptedException {
        BlockingQueue<Integer> woken = new LinkedBlockingQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            long duration = i < 3 ? -1 : Long.MAX_VALUE;
            Runnable waiting = () -> {
                assertEquals(WaitQueues.WOKEN, await(duration));
                woken.add(number);
            };
            Thread thread = i % 2 == 0
                    ? Thread.ofPlatform().start(waiting)
                    : Thread.ofVirtual().start(waiting);
            threads.add(thread);
            untilParked(thread);
        }
        assertEquals(0, queues.notify(ADDRESS + 4, -1));
        assertEquals(0, queues.notify(ADDRESS, 0));
        for (int i = 0; i < 3; i++) {
            assertEquals(1, queues.notify(ADDRESS, 1));
            assertEquals(i, woken.take());
        }
        assertEquals(2, queues.notify(ADDRESS, -1));
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(2, woken.size());
        assertEquals(0, queues.notify(ADDRESS, -1));
    }

    @Test
    void whoRunsOutOfPatienceLeavesItsPlace() throws InterruptedException {
        Patient patient = new Patient();
        AtomicInteger ended = new AtomicInteger();
        Thread thread = Thread.ofPlatform().start(() -> {
            assertThrows(IllegalStateException.class, () -> queues.await(ADDRESS, () -> true, -1, patient));
            ended.incrementAndGet();
        });
        untilParked(thread);
        patient.isOver = true;
        LockSupport.unpark(thread);
        thread.join();
        assertEquals(1, ended.get());
        assertEquals(0, queues.notify(ADDRESS, -1));
    }

    /** However it comes out who was first, a waiter that gave up was not counted, and one that was counted did not give up. */
    @Test
    void everyNotificationReachesSomebody() throws InterruptedException {
        AtomicInteger woken = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int round = 0; round < 2_000; round++) {
                    if (await(round % 7 * 1_000L) == WaitQueues.WOKEN) {
                        woken.incrementAndGet();
                    }
                }
            }));
        }
        int counted = 0;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            counted += queues.notify(ADDRESS, 1);
        }
        assertEquals(counted, woken.get());
    }
}
