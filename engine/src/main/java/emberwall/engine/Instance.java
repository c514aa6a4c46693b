package emberwall.engine;

import java.util.Map;

/** An instantiated module. */
public abstract class Instance implements AutoCloseable {
    Instance() {}

    /** {@return the module it was made from} */
    public abstract CompiledModule module();

    /** {@return the store that owns what it can change} */
    public abstract Store store();

    /** {@return all exports, in the module's order} */
    public abstract Map<String, Extern> exports();

    /**
     * An export, or null.
     *
     * @param name what it is exported as
     * @return what is exported, or null
     */
    public final Extern export(String name) {
        return exports().get(name);
    }

    /**
     * An exported function.
     *
     * @param name what it is exported as
     * @return the function
     * @throws IllegalArgumentException if no function is exported under this name
     */
    public final Function function(String name) {
        return require(name, Function.class, "function");
    }

    /**
     * An exported memory.
     *
     * @param name what it is exported as
     * @return the memory
     * @throws IllegalArgumentException if no memory is exported under this name
     */
    public final Memory memory(String name) {
        return require(name, Memory.class, "memory");
    }

    /**
     * An exported table.
     *
     * @param name what it is exported as
     * @return the table
     * @throws IllegalArgumentException if no table is exported under this name
     */
    public final Table table(String name) {
        return require(name, Table.class, "table");
    }

    /**
     * An exported global.
     *
     * @param name what it is exported as
     * @return the global
     * @throws IllegalArgumentException if no global is exported under this name
     */
    public final Global global(String name) {
        return require(name, Global.class, "global");
    }

    /**
     * An object of an interface whose methods call the exported functions of their names. The types must be those of
     * {@link FunctionType#methodType}. Default methods stay what they are; {@code close} of an {@link AutoCloseable}
     * closes the instance.
     *
     * <pre>{@code
     * interface Calculator {
     *     int add(int a, int b);
     * }
     *
     * int five = instance.as(Calculator.class).add(2, 3);
     * }</pre>
     *
     * @param <T> the interface
     * @param type the interface
     * @return an object of it
     * @throws IllegalArgumentException if a method has no export of its name, or one of another type
     */
    public final <T> T as(Class<T> type) {
        return Binding.of(this, type);
    }

    /** For people: which module it is of. */
    @Override
    public final String toString() {
        String name = module().name();
        return "instance of " + (name == null ? "a module without a name" : name);
    }

    private <T> T require(String name, Class<T> kind, String word) {
        Extern export = exports().get(name);
        if (!kind.isInstance(export)) {
            throw new IllegalArgumentException("no " + word + " is exported as \"" + name + "\"");
        }
        return kind.cast(export);
    }

    /** Closes the store if it was made for this instance alone; else does nothing, the store's owner closes it. */
    @Override
    public abstract void close();
}
