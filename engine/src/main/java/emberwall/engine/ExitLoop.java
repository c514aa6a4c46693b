package emberwall.engine;

import emberwall.engine.cc.CLibrary;
import emberwall.engine.code.CompiledFunction;
import emberwall.engine.code.InlinedCalls;
import emberwall.engine.code.ModuleCode;
import emberwall.engine.code.PositionTable;
import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.RuntimeFunction;
import emberwall.fiber.Exit;
import emberwall.fiber.Fiber;
import emberwall.fiber.FiberBlock;
import emberwall.fiber.Request;
import emberwall.fiber.StackWalk;
import emberwall.link.CodeBlob;
import emberwall.op.TrapReason;
import emberwall.os.OsException;
import emberwall.os.RawMemory;
import emberwall.wasm.Module;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;

/** Runs guest code until it returns, or throws. Every crossing between guest and Java is a case of {@link #run}. */
final class ExitLoop {
    private static final int KINDS = Exit.COMPILE + 1;
    private static final int MOST_FRAMES = 64;
    private static final RuntimeFunction[] RUNTIME_FUNCTIONS = RuntimeFunction.values();

    private final NativeStore store;
    private final RuntimeCalls runtime;
    private final Unwinder unwinder;
    private final int maxNesting;
    private final boolean counting;
    private final long[] counts = new long[KINDS];
    private NativeCall[] calls = new NativeCall[4];
    /** Sees guests, or null. */
    NativeStops stops;

    ExitLoop(NativeStore store, int maxNesting, boolean counting) {
        this.store = store;
        this.maxNesting = maxNesting;
        this.counting = counting;
        unwinder = new Unwinder(store, this);
        runtime = new RuntimeCalls(store, this, unwinder);
    }

    /** Handles an exit of the activation that began at {@code mark}, and all that follow until it returns. */
    void run(Crossings crossings, Fiber fiber, int mark, int first) {
        for (int exit = first; exit != Exit.RETURN; exit = fiber.resume()) {
            if (counting) {
                counts[Exit.kind(exit)]++;
            }
            if (stops != null) {
                stops.exit(exit, fiber);
            }
            switch (Exit.kind(exit)) {
                case Exit.HOST_CALL -> hostCall(crossings, fiber, mark);
                case Exit.RUNTIME -> runtime(fiber, Exit.payload(exit));
                case Exit.COMPILE -> compile(fiber);
                case Exit.POLL -> poll(fiber);
                case Exit.STACK -> stack(fiber);
                case Exit.TRAP -> throw trap(fiber, TrapReason.of(Exit.payload(exit)));
                case Exit.FAULT -> throw fault(fiber);
                default -> throw new InternalError("exit " + exit);
            }
            fiber.unwindTo(mark + 1); // whatever came of that, this activation is on top again
            if (stops != null) {
                NativeStops.expectPoll(fiber);
            }
        }
    }

    private void hostCall(Crossings crossings, Fiber fiber, int mark) {
        int id = RawMemory.getInt(fiber.get(FiberBlock.EXIT_RECORD) + FuncRecord.ID);
        NativeHostFunction function = store.hostFunction(id);
        int before = crossings.depth;
        if (before >= maxNesting) {
            throw trap(fiber, TrapReason.STACK_EXHAUSTED);
        }
        NativeCall call = call(mark);
        crossings.depth = before + 1;
        try {
            fiber.result(call.perform(function, fiber.get(FiberBlock.GUEST_FP), fiber.get(FiberBlock.EXIT_INSTANCE)));
        } catch (WasmException exception) {
            fiber.unwindTo(mark + 1); // an activation that it came out of may not have got to that
            unwinder.raise(fiber, store.origin(exception));
        } finally {
            crossings.depth = before;
        }
    }

    private NativeCall call(int depth) {
        if (depth < calls.length && calls[depth] != null) {
            return calls[depth];
        }
        if (depth >= calls.length) {
            calls = java.util.Arrays.copyOf(calls, depth * 2);
        }
        NativeCall call = new NativeCall(store);
        calls[depth] = call;
        return call;
    }

    private void runtime(Fiber fiber, int number) {
        int id = RawMemory.getInt(fiber.get(FiberBlock.EXIT_INSTANCE) + InstanceLayout.ID);
        fiber.result(runtime.call(RUNTIME_FUNCTIONS[number], fiber, store.instance(id)));
    }

    private void compile(Fiber fiber) {
        CodeBlob blob = store.engine.code.space().find(fiber.exitPc());
        ModuleCode code = (ModuleCode) blob.owner();
        try {
            fiber.result(code.compile(code.functionOf(fiber.exitPc()), () -> mustStop(fiber)));
        } catch (CancellationException stopped) {
            poll(fiber);
            throw trap(fiber, TrapReason.INTERRUPTED);
        } catch (OsException full) {
            throw EngineLimitException.noCodeMemory(full);
        }
    }

