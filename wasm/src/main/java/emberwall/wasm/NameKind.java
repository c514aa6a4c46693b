package emberwall.wasm;

/** What the name section names, in the order of its subsections: an ordinal is a subsection's id. */
public enum NameKind {
    MODULE,
    FUNCTION,
    /** Within a function: parameters, then declared locals. */
    LOCAL,
    /** Within a function: its blocks in the order in which they begin. */
    LABEL,
    TYPE,
    TABLE,
    MEMORY,
    GLOBAL,
    ELEMENT,
    DATA,
    /** Within a structure type. */
    FIELD,
    TAG;

    private static final NameKind[] ALL = values();

    /** The kind of a subsection's id, or null if there is none. */
    static NameKind of(int id) {
        return id < ALL.length ? ALL[id] : null;
    }

    /** Whether things of this kind are counted within another one. */
    public boolean isNested() {
        return this == LOCAL || this == LABEL || this == FIELD;
    }
}
