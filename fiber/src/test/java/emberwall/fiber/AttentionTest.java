package emberwall.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.link.CodeBlob;
import emberwall.op.TrapReason;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guests that would run for ever. A test that fails here does not end, so a time-out ends it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AttentionTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long LONG_ENOUGH_TO_FALL_ASLEEP = 300;

    private final Guest guest = new Guest();
    private final Fiber fiber = guest.fiber;
    private final CodeBlob spin = guest.thunk("spin", Guest::spin);

    @AfterEach
    void close() {
        fiber.unwindTo(0);
        guest.close();
    }

    /** Runs a guest that spins until it is overdue. */
    private static TrapReason spin(Fiber fiber, CodeBlob spin) {
        int mark = fiber.mark();
        try {
            int exit = fiber.enter(spin.address(), 0, 0, 0, 0);
            while (true) {
                assertEquals(Exit.POLL, exit);
                fiber.takeRequests();
                TrapReason reason = fiber.overdue();
                if (reason != null) {
                    return reason;
                }
                exit = fiber.resume();
            }
        } finally {
            fiber.unwindTo(mark);
        }
    }

    @Test
    void aDeadlineEndsIt() {
        for (int i = 0; i < 10; i++) {
            fiber.setDeadline(System.nanoTime() + 5 * MILLISECOND);
            assertEquals(TrapReason.DEADLINE, spin(fiber, spin));
        }
    }

    @Test
    void aDeadlineEndsItWhetherTheWatchdogSleepsOrIsJustAboutTo() throws InterruptedException {
        for (int i = 0; i < 12; i++) {
            Thread.sleep(i == 0 ? LONG_ENOUGH_TO_FALL_ASLEEP : 97 + i);
            fiber.setDeadline(System.nanoTime() + 3 * MILLISECOND);
            assertEquals(TrapReason.DEADLINE, spin(fiber, spin));
        }
    }

    @Test
    void interruptingThePlatformThreadEndsIt() throws InterruptedException {
        interruptEndsIt(Thread.ofPlatform());
        Thread.sleep(LONG_ENOUGH_TO_FALL_ASLEEP);
        interruptEndsIt(Thread.ofPlatform());
    }

    @Test
    void interruptingTheVirtualThreadEndsIt() throws InterruptedException {
        interruptEndsIt(Thread.ofVirtual());
    }

    private void interruptEndsIt(Thread.Builder builder) throws InterruptedException {
        TrapReason[] reason = new TrapReason[1];
        CountDownLatch started = new CountDownLatch(1);
        Thread thread = builder.start(() -> {
            started.countDown();
            reason[0] = spin(fiber, spin);
        });
        started.await();
        Thread.sleep(10);
        thread.interrupt();
        thread.join();
        assertEquals(TrapReason.INTERRUPTED, reason[0]);
    }

    @Test
    void anotherThreadsRequestEndsIt() throws InterruptedException {
        int generation = fiber.generation();
        Thread other = Thread.ofPlatform().start(() -> {
            sleep(20);
            fiber.requestAttention(generation, Request.STOP);
        });
        int mark = fiber.mark();
        int exit = fiber.enter(spin.address(), 0, 0, 0, 0);
        while (fiber.takeRequests() != Request.STOP) {
            assertEquals(Exit.POLL, exit);
            assertNull(fiber.overdue());
            exit = fiber.resume();
        }
        fiber.unwindTo(mark);
        other.join();
    }

    @Test
    void aHostFunctionThatWaitsInTheSystemAwakes() throws InterruptedException {
        Thread.sleep(LONG_ENOUGH_TO_FALL_ASLEEP);
        long pollfd = Pages.allocate(Pages.SIZE);
        int mark = fiber.mark();
        fiber.setDeadline(System.nanoTime() + 20 * MILLISECOND);
        RawMemory.putInt(pollfd, fiber.eventFd());
        RawMemory.putInt(pollfd + 4, 1);
        while (fiber.overdue() == null) {
            Syscall.call(Syscall.POLL, pollfd, 1, -1); // for ever, but for the watchdog
        }
        assertEquals(TrapReason.DEADLINE, fiber.overdue());
        assertEquals(Request.DEADLINE, fiber.takeRequests() & Request.DEADLINE);
        fiber.unwindTo(mark);
        Pages.release(pollfd, Pages.SIZE);
    }

    @Test
    void manyGuestsEndByTheirOwnDeadlines() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        List<Object> reasons = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 16; i++) {
            int time = 5 * i;
            threads.add(Thread.ofPlatform().start(() -> {
                try (Guest other = new Guest()) {
                    CodeBlob loop = other.thunk("loop", Guest::spin);
                    other.fiber.setDeadline(System.nanoTime() + time * MILLISECOND);
                    reasons.add(spin(other.fiber, loop));
                } catch (Throwable failure) {
                    reasons.add(failure);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(java.util.Collections.nCopies(16, TrapReason.DEADLINE), reasons);
    }

    @Test
    void theWatchdogIsOneDaemonThread() {
        fiber.setDeadline(System.nanoTime() + MILLISECOND);
        spin(fiber, spin);
        List<Thread> dogs = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("emberwall-watchdog"))
                .toList();
        assertEquals(1, dogs.size());
        assertTrue(dogs.getFirst().isDaemon());
    }

    private static void sleep(long milliseconds) {
        try {
            TimeUnit.MILLISECONDS.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
