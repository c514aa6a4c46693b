package emberwall.engine;

import emberwall.fiber.Exit;
import emberwall.fiber.Fiber;
import emberwall.fiber.FiberBlock;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

/**
 * Where Java enters a guest function. A record, so that a compiler which knows the object also knows its fields.
 *
 * @param store whose function it is
 * @param thunk code that moves words from registers to where the function expects them
 * @param record the function's record
 */
record EntryPoint(NativeStore store, long thunk, long record) {
    /** Calls a function of up to three parameters and one result: all are words. */
    static long call(EntryPoint entry, long a, long b, long c) {
        NativeStore store = entry.store;
        Ownership owner = store.enter();
        int depth = owner.depth - 1;
        try {
            Fiber fiber = store.fiber(depth);
            int mark = fiber.mark();
            try {
                int exit = fiber.enter(entry.thunk, entry.record, a, b, c);
                if (exit != Exit.RETURN) {
                    store.exits.run(owner.crossings, fiber, mark, exit);
                }
                return fiber.get(FiberBlock.RESULT);
            } finally {
                fiber.unwindTo(mark);
                VarHandle.releaseFence();
            }
        } finally {
            owner.depth = depth; // a store, for a call may find no Java stack to run on
            Reference.reachabilityFence(store); // nobody else may have it
        }
    }
}
