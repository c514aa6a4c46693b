package emberwall.asm.x64;

/**
 * The shape of an instruction: its operands in Intel's order, and the encodings that go with them. Vector forms marked
 * by {@code V2} or {@code V3} in the row have their VEX encodings besides.
 */
public enum Form {
    // ---- general purpose: E is a register or memory, G a register, of the width asked for
    /** {@code E,G  G,E  E,imm}, the immediate shortened where it fits. */
    ALU,
    /** {@code E,G  E,imm}. */
    TEST,
    /** {@code E,G  G,E  E,imm  G,imm64}. */
    MOV,
    /** {@code E}. */
    UNARY,
    /** {@code E,imm8  E,cl}. */
    SHIFT,
    /** {@code E,G,imm8  E,G,cl}. */
    SHIFT_DOUBLE,
    /** {@code G,E}, or {@code G,M}. */
    RM,
    /** {@code G,E} where E is narrower. */
    EXTEND,
    /** {@code G,E  G,E,imm}. */
    IMUL,
    /** {@code E,G}. */
    MR,
    /** {@code E,G  E,imm8}. */
    BIT_TEST,
    /** {@code G,M  M,G}. */
    LOAD_STORE,
    /** {@code G} in the opcode, 32 or 64 bits. */
    BSWAP,
    /** {@code G,E} with a condition. */
    CMOV,
    /** {@code E} of 8 bits with a condition. */
    SET,
    /** A label with a condition. */
    JCC,
    /** A label, or {@code E} of 64 bits. */
    JUMP,
    /** {@code G  M  imm}, all of 64 bits. */
    PUSH,
    /** {@code G  M}, of 64 bits. */
    POP,
    /** None, or 16 bits. */
    RET,
    /** None. */
    NONE,
    /** None, but a width; a string operation if the row says so. */
    NONE_SIZED,
    /** None; what would be ModRM is part of the opcode. */
    FIXED,
    /** {@code M} of a fixed width. */
    MEMORY,
    /** {@code E}, ignored. */
    NOP,
    /** {@code G} of 32 or 64 bits, in ModRM. */
    REGISTER,
    /** {@code G,G,E} by VEX: the extra source is the second operand. */
    RVM,
    /** {@code G,E,G} by VEX: the extra source is the last operand. */
    RMV,
    /** {@code G,E} by VEX: the destination is in VEX.vvvv. */
    VM,
    /** {@code G,E,imm8} by VEX. */
    RMI,

    // ---- vector: X is a vector register, W a vector register or memory
    /** {@code X,W}. */
    X,
    /** {@code X,W,imm8}. */
    X_IMM,
    /** {@code X,W  W,X}. */
    X_MOVE,
    /** {@code X,W  W,X} of a scalar: with VEX, memory takes two operands and registers three. */
    X_MOVE_SCALAR,
    /** {@code X,M  M,X} of half a register: with VEX, a load takes one more source. */
    X_HALF,
    /** {@code M,X}. */
    X_STORE,
    /** {@code X,W} and implicitly xmm0. */
    X_XMM0,
    /** {@code X,imm8}. */
    X_SHIFT,
    /** {@code G,W}: the width is G's. */
    G_X,
    /** {@code X,E}: the width is E's. */
    X_G,
    /** {@code E,X}: the width is E's. */
    E_X,
    /** {@code E,X,imm8}. */
    EXTRACT,
    /** {@code G,X,imm8}, registers only. */
    EXTRACT_WORD,
    /** {@code X,E,imm8}. */
    INSERT,
    /** {@code X,X,W} by VEX. */
    V_X,
    /** {@code X,X,W,X} by VEX. */
    V_BLEND,
    /** {@code X,X,W,imm8} by VEX. */
    V_IMM,
    /** {@code X,W} by VEX, where W is 128 bits or narrower even if X is 256. */
    V_WIDEN,
    /** {@code W,X,imm8} by VEX: half a register out. */
    V_EXTRACT
}
