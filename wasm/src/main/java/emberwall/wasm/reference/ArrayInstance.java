package emberwall.wasm.reference;

import emberwall.op.TrapReason;
import java.util.Arrays;

/** An array of the guest's. Opaque outside: two are the same if and only if they are the same object. */
public final class ArrayInstance {
    /** More elements are out of memory, whatever their size. */
    private static final int MOST = 1 << 27;

    /** The canonical id of its type. */
    final int type;

    /** The elements, if they are numbers: an i8 or i16 zero-extended; else null. */
    final long[] words;

    /** The elements, if they are references or vectors; else null. */
    final Object[] references;

    private ArrayInstance(int type, long[] words, Object[] references) {
        this.type = type;
        this.words = words;
        this.references = references;
    }

    /** An array of zeros or nulls; {@code length} is unsigned. */
    static ArrayInstance of(int type, boolean isObjects, long length) {
        if (length > MOST) {
            throw TrapSignal.of(TrapReason.OUT_OF_MEMORY);
        }
        try {
            return isObjects
                    ? new ArrayInstance(type, null, new Object[(int) length])
                    : new ArrayInstance(type, new long[(int) length], null);
        } catch (OutOfMemoryError e) {
            throw TrapSignal.of(TrapReason.OUT_OF_MEMORY);
        }
    }

    int length() {
        return words != null ? words.length : references.length;
    }

    /** The index as one of this array; {@code index} is an unsigned word. */
    int at(long index) {
        if (index >= length()) {
            throw TrapSignal.of(TrapReason.ARRAY_OUT_OF_BOUNDS);
        }
        return (int) index;
    }

    /** Sees to it that elements from {@code index} on exist; both are unsigned words. */
    void check(long index, long count) {
        if (index + count > length()) {
            throw TrapSignal.of(TrapReason.ARRAY_OUT_OF_BOUNDS);
        }
    }

    void fill(long index, long count, long word, Object reference) {
        check(index, count);
        int from = (int) index;
        int to = (int) (index + count);
        if (words != null) {
            Arrays.fill(words, from, to, word);
        } else {
            Arrays.fill(references, from, to, reference);
        }
    }

    void copyFrom(ArrayInstance source, long to, long from, long count) {
        check(to, count);
        source.check(from, count);
        if (words != null) {
            System.arraycopy(source.words, (int) from, words, (int) to, (int) count);
        } else {
            System.arraycopy(source.references, (int) from, references, (int) to, (int) count);
        }
    }

    @Override
    public String toString() {
        return "array@" + Integer.toHexString(hashCode());
    }
}
