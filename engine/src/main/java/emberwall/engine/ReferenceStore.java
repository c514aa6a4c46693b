package emberwall.engine;

import emberwall.engine.stops.Stop;
import emberwall.engine.stops.Watched;
import emberwall.op.TrapReason;
import emberwall.op.V128;
import emberwall.wasm.Import;
import emberwall.wasm.Module;
import emberwall.wasm.ValueType;
import emberwall.wasm.reference.ArrayInstance;
import emberwall.wasm.reference.FunctionInstance;
import emberwall.wasm.reference.GlobalInstance;
import emberwall.wasm.reference.GuestException;
import emberwall.wasm.reference.HostCall;
import emberwall.wasm.reference.I31;
import emberwall.wasm.reference.MemoryInstance;
import emberwall.wasm.reference.ModuleInstance;
import emberwall.wasm.reference.ResourceException;
import emberwall.wasm.reference.StructInstance;
import emberwall.wasm.reference.TableInstance;
import emberwall.wasm.reference.TagInstance;
import emberwall.wasm.reference.Values;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A store of the reference tier. */
final class ReferenceStore extends Store implements Attention, Crossings.Guest, Watched {
    private static final long CLOSE_WAIT = 1_000_000;

    private final ReferenceEngine engine;
    private final int maxInstances;
    final emberwall.wasm.reference.Store store;
    /** What has to be given back if the store is forgotten. */
    final ReferenceEngine.KeptTypes types;
    /** The objects that programs see, by what they stand for. */
    private final Map<Object, Extern> wrappers = Collections.synchronizedMap(new IdentityHashMap<>());

    private final Map<ModuleInstance, ReferenceInstance> instances =
            Collections.synchronizedMap(new IdentityHashMap<>());

    private final Map<Module, ReferenceModule> modules = Collections.synchronizedMap(new IdentityHashMap<>());

    private final Object gate = new Object();
    // Written under gate.
    private Thread owner;
    private volatile Crossings crossings; // of the owner; kept when it has left
    private volatile int depth;
    private boolean closed;

    private volatile boolean stop;
    private volatile boolean hasDeadline;
    private volatile long deadline;

    ReferenceStore(ReferenceEngine engine, StoreLimits limits) {
        maxInstances = limits.instances();
        this.engine = engine;
        store = new emberwall.wasm.reference.Store(engine.types, engine.limits(limits));
        store.onAttention(this::overdue);
        types = new ReferenceEngine.KeptTypes(store.registrations());
    }

    @Override
    public void watch(Consumer<Stop> watcher, int mostFrames) {
        store.watch(watcher == null ? null : new ReferenceStops(watcher, mostFrames));
    }

    // ---- in and out

    @SuppressWarnings("ReferenceEquality")
    private boolean isInside(Thread thread) {
        return depth > 0 && owner == thread;
    }

    /** Goes in to run a guest or to change something. */
    void enter() {
        Thread thread = Thread.currentThread();
        boolean first;
        synchronized (gate) {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            if (depth > 0 && !isInside(thread)) {
                throw NativeStore.inside(owner);
            }
            owner = thread;
            first = depth++ == 0;
            if (first) {
                crossings = Crossings.current();
                stop = false;
            }
        }
        if (first) {
            engine.watchdog.begin(this);
        }
    }

    void leave() {
        boolean last;
        synchronized (gate) {
            last = --depth == 0;
            if (last) {
                owner = null;
            }
        }
        if (last) {
            engine.watchdog.end(this);
        }
    }

    /** Does something that no guest on another thread may run beside. */
    void alone(Runnable action) {
        synchronized (gate) {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            if (depth > 0 && !isInside(Thread.currentThread())) {
                throw NativeStore.inside(owner);
            }
            action.run();
        }
    }

    void checkNotInside() {
        synchronized (gate) {
            if (isInside(Thread.currentThread())) {
                throw new IllegalStateException("a guest of the store is waiting for this call");
            }
        }
    }

    private TrapReason overdue() {
        if (stop || Thread.currentThread().isInterrupted()) {
            return TrapReason.INTERRUPTED;
        }
        return hasDeadline && System.nanoTime() - deadline >= 0 ? TrapReason.DEADLINE : null;
    }

    // ---- objects

    /** What programs see of an object of the interpreter; null for null. */
    Extern wrap(Object instance) {
        if (instance == null) {
            return null;
        }
        synchronized (wrappers) {
            Extern known = wrappers.get(instance);
            if (known == null) {
                known = newWrapper(instance);
                wrappers.put(instance, known);
            }
            return known;
        }
    }

    private Extern newWrapper(Object instance) {
        return switch (instance) {
            case FunctionInstance function -> new ReferenceFunction(this, function);
            case MemoryInstance memory -> new ReferenceMemory(this, memory);
            case TableInstance table -> new ReferenceTable(this, table);
            case GlobalInstance global -> new ReferenceGlobal(this, global);
            case TagInstance tag -> new ReferenceTag(this, tag);
            default -> throw new InternalError("not an object of a store: " + instance);
        };
    }

