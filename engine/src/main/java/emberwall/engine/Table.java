package emberwall.engine;

/** A table of references: {@link Function}s, or any objects where its elements are externrefs; null is null. */
public abstract non-sealed class Table implements Extern {
    Table() {}

    /** Present size as minimum, element type and declared maximum. */
    @Override
    public abstract TableType type();

    /** Present size in elements. */
    public abstract long size();

    /**
     * An element.
     *
     * @throws IndexOutOfBoundsException outside the table
     */
    public abstract Object get(long index);

    /**
     * Sets an element.
     *
     * @throws IndexOutOfBoundsException outside the table
     * @throws IllegalArgumentException if the value does not fit the element type
     */
    public abstract void set(long index, Object value);

    /** Adds elements; returns the old size, or -1 if the table cannot grow so far. */
    public abstract long grow(long elements, Object value);
}
