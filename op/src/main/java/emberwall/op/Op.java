package emberwall.op;

/**
 * Everything that can be computed, independent of the {@link Type} it is computed on.
 *
 * <p>Names are those of WebAssembly 3.0 (and its threads and wide-arithmetic proposals) without the type in front:
 * {@code i32.trunc_sat_f64_u} is {@code TRUNC_SAT_F64_U} on {@code I32}. The few conversions with only one possible source
 * ({@code WRAP}, {@code DEMOTE}, {@code PROMOTE}, {@code REINTERPRET}) do not repeat it.
 */
public enum Op {
    // @formatter:off
    // integers                        arity
    CLZ                               (1),
    CTZ                               (1),
    POPCNT                            (1),
    ADD                               (2, Op.COMMUTATIVE),
    SUB                               (2),
    MUL                               (2, Op.COMMUTATIVE),
    DIV_S                             (2, Op.FAULTS),
    DIV_U                             (2, Op.FAULTS),
    REM_S                             (2, Op.FAULTS),
    REM_U                             (2, Op.FAULTS),
    AND                               (2, Op.COMMUTATIVE),
    OR                                (2, Op.COMMUTATIVE),
    XOR                               (2, Op.COMMUTATIVE),
    SHL                               (2),
    SHR_S                             (2),
    SHR_U                             (2),
    ROTL                              (2),
    ROTR                              (2),
    EXTEND8_S                         (1),
    EXTEND16_S                        (1),
    EXTEND32_S                        (1),

    // comparisons
    EQZ                               (1, Op.COMPARISON),
    EQ                                (2, Op.COMPARISON | Op.COMMUTATIVE),
    NE                                (2, Op.COMPARISON | Op.COMMUTATIVE),
    LT_S                              (2, Op.COMPARISON),
    LT_U                              (2, Op.COMPARISON),
    GT_S                              (2, Op.COMPARISON),
    GT_U                              (2, Op.COMPARISON),
    LE_S                              (2, Op.COMPARISON),
    LE_U                              (2, Op.COMPARISON),
    GE_S                              (2, Op.COMPARISON),
    GE_U                              (2, Op.COMPARISON),
    LT                                (2, Op.COMPARISON),
    GT                                (2, Op.COMPARISON),
    LE                                (2, Op.COMPARISON),
    GE                                (2, Op.COMPARISON),

    // floats (ADD, SUB, MUL and the comparisons above, too)
    ABS                               (1),
    NEG                               (1),
    CEIL                              (1),
    FLOOR                             (1),
    TRUNC                             (1),
    NEAREST                           (1),
    SQRT                              (1),
    DIV                               (2),
    MIN                               (2, Op.COMMUTATIVE),
    MAX                               (2, Op.COMMUTATIVE),
    COPYSIGN                          (2),

    // conversions: the type is that of the result
    WRAP                              (1),
    EXTEND_I32_S                      (1),
    EXTEND_I32_U                      (1),
    TRUNC_F32_S                       (1, Op.FAULTS),
    TRUNC_F32_U                       (1, Op.FAULTS),
    TRUNC_F64_S                       (1, Op.FAULTS),
    TRUNC_F64_U                       (1, Op.FAULTS),
    TRUNC_SAT_F32_S                   (1),
    TRUNC_SAT_F32_U                   (1),
    TRUNC_SAT_F64_S                   (1),
    TRUNC_SAT_F64_U                   (1),
    CONVERT_I32_S                     (1),
    CONVERT_I32_U                     (1),
    CONVERT_I64_S                     (1),
    CONVERT_I64_U                     (1),
    DEMOTE                            (1),
    PROMOTE                           (1),
    REINTERPRET                       (1),

    // wide arithmetic: 64-bit words in, low and high word out
    ADD128                            (4),
    SUB128                            (4),
    MUL_WIDE_S                        (2, Op.COMMUTATIVE),
    MUL_WIDE_U                        (2, Op.COMMUTATIVE),

    // whole vectors
    NOT                               (1),
    ANDNOT                            (2),
    BITSELECT                         (3),
    ANY_TRUE                          (1),
    ALL_TRUE                          (1),
    BITMASK                           (1),
    SHUFFLE                           (2),
    SWIZZLE                           (2),
    SPLAT                             (1),
    EXTRACT_LANE                      (1),
    EXTRACT_LANE_S                    (1),
    EXTRACT_LANE_U                    (1),
    REPLACE_LANE                      (2),

