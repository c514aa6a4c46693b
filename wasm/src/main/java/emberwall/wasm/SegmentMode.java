package emberwall.wasm;

/** When a segment's content is used. */
public enum SegmentMode {
    /** Copied when the module is instantiated. */
    ACTIVE,
    /** Copied by instructions. */
    PASSIVE,
    /** Never copied: it only declares that its functions are referred to. */
    DECLARATIVE
}
