package emberwall.engine;

import emberwall.engine.store.LinearMemory;
import emberwall.engine.store.RuntimeFunction;
import emberwall.engine.store.TableStorage;
import emberwall.fiber.Fiber;
import emberwall.op.TrapReason;
import emberwall.os.RawMemory;

/** What Java does for guest code: {@link RuntimeFunction} by row. Long work looks for interruption every MiB. */
final class RuntimeCalls {
    private static final long CHUNK = 1 << 20;

    private final ExitLoop exits;

    RuntimeCalls(ExitLoop exits) {
        this.exits = exits;
    }

    /** Performs a call whose arguments the guest left on its stack; its result, or 0. */
    long call(RuntimeFunction function, Fiber fiber, NativeInstance instance) {
        switch (function) {
            case MEMORY_GROW -> {
                return instance.memory(word(fiber, 0)).grow(fiber.argument(1));
            }
            case MEMORY_INIT -> memoryInit(fiber, instance);
            case MEMORY_COPY -> memoryCopy(fiber, instance);
            case MEMORY_FILL -> memoryFill(fiber, instance);
            case DATA_DROP -> instance.dropData(word(fiber, 0));
            case TABLE_GROW -> {
                return instance.table(word(fiber, 0)).grow(fiber.argument(2), fiber.argument(1));
            }
            case TABLE_INIT -> tableInit(fiber, instance);
            case TABLE_COPY -> tableCopy(fiber, instance);
            case TABLE_FILL -> tableFill(fiber, instance);
            case ELEM_DROP -> instance.dropElements(word(fiber, 0));
            case REF_FUNC -> {
                return instance.funcref(word(fiber, 0));
            }
        }
        return 0;
    }

    private static int word(Fiber fiber, int argument) {
        return (int) fiber.argument(argument);
    }

    private void memoryInit(Fiber fiber, NativeInstance instance) {
        LinearMemory memory = instance.memory(word(fiber, 1));
        int segment = word(fiber, 0);
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

    private void memoryCopy(Fiber fiber, NativeInstance instance) {
        LinearMemory to = instance.memory(word(fiber, 0));
        LinearMemory from = instance.memory(word(fiber, 1));
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

    private void memoryFill(Fiber fiber, NativeInstance instance) {
        LinearMemory memory = instance.memory(word(fiber, 0));
        long target = fiber.argument(1);
        int value = word(fiber, 2);
        long length = fiber.argument(3);
        if (!memory.contains(target, length)) {
            throw exits.trap(fiber, TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
        for (long done = 0; done < length; done += CHUNK) {
            RawMemory.fill(memory.base() + target + done, Math.min(CHUNK, length - done), value);
            exits.pollWork(fiber);
        }
    }

    private void tableInit(Fiber fiber, NativeInstance instance) {
        TableStorage table = instance.table(word(fiber, 1));
        long[] words = instance.elementWords(word(fiber, 0));
        long target = fiber.argument(2);
        long source = fiber.argument(3);
        long length = fiber.argument(4);
        if (!table.contains(target, length) || source < 0 || length > words.length - source) {
            throw exits.trap(fiber, TrapReason.TABLE_OUT_OF_BOUNDS);
        }
        for (long done = 0; done < length; done++) {
            table.set(target + done, words[(int) (source + done)]);
            if (done % (CHUNK / 8) == 0) {
                exits.pollWork(fiber);
            }
        }
    }

    private void tableCopy(Fiber fiber, NativeInstance instance) {
        TableStorage to = instance.table(word(fiber, 0));
        TableStorage from = instance.table(word(fiber, 1));
        long target = fiber.argument(2);
        long source = fiber.argument(3);
        long length = fiber.argument(4);
        if (!to.contains(target, length) || !from.contains(source, length)) {
            throw exits.trap(fiber, TrapReason.TABLE_OUT_OF_BOUNDS);
        }
        boolean backwards = to == from && target > source && target < source + length;
        for (long done = 0; done < length; ) {
            long size = Math.min(CHUNK / 8, length - done);
            long at = backwards ? length - done - size : done;
            to.copy(target + at, from, source + at, size);
            done += size;
            exits.pollWork(fiber);
        }
    }

    private void tableFill(Fiber fiber, NativeInstance instance) {
        TableStorage table = instance.table(word(fiber, 0));
        long target = fiber.argument(1);
        long word = fiber.argument(2);
        long length = fiber.argument(3);
        if (!table.contains(target, length)) {
            throw exits.trap(fiber, TrapReason.TABLE_OUT_OF_BOUNDS);
        }
        for (long done = 0; done < length; done += CHUNK / 8) {
            table.fill(target + done, word, Math.min(CHUNK / 8, length - done));
            exits.pollWork(fiber);
        }
    }
}
