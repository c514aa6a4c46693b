package emberwall.wasm.reference;

import emberwall.op.V128;
import emberwall.wasm.ValueType;

/** Arguments or results of a call: a raw word or an object each. Objects are references, and vectors too. */
public final class Values {
    /** No values. */
    public static final Values NONE = new Values(0);

    final long[] words;
    final Object[] references;

    /** This many values, zero and null. */
    public Values(int count) {
        words = new long[count];
        references = new Object[count];
    }

    /** Numbers as raw words: an i32 zero-extended, a float as its bits. */
    public static Values of(long... words) {
        Values values = new Values(words.length);
        System.arraycopy(words, 0, values.words, 0, words.length);
        return values;
    }

    public int count() {
        return words.length;
    }

    /** The value at an index as a raw word. */
    public long word(int index) {
        return words[index];
    }

    /** The value at an index, a reference. */
    public Object reference(int index) {
        return references[index];
    }

    /** The word as a value of this type: of an i32 or f32 only the lower half counts. */
    static long narrowed(int type, long word) {
        return type == ValueType.I32 || type == ValueType.F32 ? word & 0xffff_ffffL : word;
    }

    public Values set(int index, long word) {
        words[index] = word;
        return this;
    }

    /** The value at an index, a vector. */
    public V128 vector(int index) {
        return vector(references[index]);
    }

    public Values setVector(int index, V128 vector) {
        references[index] = vector;
        return this;
    }

    /** Whether values of the type are objects here, and not words. */
    static boolean isObject(int type) {
        return ValueType.isReference(type) || type == ValueType.V128;
    }

    /** The vector that an object stands for: of a local that was never set, zero. */
    static V128 vector(Object object) {
        return object == null ? V128.ZERO : (V128) object;
    }

    public Values setReference(int index, Object reference) {
        references[index] = reference;
        return this;
    }
}
