package emberwall.wasm;

/** The fields of a structure: storage types ({@link ValueType}, packed ones included) and whether they can be set. */
public final class StructType implements CompositeType {
    private final int[] fields;
    private final boolean[] mutable;

    StructType(int[] fields, boolean[] mutable) {
        this.fields = fields;
        this.mutable = mutable;
    }

    public int fieldCount() {
        return fields.length;
    }

    /** The storage type of a field. */
    public int field(int index) {
        return fields[index];
    }

    /** Whether a field can be set. */
    public boolean isMutable(int index) {
        return mutable[index];
    }
}