    /** A module of which there will be an instance here. */
    void add(ReferenceModule module) {
        if (instances.size() >= maxInstances) {
            throw NativeStore.tooManyInstances(maxInstances);
        }
        modules.put(module.module, module);
    }

    /** What programs see of an instance, which may still be running its start function. */
    ReferenceInstance instance(ModuleInstance instance) {
        return instances.computeIfAbsent(
                instance, made -> new ReferenceInstance(modules.get(made.module()), this, made));
    }

    /** What an import is bound to, as the interpreter sees it. */
    emberwall.wasm.reference.Extern resolve(Import wanted, Imports imports) {
        Object given = imports.find(wanted.module(), wanted.name());
        if (given == null) {
            return null;
        }
        if (given instanceof HostEntry host) {
            return hostFunction(host.type(), HostAdapter.of(host), wanted.module() + "." + wanted.name());
        }
        Extern object = (Extern) given;
        if (object.store() != this && object instanceof ReferenceMemory memory && isOurs(memory)) {
            store.adopt(memory.memory);
        } else if (object.store() != this) {
            throw new IllegalArgumentException(
                    "import \"" + wanted.module() + "\" \"" + wanted.name() + "\" belongs to another store");
        }
        return switch (object) {
            case ReferenceFunction function -> function.function;
            case ReferenceMemory memory -> memory.memory;
            case ReferenceTable table -> table.table;
            case ReferenceGlobal global -> global.global;
            case ReferenceTag tag -> tag.tag;
            default -> throw new InternalError("not an object of this tier: " + object);
        };
    }

    /** Whether a memory of another store may be this one's too. */
    private boolean isOurs(ReferenceMemory memory) {
        return memory.type().shared() && memory.store().engine() == engine;
    }

    private FunctionInstance hostFunction(FunctionType type, HostFunction function, String name) {
        return store.newFunction(Types.wasm(type), call -> performCatchable(type, function, call), name);
    }

    private void performCatchable(FunctionType type, HostFunction function, HostCall call) {
        try {
            perform(type, function, call);
        } catch (WasmException exception) {
            throw origin(exception);
        }
    }

    private void perform(FunctionType type, HostFunction function, HostCall call) {
        Object[] arguments = new Object[type.parameterCount()];
        for (int index = 0; index < arguments.length; index++) {
            int parameter = type.parameter(index);
            if (parameter == ValueType.V128) {
                arguments[index] = call.vector(index);
            } else {
                arguments[index] = ValueType.isReference(parameter)
                        ? api(parameter, call.reference(index))
                        : number(parameter, call.word(index));
            }
        }
        ReferenceInstance caller = call.caller() == null ? null : instance(call.caller());
        ArrayCall made = new ArrayCall(this, type, arguments, caller, caller == null ? null : caller.memory());
        Crossings crossings = Crossings.current();
        int before = crossings.depth;
        if (caller != null) { // else it is the host that calls its own function
            if (before >= engine.config().maxNesting()) {
                throw call.trap(TrapReason.STACK_EXHAUSTED);
            }
            crossings.depth = before + 1;
        }
        try {
            Sneaky.call(function, made);
        } finally {
            crossings.depth = before;
        }
        Object[] results = made.results();
        for (int index = 0; index < results.length; index++) {
            if (type.result(index) == ValueType.V128) {
                call.resultVector(index, (V128) results[index]);
            } else if (ValueType.isReference(type.result(index))) {
                call.resultReference(index, reference(type.result(index), results[index]));
            } else {
                call.result(index, word(results[index]));
            }
        }
    }

    // ---- values

    static Object number(int type, long word) {
        return switch (type) {
            case ValueType.I32 -> (int) word;
            case ValueType.I64 -> word;
            case ValueType.F32 -> Float.intBitsToFloat((int) word);
            default -> Double.longBitsToDouble(word);
        };
    }

    static long word(Object number) {
        return switch (number) {
            case Integer value -> Integer.toUnsignedLong(value);
            case Long value -> value;
            case Float value -> Integer.toUnsignedLong(Float.floatToRawIntBits(value));
            default -> Double.doubleToRawLongBits((Double) number);
        };
    }

    /** A reference as programs see it. */
    Object api(int type, Object reference) {
        return switch (reference) {
            case FunctionInstance function -> type == ValueType.EXTERNREF ? function : wrap(function);
            case StructInstance struct -> new GuestReference(this, struct);
            case ArrayInstance array -> new GuestReference(this, array);
            case I31 integer -> new GuestReference(this, integer);
            case GuestException exception -> exception(exception);
            case null, default -> reference;
        };
    }

    /**
     * A reference as the interpreter sees it.
     *
     * @throws IllegalArgumentException if it is no value of the type, which is in terms of the engine's ids
     */
    Object reference(int type, Object value) {
        Object reference = switch (value) {
            case ReferenceFunction function
            when type != ValueType.EXTERNREF -> own(function.store(), function.function);
            case GuestReference guest -> own(guest.store(), guest.object);
            case WasmException exception when type != ValueType.EXTERNREF -> origin(exception);
            case null, default -> value;
        };
        if (!store.isOf(reference, type)) {
            throw new IllegalArgumentException(
                    (value == null ? "null" : value.toString()) + " is no " + ValueType.text(type));
        }
        return reference;
    }

