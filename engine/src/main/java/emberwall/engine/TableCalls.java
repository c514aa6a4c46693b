package emberwall.engine;

import emberwall.engine.store.TableStorage;
import emberwall.fiber.Fiber;
import emberwall.op.TrapReason;

/** The runtime functions that move elements of tables. They look for interruption every {@value #CHUNK} elements. */
final class TableCalls {
    private static final long CHUNK = 1 << 17;

    private final ExitLoop exits;

    TableCalls(ExitLoop exits) {
        this.exits = exits;
    }

    void init(Fiber fiber, NativeInstance instance) {
        TableStorage table = instance.table(RuntimeCalls.word(fiber, 1));
        long[] words = instance.elementWords(RuntimeCalls.word(fiber, 0));
        long target = fiber.argument(2);
        long source = fiber.argument(3);
        long length = fiber.argument(4);
        if (!table.contains(target, length) || source < 0 || length > words.length - source) {
            throw exits.trap(fiber, TrapReason.TABLE_OUT_OF_BOUNDS);
        }
        for (long done = 0; done < length; done++) {
            table.set(target + done, words[(int) (source + done)]);
            if (done % CHUNK == 0) {
                exits.pollWork(fiber);
            }
        }
    }

    void copy(Fiber fiber, NativeInstance instance) {
        TableStorage to = instance.table(RuntimeCalls.word(fiber, 0));
        TableStorage from = instance.table(RuntimeCalls.word(fiber, 1));
        long target = fiber.argument(2);
        long source = fiber.argument(3);
        long length = fiber.argument(4);
        if (!to.contains(target, length) || !from.contains(source, length)) {
            throw exits.trap(fiber, TrapReason.TABLE_OUT_OF_BOUNDS);
        }
        boolean backwards = to == from && target > source && target < source + length;
        for (long done = 0; done < length; ) {
            long size = Math.min(CHUNK, length - done);
            long at = backwards ? length - done - size : done;
            to.copy(target + at, from, source + at, size);
            done += size;
            exits.pollWork(fiber);
        }
    }

    void fill(Fiber fiber, NativeInstance instance) {
        TableStorage table = instance.table(RuntimeCalls.word(fiber, 0));
        long target = fiber.argument(1);
        long word = fiber.argument(2);
        long length = fiber.argument(3);
        if (!table.contains(target, length)) {
            throw exits.trap(fiber, TrapReason.TABLE_OUT_OF_BOUNDS);
        }
        for (long done = 0; done < length; done += CHUNK) {
            table.fill(target + done, word, Math.min(CHUNK, length - done));
            exits.pollWork(fiber);
        }
    }
}
