package emberwall.fiber;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.link.CodeBlob;
import emberwall.op.TrapReason;
import emberwall.os.RawMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Guests that call the host, which calls guests. */
class NestingTest {
    private final Guest guest = new Guest();
    private final Fiber fiber = guest.fiber;

    /** Stores rcx on its stack, calls the host with it, and answers what it stored plus the host's answer. */
    private final CodeBlob asks = guest.function("asks", a -> {
        a.push(RCX);
        a.push(RCX);
        a.mov(RAX, RCX);
        HostThunk.exit(a);
        a.add(RAX, mem(RSP));
    });

    private final CodeBlob thunk = guest.thunk("thunk", a -> {
        a.movi(RAX, asks.address());
        a.callr(RAX);
        a.mov(mem(R15, FiberBlock.RESULT), RAX);
    });

    private final CodeBlob traps =
            guest.thunk("traps", a -> a.callm(mem(R15, FiberBlock.trap(TrapReason.UNREACHABLE))));

    @AfterEach
    void close() {
        fiber.unwindTo(0);
        guest.close();
    }

    private interface Host {
        long call(long argument);
    }

    /** What an engine makes of an exit that is a trap. */
    private static final class Trapped extends RuntimeException {}

    /** The loop that an engine runs. */
    private long run(CodeBlob entry, long argument, Host host) {
        int mark = fiber.mark();
        try {
            int exit = fiber.enter(entry.address(), 0, argument, 0, 0);
            while (exit != Exit.RETURN) {
                if (exit != Exit.HOST_CALL) {
                    assertEquals(TrapReason.UNREACHABLE, TrapReason.of(Exit.payload(exit)));
                    throw new Trapped();
                }
                long answer = host.call(fiber.get(FiberBlock.EXIT_RECORD));
                fiber.unwindTo(mark + 1);
                fiber.result(answer);
                exit = fiber.resume();
            }
            return fiber.get(FiberBlock.RESULT);
        } finally {
            fiber.unwindTo(mark);
        }
    }

    private long sumTo(long n) {
        return n == 0 ? 0 : run(thunk, n, argument -> sumTo(argument - 1));
    }

    @Test
    void frameOnFrame() {
        for (int depth : new int[] {1, 2, 3, 100, 500}) {
            assertEquals(depth * (depth + 1L) / 2, sumTo(depth));
            assertEquals(0, fiber.depth());
        }
    }

    @Test
    void anExceptionOfTheHostDropsTheGuest() {
        Host fails = argument -> {
            throw new IllegalStateException("no");
        };
        long before = fiber.get(FiberBlock.GUEST_SP);
        for (int i = 0; i < 1000; i++) {
            assertThrows(IllegalStateException.class, () -> run(thunk, 1, fails));
        }
        assertEquals(before, fiber.get(FiberBlock.GUEST_SP));
        // Inside another guest, which then goes on.
        assertEquals(12, run(thunk, 5, argument -> {
            assertThrows(IllegalStateException.class, () -> run(thunk, 1, fails));
            assertThrows(Trapped.class, () -> run(traps, 1, fails));
            return 7;
        }));
    }

    @Test
    void anActivationThatWasNotEndedDoesNoHarmToTheOneBelow() {
        assertEquals(25, run(thunk, 5, argument -> {
            for (int i = 0; i < 3; i++) {
                fiber.mark();
                assertEquals(Exit.HOST_CALL, fiber.enter(thunk.address(), 0, 100 + i, 0, 0));
            }
            assertEquals(4, fiber.depth());
            return 20; // and goes without unwinding
        }));
        assertEquals(0, fiber.depth());
    }

    @Test
    void theJavaStackMayOverflowAnywhere() throws Exception {
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        for (int i = 0; i < 20; i++) {
                            long sum = run(thunk, 5, argument -> {
                                assertThrows(StackOverflowError.class, () -> sumTo(1_000_000));
                                return 6;
                            });
                            assertEquals(11, sum);
                            assertEquals(0, fiber.depth());
                            assertEquals(55, sumTo(10));
                        }
                    } catch (Throwable t) {
                        failure[0] = t;
                    }
                },
                "small stack",
                256 << 10);
        thread.start();
        thread.join();
        assertNull(failure[0]);
    }

    @Test
    void nestedActivationsStartAligned() {
        CodeBlob crooked = guest.thunk("crooked", a -> {
            a.pushi(1); // not a multiple of 16
            a.movi(RAX, 1);
            a.callm(mem(R15, FiberBlock.RUNTIME));
            a.pop(RCX);
        });
        CodeBlob raw = guest.publish("raw", a -> {
            a.mov(mem(R15, FiberBlock.RESULT), RSP);
            a.jmpm(mem(R15, FiberBlock.EXIT_RETURN));
        });
        guest.enter(crooked);
        assertEquals(0, fiber.get(FiberBlock.GUEST_SP) & 15);
        guest.enter(raw);
        assertEquals(8, fiber.get(FiberBlock.RESULT) & 15);
        guest.end();
        assertEquals(1, fiber.argument(0));
        assertEquals(Exit.RETURN, fiber.resume());
        guest.end();
    }

    @Test
    void aWalkGoesThroughAllActivations() {
        List<String> seen = new ArrayList<>();
        run(
                thunk,
                3,
                first -> run(thunk, first - 1, second -> {
                    for (StackWalk walk = new StackWalk(fiber, guest.space.map()); walk.next(); ) {
                        seen.add(String.valueOf(
                                walk.blob() == null ? null : walk.blob().owner()));
                    }
                    return 0;
                }));
        assertEquals(List.of("asks", "thunk", "asks", "thunk"), seen);
    }

    @Test
    void aWalkEndsWhateverTheStackHolds() {
        guest.enter(thunk, 0, 7, 0, 0);
        long fp = fiber.get(FiberBlock.GUEST_FP);
        long saved = RawMemory.getLong(fp);
        long[] lies = {
            0, 1, -1, fp, fp - 8, fp + 8, saved + 1, Long.MIN_VALUE, Long.MAX_VALUE, fiber.block() - 8, fiber.block()
        };
        for (long lie : lies) {
            RawMemory.putLong(fp, lie);
            int frames = 0;
            for (StackWalk walk = new StackWalk(fiber, guest.space.map()); walk.next(); ) {
                frames++;
            }
            assertTrue(frames >= 1 && frames <= 4, lie + ": " + frames);
        }
        RawMemory.putLong(fp, saved);
        for (long lie : lies) {
            fiber.set(FiberBlock.GUEST_FP, lie);
            StackWalk walk = new StackWalk(fiber, guest.space.map());
            assertTrue(walk.next());
            while (walk.next()) {
                assertTrue(walk.fp() != 0 || walk.pc() != 0);
            }
        }
        guest.end();
    }

    @Test
    void eachActivationMayMoveToAnotherVirtualThreadOfItsCarrier() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < 50; t++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try (Guest other = new Guest(1 << 16)) {
                    CodeBlob calls = other.thunk("calls", a -> {
                        int loop = a.here();
                        HostThunk.exit(a);
                        a.test(RAX, RAX);
                        a.jcc(emberwall.asm.x64.Cond.NOT_EQUAL, loop);
                    });
                    int exit = other.enter(calls);
                    for (int i = 20; i >= 0; i--) {
                        assertEquals(Exit.HOST_CALL, exit);
                        Thread.sleep(1); // unmounts, for nothing of the guest is on the carrier's stack
                        other.fiber.result(i);
                        exit = other.fiber.resume();
                    }
                    assertEquals(Exit.RETURN, exit);
                    other.end();
                } catch (Throwable failure) {
                    failures.add(failure);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
    }
}