    // lanes of integers
    ADD_SAT_S                         (2, Op.COMMUTATIVE),
    ADD_SAT_U                         (2, Op.COMMUTATIVE),
    SUB_SAT_S                         (2),
    SUB_SAT_U                         (2),
    MIN_S                             (2, Op.COMMUTATIVE),
    MIN_U                             (2, Op.COMMUTATIVE),
    MAX_S                             (2, Op.COMMUTATIVE),
    MAX_U                             (2, Op.COMMUTATIVE),
    AVGR_U                            (2, Op.COMMUTATIVE),
    Q15MULR_SAT_S                     (2, Op.COMMUTATIVE),
    NARROW_I16X8_S                    (2),
    NARROW_I16X8_U                    (2),
    NARROW_I32X4_S                    (2),
    NARROW_I32X4_U                    (2),
    EXTEND_LOW_I8X16_S                (1),
    EXTEND_LOW_I8X16_U                (1),
    EXTEND_HIGH_I8X16_S               (1),
    EXTEND_HIGH_I8X16_U               (1),
    EXTEND_LOW_I16X8_S                (1),
    EXTEND_LOW_I16X8_U                (1),
    EXTEND_HIGH_I16X8_S               (1),
    EXTEND_HIGH_I16X8_U               (1),
    EXTEND_LOW_I32X4_S                (1),
    EXTEND_LOW_I32X4_U                (1),
    EXTEND_HIGH_I32X4_S               (1),
    EXTEND_HIGH_I32X4_U               (1),
    EXTADD_PAIRWISE_I8X16_S           (1),
    EXTADD_PAIRWISE_I8X16_U           (1),
    EXTADD_PAIRWISE_I16X8_S           (1),
    EXTADD_PAIRWISE_I16X8_U           (1),
    EXTMUL_LOW_I8X16_S                (2, Op.COMMUTATIVE),
    EXTMUL_LOW_I8X16_U                (2, Op.COMMUTATIVE),
    EXTMUL_HIGH_I8X16_S               (2, Op.COMMUTATIVE),
    EXTMUL_HIGH_I8X16_U               (2, Op.COMMUTATIVE),
    EXTMUL_LOW_I16X8_S                (2, Op.COMMUTATIVE),
    EXTMUL_LOW_I16X8_U                (2, Op.COMMUTATIVE),
    EXTMUL_HIGH_I16X8_S               (2, Op.COMMUTATIVE),
    EXTMUL_HIGH_I16X8_U               (2, Op.COMMUTATIVE),
    EXTMUL_LOW_I32X4_S                (2, Op.COMMUTATIVE),
    EXTMUL_LOW_I32X4_U                (2, Op.COMMUTATIVE),
    EXTMUL_HIGH_I32X4_S               (2, Op.COMMUTATIVE),
    EXTMUL_HIGH_I32X4_U               (2, Op.COMMUTATIVE),
    DOT_I16X8_S                       (2, Op.COMMUTATIVE),

    // lanes of floats
    PMIN                              (2),
    PMAX                              (2),
    TRUNC_SAT_F32X4_S                 (1),
    TRUNC_SAT_F32X4_U                 (1),
    TRUNC_SAT_F64X2_S_ZERO            (1),
    TRUNC_SAT_F64X2_U_ZERO            (1),
    CONVERT_I32X4_S                   (1),
    CONVERT_I32X4_U                   (1),
    CONVERT_LOW_I32X4_S               (1),
    CONVERT_LOW_I32X4_U               (1),
    DEMOTE_F64X2_ZERO                 (1),
    PROMOTE_LOW_F32X4                 (1),

    // relaxed: one of several results, always the same one on a machine
    RELAXED_SWIZZLE                   (2),
    RELAXED_TRUNC_F32X4_S             (1),
    RELAXED_TRUNC_F32X4_U             (1),
    RELAXED_TRUNC_F64X2_S_ZERO        (1),
    RELAXED_TRUNC_F64X2_U_ZERO        (1),
    RELAXED_MADD                      (3),
    RELAXED_NMADD                     (3),
    RELAXED_LANESELECT                (3),
    RELAXED_MIN                       (2),
    RELAXED_MAX                       (2),
    RELAXED_Q15MULR_S                 (2, Op.COMMUTATIVE),
    RELAXED_DOT_I8X16_I7X16_S         (2),
    RELAXED_DOT_I8X16_I7X16_ADD_S     (3),

