package emberwall.wasm.reference;

import emberwall.wasm.ValueType;

/** Arguments or results of a call: a raw word or a reference each. */
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

    public Values setReference(int index, Object reference) {
        references[index] = reference;
        return this;
    }
}
