package emberwall.fiber;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.link.CodeBlob;
import emberwall.op.TrapReason;
import emberwall.os.Errno;
import emberwall.os.OsException;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FiberTest {
    @AfterEach
    void noFaults() {
        Pages.inject(null);
    }

    private static int mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).size();
    }

    @Test
    void aFiberTakesTwoMappingsAndLeavesNone() throws IOException {
        Fiber.create().close(); // whatever happens once
        int before = mappings();
        Fiber[] fibers = new Fiber[50];
        for (int i = 0; i < fibers.length; i++) {
            fibers[i] = Fiber.create();
        }
        assertTrue(mappings() <= before + 2 * fibers.length + 4);
        for (Fiber fiber : fibers) {
            fiber.close();
        }
        for (int i = 0; i < 1000; i++) {
            try (Fiber fiber = Fiber.create(1 << 16)) {
                fiber.eventFd();
            }
        }
        assertTrue(mappings() <= before + 8, "mappings or descriptors leak");
    }

    @Test
    void theStackIsAsLargeAsAsked() {
        for (long bytes : new long[] {16 << 10, 1 << 20, 5_000_000, 64 << 20}) {
            try (Fiber fiber = Fiber.create(bytes)) {
                long low = fiber.get(FiberBlock.STACK_LIMIT);
                long high = fiber.stackHigh();
                assertEquals(Pages.round(bytes), high - low);
                RawMemory.putLong(low - Fiber.RED_ZONE, 1); // the red zone is there
                assertEquals(low - Fiber.RED_ZONE, fiber.stackLow());
            }
        }
        assertThrows(IllegalArgumentException.class, () -> Fiber.create(100));
        assertThrows(IllegalArgumentException.class, () -> Fiber.create(1L << 40));
    }

    @Test
    void refusedMemoryIsSaidAndGivenBack() throws IOException {
        Fiber.create().close();
        int before = mappings();
        Pages.inject((operation, bytes) -> operation.equals("commit") ? Errno.ENOMEM : 0);
        for (int i = 0; i < 100; i++) {
            assertThrows(OsException.class, Fiber::create);
        }
        Pages.inject((operation, bytes) -> Errno.ENOMEM);
        assertThrows(OsException.class, Fiber::create);
        Pages.inject(null);
        assertTrue(mappings() <= before + 4);
    }

    @Test
    void aRecycledFiberGivesDeepStackBack() {
        try (Fiber fiber = Fiber.create()) {
            long deep = fiber.get(FiberBlock.STACK_LIMIT);
            RawMemory.putLong(deep, 1);
            long[] before = {fiber.get(FiberBlock.GUEST_SP), fiber.get(FiberBlock.POLL)};
            fiber.recycle();
            assertEquals(0, RawMemory.getLong(deep));
            assertEquals(before[0], fiber.get(FiberBlock.GUEST_SP));
            assertEquals(before[1], fiber.get(FiberBlock.POLL));
        }
    }

    @Test
    void aFiberInUseCannotBeClosed() {
        try (Fiber fiber = Fiber.create()) {
            int mark = fiber.mark();
            assertThrows(IllegalStateException.class, fiber::close);
            fiber.unwindTo(mark);
        }
    }

    @Test
    void requestsReachOnlyWhomTheyAreMeantFor() {
        Fiber fiber = Fiber.create();
        int first = fiber.generation();
        assertTrue(fiber.requestAttention(first, Request.STOP));
        assertEquals(-1, fiber.get(FiberBlock.LIMIT));
        assertTrue(fiber.requestAttention(first, 0x8000_0000));
        assertEquals(Request.STOP | 0x8000_0000, fiber.requests());
        assertEquals(Request.STOP | 0x8000_0000, fiber.takeRequests());
        assertEquals(fiber.get(FiberBlock.STACK_LIMIT), fiber.get(FiberBlock.LIMIT));
        assertEquals(0, fiber.takeRequests());
        fiber.requestAttention(first, Request.STOP);
        fiber.recycle();
        assertNotEquals(first, fiber.generation());
        assertFalse(fiber.requestAttention(first, Request.STOP));
        assertEquals(0, fiber.requests());
        int second = fiber.generation();
        fiber.close();
        assertFalse(fiber.requestAttention(second, Request.STOP));
        fiber.close();
    }

    @Test
    void theEventDescriptorIsReadableWhileAttentionIsWanted() {
        long poll = Pages.allocate(Pages.SIZE);
        try (Fiber fiber = Fiber.create()) {
            int fd = fiber.eventFd();
            assertEquals(fd, fiber.eventFd());
            assertEquals(0, readable(poll, fd));
            fiber.requestAttention(fiber.generation(), Request.STOP);
            fiber.requestAttention(fiber.generation(), Request.STOP);
            assertEquals(1, readable(poll, fd));
            fiber.takeRequests();
            assertEquals(0, readable(poll, fd));
            fiber.requestAttention(fiber.generation(), Request.STOP);
            fiber.recycle();
            assertEquals(0, readable(poll, fd));
        } finally {
            Pages.release(poll, Pages.SIZE);
        }
    }

    /** What poll says of the descriptor, without waiting. */
    private static long readable(long pollfd, int fd) {
        RawMemory.putInt(pollfd, fd);
        RawMemory.putInt(pollfd + 4, 1); // POLLIN
        return Syscall.call(Syscall.POLL, pollfd, 1, 0);
    }

    @Test
    void whatIsOverdueIsKnownWithoutTheWatchdog() {
        try (Fiber fiber = Fiber.create()) {
            assertNull(fiber.overdue());
            fiber.setDeadline(System.nanoTime() + 1_000_000_000_000L);
            assertNull(fiber.overdue());
            fiber.setDeadline(System.nanoTime() - 1);
            assertEquals(TrapReason.DEADLINE, fiber.overdue());
            Thread.currentThread().interrupt();
            assertEquals(TrapReason.INTERRUPTED, fiber.overdue());
            assertTrue(Thread.interrupted());
            fiber.clearDeadline();
            assertNull(fiber.overdue());
        }
    }

    @Test
    void aBlobThatEndsInATrapIsFoundByItsReturnAddress() {
        try (Guest guest = new Guest()) {
            CodeBlob first = guest.publish("first", a -> {
                while (a.position() % 16 != 16 - 7) { // the call takes 7 bytes
                    a.nop(1);
                }
                a.callm(mem(R15, FiberBlock.trap(TrapReason.UNREACHABLE)));
            });
            guest.publish("second", a -> a.ret());
            assertEquals(0, first.length() % 16);
            guest.enter(first);
            assertEquals(first.end(), guest.fiber.exitPc());
            assertEquals(first, guest.space.find(guest.fiber.exitPc()));
            guest.end();
        }
    }
}
