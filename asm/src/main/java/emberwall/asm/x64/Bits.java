package emberwall.asm.x64;

/** The columns of {@link Op}: how an encoding and an effect are packed into one {@code int} each. */
final class Bits {
    // ---- encoding

    static final int OPCODE = 0xFF;

    /** Mandatory prefix, as VEX numbers them. */
    static final int PP_SHIFT = 8;

    static final int P66 = 1 << PP_SHIFT;
    static final int PF3 = 2 << PP_SHIFT;
    static final int PF2 = 3 << PP_SHIFT;

    /** Opcode map, as VEX numbers them; 0 is the one-byte map. */
    static final int MAP_SHIFT = 10;

    static final int M0F = 1 << MAP_SHIFT;
    static final int M38 = 2 << MAP_SHIFT;
    static final int M3A = 3 << MAP_SHIFT;

    /** What stands in ModRM's reg field where that is not an operand. */
    static final int DIGIT_SHIFT = 12;

    static final int D1 = 1 << DIGIT_SHIFT;
    static final int D2 = 2 << DIGIT_SHIFT;
    static final int D3 = 3 << DIGIT_SHIFT;
    static final int D4 = 4 << DIGIT_SHIFT;
    static final int D5 = 5 << DIGIT_SHIFT;
    static final int D6 = 6 << DIGIT_SHIFT;
    static final int D7 = 7 << DIGIT_SHIFT;

    /** REX.W or VEX.W is always set. */
    static final int W1 = 1 << 15;

    /** The encoding given has the destination in ModRM's r/m field. */
    static final int TO_RM = 1 << 16;

    /** There is an 8-bit form: the opcode with bit 0 cleared. */
    static final int BYTE = 1 << 17;

    /** The r/m operand is 8 bits wide, whatever the width. */
    static final int RM8 = 1 << 18;

    /** There is a VEX form with the same operands. */
    static final int V2 = 1 << 19;

    /** There is a VEX form with one more source, in VEX.vvvv. */
    static final int V3 = 2 << 19;

    /** There is no form without VEX. */
    static final int VEX = 3 << 19;

    /** The encoding of the other direction (load for store, store for load) is {@code e ^ e >>> OTHER_SHIFT}. */
    static final int OTHER_SHIFT = 22;

    /** An integer instruction that stores as given and loads with opcode + 2. */
    static final int STORE = TO_RM | 2 << OTHER_SHIFT;

    // A mandatory prefix and the map 0F, as the manual's tables go.
    static final int PS = M0F;
    static final int PD = P66 | M0F;
    static final int SS = PF3 | M0F;
    static final int SD = PF2 | M0F;
    static final int I0F = P66 | M0F;
    static final int I38 = P66 | M38;
    static final int I3A = P66 | M3A;

    // ---- effect

    /** The first operand is only read, only written, or both. */
    static final int USE = 1;

    static final int DEF = 2;
    static final int UPDATE = 3;

    /** Writes flags; some may be undefined. */
    static final int WF = 1 << 2;

    /** Reads flags. */
    static final int RF = 1 << 3;

    /** Width of the memory operand where that is not the instruction's own width: logarithm of the bytes, plus 1. */
    static final int MEMORY_SHIFT = 4;

    static final int M8 = 1 << MEMORY_SHIFT;
    static final int M16 = 2 << MEMORY_SHIFT;
    static final int M32 = 3 << MEMORY_SHIFT;
    static final int M64 = 4 << MEMORY_SHIFT;
    static final int M128 = 5 << MEMORY_SHIFT;
    static final int M256 = 6 << MEMORY_SHIFT;

    /** As wide as the vector registers: 16 bytes, or 32 with {@link #Y}. */
    static final int FULL = 7 << MEMORY_SHIFT;

    /** The VEX form exists for 256 bits too; the memory operand then is twice as wide. */
    static final int Y = 1 << 7;

    /** Implicit operands: rax, rdx, rcx; rsi and rdi, moving. */
    static final int A = 1 << 8;

    static final int D = 1 << 9;
    static final int C = 1 << 10;
    static final int STRING = 1 << 11;

    /** No memory form, or no register form. */
    static final int REG_ONLY = 1 << 13;

    static final int MEM_ONLY = 1 << 14;

    /** The 256-bit VEX form needs AVX2, where AVX is enough for 128 bits. */
    static final int Y2 = Y | 1 << 15;

    /** The second operand is written too. */
    static final int BOTH = 1 << 21;

    static final int FEATURE_SHIFT = 16;

    static final int SSE3 = 1 << FEATURE_SHIFT;
    static final int SSSE3 = 2 << FEATURE_SHIFT;
    static final int SSE41 = 3 << FEATURE_SHIFT;
    static final int SSE42 = 4 << FEATURE_SHIFT;
    static final int CX16 = 5 << FEATURE_SHIFT;
    static final int MOVBE_ = 6 << FEATURE_SHIFT;
    static final int POPCNT_ = 7 << FEATURE_SHIFT;
    static final int LZCNT_ = 8 << FEATURE_SHIFT;
    static final int BMI1 = 9 << FEATURE_SHIFT;
    static final int BMI2 = 10 << FEATURE_SHIFT;
    static final int ADX = 11 << FEATURE_SHIFT;
    static final int AVX = 12 << FEATURE_SHIFT;
    static final int AVX2 = 13 << FEATURE_SHIFT;
    static final int FMA = 14 << FEATURE_SHIFT;
    static final int FSGS = 15 << FEATURE_SHIFT;
    static final int TSCP = 16 << FEATURE_SHIFT;
    static final int XSAVE_ = 17 << FEATURE_SHIFT;
    static final int PKU = 18 << FEATURE_SHIFT;
    static final int PRFCHW = 19 << FEATURE_SHIFT;

    private Bits() {}
}
