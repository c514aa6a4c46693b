package emberwall.engine;

import emberwall.engine.store.References;
import emberwall.wasm.reference.ArrayInstance;
import emberwall.wasm.reference.I31;
import emberwall.wasm.reference.StructInstance;

/**
 * A structure, an array or a small integer of a guest's, as an opaque value of the types {@code anyref}, {@code eqref} and
 * below. Two are equal if and only if the guest's {@code ref.eq} says so.
 */
public final class GuestReference {
    private final Store store;
    /** What the tier knows it as. */
    final Object object;

    /** What a reference refers to. */
    public enum Kind {
        /** A structure. */
        STRUCT,
        /** An array. */
        ARRAY,
        /** An integer of 31 bits. */
        I31
    }

    GuestReference(Store store, Object object) {
        this.store = store;
        this.object = object;
    }

    /** {@return what it refers to} */
    public Kind kind() {
        return switch (object) {
            case StructInstance struct -> Kind.STRUCT;
            case ArrayInstance array -> Kind.ARRAY;
            case I31 integer -> Kind.I31;
            case GuestObjects.Reference reference -> reference.kind();
            default -> throw new InternalError("not an object of a guest: " + object);
        };
    }

    /**
     * {@return the integer of an {@code i31ref}, with its sign}
     *
     * @throws IllegalStateException if it refers to something else
     */
    public int i31() {
        if (object instanceof I31 integer) return integer.signed();
        if (object instanceof GuestObjects.Reference reference && reference.kind() == Kind.I31) {
            return References.i31(reference.word());
        }
        throw new IllegalStateException("a reference to " + kind() + " is no i31");
    }

    /** {@return the store that it belongs to} */
    public Store store() {
        return store;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GuestReference that && object.equals(that.object);
    }

    @Override
    public int hashCode() {
        return object.hashCode();
    }

    @Override
    public String toString() {
        return object.toString();
    }
}
