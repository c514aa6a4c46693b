package emberwall.engine;

import emberwall.engine.store.LinearMemory;
import emberwall.fiber.Fiber;
import emberwall.op.TrapReason;
import emberwall.op.WaitQueues;
import emberwall.os.RawMemory;

/** The runtime functions by which threads meet. The guest stands at an exit, so it is Java that parks. */
final class AtomicCalls implements WaitQueues.Patience {
    private static final long U32 = 0xFFFF_FFFFL;

    private final NativeStore store;
    private final ExitLoop exits;

    AtomicCalls(NativeStore store, ExitLoop exits) {
        this.store = store;
        this.exits = exits;
    }

    /** (memory, lower and upper half of the offset, address, count): how many were woken. */
    long notify(Fiber fiber, NativeInstance instance) {
        LinearMemory memory = instance.memory(RuntimeCalls.word(fiber, 0));
        long address = address(fiber, memory, Integer.BYTES);
        WaitQueues waiters = memory.waiters();
        return waiters == null ? 0 : waiters.notify(address, RuntimeCalls.word(fiber, 4));
    }

    /** (memory, lower and upper half of the offset, address, expected value, nanoseconds): how the waiting ended. */
    long await(Fiber fiber, NativeInstance instance, int bytes) {
        LinearMemory memory = instance.memory(RuntimeCalls.word(fiber, 0));
        long address = address(fiber, memory, bytes);
        WaitQueues waiters = memory.waiters();
        if (waiters == null) {
            throw exits.trap(fiber, TrapReason.EXPECTED_SHARED_MEMORY);
        }
        long cell = memory.base() + address;
        long expected = fiber.argument(4);
        long timeout = fiber.argument(5);
        store.waits(Thread.currentThread());
        try {
            return bytes == Integer.BYTES
                    ? waiters.await(address, () -> RawMemory.getInt(cell) == (int) expected, timeout, this)
                    : waiters.await(address, () -> RawMemory.getLong(cell) == expected, timeout, this);
        } finally {
            store.waits(null);
        }
    }

    private long address(Fiber fiber, LinearMemory memory, int bytes) {
        long base = fiber.argument(3);
        long address = base + (fiber.argument(1) & U32 | fiber.argument(2) << Integer.SIZE);
        if ((address & bytes - 1) != 0) {
            throw exits.trap(fiber, TrapReason.UNALIGNED_ATOMIC);
        }
        if (Long.compareUnsigned(address, base) < 0 || !memory.contains(address, bytes)) {
            throw exits.trap(fiber, TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
        return address;
    }

    @Override
    public void check() {
        exits.poll(store.fiber);
    }

    @Override
    public long nanos() {
        return store.remainingNanos();
    }
}
