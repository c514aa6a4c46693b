package emberwall.ebpf.insn;

/**
 * What an instruction does, as far as it takes code of its own to read, check or run it; {@link Opcode#op} says the rest.
 * Each says which of the fields {@code dst}, {@code src}, {@code offset} and {@code imm} it uses: the others must be zero.
 */
public enum Kind {
    // @formatter:off
    /** {@code dst = dst op (src or imm)}; 32 bits make the upper half zero. By zero a quotient is 0, a remainder {@code dst}. */
    ALU             (Kind.USES_DST, Kind.USES_OFFSET),
    /** {@code dst = -dst}. */
    NEGATE          (Kind.USES_DST, 0),
    /** {@code dst = src or imm}, the immediate sign-extended. */
    MOVE            (Kind.USES_DST, Kind.USES_OFFSET),
    /** {@code dst = op(src)}, an extension of the sign. */
    MOVE_SIGNED     (Kind.USES_DST, Kind.USES_OFFSET),
    /** {@code dst} = its low bits in little-endian order: cuts them off, the others become zero. */
    TO_LITTLE       (Kind.USES_DST, Kind.USES_IMM),
    /** {@code dst} = its low bits in big-endian order: turns them round, the others become zero. */
    TO_BIG          (Kind.USES_DST, Kind.USES_IMM),
    /** {@code dst} = its low bits turned round, the others become zero. */
    SWAP            (Kind.USES_DST, Kind.USES_IMM),
    /** {@code dst = 64 bits}, in two slots; {@code src} says what they are: {@link Insn#VALUE} and those after it. */
    LOAD_WIDE       (Kind.USES_DST | Kind.USES_SRC | Kind.USES_IMM, 0),
    /** {@code dst = memory[src + offset]}. */
    LOAD            (Kind.USES_DST | Kind.USES_SRC | Kind.USES_OFFSET, 0),
    /** {@code memory[dst + offset] = src or imm}. */
    STORE           (Kind.USES_DST | Kind.USES_OFFSET, 0),
    /** {@code memory[dst + offset] op= src}, in one piece. */
    ATOMIC          (Kind.USES_DST | Kind.USES_SRC | Kind.USES_OFFSET, Kind.USES_IMM),
    /** {@code r0 = packet[imm]} in network order, or ends the program with 0. */
    PACKET_ABSOLUTE (Kind.USES_IMM, 0),
    /** {@code r0 = packet[src + imm]} in network order, or ends the program with 0. */
    PACKET_INDIRECT (Kind.USES_SRC | Kind.USES_IMM, 0),
    /** Goes on {@code offset} slots further ({@code imm} where the opcode says {@link From#IMM}). */
    JUMP            (0, 0),
    /** Goes on {@code offset} slots further if {@code dst op (src or imm)}; {@code AND}: if it is not zero. */
    BRANCH          (Kind.USES_DST | Kind.USES_OFFSET, 0),
    /** Calls the helper with the number {@code imm}. */
    CALL            (Kind.USES_IMM, Kind.USES_SRC),
    /** Calls the program's own function that begins {@code imm} slots further. */
    CALL_LOCAL      (Kind.USES_IMM, Kind.USES_SRC),
    /** Calls the function of the host with the BTF type {@code imm}; {@code offset} says which BTF. */
    CALL_RUNTIME    (Kind.USES_IMM | Kind.USES_OFFSET, Kind.USES_SRC),
    /** Calls the helper whose number {@code dst} holds. */
    CALL_REGISTER   (Kind.USES_DST, 0),
    /** Returns, from the program or one of its functions. */
    EXIT            (0, 0);
    // @formatter:on

    static final int USES_DST = 1;
    static final int USES_SRC = 2;
    static final int USES_OFFSET = 4;
    static final int USES_IMM = 8;

    /** Fields that are operands, whatever the source operand is. */
    final int operands;

    /** The field that tells opcodes of the same byte apart, or none. */
    final int selector;

    Kind(int operands, int selector) {
        this.operands = operands;
        this.selector = selector;
    }

    /** {@return whether execution may go on elsewhere than behind it: jumps, branches, exits; not calls} */
    public boolean endsBlock() {
        return this == JUMP || this == BRANCH || this == EXIT;
    }

    /** {@return whether execution never goes on behind it} */
    public boolean isFinal() {
        return this == JUMP || this == EXIT;
    }

    /** {@return whether it calls anything, which leaves r1 to r5 undefined and the result in r0} */
    public boolean isCall() {
        return this == CALL || this == CALL_LOCAL || this == CALL_RUNTIME || this == CALL_REGISTER;
    }
}
