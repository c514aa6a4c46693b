package emberwall.ebpf.insn;

/** Where the second operand comes from. */
public enum From {
    /** There is none. */
    NONE,
    /** The immediate, sign-extended to the width of the operation. */
    IMM,
    /** The register {@code src}. */
    REG
}