    private Object own(Store owner, Object object) {
        if (owner != this) throw new IllegalArgumentException("a reference of another store");
        return object;
    }

    /** An exception as programs see it: always the same object for the same exception. */
    WasmException exception(GuestException exception) {
        synchronized (wrappers) {
            if (exception.view() instanceof WasmException known) return known;
            Tag tag = (Tag) wrap(exception.tag());
            FunctionType carried = tag.type().carried();
            Object[] values = new Object[carried.parameterCount()];
            for (int i = 0; i < values.length; i++) values[i] = value(carried.parameter(i), exception.values(), i);
            WasmException made = new WasmException(tag, values, exception);
            exception.view(made);
            return made;
        }
    }

    /** An exception as the interpreter sees it. */
    private GuestException origin(WasmException exception) {
        if (!(exception.tag() instanceof ReferenceTag tag) || tag.store() != this) {
            throw new IllegalArgumentException("an exception of another store");
        }
        synchronized (wrappers) {
            if (exception.origin instanceof GuestException known) return known;
            Values values = values(tag.type().carried(), exception.values().toArray());
            GuestException made = new GuestException(tag.tag, values);
            made.view(exception);
            exception.origin = made;
            return made;
        }
    }

    Values values(FunctionType type, Object[] arguments) {
        Values values = new Values(arguments.length);
        for (int index = 0; index < arguments.length; index++) {
            if (type.parameter(index) == ValueType.V128) {
                values.setVector(index, (V128) arguments[index]);
            } else if (ValueType.isReference(type.parameter(index))) {
                Object value = arguments[index];
                values.setReference(index, reference(type.parameter(index), value));
            } else {
                values.set(index, word(arguments[index]));
            }
        }
        return values;
    }

    Object value(int type, Values values, int index) {
        if (type == ValueType.V128) {
            return values.vector(index);
        }
        return ValueType.isReference(type) ? api(type, values.reference(index)) : number(type, values.word(index));
    }

    // ---- API

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public Memory newMemory(MemoryType type) {
        enter();
        try {
            return (Memory) wrap(store.newMemory(Types.wasm(type)));
        } catch (ResourceException refused) {
            throw new EngineLimitException(refused.getMessage());
        } finally {
            leave();
        }
    }

    @Override
    public Table newTable(TableType type, Object value) {
        Types.check(type.element(), value);
        enter();
        try {
            Object initial = reference(type.element(), value);
            return (Table) wrap(store.newTable(Types.wasm(type), initial));
        } catch (ResourceException refused) {
            throw new EngineLimitException(refused.getMessage());
        } finally {
            leave();
        }
    }

    @Override
    public Tag newTag(TagType type) {
        enter();
        try {
            return (Tag) wrap(store.newTag(Types.wasm(type.carried())));
        } finally {
            leave();
        }
    }

    @Override
    public Global newGlobal(GlobalType type, Object value) {
        Types.check(type.value(), value);
        enter();
        try {
            GlobalInstance global = store.newGlobal(new emberwall.wasm.GlobalType(type.value(), type.mutable()));
            ReferenceGlobal made = (ReferenceGlobal) wrap(global);
            made.initialise(value);
            return made;
        } finally {
            leave();
        }
    }

    @Override
    public Function newFunction(FunctionType type, HostFunction function) {
        enter();
        try {
            return (Function) wrap(hostFunction(type, function, "host function"));
        } finally {
            leave();
        }
    }

    @Override
    public void timeout(Duration duration) {
        enter();
        try {
            hasDeadline = false;
            if (duration != null) {
                boolean huge = duration.compareTo(Duration.ofDays(36_500)) > 0;
                deadline = System.nanoTime() + (huge ? Long.MAX_VALUE / 4 : duration.toNanos());
                hasDeadline = true;
            }
        } finally {
            leave();
        }
    }

    @Override
    public void collect() {}

    @Override
    public void interrupt() {
        synchronized (gate) {
            if (depth > 0) {
                stop = true;
            }
        }
        store.requestAttention();
    }

    @Override
    public Attention attention() {
        return this;
    }

    @Override
    public int eventfd() {
        return -1;
    }

    @Override
    public void check() {
        TrapReason reason = overdue();
        if (reason != null) {
            throw new Trap(reason);
        }
    }

    @Override
    public long remainingNanos() {
        return hasDeadline ? Math.max(0, deadline - System.nanoTime()) : Long.MAX_VALUE;
    }

    @Override
    public void close() {
        Crossings mine = Crossings.current();
        synchronized (gate) {
            checkNotInside();
            if (closed) {
                return;
            }
            mine.await(this);
            closed = true;
        }
        try {
            while (isInside()) {
                stop = true;
                store.requestAttention();
                LockSupport.parkNanos(CLOSE_WAIT);
            }
        } finally {
            mine.awaitNoLonger();
        }
        store.close();
        engine.forget(this);
    }

    @Override
    public Crossings crossings() {
        return crossings;
    }

    @Override
    public boolean isInside() {
        return depth > 0;
    }
}
