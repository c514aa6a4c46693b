package emberwall.engine;

/** A table of references: {@link Function}s, or any objects where its elements are externrefs; null is null. */
public abstract non-sealed class Table implements Extern {
    Table() {}

    /** {@return the present size as minimum, element type and declared maximum} */
    @Override
    public abstract TableType type();

    /** {@return the present size in elements} */
    public abstract long size();

    /**
     * An element.
     *
     * @param index which one, from 0
     * @return the element
     * @throws IndexOutOfBoundsException outside the table
     */
    public abstract Object get(long index);

    /**
     * Sets an element.
     *
     * @param index which one, from 0
     * @param value what it shall be
     * @throws IndexOutOfBoundsException outside the table
     * @throws IllegalArgumentException if the value does not fit the element type
     */
    public abstract void set(long index, Object value);

    /**
     * Adds elements.
     *
     * @param elements how many, unsigned
     * @param value what each of them is
     * @return the old size, or -1 if the table cannot grow so far
     * @throws IllegalArgumentException if the value does not fit the element type
     */
    public abstract long grow(long elements, Object value);
}
