package emberwall.engine;

/** A global variable. Values are Integer, Long, Float, Double, {@link Function} or any object for an externref. */
public abstract non-sealed class Global implements Extern {
    Global() {}

    @Override
    public abstract GlobalType type();

    /** {@return the value} */
    public abstract Object get();

    /**
     * Sets the value.
     *
     * @param value what it shall be
     * @throws IllegalStateException if the global is immutable
     * @throws IllegalArgumentException if the value does not fit the type
     */
    public abstract void set(Object value);
}
