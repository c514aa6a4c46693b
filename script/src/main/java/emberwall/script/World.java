package emberwall.script;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.engine.Function;
import emberwall.engine.Global;
import emberwall.engine.ImportType;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.LinkException;
import emberwall.engine.Store;
import emberwall.engine.Trap;
import emberwall.engine.WasmException;
import emberwall.op.TrapReason;
import emberwall.wasm.LimitException;
import emberwall.wasm.MalformedException;
import emberwall.wasm.ModuleException;
import emberwall.wasm.text.Script.Action;
import emberwall.wasm.text.Script.Get;
import emberwall.wasm.text.Script.Invoke;
import emberwall.wasm.text.ScriptModule;
import emberwall.wasm.text.WatModule;
import java.util.HashMap;
import java.util.Map;

/** What a script acts on: a store, the instances in it, and what can be imported from them. */
final class World implements AutoCloseable {
    private final Engine engine;
    private final Lacks lacks;
    private final Store store;
    private final Map<String, Imports> registered = new HashMap<>();
    private final Map<String, Skip> skippedProviders = new HashMap<>();

    /** Fresh, but for {@code spectest}. */
    World(Engine engine, Lacks lacks) {
        this.engine = engine;
        this.lacks = lacks;
        store = engine.newStore();
        registered.put(Spectest.NAME, Spectest.in(store));
    }

    /** As fresh as this one was, for a thread of the script. */
    World another() {
        return new World(engine, lacks);
    }

    /** What a module needs that the engine cannot run, with its place; null if there is nothing. */
    interface Lacks {
        String of(CompiledModule module);
    }

    /** What an action left: the types and values of its results. */
    record Results(int[] types, Object[] values) {}

    /** Decodes and validates; what is wrong with a text is said of its place in the script. */
    CompiledModule compile(ScriptModule module) throws Fault {
        try {
            WatModule encoded = module.encoded();
            try {
                return engine.compile(encoded.bytes());
            } catch (ModuleException refused) {
                throw encoded.map() == null ? refused : encoded.map().locate(refused);
            }
        } catch (ModuleException refused) {
            Fault.Kind kind = refused instanceof MalformedException
                    ? Fault.Kind.MALFORMED
                    : refused instanceof LimitException ? Fault.Kind.LIMIT : Fault.Kind.INVALID;
            throw new Fault(kind, refused.getMessage());
        }
    }

    /**
     * Links, initialises, starts.
     *
     * @throws Skip if the module, or one that it imports from, needs what the tier cannot run
     */
    Instance instantiate(CompiledModule module) throws Fault, Skip {
        String missing = lacks.of(module);
        if (missing != null) {
            throw new Skip(missing);
        }
        for (ImportType wanted : module.imports()) {
            Skip skipped = skippedProviders.get(wanted.module());
            if (skipped != null) {
                throw skipped;
            }
        }
        Imports imports = Imports.of();
        registered.values().forEach(imports::all);
        try {
            return module.instantiate(store, imports);
        } catch (LinkException unlinkable) {
            throw new Fault(Fault.Kind.UNLINKABLE, unlinkable.getMessage());
        } catch (Trap trap) {
            throw fault(trap);
        } catch (WasmException uncaught) {
            throw new Fault(Fault.Kind.EXCEPTION, uncaught.getMessage());
        }
    }

    private static Fault fault(Trap trap) {
        boolean exhausted = trap.reason() == TrapReason.STACK_EXHAUSTED;
        return new Fault(exhausted ? Fault.Kind.EXHAUSTION : Fault.Kind.TRAP, trap.getMessage());
    }

    void register(String name, Instance instance) {
        skippedProviders.remove(name);
        registered.put(name, Imports.of().instance(name, instance));
    }

    /** Whoever imports from this name is skipped from here on. */
    void registerSkipped(String name, Skip reason) {
        skippedProviders.put(name, reason);
    }

    Results perform(Instance instance, Action action) throws Fault {
        return switch (action) {
            case Get get -> {
                Global global = instance.global(get.field());
                yield new Results(new int[] {global.type().value()}, new Object[] {global.get()});
            }
            case Invoke invoke -> invoke(instance.function(invoke.field()), invoke);
        };
    }

    private static Results invoke(Function function, Invoke invoke) throws Fault {
        Object[] arguments = new Object[invoke.arguments().size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = Values.argument(invoke.arguments().get(i));
        }
        Object result;
        try {
            result = call(function, arguments);
        } catch (Trap trap) {
            throw fault(trap);
        } catch (WasmException uncaught) {
            throw new Fault(Fault.Kind.EXCEPTION, uncaught.getMessage());
        }
        int[] types = function.type().results();
        return new Results(types, types.length > 1 ? (Object[]) result : new Object[] {result});
    }

    /** Both ways to call are to be seen: functions of every other type are called through their method handles. */
    private static Object call(Function function, Object[] arguments) {
        if (function.type().hashCode() % 2 == 0) {
            return function.call(arguments);
        }
        try {
            return function.handle().invokeWithArguments(arguments);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable checked) {
            throw new IllegalStateException(checked);
        }
    }

    /** Ends what runs here, from another thread. */
    void interrupt() {
        store.interrupt();
    }

    @Override
    public void close() {
        store.close();
    }
}
