package emberwall.ebpf.insn;

/**
 * An instruction. Fields that it does not use are zero, and so is the one that only tells the opcode.
 *
 * @param opcode what it is
 * @param dst 0 to 10
 * @param src 0 to 10; of {@code lddw}, what the immediate is
 * @param offset in bytes, or in slots for jumps: from the slot behind the instruction
 * @param immediate 32 bits sign-extended; of {@code lddw}, 64 bits: the first slot's in the low half
 */
public record Insn(Opcode opcode, int dst, int src, int offset, long immediate) {
    /** The register that points behind the frame. */
    public static final int FRAME_POINTER = 10;

    /** How many registers there are. */
    public static final int REGISTERS = 11;

    /** {@code src} of lddw: the immediate is the value. */
    public static final int VALUE = 0;

    /** {@code src} of lddw: a map, by what the low half names (in the kernel a file descriptor). */
    public static final int MAP = 1;

    /** {@code src} of lddw: the address in a map's first value, map in the low half, offset in the high. */
    public static final int MAP_VALUE = 2;

    /** {@code src} of lddw: a variable of the host. */
    public static final int VARIABLE = 3;

    /** {@code src} of lddw: a function of the program, as many slots behind the first slot's successor as the low half says. */
    public static final int FUNCTION = 4;

    /** {@code src} of lddw: a map by its index. */
    public static final int MAP_INDEX = 5;

    /** {@code src} of lddw: the address in a map's first value, the map by its index in the low half, offset in the high. */
    public static final int MAP_INDEX_VALUE = 6;

    /** Checks what RFC 9669 demands of the fields. */
    public Insn {
        String problem = problem(opcode, dst, src, offset, immediate);
        if (problem != null) {
            throw new IllegalArgumentException(opcode + ": " + problem);
        }
    }

    /** What is wrong with the fields, or null. */
    private static String problem(Opcode opcode, int dst, int src, int offset, long immediate) {
        boolean wide = opcode.kind() == Kind.LOAD_WIDE;
        if (dst < 0 || dst > (opcode.usesDst() ? FRAME_POINTER : 0)) {
            return opcode.usesDst() ? "invalid destination register " + dst : "the destination register must be 0";
        }
        if (src < 0 || src > (wide ? MAP_INDEX_VALUE : opcode.usesSrc() ? FRAME_POINTER : 0)) {
            return wide
                    ? "unknown kind of immediate " + src
                    : opcode.usesSrc() ? "invalid source register " + src : "the source register must be 0";
        }
        if (offset != (short) offset || offset != 0 && !opcode.usesOffset()) {
            return opcode.usesOffset() ? "offset out of range: " + offset : "the offset must be 0";
        }
        if (!opcode.usesImmediate() && immediate != 0) {
            return "the immediate must be 0";
        }
        if (!wide && immediate != (int) immediate) {
            return "immediate out of range: " + immediate;
        }
        boolean high = src == VALUE || src == MAP_VALUE || src == MAP_INDEX_VALUE;
        return wide && !high && immediate >>> 32 != 0 ? "the immediate's upper half must be 0" : null;
    }

    /** {@return what is wrong with fields as they are encoded, or null} */
    static String encodedProblem(Opcode opcode, int dst, int src, int offset, long immediate) {
        int selector = opcode.kind().selector;
        return problem(
                opcode,
                dst,
                selector == Kind.USES_SRC ? 0 : src,
                selector == Kind.USES_OFFSET ? 0 : offset,
                selector == Kind.USES_IMM ? 0 : immediate);
    }

    /** {@return an instruction of fields as they are encoded, without a problem} */
    static Insn decoded(Opcode opcode, int dst, int src, int offset, long immediate) {
        int selector = opcode.kind().selector;
        return new Insn(
                opcode,
                dst,
                selector == Kind.USES_SRC ? 0 : src,
                selector == Kind.USES_OFFSET ? 0 : offset,
                selector == Kind.USES_IMM ? 0 : immediate);
    }

    /** {@return how many slots of 8 bytes it takes: 1, or 2} */
    public int slots() {
        return opcode.kind() == Kind.LOAD_WIDE ? 2 : 1;
    }

    /** {@return what it does} */
    public Kind kind() {
        return opcode.kind();
    }

    /** {@return its first 8 bytes, as a little-endian number} */
    public long word() {
        int selector = opcode.kind().selector;
        int s = selector == Kind.USES_SRC ? opcode.selector() : src;
        int o = selector == Kind.USES_OFFSET ? opcode.selector() : offset;
        int i = selector == Kind.USES_IMM ? opcode.selector() : (int) immediate;
        return opcode.code() | dst << 8 | s << 12 | (o & 0xFFFFL) << 16 | (long) i << 32;
    }

    /** {@return its second 8 bytes, if it has them} */
    public long secondWord() {
        return immediate & 0xFFFF_FFFF_0000_0000L;
    }

    @Override
    public String toString() {
        return Disassembler.text(this);
    }
}
