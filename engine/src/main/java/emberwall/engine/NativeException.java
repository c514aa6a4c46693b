package emberwall.engine;

import emberwall.engine.store.HandleTable;
import emberwall.wasm.ValueType;
import java.util.function.LongConsumer;

/**
 * An exception of a guest of the native tier, by its words. An exnref is a handle to it, as an externref is one to an object
 * of the host's; an exception that nobody refers to has none.
 */
final class NativeException implements HandleTable.Holder {
    /** What one takes without its words: two objects, and its place among the handles. */
    private static final int BYTES = 160;

    final NativeTag tag;
    /** What it carries: a word for each value, or two for each if there are vectors. */
    final long[] words;
    /** What programs see of it, if anyone has looked. */
    WasmException view;

    NativeException(NativeTag tag) {
        this.tag = tag;
        words = new long[tag.carried.length * tag.stride];
    }

    @Override
    public int bytes() {
        return BYTES + Long.BYTES * words.length;
    }

    @Override
    public void forEachReference(LongConsumer references) {
        for (int i = 0; i < tag.carried.length; i++) {
            if (ValueType.isReference(tag.carried[i])) {
                references.accept(words[i * tag.stride]);
            }
        }
    }

    /** Whether a type is one of references to exceptions. */
    static boolean isException(int type) {
        if (!ValueType.isReference(type)) {
            return false;
        }
        int heapType = ValueType.heapType(type);
        return heapType == ValueType.EXN || heapType == ValueType.NOEXN;
    }
}
