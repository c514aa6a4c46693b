package emberwall.engine;

import java.util.List;

/**
 * An exception that a guest throws or catches (WebAssembly 3.0, section 4.2.7). It leaves a guest through the call that
 * did not catch it, passes through host functions as it is, and can be thrown into a guest by a host function. As a value it
 * is an {@code exnref}. Other exceptions of Java's pass through guests without being caught there, and so does a trap.
 */
public final class WasmException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Tag tag;
    private final transient List<Object> values;
    /** What the tier knows it as. */
    transient Object origin;

    /**
     * An exception of the host's.
     *
     * @param tag its kind, of the store in which it is thrown
     * @param values what it carries, of the types that the tag says
     * @throws IllegalArgumentException if the values do not fit the tag
     */
    public WasmException(Tag tag, Object... values) {
        this(tag, values.clone(), null);
        Types.checkArguments(tag.type().carried(), values);
    }

    WasmException(Tag tag, Object[] values, Object origin) {
        super("uncaught exception");
        this.tag = tag;
        this.values = java.util.Collections.unmodifiableList(java.util.Arrays.asList(values));
        this.origin = origin;
    }

    /** {@return its kind} */
    public Tag tag() {
        return tag;
    }

    /** {@return what it carries, unmodifiable; a null reference is null} */
    public List<Object> values() {
        return values;
    }
}
