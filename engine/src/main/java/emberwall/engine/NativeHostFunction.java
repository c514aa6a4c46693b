package emberwall.engine;

import emberwall.engine.code.Shape;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

/** A function of the host in a store of the native tier. */
final class NativeHostFunction extends Function implements NativeReference {
    private final NativeStore store;
    private final String name;
    private final FunctionType type;
    private final int canonicalType;
    private final long record;
    private MethodHandle handle;

    // Read at every call by a guest.
    final HostFunction function;
    final Shape shape;
    final int[] parameters;
    final int[] results;

    NativeHostFunction(
            NativeStore store,
            String name,
            FunctionType type,
            int canonicalType,
            HostFunction function,
            Shape shape,
            long record) {
        this.store = store;
        this.name = name;
        this.type = type;
        this.canonicalType = canonicalType;
        this.function = function;
        this.shape = shape;
        this.record = record;
        parameters = type.parameters();
        results = type.results();
    }

    @Override
    public FunctionType type() {
        return type;
    }

    @Override
    public NativeStore store() {
        return store;
    }

    @Override
    public long record() {
        return record;
    }

    @Override
    public int canonicalType() {
        return canonicalType;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized MethodHandle handle() {
        if (handle == null) {
            handle = Handles.generic(this);
        }
        return handle;
    }

    /** Without a guest between there is nothing to leave: the arguments go straight to the function. */
    @Override
    public Object call(Object... arguments) {
        Types.checkArguments(type, arguments);
        Ownership owner = store.enterHost();
        int depth = owner.depth - 1;
        try {
            Object result = ArrayCall.perform(store, type, function, arguments);
            VarHandle.releaseFence();
            return result;
        } finally {
            owner.depth = depth; // a store, for a call may find no Java stack to run on
            Reference.reachabilityFence(store); // nobody else may have it
        }
    }

    @Override
    public String toString() {
        return name + " " + type + " (host)";
    }
}
