package emberwall.wasm.reference;

import emberwall.wasm.FunctionType;

/** A tag: what kind of exception it is, and the types of what it carries. */
public final class TagInstance implements Extern {
    private final FunctionType type;
    /** Id of its type, by which imports are matched. */
    final int canonicalType;

    TagInstance(FunctionType type, int canonicalType) {
        this.type = type;
        this.canonicalType = canonicalType;
    }

    /** What it carries, as parameters; types that are named by index are named by the registry's ids. */
    public FunctionType type() {
        return type;
    }

    @Override
    public String typeText() {
        return text(type);
    }

    static String text(FunctionType type) {
        return "tag " + type;
    }
}
