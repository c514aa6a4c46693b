package emberwall.engine;

import emberwall.wasm.ModuleException;
import java.util.List;

/**
 * A module that was decoded and validated. Immutable; may be instantiated from many threads. Functions become machine
 * code at their first call, once for all instances.
 */
public abstract class CompiledModule implements AutoCloseable {
    CompiledModule() {}

    /** The engine that made it. */
    public abstract Engine engine();

    /** Its name from the name section, or null. */
    public abstract String name();

    /** What it asks for, in order. */
    public abstract List<ImportType> imports();

    /** What it offers, in order. */
    public abstract List<ExportType> exports();

    /**
     * The first instruction or type that the engine's tier cannot run, with its feature and byte offset; null if it can
     * run everything. Such a module can be looked at, but not instantiated.
     */
    public abstract String unsupported();

    /**
     * Instantiates it in the store of the imported objects, or, if there are none, in one made for the instance.
     *
     * @throws LinkException if an import is missing or has the wrong type
     * @throws UnsupportedFeatureException if the tier cannot run the module
     * @throws EngineLimitException if its memories and tables cannot be had
     * @throws emberwall.fiber.Trap if an active segment does not fit, or the start function traps
     */
    public abstract Instance instantiate(Imports imports);

    /** Instantiates it in a store. */
    public abstract Instance instantiate(Store store, Imports imports);

    /**
     * Compiles all functions now, rather than each at its first call.
     *
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public abstract void compileAll();

    /**
     * Compiles one function for looking at. Works whether or not this machine can run the result.
     *
     * @param functionIndex index of a function that is not imported, imports counted
     * @throws IllegalArgumentException if there is no such function
     */
    public abstract MachineCode inspect(int functionIndex) throws ModuleException;

    /** The code is freed once the last store that instantiated the module has closed as well. */
    @Override
    public abstract void close();
}
