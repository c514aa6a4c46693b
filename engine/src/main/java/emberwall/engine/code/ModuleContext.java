package emberwall.engine.code;

import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.ObjectType;
import emberwall.engine.store.RuntimeFunction;
import emberwall.wasm.CounterTable;
import emberwall.wasm.Module;
import emberwall.wasm.Profile;

/**
 * What a compiler may know when it translates functions of one module: facts that all instances sharing the code have in
 * common. Never changes.
 */
public interface ModuleContext {
    /** The module, decoded and validated. */
    Module module();

    /** Where everything lies in instance blocks. */
    InstanceLayout layout();

    /**
     * Address of the code cell of a function that is not imported: eight bytes that hold where to call, near enough for
     * rip-relative access from all code of the module.
     */
    long cellAddress(int function);

    /**
     * Address of a cell like that of a function, for code that is called in the place of a runtime exit, with the same words
     * on the stack, and finds out itself whether it wants that; 0 if there is none.
     */
    long runtimeCell(RuntimeFunction function);

    /** The id that {@link emberwall.engine.store.FuncRecord#TYPE} holds for functions of a type of this module. */
    int canonicalType(int typeIndex);

    /** How objects of a type of this module lie in the heap. */
    ObjectType objectType(int typeIndex);

    /** Whether accesses to a memory rely on guard pages; else their bounds are checked by code. */
    boolean guarded(int memory);

    /** Whether a guarded memory ends short of 4 GiB ({@link emberwall.engine.store.MemoryStrategy#SHORT_GUARD}). */
    boolean isShort(int memory);

    /**
     * Whether a memory may lie elsewhere when a call returns, and what is around it may be others'; else what an address of 32
     * bits and an offset below 2 GiB lead to is its own or nobody's.
     */
    boolean moves(int memory);

    /** Whether a function of the module may return in another instance, for it ends with a tail call. */
    boolean tailCallsLeave();

    /** Whether loops and function entries look for requests. */
    boolean polls();

    /** Whether table indices and explicit bounds are masked against misspeculation. */
    boolean masking();

    /**
     * Where baseline code counts how often functions are entered and rounds of loops begin, eight bytes for each counter from
     * where {@link InstanceLayout#counters} leads; null if it does not count.
     */
    default CounterTable counters() {
        return null;
    }

    /** How often functions ran, as far as somebody has found out, else null. May change. */
    default Profile profile() {
        return null;
    }

    /** Whether optimized code says where it calls and polls what the frames of the source hold. */
    default boolean recordsStops() {
        return false;
    }

    /** Whether it also says so where it may trap, but in accesses of memory and divisions. */
    default boolean recordsTraps() {
        return false;
    }

    /** Features that code may use, as bits of {@link emberwall.os.Cpu.Feature}. */
    long cpuFeatures();
}
