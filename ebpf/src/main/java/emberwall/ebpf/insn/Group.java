package emberwall.ebpf.insn;

/** The conformance groups of RFC 9669 (section 2.4), and one more. */
public enum Group {
    BASE32,
    BASE64,
    ATOMIC32,
    ATOMIC64,
    DIVMUL32,
    DIVMUL64,
    /** Packet access of classic BPF: historical. */
    PACKET,
    /** Calls by register, which is beyond the RFC. */
    CALLX
}
