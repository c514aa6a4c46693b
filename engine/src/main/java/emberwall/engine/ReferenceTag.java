package emberwall.engine;

import emberwall.wasm.reference.TagInstance;

/** A tag of the reference tier. */
final class ReferenceTag extends Tag {
    private final ReferenceStore store;
    private final TagType type;
    final TagInstance tag;

    ReferenceTag(ReferenceStore store, TagInstance tag) {
        this.store = store;
        this.tag = tag;
        this.type = new TagType(Types.api(tag.type()));
    }

    @Override
    public TagType type() {
        return type;
    }

    @Override
    public Store store() {
        return store;
    }
}
