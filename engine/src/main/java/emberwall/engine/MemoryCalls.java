package emberwall.engine;

import emberwall.engine.store.LinearMemory;
import emberwall.fiber.Fiber;
import emberwall.op.TrapReason;
import emberwall.os.RawMemory;

/** The runtime functions that move bytes. They look for interruption every MiB. */
final class MemoryCalls {
    private static final long CHUNK = 1 << 20;

    private final ExitLoop exits;

    MemoryCalls(ExitLoop exits) {
        this.exits = exits;
    }

    void init(Fiber fiber, NativeInstance instance) {
        LinearMemory memory = instance.memory(RuntimeCalls.word(fiber, 1));
        int segment = RuntimeCalls.word(fiber, 0);
        long target = fiber.argument(2);
        long source = fiber.argument(3);
        long length = fiber.argument(4);
        long available = instance.dataLength(segment);
        if (!memory.contains(target, length) || source < 0 || length > available - source) {
            throw exits.trap(fiber, TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
        byte[] bytes = instance.module.module.bytes();
        int from = instance.module.module.data(segment).offset() + (int) source;
        for (long done = 0; done < length; done += CHUNK) {
            int size = (int) Math.min(CHUNK, length - done);
            RawMemory.copy(bytes, from + (int) done, memory.base() + target + done, size);
            exits.pollWork(fiber);
        }
    }

    void copy(Fiber fiber, NativeInstance instance) {
        LinearMemory to = instance.memory(RuntimeCalls.word(fiber, 0));
        LinearMemory from = instance.memory(RuntimeCalls.word(fiber, 1));
        long target = fiber.argument(2);
        long source = fiber.argument(3);
        long length = fiber.argument(4);
        if (!to.contains(target, length) || !from.contains(source, length)) {
            throw exits.trap(fiber, TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
        long targetAddress = to.base() + target;
        long sourceAddress = from.base() + source;
        boolean backwards = targetAddress > sourceAddress && targetAddress < sourceAddress + length;
        for (long done = 0; done < length; ) {
            long size = Math.min(CHUNK, length - done);
            long at = backwards ? length - done - size : done;
            RawMemory.copy(sourceAddress + at, targetAddress + at, size);
            done += size;
            exits.pollWork(fiber);
        }
    }

    void fill(Fiber fiber, NativeInstance instance) {
        LinearMemory memory = instance.memory(RuntimeCalls.word(fiber, 0));
        long target = fiber.argument(1);
        int value = RuntimeCalls.word(fiber, 2);
        long length = fiber.argument(3);
        if (!memory.contains(target, length)) {
            throw exits.trap(fiber, TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
        for (long done = 0; done < length; done += CHUNK) {
            RawMemory.fill(memory.base() + target + done, Math.min(CHUNK, length - done), value);
            exits.pollWork(fiber);
        }
    }
}