    /** Reads the references that wait in calls of the host. */
    void forEachReference(LongConsumer words) {
        for (NativeCall call : calls) {
            if (call != null) {
                call.forEachReference(words);
            }
        }
    }

    /** Whether long work in Java on behalf of the guest has to end. */
    private boolean mustStop(Fiber fiber) {
        return store.stopRequested() || fiber.overdue() != null;
    }

    /** During long work in Java on behalf of the guest: traps if the guest has to stop. */
    void pollWork(Fiber fiber) {
        if (fiber.get(FiberBlock.LIMIT) == -1) {
            poll(fiber);
        }
    }

    /** Someone asked for attention; nothing may be left of it. */
    void poll(Fiber fiber) {
        int requests = fiber.takeRequests();
        TrapReason overdue = fiber.overdue();
        if ((requests & Request.STOP) != 0 || store.stopRequested()) {
            throw trap(fiber, TrapReason.INTERRUPTED);
        }
        if (overdue != null) {
            throw trap(fiber, overdue);
        }
    }

    private void stack(Fiber fiber) {
        if (fiber.stackExhausted()) {
            throw trap(fiber, TrapReason.STACK_EXHAUSTED);
        }
        poll(fiber);
    }

    /** The guest's access met a guard page: a trap if its code says so, else our mistake. */
    private RuntimeException fault(Fiber fiber) {
        long pc = fiber.get(FiberBlock.FAULT_PC);
        CodeBlob blob = store.engine.code.space().find(pc);
        if (blob != null && blob.owner() instanceof CompiledFunction function) {
            long entry = function.positions().find(blob.offset(pc));
            if (entry >= 0 && PositionTable.kind(entry) != PositionTable.CALL) {
                return trap(fiber, PositionTable.reason(entry));
            }
        }
        CLibrary library = store.engine.library(pc);
        if (library != null && library.mayFault(pc)) {
            return trap(fiber, TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
        throw new InternalError("guest code touched " + Long.toHexString(fiber.get(FiberBlock.FAULT_ADDRESS)) + " at "
                + Long.toHexString(pc) + " in " + blob);
    }

    /** A trap where the guest stands now. */
    Trap trap(Fiber fiber, TrapReason reason) {
        if (stops != null) {
            stops.trap(fiber);
        }
        List<GuestFrame> trace = new ArrayList<>();
        int omitted = 0;
        StackWalk walk = new StackWalk(fiber, store.engine.code.space().map());
        for (boolean stopped = true; walk.next(); stopped = false) {
            for (GuestFrame frame : frames(walk, stopped)) {
                if (trace.size() < MOST_FRAMES) {
                    trace.add(frame);
                } else {
                    omitted++;
                }
            }
        }
        return new Trap(reason, reason.text(), trace, omitted);
    }

    /**
     * A frame of a walk if it is a guest's function, and, in front of it, those that functions would have whose bodies stand in
     * it; {@code stopped} in the innermost one of all.
     */
    private List<GuestFrame> frames(StackWalk walk, boolean stopped) {
        CodeBlob blob = walk.blob();
        if (blob != null && blob.owner() instanceof CompiledFunction function) {
            return frames(function, position(walk, function));
        }
        CLibrary library = blob != null ? null : store.engine.library(walk.pc());
        int position = library == null ? -1 : library.position(walk.pc(), stopped);
        return position < 0 ? List.of() : List.of(frame(library.module(), library.functionAt(position), position));
    }

    private static List<GuestFrame> frames(CompiledFunction function, int innermost) {
        Module module = function.code().module();
        InlinedCalls inlined = function.inlined();
        List<GuestFrame> frames = new ArrayList<>(1);
        int position = innermost;
        while (inlined.has(position)) {
            frames.add(frame(module, inlined.function(position), inlined.position(position)));
            position = inlined.caller(position);
        }
        frames.add(frame(module, function.function(), position));
        return frames;
    }

    private static int position(StackWalk walk, CompiledFunction function) {
        long entry = function.positions().find(walk.blob().offset(walk.pc()));
        return entry < 0 ? -1 : PositionTable.position(entry);
    }

    private static GuestFrame frame(Module module, int function, int position) {
        String name = module.names().module();
        return new GuestFrame(name == null ? "" : name, function, module.functionName(function), position);
    }

    /** How many exits of each kind there were, if they are counted. */
    long[] counts() {
        return counts;
    }
}
