package emberwall.jit;

import emberwall.fiber.Exit;
import emberwall.fiber.Fiber;
import emberwall.fiber.FiberBlock;
import emberwall.op.V128;
import emberwall.os.RawMemory;
import java.lang.foreign.MemorySegment;

/**
 * Where Java enters a function. A record, so that a compiler which knows the object also knows its fields.
 *
 * @param jit whose function it is
 * @param thunk code that moves words to where the function expects them
 * @param cell the word that says where its code is
 * @param bytes of all words
 */
record EntryPoint(Jit jit, long thunk, long cell, int bytes) {
    /** Calls a function without a vector as its result. */
    static long call(EntryPoint entry, MemorySegment[] segments, long[] words) {
        Activations activations = entry.jit.activations;
        Fiber fiber = activations.take();
        try {
            run(entry, fiber, segments, words);
            return fiber.get(FiberBlock.RESULT);
        } finally {
            activations.give(fiber);
        }
    }

    /** Calls a function whose result is a vector. */
    static V128 callForVector(EntryPoint entry, MemorySegment[] segments, long[] words) {
        Activations activations = entry.jit.activations;
        Fiber fiber = activations.take();
        try {
            long at = run(entry, fiber, segments, words);
            return new V128(RawMemory.getLong(at), RawMemory.getLong(at + Long.BYTES));
        } finally {
            activations.give(fiber);
        }
    }

    /** Where the words were; nobody uses that stack until it is given back. */
    private static long run(EntryPoint entry, Fiber fiber, MemorySegment[] segments, long[] words) {
        int mark = fiber.mark();
        try {
            long at = fiber.push(entry.bytes);
            for (int i = 0; i < words.length; i++) {
                RawMemory.putLong(at + 8L * i, words[i]);
            }
            int exit = segments.length == 0
                    ? fiber.enter(entry.thunk, entry.cell, 0, 0, 0)
                    : fiber.enter(entry.thunk, entry.cell, segments);
            if (exit != Exit.RETURN) {
                entry.jit.answer(fiber, exit, segments);
            }
            return at;
        } finally {
            fiber.unwindTo(mark);
        }
    }
}
