package emberwall.engine;

import emberwall.engine.store.RuntimeFunction;
import emberwall.fiber.Fiber;

/** What Java does for guest code: {@link RuntimeFunction} by row. Each family has a class of its own. */
final class RuntimeCalls {
    private final MemoryCalls memories;
    private final TableCalls tables;
    private final Unwinder unwinder;
    private final AtomicCalls atomics;
    private final ObjectCalls objects;

    RuntimeCalls(NativeStore store, ExitLoop exits, Unwinder unwinder) {
        this.unwinder = unwinder;
        memories = new MemoryCalls(exits);
        tables = new TableCalls(exits);
        atomics = new AtomicCalls(store, exits);
        objects = new ObjectCalls(store, exits);
    }

    /** Performs a call whose arguments the guest left on its stack; its result, or 0. */
    long call(RuntimeFunction function, Fiber fiber, NativeInstance instance) {
        switch (function) {
            case MEMORY_GROW -> {
                return instance.memory(word(fiber, 0)).grow(fiber.argument(1));
            }
            case MEMORY_INIT -> memories.init(fiber, instance);
            case MEMORY_COPY -> memories.copy(fiber, instance);
            case MEMORY_FILL -> memories.fill(fiber, instance);
            case DATA_DROP -> instance.dropData(word(fiber, 0));
            case TABLE_GROW -> {
                return instance.table(word(fiber, 0)).grow(fiber.argument(2), fiber.argument(1));
            }
            case TABLE_INIT -> tables.init(fiber, instance);
            case TABLE_COPY -> tables.copy(fiber, instance);
            case TABLE_FILL -> tables.fill(fiber, instance);
            case ELEM_DROP -> instance.dropElements(word(fiber, 0));
            case REF_FUNC -> {
                return instance.funcref(word(fiber, 0));
            }
            case THROW -> unwinder.throwNew(fiber, instance);
            case THROW_REF -> unwinder.throwReference(fiber);
            case MEMORY_NOTIFY -> {
                return atomics.notify(fiber, instance);
            }
            case MEMORY_WAIT32 -> {
                return atomics.await(fiber, instance, Integer.BYTES);
            }
            case MEMORY_WAIT64 -> {
                return atomics.await(fiber, instance, Long.BYTES);
            }
            default -> {
                return objects.call(function, fiber, instance);
            }
        }
        return 0;
    }

    /** An argument that is an index or a number of 32 bits. */
    static int word(Fiber fiber, int argument) {
        return (int) fiber.argument(argument);
    }
}