    // memory: arity counts the address
    LOAD                              (1, Op.READS),
    LOAD8_S                           (1, Op.READS),
    LOAD8_U                           (1, Op.READS),
    LOAD16_S                          (1, Op.READS),
    LOAD16_U                          (1, Op.READS),
    LOAD32_S                          (1, Op.READS),
    LOAD32_U                          (1, Op.READS),
    LOAD8X8_S                         (1, Op.READS),
    LOAD8X8_U                         (1, Op.READS),
    LOAD16X4_S                        (1, Op.READS),
    LOAD16X4_U                        (1, Op.READS),
    LOAD32X2_S                        (1, Op.READS),
    LOAD32X2_U                        (1, Op.READS),
    LOAD8_SPLAT                       (1, Op.READS),
    LOAD16_SPLAT                      (1, Op.READS),
    LOAD32_SPLAT                      (1, Op.READS),
    LOAD64_SPLAT                      (1, Op.READS),
    LOAD32_ZERO                       (1, Op.READS),
    LOAD64_ZERO                       (1, Op.READS),
    LOAD8_LANE                        (2, Op.READS),
    LOAD16_LANE                       (2, Op.READS),
    LOAD32_LANE                       (2, Op.READS),
    LOAD64_LANE                       (2, Op.READS),
    STORE                             (2, Op.WRITES),
    STORE8                            (2, Op.WRITES),
    STORE16                           (2, Op.WRITES),
    STORE32                           (2, Op.WRITES),
    STORE8_LANE                       (2, Op.WRITES),
    STORE16_LANE                      (2, Op.WRITES),
    STORE32_LANE                      (2, Op.WRITES),
    STORE64_LANE                      (2, Op.WRITES),

    // atomic memory accesses: the width is that of the instruction, narrower than its type they extend with zeros
    ATOMIC_LOAD                       (1, Op.READS | Op.ATOMIC),
    ATOMIC_STORE                      (2, Op.WRITES | Op.ATOMIC),
    ATOMIC_ADD                        (2, Op.READS | Op.WRITES | Op.ATOMIC),
    ATOMIC_SUB                        (2, Op.READS | Op.WRITES | Op.ATOMIC),
    ATOMIC_AND                        (2, Op.READS | Op.WRITES | Op.ATOMIC),
    ATOMIC_OR                         (2, Op.READS | Op.WRITES | Op.ATOMIC),
    ATOMIC_XOR                        (2, Op.READS | Op.WRITES | Op.ATOMIC),
    ATOMIC_EXCHANGE                   (2, Op.READS | Op.WRITES | Op.ATOMIC),
    ATOMIC_COMPARE_EXCHANGE           (3, Op.READS | Op.WRITES | Op.ATOMIC),
    ATOMIC_NOTIFY                     (2, Op.READS | Op.WRITES | Op.ATOMIC),
    ATOMIC_WAIT                       (3, Op.READS | Op.WRITES | Op.ATOMIC),
    ATOMIC_FENCE                      (0, Op.READS | Op.WRITES | Op.ATOMIC);
    // @formatter:on

    private static final int COMMUTATIVE = 1;
    private static final int COMPARISON = 2;
    private static final int FAULTS = 4;
    private static final int READS = 8;
    private static final int WRITES = 16;
    private static final int ATOMIC = 32;

    private final byte arity;
    private final byte properties;

    Op(int arity) {
        this(arity, 0);
    }

    Op(int arity, int properties) {
        this.arity = (byte) arity;
        this.properties = (byte) properties;
    }

    /** How many operands: the address counts, immediates (lane, offset) do not. */
    public int arity() {
        return arity;
    }

    /** Whether the first two operands may change places (up to the payload of a NaN). */
    public boolean isCommutative() {
        return has(COMMUTATIVE);
    }

    /** Whether the result is a truth value: 0 or 1 as an {@code I32}, or a mask per lane. */
    public boolean isComparison() {
        return has(COMPARISON);
    }

    /** Whether some operands have no result: the operation must not be moved or dropped without knowing them. */
    public boolean mayFault() {
        return has(FAULTS);
    }

    /** Whether it reads memory, and may therefore trap out of bounds. */
    public boolean readsMemory() {
        return has(READS);
    }

    /** Whether it writes memory, and may therefore trap out of bounds. */
    public boolean writesMemory() {
        return has(WRITES);
    }

    /** Whether it orders memory accesses between threads. */
    public boolean isAtomic() {
        return has(ATOMIC);
    }

    /** Whether the result depends on the operands alone and there always is one. */
    public boolean isPure() {
        return !has(FAULTS | READS | WRITES);
    }

    private boolean has(int property) {
        return (properties & property) != 0;
    }
}
