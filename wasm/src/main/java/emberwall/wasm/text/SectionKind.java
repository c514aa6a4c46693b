package emberwall.wasm.text;

/** The sections in the order of the binary format (WebAssembly 3.0, section 5.5.2). */
enum SectionKind {
    // @formatter:off
    TYPE       (1,  "type"),
    IMPORT     (2,  "import"),
    FUNCTION   (3,  "func"),
    TABLE      (4,  "table"),
    MEMORY     (5,  "memory"),
    TAG        (13, "tag"),
    GLOBAL     (6,  "global"),
    EXPORT     (7,  "export"),
    START      (8,  "start"),
    ELEMENT    (9,  "elem"),
    DATA_COUNT (12, "datacount"),
    CODE       (10, "code"),
    DATA       (11, "data");
    // @formatter:on

    private final int id;
    private final String word;

    SectionKind(int id, String word) {
        this.id = id;
        this.word = word;
    }

    /** The byte of the binary format. */
    int id() {
        return id;
    }

    /** The kind of this name in annotations, or null. */
    static SectionKind of(String word) {
        for (SectionKind kind : values()) {
            if (kind.word.equals(word)) {
                return kind;
            }
        }
        return null;
    }
}
