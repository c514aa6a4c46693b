package emberwall.wasm.reference;

/** A structure of the guest's. Opaque outside: two are the same if and only if they are the same object. */
public final class StructInstance {
    /** The canonical id of its type. */
    final int type;

    /** A field is a word, or a reference or vector, at its index in one of the two; an array that no field needs is null. */
    final long[] words;

    final Object[] references;

    StructInstance(int type, int fields, boolean hasWords, boolean hasReferences) {
        this.type = type;
        this.words = hasWords ? new long[fields] : null;
        this.references = hasReferences ? new Object[fields] : null;
    }

    @Override
    public String toString() {
        return "struct@" + Integer.toHexString(hashCode());
    }
}
