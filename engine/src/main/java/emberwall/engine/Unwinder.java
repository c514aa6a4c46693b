package emberwall.engine;

import emberwall.codegen.Convention;
import emberwall.engine.code.CompiledFunction;
import emberwall.engine.code.HandlerTable;
import emberwall.engine.store.InstanceLayout;
import emberwall.fiber.Fiber;
import emberwall.fiber.FiberBlock;
import emberwall.fiber.StackWalk;
import emberwall.link.CodeBlob;
import emberwall.op.TrapReason;
import emberwall.os.RawMemory;
import emberwall.wasm.ValueType;

/**
 * Throws exceptions of guests (WebAssembly 3.0, section 4.2.7): looks for the innermost handler among the frames of the
 * topmost activation and lets the guest go on there. If there is none, the exception leaves the activation as a
 * {@link WasmException}, may pass through the host function that made it, and is thrown again where the guest called that.
 */
final class Unwinder {
    private final NativeStore store;
    private final ExitLoop exits;

    Unwinder(NativeStore store, ExitLoop exits) {
        this.store = store;
        this.exits = exits;
    }

    /** The runtime call THROW: (tag, distance of the first value's slot from the frame pointer, bytes of a slot). */
    void throwNew(Fiber fiber, NativeInstance instance) {
        store.sweepHandles(); // now that all values stand in their slots
        if (store.handles.isFull()) {
            throw exits.trap(fiber, TrapReason.OUT_OF_MEMORY);
        }
        NativeTag tag = instance.tags[(int) fiber.argument(0)];
        NativeException exception = new NativeException(tag);
        long slot = fiber.get(FiberBlock.GUEST_FP) + fiber.argument(1);
        long slotBytes = fiber.argument(2);
        for (int i = 0; i < tag.carried.length; i++, slot -= slotBytes) {
            int at = i * tag.stride;
            exception.words[at] = RawMemory.getLong(slot);
            if (tag.carried[i] == ValueType.V128) {
                exception.words[at + 1] = RawMemory.getLong(slot + Long.BYTES);
            }
        }
        raise(fiber, exception);
    }

    /** The runtime call THROW_REF: (reference). */
    void throwReference(Fiber fiber) {
        NativeException exception = (NativeException) store.handles.object(fiber.argument(0));
        if (exception == null) {
            throw exits.trap(fiber, TrapReason.NULL_EXCEPTION_REFERENCE);
        }
        raise(fiber, exception);
    }

    /** Lets the guest go on at the handler of an exception. */
    void raise(Fiber fiber, NativeException exception) {
        StackWalk walk = new StackWalk(fiber, store.engine.code.space().map());
        long end = fiber.activationEnd();
        while (walk.next() && walk.fp() < end) {
            CodeBlob blob = walk.blob();
            if (blob != null && blob.owner() instanceof CompiledFunction function) {
                HandlerTable handlers = function.handlers();
                int clause = handler(handlers, blob.offset(walk.pc()), walk.fp(), exception.tag);
                if (clause >= 0) {
                    handOver(handlers, clause, walk.fp(), exception);
                    fiber.goOn(blob.address() + handlers.target(clause), walk.fp());
                    return;
                }
            }
        }
        throw store.exception(exception);
    }

    /** The clause that catches what the call before a code offset of a frame lets through, or -1. */
    private int handler(HandlerTable handlers, int codeOffset, long framePointer, NativeTag tag) {
        NativeTag[] tags = null;
        for (int region = handlers.region(codeOffset); region != HandlerTable.NONE; region = handlers.parent(region)) {
            int end = handlers.endOfClauses(region);
            for (int clause = handlers.firstClause(region); clause < end; clause++) {
                int wanted = handlers.tag(clause);
                if (wanted == HandlerTable.ALL) {
                    return clause;
                }
                if (tags == null) {
                    long block = RawMemory.getLong(framePointer + Convention.FRAME_INSTANCE);
                    tags = store.instance(RawMemory.getInt(block + InstanceLayout.ID)).tags;
                }
                if (tags[wanted] == tag) {
                    return clause;
                }
            }
        }
        return -1;
    }

    private void handOver(HandlerTable handlers, int clause, long framePointer, NativeException exception) {
        long slot = framePointer + handlers.place(clause);
        int reference = handlers.reference(clause);
        if (reference == HandlerTable.REFERENCE_FIRST) {
            RawMemory.putLong(slot, store.handle(exception));
            slot -= handlers.slotBytes();
        }
        if (handlers.tag(clause) != HandlerTable.ALL) {
            NativeTag tag = exception.tag;
            for (int i = 0; i < tag.carried.length; i++, slot -= handlers.slotBytes()) {
                int at = i * tag.stride;
                RawMemory.putLong(slot, exception.words[at]);
                if (tag.carried[i] == ValueType.V128) {
                    RawMemory.putLong(slot + Long.BYTES, exception.words[at + 1]);
                }
            }
        }
        if (reference == HandlerTable.REFERENCE_LAST) {
            RawMemory.putLong(slot, store.handle(exception));
        }
    }
}
