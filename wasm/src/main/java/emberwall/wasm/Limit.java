package emberwall.wasm;

/**
 * What is limited in a module, and by how much unless configured: the implementation-defined limits of the WebAssembly
 * JavaScript API, so that what runs in browsers runs here. The last rows are ours alone, where a few bytes would otherwise
 * cost very much memory.
 *
 * <p>Sizes of memories and tables are limits of run time: declaring a bigger one is no error, it cannot be made or grown.
 */
public enum Limit {
    // @formatter:off
    MODULE_BYTES          (1 << 30,    "bytes of module"),
    TYPES                 (1_000_000,  "types"),
    RECURSION_GROUP_TYPES (1_000_000,  "types in a recursion group"),
    SUBTYPING_DEPTH       (63,         "supertypes of a type"),
    PARAMETERS            (1_000,      "parameters"),
    RESULTS               (1_000,      "results"),
    STRUCT_FIELDS         (10_000,     "fields"),
    FUNCTIONS             (1_000_000,  "functions"),
    IMPORTS               (1_000_000,  "imports"),
    EXPORTS               (1_000_000,  "exports"),
    GLOBALS               (1_000_000,  "globals"),
    TAGS                  (1_000_000,  "tags"),
    TABLES                (100_000,    "tables"),
    MEMORIES              (100,        "memories"),
    ELEMENT_SEGMENTS      (10_000_000, "element segments"),
    SEGMENT_ELEMENTS      (10_000_000, "elements in a segment"),
    DATA_SEGMENTS         (100_000,    "data segments"),
    FUNCTION_BYTES        (7_654_321,  "bytes of a function body"),
    LOCALS                (50_000,     "locals of a function, parameters included"),
    NEW_FIXED_OPERANDS    (10_000,     "operands of array.new_fixed"),
    OPERANDS              (1_000_000,  "operands on the stack of a function"),
    CUSTOM_SECTIONS       (1_000_000,  "custom sections");
    // @formatter:on

    private final int most;
    private final String text;

    Limit(int most, String text) {
        this.most = most;
        this.text = text;
    }

    /** How much is allowed unless configured. */
    public int most() {
        return most;
    }

    /** What is counted. */
    public String text() {
        return text;
    }
}
