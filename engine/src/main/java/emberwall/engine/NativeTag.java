package emberwall.engine;

import emberwall.wasm.ValueType;

/** A tag of the native tier. Of two tags with equal types each is itself. */
final class NativeTag extends Tag {
    private final NativeStore store;
    private final TagType type;
    /** Id of its type in the engine, by which imports are matched. */
    final int canonicalType;
    /** The types of what it carries, with canonical ids. */
    final int[] carried;
    /** From one value of an exception's words to the next. */
    final int stride;

    NativeTag(NativeStore store, TagType type, int canonicalType) {
        this.store = store;
        this.type = type;
        this.canonicalType = canonicalType;
        carried = type.carried().parameters();
        int words = 1;
        for (int value : carried) {
            words = value == ValueType.V128 ? 2 : words;
        }
        stride = words;
    }

    @Override
    public TagType type() {
        return type;
    }

    @Override
    public NativeStore store() {
        return store;
    }
}
