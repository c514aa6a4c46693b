package emberwall.wasm;

/** What can be imported and exported; ordinals are the bytes of the binary format. */
public enum ExternalKind {
    FUNCTION("function"),
    TABLE("table"),
    MEMORY("memory"),
    GLOBAL("global"),
    TAG("tag");

    private static final ExternalKind[] ALL = values();

    private final String text;

    ExternalKind(String text) {
        this.text = text;
    }

    /** The kind of this byte, or null if there is none. */
    static ExternalKind of(int code) {
        return code < ALL.length ? ALL[code] : null;
    }

    /** The kind in one word for people. */
    public String text() {
        return text;
    }
}
