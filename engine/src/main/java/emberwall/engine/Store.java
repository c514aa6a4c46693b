package emberwall.engine;

import java.lang.invoke.MethodHandle;
import java.time.Duration;

/**
 * Everything guests can change: instances, memories, tables, globals, and the stack that they run on. One thread at a
 * time may be inside; different threads may take turns.
 *
 * <p>{@link #close} gives back at once what a store has outside of Java's heap. That of a store that no program has any more,
 * nor an instance, function, memory or other object of it, is given back some time after Java's collector has found out,
 * when the engine makes another store, or is closed.
 */
public abstract class Store implements AutoCloseable {
    Store() {}

    /** {@return the engine that made it} */
    public abstract Engine engine();

    /**
     * A memory of the host's making. A shared one may be imported by instances of this store and of others of the engine,
     * as may one that an instance exports; it lives until the last of these stores closes.
     *
     * @param type its size now, and how far it may grow
     * @return the memory, all zero
     * @throws EngineLimitException if it cannot be had
     * @throws IllegalStateException if the store is closed
     */
    public abstract Memory newMemory(MemoryType type);

    /**
     * A table of the host's making, filled with a value.
     *
     * @param type its size now, how far it may grow, and what it holds
     * @param value each of its elements
     * @return the table
     * @throws EngineLimitException if it cannot be had
     * @throws IllegalArgumentException if the value does not fit the type
     */
    public abstract Table newTable(TableType type, Object value);

    /**
     * A global of the host's making.
     *
     * @param type what it holds, and whether it can be set
     * @param value what it is
     * @return the global
     * @throws IllegalArgumentException if the value does not fit the type
     */
    public abstract Global newGlobal(GlobalType type, Object value);

    /**
     * A tag of the host's making, unlike any other.
     *
     * @param type what its exceptions carry
     * @return the tag
     */
    public abstract Tag newTag(TagType type);

    /**
     * A host function as an object, to be put in tables or passed to guests.
     *
     * @param type its parameters and results
     * @param function what it does
     * @return the function
     * @throws IllegalArgumentException if the type mentions a type of some module's own
     */
    public abstract Function newFunction(FunctionType type, HostFunction function);

    /**
     * A host function from a method handle, as {@link Imports#function(String, String, MethodHandle)} takes it.
     *
     * @param function what it does
     * @return the function
     * @throws IllegalArgumentException if a type of the handle has none in WebAssembly
     */
    public final Function newFunction(MethodHandle function) {
        HostEntry entry = HostEntry.of(function);
        return newFunction(entry.type(), HostAdapter.of(entry));
    }

    /**
     * From now on, guests of this store have this much time; then they trap with reason DEADLINE. Null: no limit.
     *
     * @param duration from now; null for no limit
     */
    public abstract void timeout(Duration duration);

    /**
     * Frees what no guest of this store and no reference in Java leads to any more: structures, arrays, and the host's
     * objects that guests held as references. It happens by itself when there is need. In the reference tier this is the
     * work of Java's own collector, and nothing happens here.
     */
    public abstract void collect();

    /** Ends the guest that runs now, if any, with a trap of reason INTERRUPTED. From any thread. */
    public abstract void interrupt();

    /** {@return how a host function that waits notices that the guest shall end} */
    public abstract Attention attention();

    /**
     * Stops the guest that runs, wherever it runs, waits for that, and gives everything back. Functions, memories and
     * views of this store throw {@link IllegalStateException} from then on.
     *
     * @throws IllegalStateException if a guest of this store waits for the call: because it is made by a host function of
     *     the store, or because the guest's thread is itself closing a store that this thread is in. The store stays open
     */
    @Override
    public abstract void close();
}
