package emberwall.wasm.reference;

import emberwall.op.TrapReason;
import emberwall.wasm.FunctionType;
import emberwall.wasm.GlobalType;
import emberwall.wasm.MemoryType;
import emberwall.wasm.TableType;
import emberwall.wasm.TypeRegistry;
import emberwall.wasm.TypeRegistry.Registration;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that guests can change, and the stack that they run on. One thread at a time may be inside; that is for the
 * caller to see to. What has been made here belongs here.
 */
public final class Store implements AutoCloseable {
    private final TypeRegistry types;
    private final StoreLimits limits;
    private final Interpreter interpreter;
    private final List<MemoryInstance> memories = new ArrayList<>();
    private final List<Registration> registrations = new ArrayList<>();
    private Interruption interruption = () -> TrapReason.INTERRUPTED;
    private long memoryBytes;
    private long tableElements;
    private boolean isClosed;
    /** Read at every loop head and call. */
    volatile boolean attention;

    /** Sees guests, or null. */
    Watcher watcher;

    /** A store with these limits, whose types are those of a registry. */
    public Store(TypeRegistry types, StoreLimits limits) {
        this.types = types;
        this.limits = limits;
        this.interpreter = new Interpreter(this);
    }

    TypeRegistry types() {
        return types;
    }

    /** Whether all memories together may have so many bytes more; counts them if so. */
    synchronized boolean takeMemory(long bytes) {
        boolean isLeft = bytes <= limits.allMemoryBytes() - memoryBytes;
        memoryBytes += isLeft ? bytes : 0;
        return isLeft;
    }

    /** Whether all tables together may have so many elements more; counts them if so. */
    boolean takeElements(long elements) {
        boolean isLeft = elements <= limits.allTableElements() - tableElements;
        tableElements += isLeft ? elements : 0;
        return isLeft;
    }

    /** Keeps types until the store closes. */
    Registration keep(Registration registration) {
        registrations.add(registration);
        return registration;
    }

    /** What is to be closed if the store is forgotten: memories are Java's to free. The list itself. */
    public List<Registration> registrations() {
        return registrations;
    }

    public StoreLimits limits() {
        return limits;
    }

    /**
     * Makes an instance: links, initialises, runs the start function. If that fails, what it has changed in imported
     * objects stays changed.
     *
     * @throws UnlinkableException if an import cannot be satisfied
     * @throws ResourceException if a memory or table is too large from the start
     * @throws GuestTrap if a segment does not fit, or the start function traps
     */
    public ModuleInstance instantiate(Program program, ImportResolver imports) {
        checkOpen();
        return new Instantiation(this, program).run(imports);
    }

    /** A function of the host; its type is in terms of the registry's ids. The name is for people. */
    public FunctionInstance newFunction(FunctionType type, HostFunction function, String name) {
        checkOpen();
        return new FunctionInstance(type, keep(types.register(type)).id(0), function, name);
    }

    /** A memory of its minimum size. */
    public MemoryInstance newMemory(MemoryType type) {
        checkOpen();
        MemoryInstance memory = new MemoryInstance(this, type);
        memories.add(memory);
        return memory;
    }

    /**
     * Makes a shared memory of another store one of this store too: it lives until the last of them closes. Not while that
     * store closes.
     */
    public void adopt(MemoryInstance memory) {
        checkOpen();
        if (!memories.contains(memory)) {
            memory.keep();
            memories.add(memory);
        }
    }

    /** A table of its minimum size, filled with a reference; its type is in terms of the registry's ids. */
    public TableInstance newTable(TableType type, Object initial) {
        return new TableInstance(this, type, type.element(), initial);
    }

    /** A global, which is zero or null; its type is in terms of the registry's ids. */
    public GlobalInstance newGlobal(GlobalType type) {
        return new GlobalInstance(type, type.type());
    }

    /** A tag for exceptions that carry these parameters; its type is in terms of the registry's ids. */
    public TagInstance newTag(FunctionType type) {
        return new TagInstance(type, keep(types.register(type)).id(0));
    }

    /**
     * Calls a function. What a host function throws on the way comes out unchanged.
     *
     * @throws GuestTrap if the guest traps
     * @throws GuestException if it throws and does not catch
     * @throws IllegalArgumentException if there are not as many arguments as parameters; their types are not checked
     */
    public Values invoke(FunctionInstance function, Values arguments) {
        checkOpen();
        return interpreter.invoke(function, arguments);
    }

    /** Calls a function of numbers: raw words as in {@link Values}. */
    public long[] invoke(FunctionInstance function, long... arguments) {
        return invoke(function, Values.of(arguments)).words;
    }

    /** Whether an object is a value of a reference type, which is in terms of the registry's ids. */
    public boolean isOf(Object reference, int type) {
        return reference == null
                ? ValueType.isNullable(type)
                : References.isOf(types, reference, ValueType.heapType(type));
    }

    /** Who is asked whether the guest may go on; at first every request for attention ends it. */
    public void onAttention(Interruption handler) {
        interruption = handler;
    }

    /** Lets somebody see the guests; null for nobody. */
    public void watch(Watcher itsWatcher) {
        watcher = itsWatcher;
    }

    /** Makes a running guest ask soon, once. From any thread. */
    public void requestAttention() {
        attention = true;
    }

    /** Ends the guest if someone wants it to. */
    void poll() {
        if (attention) {
            attention = false;
            TrapReason reason = interruption.reason();
            if (reason != null) {
                throw TrapSignal.of(reason);
            }
        }
    }

    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    /** Gives memories back; views of them are dead then. Not while a guest runs. */
    @Override
    public void close() {
        isClosed = true;
        for (MemoryInstance memory : memories) {
            memory.release();
        }
        memories.clear();
        for (Registration registration : registrations) {
            registration.close();
        }
        registrations.clear();
    }
}
