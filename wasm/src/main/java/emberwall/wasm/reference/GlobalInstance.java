package emberwall.wasm.reference;

import emberwall.op.V128;
import emberwall.wasm.GlobalType;
import emberwall.wasm.ValueType;

/** A global variable, perhaps shared by several instances. */
public final class GlobalInstance implements Extern {
    private final GlobalType type;
    /** The type of the value with canonical type indices. */
    final int canonicalType;

    long word;
    Object reference;

    GlobalInstance(GlobalType type, int canonicalType) {
        this.type = type;
        this.canonicalType = canonicalType;
    }

    public GlobalType type() {
        return type;
    }

    /** The type of the value in terms of the registry's ids. */
    public int canonicalType() {
        return canonicalType;
    }

    /** The value of a global that is a number: an i32 zero-extended, a float as its bits. */
    public long word() {
        return word;
    }

    /** The value of a global that is a reference. */
    public Object reference() {
        return reference;
    }

    /** The value of a global that is a vector. */
    public V128 vector() {
        return Values.vector(reference);
    }

    /** Sets a global that is a number. The host may also set immutable ones before it shares them. */
    public void set(long newWord) {
        word = Values.narrowed(type.type(), newWord);
    }

    /** Sets a global that is a reference. */
    public void setReference(Object newReference) {
        reference = newReference;
    }

    /** Sets a global that is a vector. */
    public void setVector(V128 newVector) {
        reference = newVector;
    }

    @Override
    public String typeText() {
        return text(type);
    }

    static String text(GlobalType type) {
        String value = ValueType.text(type.type());
        return "global " + (type.mutable() ? "(mut " + value + ")" : value);
    }
}
