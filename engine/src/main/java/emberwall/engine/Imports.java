package emberwall.engine;

import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;

/**
 * What a module's imports are bound to, by module name and name.
 *
 * <pre>{@code
 * Imports imports = Imports.of().function("env", "log", FunctionType.of(I32), call -> System.out.println(call.i32(0)));
 * }</pre>
 *
 * May hold more than a module asks for. Not thread-safe while it is being filled.
 */
public final class Imports {
    private final Map<String, Map<String, Object>> modules = new HashMap<>();

    private Imports() {}

    /** {@return an object that binds nothing yet} */
    public static Imports of() {
        return new Imports();
    }

    /**
     * A host function; made anew in each store that imports it.
     *
     * @param module name of the module that guests import from
     * @param name the import's name there
     * @param type its parameters and results
     * @param function what it does
     * @return this
     * @throws IllegalArgumentException if the type mentions a type of some module's own
     */
    public Imports function(String module, String name, FunctionType type, HostFunction function) {
        return put(module, name, new HostEntry(type, function, null));
    }

    /**
     * A host function from a method handle. Its type follows from the handle: int, long, float, double are the
     * numbers, {@link Function} is a funcref, Object an externref; a first parameter of type {@link Call} receives the
     * call.
     *
     * @param module name of the module that guests import from
     * @param name the import's name there
     * @param function what it does
     * @return this
     * @throws IllegalArgumentException if a type of the handle has none in WebAssembly
     */
    public Imports function(String module, String name, MethodHandle function) {
        return put(module, name, HostEntry.of(function));
    }

    /**
     * A function, memory, table, global or tag that exists already.
     *
     * @param module name of the module that guests import from
     * @param name the import's name there
     * @param object what to bind it to
     * @return this
     */
    public Imports define(String module, String name, Extern object) {
        return put(module, name, object);
    }

    /**
     * A function that exists already.
     *
     * @param module name of the module that guests import from
     * @param name the import's name there
     * @param function what to bind it to
     * @return this
     */
    public Imports function(String module, String name, Function function) {
        return put(module, name, function);
    }

    /**
     * A memory that exists already.
     *
     * @param module name of the module that guests import from
     * @param name the import's name there
     * @param memory what to bind it to
     * @return this
     */
    public Imports memory(String module, String name, Memory memory) {
        return put(module, name, memory);
    }

    /**
     * A table that exists already.
     *
     * @param module name of the module that guests import from
     * @param name the import's name there
     * @param table what to bind it to
     * @return this
     */
    public Imports table(String module, String name, Table table) {
        return put(module, name, table);
    }

    /**
     * A global that exists already.
     *
     * @param module name of the module that guests import from
     * @param name the import's name there
     * @param global what to bind it to
     * @return this
     */
    public Imports global(String module, String name, Global global) {
        return put(module, name, global);
    }

    /**
     * A tag that exists already.
     *
     * @param module name of the module that guests import from
     * @param name the import's name there
     * @param tag what to bind it to
     * @return this
     */
    public Imports tag(String module, String name, Tag tag) {
        return put(module, name, tag);
    }

    /**
     * All exports of an instance, under a module name.
     *
     * @param module name of the module that guests import from
     * @param instance whose exports
     * @return this
     */
    public Imports instance(String module, Instance instance) {
        for (Map.Entry<String, Extern> export : instance.exports().entrySet()) {
            put(module, export.getKey(), export.getValue());
        }
        return this;
    }

    /**
     * All that other imports hold; theirs win.
     *
     * @param others what to add
     * @return this
     */
    public Imports all(Imports others) {
        for (Map.Entry<String, Map<String, Object>> module : others.modules.entrySet()) {
            modules.computeIfAbsent(module.getKey(), key -> new HashMap<>()).putAll(module.getValue());
        }
        return this;
    }

    private Imports put(String module, String name, Object object) {
        if (module == null || name == null || object == null) {
            throw new NullPointerException();
        }
        modules.computeIfAbsent(module, key -> new HashMap<>()).put(name, object);
        return this;
    }

    /** An {@link Extern}, a {@link HostEntry}, or null. */
    Object find(String module, String name) {
        Map<String, Object> names = modules.get(module);
        return names == null ? null : names.get(name);
    }
}
