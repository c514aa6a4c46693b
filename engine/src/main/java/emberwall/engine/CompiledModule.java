package emberwall.engine;

import emberwall.wasm.CounterTable;
import emberwall.wasm.CustomSection;
import emberwall.wasm.Import;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.Profile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A module that was decoded and validated. Immutable; may be instantiated from many threads. Functions become machine
 * code at their first call, once for all instances.
 */
public abstract class CompiledModule implements AutoCloseable {
    final Module module;

    CompiledModule(Module module) {
        this.module = module;
    }

    /** {@return the engine that made it} */
    public abstract Engine engine();

    /** {@return its name from the name section, or null} */
    public final String name() {
        return module.names().module();
    }

    /** {@return what it asks for, in order} */
    public final List<ImportType> imports() {
        return Types.imports(module);
    }

    /** {@return what it offers, in order} */
    public final List<ExportType> exports() {
        return Types.exports(module);
    }

    /**
     * Contents of its custom sections of a name, in order; the caller's own copies.
     *
     * @param name the sections' name
     * @return a list of contents, empty if there is none
     */
    public final List<byte[]> customSections(String name) {
        List<byte[]> contents = new ArrayList<>();
        for (CustomSection section : module.customSections()) {
            if (section.name().equals(name)) {
                int from = section.offset();
                contents.add(Arrays.copyOfRange(module.bytes(), from, from + section.length()));
            }
        }
        return contents;
    }

    /** {@return the module in the binary format, whatever it was compiled from; the caller's own copy} */
    public final byte[] binary() {
        return module.bytes().clone();
    }

    /**
     * The first instruction or type that the engine's tier cannot run, with its feature and byte offset; null if it can
     * run everything. Such a module can be looked at, but not instantiated.
     *
     * @return what and where, for people; null if there is nothing
     */
    public abstract String unsupported();

    /**
     * Instantiates it in the store of the imported objects, or, if there are none, in one made for the instance.
     *
     * @param imports what its imports are bound to; may hold more
     * @return the instance; closing it closes the store that was made for it
     * @throws LinkException if an import is missing or has the wrong type
     * @throws UnsupportedFeatureException if the tier cannot run the module
     * @throws EngineLimitException if its memories and tables cannot be had
     * @throws Trap if an active segment does not fit, or the start function traps
     */
    public final Instance instantiate(Imports imports) {
        for (Import wanted : module.imports()) {
            if (imports.find(wanted.module(), wanted.name()) instanceof Extern object) {
                if (!isOfEngine(object.store())) {
                    throw new IllegalArgumentException("an object of another engine is imported");
                }
                return instantiate(object.store(), imports, false);
            }
        }
        Store own = engine().newStore();
        boolean made = false;
        try {
            Instance instance = instantiate(own, imports, true);
            made = true;
            return instance;
        } finally {
            if (!made) {
                own.close();
            }
        }
    }

    /**
     * Instantiates a module that imports nothing, in a store of its own.
     *
     * @return the instance; closing it closes its store
     * @throws LinkException if it does import something
     * @throws UnsupportedFeatureException if the tier cannot run the module
     * @throws EngineLimitException if its memories and tables cannot be had
     * @throws Trap if an active segment does not fit, or the start function traps
     */
    public final Instance instantiate() {
        return instantiate(Imports.of());
    }

    /**
     * Instantiates it in a store, which the instance then shares with what else is in there; closing the instance leaves
     * the store open.
     *
     * @param store where the instance shall live
     * @param imports what its imports are bound to, of that store
     * @return the instance
     * @throws LinkException if an import is missing or has the wrong type
     * @throws IllegalArgumentException if the store is another engine's, or an imported object another store's
     * @throws IllegalStateException if the store or the module is closed, or another thread is inside the store
     * @throws UnsupportedFeatureException if the tier cannot run the module
     * @throws EngineLimitException if its memories and tables cannot be had
     * @throws Trap if an active segment does not fit, or the start function traps
     */
    public final Instance instantiate(Store store, Imports imports) {
        if (!isOfEngine(store)) {
            throw new IllegalArgumentException("a store of another engine");
        }
        return instantiate(store, imports, false);
    }

    @SuppressWarnings("ReferenceEquality") // engines are objects of their own
    private boolean isOfEngine(Store store) {
        return store.engine() == engine();
    }

    /** Instantiates it in a store of its own engine, perhaps one made for the instance alone. */
    abstract Instance instantiate(Store store, Imports imports, boolean ownsStore);

    /**
     * Compiles all functions now, rather than each at its first call.
     *
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public abstract void compileAll();

    /**
     * How often its functions and loops ran so far, in all instances together.
     *
     * @return what was counted
     * @throws IllegalStateException if the engine does not count ({@link Config#counting}), or the module is closed
     */
    public final Profile profile() {
        Profile counted = counted();
        if (counted == null) {
            throw new IllegalStateException("the engine does not count how often functions run");
        }
        return counted;
    }

    /** What was counted, or null if the engine does not count. */
    abstract Profile counted();

    /**
     * Says how often its functions ran elsewhere. The optimizing compiler goes by that when it compiles further functions: what
     * is called often is built in where it is called, what is not is not. Other tiers take no notice.
     *
     * @param profile of the same module, from an engine that counts
     * @throws IllegalArgumentException if it is of another module
     */
    public final void goByProfile(Profile profile) {
        if (!CounterTable.of(module).isLike(profile.table())) {
            throw new IllegalArgumentException("the profile is of another module");
        }
        goBy(profile);
    }

    abstract void goBy(Profile profile);

    /**
     * Compiles one function for looking at.
     *
     * @param functionIndex index of a function that is not imported, imports counted
     * @return its code
     * @throws ModuleException if the function is beyond a limit of the compiler
     * @throws IllegalArgumentException if there is no such function
     * @throws IllegalStateException in the reference tier, which makes no machine code
     */
    public final MachineCode inspect(int functionIndex) throws ModuleException {
        return inspect(functionIndex, null);
    }

    /**
     * Compiles one function for looking at, and at what it is on the way.
     *
     * @param functionIndex index of a function that is not imported, imports counted
     * @param stages gets the name of each stage that the optimizing compiler goes through, and the function as text; null
     *     if nobody wants to know
     * @return its code
     * @throws ModuleException if the function is beyond a limit of the compiler
     * @throws IllegalArgumentException if there is no such function
     * @throws IllegalStateException in the reference tier, which makes no machine code
     */
    public abstract MachineCode inspect(int functionIndex, BiConsumer<String, String> stages) throws ModuleException;

    /** The code is freed once the last store that instantiated the module has closed as well. */
    @Override
    public abstract void close();
}
