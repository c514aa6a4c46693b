package emberwall.engine;

import emberwall.engine.code.Shape;
import emberwall.fiber.Exit;
import emberwall.fiber.Fiber;
import emberwall.os.OsException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

/** A function of a guest, compiled to machine code. */
final class NativeFunction extends Function implements NativeReference {
    private final NativeInstance instance;
    private final int index;
    private final long record;
    private final emberwall.wasm.FunctionType wasmType;
    /** The same in terms of the engine's ids. */
    private final emberwall.wasm.FunctionType canonical;

    private MethodHandle handle;
    private FunctionType type;

    NativeFunction(NativeInstance instance, int index, long record) {
        this.instance = instance;
        this.index = index;
        this.record = record;
        wasmType = instance.module.module.functionType(index);
        canonical = instance.module.canonical(wasmType);
    }

    @Override
    public FunctionType type() {
        FunctionType known = type;
        if (known == null) {
            known = Types.api(wasmType);
            type = known;
        }
        return known;
    }

    @Override
    public NativeStore store() {
        return instance.store;
    }

    @Override
    public long record() {
        return record;
    }

    @Override
    public int canonicalType() {
        return instance.module.canonicalTypes[instance.module.module.functionTypeIndex(index)];
    }

    @Override
    public String name() {
        return instance.module.module.functionName(index);
    }

    @Override
    public synchronized MethodHandle handle() {
        if (handle == null) {
            FunctionType mine = type();
            if (Handles.isDirect(mine)) {
                instance.store.checkOpen();
                Shape shape = instance.store.engine.code.shape(wasmType);
                handle = Handles.direct(mine, new EntryPoint(instance.store, registerThunk(shape), record));
            } else {
                handle = Handles.generic(this);
            }
        }
        return handle;
    }

    private static long registerThunk(Shape shape) {
        try {
            return shape.registerThunk();
        } catch (OsException full) {
            throw EngineLimitException.noCodeMemory(full);
        }
    }

    private static long bufferThunk(Shape shape) {
        try {
            return shape.bufferThunk();
        } catch (OsException full) {
            throw EngineLimitException.noCodeMemory(full);
        }
    }

    @Override
    public Object call(Object... arguments) {
        Types.checkArguments(type(), arguments);
        NativeStore store = instance.store;
        Ownership owner = store.enter();
        int depth = owner.depth - 1;
        try {
            Fiber fiber = store.fiber(depth);
            int mark = fiber.mark();
            try {
                Shape shape = store.engine.code.shape(wasmType);
                int step = shape.bufferStep();
                long buffer = store.buffer(shape.bufferWords());
                for (int i = 0; i < arguments.length; i++) {
                    store.put(buffer + (long) step * i, canonical.parameter(i), arguments[i]);
                }
                int exit = fiber.enter(bufferThunk(shape), record, buffer, 0, 0);
                if (exit != Exit.RETURN) {
                    store.exits.run(owner.crossings, fiber, mark, exit);
                }
                return results(store, buffer, step);
            } finally {
                fiber.unwindTo(mark);
                VarHandle.releaseFence();
            }
        } finally {
            owner.depth = depth; // a store, for a call may find no Java stack to run on
            Reference.reachabilityFence(store); // nobody else may have it
        }
    }

    private Object results(NativeStore store, long buffer, int step) {
        int count = canonical.resultCount();
        if (count == 0) {
            return null;
        }
        if (count == 1) {
            return store.get(buffer, canonical.result(0));
        }
        Object[] results = new Object[count];
        for (int i = 0; i < count; i++) {
            results[i] = store.get(buffer + (long) step * i, canonical.result(i));
        }
        return results;
    }

    @Override
    public String toString() {
        return name() + " " + type();
    }
}
