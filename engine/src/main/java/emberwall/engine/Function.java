package emberwall.engine;

import java.lang.invoke.MethodHandle;

/** A function: of a guest, or of the host and then callable all the same. */
public abstract non-sealed class Function implements Extern {
    Function() {}

    @Override
    public abstract FunctionType type();

    /**
     * Calls it. Arguments are Integer, Long, Float, Double, {@link Function} or any object for an externref.
     *
     * @param arguments one for each parameter
     * @return null, the boxed result, or {@code Object[]} of several
     * @throws Trap if the guest traps, is interrupted or exceeds its time
     * @throws IllegalArgumentException if arguments do not fit the type
     * @throws IllegalStateException if the store is closed or another thread is inside it
     */
    public abstract Object call(Object... arguments);

    /**
     * The function as a method handle of {@link FunctionType#methodType}, for calls without boxing. Kept in a static
     * final field, a call costs little more than the change to the guest's stack.
     *
     * @return the handle, the same each time
     */
    public abstract MethodHandle handle();

    /** {@return its name from the name section, from its export, or its index, for people} */
    public abstract String name();
}
