package emberwall.codegen.select;

/**
 * The opcodes of selected {@link emberwall.codegen.alloc.Code}. Behind each stand its operands in order, uses before
 * definitions, and what its payload says; an <em>address</em> and a <em>condition</em> are what {@link Payloads} makes of them.
 */
enum Instruction {
    // @formatter:off
    /** The function begins: the definitions are its arguments in registers. */
    ENTRY,
    /** An argument that came on the stack: → dst; offset, type. */
    ARGUMENT,
    /** → dst; type, bits in two or four words. */
    CONSTANT,
    /** A pinned register as a value: → dst; the register. */
    PINNED,
    /** x → dst: a copy of an integer. */
    MOVE,
    /** x[, y[, z]] → dst; operator, type, origin, and of those with a constant that: two or four words. */
    OPERATOR,
    /** ADD on registers, dst anywhere: x, y → dst; type. */
    ADD,
    /** ADD SUB MUL AND OR XOR: x, y → dst over x; operator, type. */
    ALU,
    /** The same with a constant: x → dst (over x but for ADD and MUL); operator, type, constant in two words. */
    ALU_CONSTANT,
    /** The same with memory: x, address → dst over x; operator, type, address. */
    ALU_MEMORY,
    /** x, y → dst, which has the bits of y that are none of x; type. */
    AND_NOT,
    /** address → dst; type, address. */
    LEA,
    /** SHL SHR_S SHR_U ROTL ROTR by a constant: x → dst; operator, type, count. */
    SHIFT_CONSTANT,
    /** ADD SUB MUL DIV on floats: x, y → dst; operator, type. */
    FLOAT,
    /** The same with memory: x, address → dst; operator, type, address. */
    FLOAT_MEMORY,
    /** The same with a constant in memory: x → dst; operator, type, bits in two words. */
    FLOAT_CONSTANT,
    /** Divisions: x in rax, y → rax or rdx; operator, type, whether the divisor is harmless, origin. */
    DIVIDE,
    /** The high half of a product: x in rax, y → rdx; whether signed, type. */
    MULTIPLY_HIGH,
    /** a, b, c, d → low over a, high over b; operator. */
    WIDE_ADD,
    /** x in rax, y → rax, rdx; operator. */
    WIDE_MULTIPLY,
    /** address → dst; operator, type, address. */
    LOAD,
    /** address, value; operator, type, address. */
    STORE,
    /** address; operator, type, address, constant. */
    STORE_CONSTANT,
    /** address[, y]; reads, computes and writes: operator, type, whether y is a constant, address[, constant]. */
    UPDATE,
    /**
     * address[, x[, y]] → dst, the lower bytes of which are extended: operator, bytes, address. Sums and exchanges leave dst
     * over x; others take and leave {@code rax}.
     */
    ATOMIC,
    /** A barrier. */
    FENCE,
    /** condition → dst; condition. */
    SET,
    /** condition, moved, kept → dst over kept; type, condition. */
    SELECT,
    /** condition; reason, origin, condition. */
    TRAP_IF,
    /**
     * condition, x; reason, origin, room, register and displacement of a bound, condition: traps where that holds and
     * {@code x + room} is above the bound.
     */
    CHECK,
    /** origin. */
    POLL,
    /** arguments → results; see {@link Calls}. */
    CALL,
    /** The same, and ends its block. */
    INVOKE,
    /** → results of the INVOKE before; see {@link Calls}. */
    INVOKED,
    /** → dst; number, type. */
    CAUGHT,

    // The last instruction of each block.
    JUMP,
    /** condition; condition. */
    BRANCH,
    /** index, a temporary; how many entries, and by entry the number of the edge. */
    SWITCH,
    /** results. */
    RETURN,
    /** arguments; see {@link Calls}. */
    TAIL_CALL,
    /** reason, origin. */
    TRAP;
    // @formatter:on

    private static final Instruction[] VALUES = values();

    static Instruction of(int opcode) {
        return VALUES[opcode];
    }
}
