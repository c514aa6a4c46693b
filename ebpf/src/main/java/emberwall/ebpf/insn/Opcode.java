package emberwall.ebpf.insn;

import static emberwall.ebpf.insn.From.*;
import static emberwall.ebpf.insn.Group.*;
import static emberwall.ebpf.insn.Kind.*;

import emberwall.op.Op;
import java.util.Locale;

/**
 * Every instruction of eBPF: RFC 9669, and {@code callx}. Who decodes, prints, checks, runs or compiles reads these rows.
 *
 * <p>The name is the assembler's, with {@code _IMM} or {@code _REG} where there are both. Several rows may have the same
 * byte; what tells them apart stands in another field of the instruction, which the {@link Kind} names, and {@code selector}
 * is what stands there. The last column is the lowest version of processor ({@code -mcpu=v1} to {@code v4}) that has it.
 */
public enum Opcode {
    // @formatter:off
    //                  code  what             from  bits  meaning                       selector group      cpu
    // ---- arithmetic: dst op= src or immediate; the selector is the offset
    ADD_IMM           (0x07, ALU,             IMM,  64,   Op.ADD,                       0,      BASE64,   1),
    ADD_REG           (0x0f, ALU,             REG,  64,   Op.ADD,                       0,      BASE64,   1),
    ADD32_IMM         (0x04, ALU,             IMM,  32,   Op.ADD,                       0,      BASE32,   1),
    ADD32_REG         (0x0c, ALU,             REG,  32,   Op.ADD,                       0,      BASE32,   1),
    SUB_IMM           (0x17, ALU,             IMM,  64,   Op.SUB,                       0,      BASE64,   1),
    SUB_REG           (0x1f, ALU,             REG,  64,   Op.SUB,                       0,      BASE64,   1),
    SUB32_IMM         (0x14, ALU,             IMM,  32,   Op.SUB,                       0,      BASE32,   1),
    SUB32_REG         (0x1c, ALU,             REG,  32,   Op.SUB,                       0,      BASE32,   1),
    MUL_IMM           (0x27, ALU,             IMM,  64,   Op.MUL,                       0,      DIVMUL64, 1),
    MUL_REG           (0x2f, ALU,             REG,  64,   Op.MUL,                       0,      DIVMUL64, 1),
    MUL32_IMM         (0x24, ALU,             IMM,  32,   Op.MUL,                       0,      DIVMUL32, 1),
    MUL32_REG         (0x2c, ALU,             REG,  32,   Op.MUL,                       0,      DIVMUL32, 1),
    DIV_IMM           (0x37, ALU,             IMM,  64,   Op.DIV_U,                     0,      DIVMUL64, 1),
    DIV_REG           (0x3f, ALU,             REG,  64,   Op.DIV_U,                     0,      DIVMUL64, 1),
    DIV32_IMM         (0x34, ALU,             IMM,  32,   Op.DIV_U,                     0,      DIVMUL32, 1),
    DIV32_REG         (0x3c, ALU,             REG,  32,   Op.DIV_U,                     0,      DIVMUL32, 1),
    SDIV_IMM          (0x37, ALU,             IMM,  64,   Op.DIV_S,                     1,      DIVMUL64, 4),
    SDIV_REG          (0x3f, ALU,             REG,  64,   Op.DIV_S,                     1,      DIVMUL64, 4),
    SDIV32_IMM        (0x34, ALU,             IMM,  32,   Op.DIV_S,                     1,      DIVMUL32, 4),
    SDIV32_REG        (0x3c, ALU,             REG,  32,   Op.DIV_S,                     1,      DIVMUL32, 4),
    OR_IMM            (0x47, ALU,             IMM,  64,   Op.OR,                        0,      BASE64,   1),
    OR_REG            (0x4f, ALU,             REG,  64,   Op.OR,                        0,      BASE64,   1),
    OR32_IMM          (0x44, ALU,             IMM,  32,   Op.OR,                        0,      BASE32,   1),
    OR32_REG          (0x4c, ALU,             REG,  32,   Op.OR,                        0,      BASE32,   1),
    AND_IMM           (0x57, ALU,             IMM,  64,   Op.AND,                       0,      BASE64,   1),
    AND_REG           (0x5f, ALU,             REG,  64,   Op.AND,                       0,      BASE64,   1),
    AND32_IMM         (0x54, ALU,             IMM,  32,   Op.AND,                       0,      BASE32,   1),
    AND32_REG         (0x5c, ALU,             REG,  32,   Op.AND,                       0,      BASE32,   1),
    LSH_IMM           (0x67, ALU,             IMM,  64,   Op.SHL,                       0,      BASE64,   1),
    LSH_REG           (0x6f, ALU,             REG,  64,   Op.SHL,                       0,      BASE64,   1),
    LSH32_IMM         (0x64, ALU,             IMM,  32,   Op.SHL,                       0,      BASE32,   1),
    LSH32_REG         (0x6c, ALU,             REG,  32,   Op.SHL,                       0,      BASE32,   1),
    RSH_IMM           (0x77, ALU,             IMM,  64,   Op.SHR_U,                     0,      BASE64,   1),
    RSH_REG           (0x7f, ALU,             REG,  64,   Op.SHR_U,                     0,      BASE64,   1),
    RSH32_IMM         (0x74, ALU,             IMM,  32,   Op.SHR_U,                     0,      BASE32,   1),
    RSH32_REG         (0x7c, ALU,             REG,  32,   Op.SHR_U,                     0,      BASE32,   1),
    MOD_IMM           (0x97, ALU,             IMM,  64,   Op.REM_U,                     0,      DIVMUL64, 1),
    MOD_REG           (0x9f, ALU,             REG,  64,   Op.REM_U,                     0,      DIVMUL64, 1),
    MOD32_IMM         (0x94, ALU,             IMM,  32,   Op.REM_U,                     0,      DIVMUL32, 1),
    MOD32_REG         (0x9c, ALU,             REG,  32,   Op.REM_U,                     0,      DIVMUL32, 1),
    SMOD_IMM          (0x97, ALU,             IMM,  64,   Op.REM_S,                     1,      DIVMUL64, 4),
    SMOD_REG          (0x9f, ALU,             REG,  64,   Op.REM_S,                     1,      DIVMUL64, 4),
    SMOD32_IMM        (0x94, ALU,             IMM,  32,   Op.REM_S,                     1,      DIVMUL32, 4),
    SMOD32_REG        (0x9c, ALU,             REG,  32,   Op.REM_S,                     1,      DIVMUL32, 4),
    XOR_IMM           (0xa7, ALU,             IMM,  64,   Op.XOR,                       0,      BASE64,   1),
    XOR_REG           (0xaf, ALU,             REG,  64,   Op.XOR,                       0,      BASE64,   1),
    XOR32_IMM         (0xa4, ALU,             IMM,  32,   Op.XOR,                       0,      BASE32,   1),
    XOR32_REG         (0xac, ALU,             REG,  32,   Op.XOR,                       0,      BASE32,   1),
    ARSH_IMM          (0xc7, ALU,             IMM,  64,   Op.SHR_S,                     0,      BASE64,   1),
    ARSH_REG          (0xcf, ALU,             REG,  64,   Op.SHR_S,                     0,      BASE64,   1),
    ARSH32_IMM        (0xc4, ALU,             IMM,  32,   Op.SHR_S,                     0,      BASE32,   1),
    ARSH32_REG        (0xcc, ALU,             REG,  32,   Op.SHR_S,                     0,      BASE32,   1),
    NEG               (0x87, NEGATE,          NONE, 64,   null,                         0,      BASE64,   1),
    NEG32             (0x84, NEGATE,          NONE, 32,   null,                         0,      BASE32,   1),

    // ---- moves, with sign extension by the offset
    MOV_IMM           (0xb7, MOVE,            IMM,  64,   null,                         0,      BASE64,   1),
    MOV_REG           (0xbf, MOVE,            REG,  64,   null,                         0,      BASE64,   1),
    MOV32_IMM         (0xb4, MOVE,            IMM,  32,   null,                         0,      BASE32,   1),
    MOV32_REG         (0xbc, MOVE,            REG,  32,   null,                         0,      BASE32,   1),
    MOVSX832          (0xbc, MOVE_SIGNED,     REG,  32,   Op.EXTEND8_S,                 8,      BASE32,   4),
    MOVSX1632         (0xbc, MOVE_SIGNED,     REG,  32,   Op.EXTEND16_S,                16,     BASE32,   4),
    MOVSX864          (0xbf, MOVE_SIGNED,     REG,  64,   Op.EXTEND8_S,                 8,      BASE64,   4),
    MOVSX1664         (0xbf, MOVE_SIGNED,     REG,  64,   Op.EXTEND16_S,                16,     BASE64,   4),
    MOVSX3264         (0xbf, MOVE_SIGNED,     REG,  64,   Op.EXTEND32_S,                32,     BASE64,   4),

    // ---- byte order; the selector is the immediate
    LE16              (0xd4, TO_LITTLE,       NONE, 16,   null,                         16,     BASE32,   1),
    LE32              (0xd4, TO_LITTLE,       NONE, 32,   null,                         32,     BASE32,   1),
    LE64              (0xd4, TO_LITTLE,       NONE, 64,   null,                         64,     BASE64,   1),
    BE16              (0xdc, TO_BIG,          NONE, 16,   null,                         16,     BASE32,   1),
    BE32              (0xdc, TO_BIG,          NONE, 32,   null,                         32,     BASE32,   1),
    BE64              (0xdc, TO_BIG,          NONE, 64,   null,                         64,     BASE64,   1),
    SWAP16            (0xd7, SWAP,            NONE, 16,   null,                         16,     BASE32,   4),
    SWAP32            (0xd7, SWAP,            NONE, 32,   null,                         32,     BASE32,   4),
    SWAP64            (0xd7, SWAP,            NONE, 64,   null,                         64,     BASE64,   4),

    // ---- loads and stores
    LDDW              (0x18, LOAD_WIDE,       IMM,  64,   null,                         0,      BASE64,   1),
    LDXB              (0x71, LOAD,            REG,  8,    Op.LOAD8_U,                   0,      BASE32,   1),
    LDXH              (0x69, LOAD,            REG,  16,   Op.LOAD16_U,                  0,      BASE32,   1),
    LDXW              (0x61, LOAD,            REG,  32,   Op.LOAD32_U,                  0,      BASE32,   1),
    LDXDW             (0x79, LOAD,            REG,  64,   Op.LOAD,                      0,      BASE64,   1),
    LDXSB             (0x91, LOAD,            REG,  8,    Op.LOAD8_S,                   0,      BASE32,   4),
    LDXSH             (0x89, LOAD,            REG,  16,   Op.LOAD16_S,                  0,      BASE32,   4),
    LDXSW             (0x81, LOAD,            REG,  32,   Op.LOAD32_S,                  0,      BASE64,   4),
    STB               (0x72, STORE,           IMM,  8,    Op.STORE8,                    0,      BASE32,   1),
    STH               (0x6a, STORE,           IMM,  16,   Op.STORE16,                   0,      BASE32,   1),
    STW               (0x62, STORE,           IMM,  32,   Op.STORE32,                   0,      BASE32,   1),
    STDW              (0x7a, STORE,           IMM,  64,   Op.STORE,                     0,      BASE64,   1),
    STXB              (0x73, STORE,           REG,  8,    Op.STORE8,                    0,      BASE32,   1),
    STXH              (0x6b, STORE,           REG,  16,   Op.STORE16,                   0,      BASE32,   1),
    STXW              (0x63, STORE,           REG,  32,   Op.STORE32,                   0,      BASE32,   1),
    STXDW             (0x7b, STORE,           REG,  64,   Op.STORE,                     0,      BASE64,   1),

    // ---- atomics; the selector is the immediate, its lowest bit says that src gets what was there
    LOCK_ADD          (0xdb, ATOMIC,          REG,  64,   Op.ATOMIC_ADD,                0,      ATOMIC64, 1),
    LOCK_FETCH_ADD    (0xdb, ATOMIC,          REG,  64,   Op.ATOMIC_ADD,                1,      ATOMIC64, 3),
    LOCK_OR           (0xdb, ATOMIC,          REG,  64,   Op.ATOMIC_OR,                 0x40,   ATOMIC64, 3),
    LOCK_FETCH_OR     (0xdb, ATOMIC,          REG,  64,   Op.ATOMIC_OR,                 0x41,   ATOMIC64, 3),
    LOCK_AND          (0xdb, ATOMIC,          REG,  64,   Op.ATOMIC_AND,                0x50,   ATOMIC64, 3),
    LOCK_FETCH_AND    (0xdb, ATOMIC,          REG,  64,   Op.ATOMIC_AND,                0x51,   ATOMIC64, 3),
    LOCK_XOR          (0xdb, ATOMIC,          REG,  64,   Op.ATOMIC_XOR,                0xa0,   ATOMIC64, 3),
    LOCK_FETCH_XOR    (0xdb, ATOMIC,          REG,  64,   Op.ATOMIC_XOR,                0xa1,   ATOMIC64, 3),
    LOCK_XCHG         (0xdb, ATOMIC,          REG,  64,   Op.ATOMIC_EXCHANGE,           0xe1,   ATOMIC64, 3),
    LOCK_CMPXCHG      (0xdb, ATOMIC,          REG,  64,   Op.ATOMIC_COMPARE_EXCHANGE,   0xf1,   ATOMIC64, 3),
    LOCK_ADD32        (0xc3, ATOMIC,          REG,  32,   Op.ATOMIC_ADD,                0,      ATOMIC32, 1),
    LOCK_FETCH_ADD32  (0xc3, ATOMIC,          REG,  32,   Op.ATOMIC_ADD,                1,      ATOMIC32, 3),
    LOCK_OR32         (0xc3, ATOMIC,          REG,  32,   Op.ATOMIC_OR,                 0x40,   ATOMIC32, 3),
    LOCK_FETCH_OR32   (0xc3, ATOMIC,          REG,  32,   Op.ATOMIC_OR,                 0x41,   ATOMIC32, 3),
    LOCK_AND32        (0xc3, ATOMIC,          REG,  32,   Op.ATOMIC_AND,                0x50,   ATOMIC32, 3),
    LOCK_FETCH_AND32  (0xc3, ATOMIC,          REG,  32,   Op.ATOMIC_AND,                0x51,   ATOMIC32, 3),
    LOCK_XOR32        (0xc3, ATOMIC,          REG,  32,   Op.ATOMIC_XOR,                0xa0,   ATOMIC32, 3),
    LOCK_FETCH_XOR32  (0xc3, ATOMIC,          REG,  32,   Op.ATOMIC_XOR,                0xa1,   ATOMIC32, 3),
    LOCK_XCHG32       (0xc3, ATOMIC,          REG,  32,   Op.ATOMIC_EXCHANGE,           0xe1,   ATOMIC32, 3),
    LOCK_CMPXCHG32    (0xc3, ATOMIC,          REG,  32,   Op.ATOMIC_COMPARE_EXCHANGE,   0xf1,   ATOMIC32, 3),

    // ---- packets, as classic BPF reads them: r6 is the context, r0 the result
    LDABSB            (0x30, PACKET_ABSOLUTE, IMM,  8,    Op.LOAD8_U,                   0,      PACKET,   1),
    LDABSH            (0x28, PACKET_ABSOLUTE, IMM,  16,   Op.LOAD16_U,                  0,      PACKET,   1),
    LDABSW            (0x20, PACKET_ABSOLUTE, IMM,  32,   Op.LOAD32_U,                  0,      PACKET,   1),
    LDINDB            (0x50, PACKET_INDIRECT, REG,  8,    Op.LOAD8_U,                   0,      PACKET,   1),
    LDINDH            (0x48, PACKET_INDIRECT, REG,  16,   Op.LOAD16_U,                  0,      PACKET,   1),
    LDINDW            (0x40, PACKET_INDIRECT, REG,  32,   Op.LOAD32_U,                  0,      PACKET,   1),

    // ---- jumps and branches
    JA                (0x05, JUMP,            NONE, 64,   null,                         0,      BASE32,   1),
    JA32              (0x06, JUMP,            IMM,  32,   null,                         0,      BASE32,   4),
    JEQ_IMM           (0x15, BRANCH,          IMM,  64,   Op.EQ,                        0,      BASE64,   1),
    JEQ_REG           (0x1d, BRANCH,          REG,  64,   Op.EQ,                        0,      BASE64,   1),
    JEQ32_IMM         (0x16, BRANCH,          IMM,  32,   Op.EQ,                        0,      BASE32,   3),
    JEQ32_REG         (0x1e, BRANCH,          REG,  32,   Op.EQ,                        0,      BASE32,   3),
    JNE_IMM           (0x55, BRANCH,          IMM,  64,   Op.NE,                        0,      BASE64,   1),
    JNE_REG           (0x5d, BRANCH,          REG,  64,   Op.NE,                        0,      BASE64,   1),
    JNE32_IMM         (0x56, BRANCH,          IMM,  32,   Op.NE,                        0,      BASE32,   3),
    JNE32_REG         (0x5e, BRANCH,          REG,  32,   Op.NE,                        0,      BASE32,   3),
    JGT_IMM           (0x25, BRANCH,          IMM,  64,   Op.GT_U,                      0,      BASE64,   1),
    JGT_REG           (0x2d, BRANCH,          REG,  64,   Op.GT_U,                      0,      BASE64,   1),
    JGT32_IMM         (0x26, BRANCH,          IMM,  32,   Op.GT_U,                      0,      BASE32,   3),
    JGT32_REG         (0x2e, BRANCH,          REG,  32,   Op.GT_U,                      0,      BASE32,   3),
    JGE_IMM           (0x35, BRANCH,          IMM,  64,   Op.GE_U,                      0,      BASE64,   1),
    JGE_REG           (0x3d, BRANCH,          REG,  64,   Op.GE_U,                      0,      BASE64,   1),
    JGE32_IMM         (0x36, BRANCH,          IMM,  32,   Op.GE_U,                      0,      BASE32,   3),
    JGE32_REG         (0x3e, BRANCH,          REG,  32,   Op.GE_U,                      0,      BASE32,   3),
    JLT_IMM           (0xa5, BRANCH,          IMM,  64,   Op.LT_U,                      0,      BASE64,   2),
    JLT_REG           (0xad, BRANCH,          REG,  64,   Op.LT_U,                      0,      BASE64,   2),
    JLT32_IMM         (0xa6, BRANCH,          IMM,  32,   Op.LT_U,                      0,      BASE32,   3),
    JLT32_REG         (0xae, BRANCH,          REG,  32,   Op.LT_U,                      0,      BASE32,   3),
    JLE_IMM           (0xb5, BRANCH,          IMM,  64,   Op.LE_U,                      0,      BASE64,   2),
    JLE_REG           (0xbd, BRANCH,          REG,  64,   Op.LE_U,                      0,      BASE64,   2),
    JLE32_IMM         (0xb6, BRANCH,          IMM,  32,   Op.LE_U,                      0,      BASE32,   3),
    JLE32_REG         (0xbe, BRANCH,          REG,  32,   Op.LE_U,                      0,      BASE32,   3),
    JSGT_IMM          (0x65, BRANCH,          IMM,  64,   Op.GT_S,                      0,      BASE64,   1),
    JSGT_REG          (0x6d, BRANCH,          REG,  64,   Op.GT_S,                      0,      BASE64,   1),
    JSGT32_IMM        (0x66, BRANCH,          IMM,  32,   Op.GT_S,                      0,      BASE32,   3),
    JSGT32_REG        (0x6e, BRANCH,          REG,  32,   Op.GT_S,                      0,      BASE32,   3),
    JSGE_IMM          (0x75, BRANCH,          IMM,  64,   Op.GE_S,                      0,      BASE64,   1),
    JSGE_REG          (0x7d, BRANCH,          REG,  64,   Op.GE_S,                      0,      BASE64,   1),
    JSGE32_IMM        (0x76, BRANCH,          IMM,  32,   Op.GE_S,                      0,      BASE32,   3),
    JSGE32_REG        (0x7e, BRANCH,          REG,  32,   Op.GE_S,                      0,      BASE32,   3),
    JSLT_IMM          (0xc5, BRANCH,          IMM,  64,   Op.LT_S,                      0,      BASE64,   2),
    JSLT_REG          (0xcd, BRANCH,          REG,  64,   Op.LT_S,                      0,      BASE64,   2),
    JSLT32_IMM        (0xc6, BRANCH,          IMM,  32,   Op.LT_S,                      0,      BASE32,   3),
    JSLT32_REG        (0xce, BRANCH,          REG,  32,   Op.LT_S,                      0,      BASE32,   3),
    JSLE_IMM          (0xd5, BRANCH,          IMM,  64,   Op.LE_S,                      0,      BASE64,   2),
    JSLE_REG          (0xdd, BRANCH,          REG,  64,   Op.LE_S,                      0,      BASE64,   2),
    JSLE32_IMM        (0xd6, BRANCH,          IMM,  32,   Op.LE_S,                      0,      BASE32,   3),
    JSLE32_REG        (0xde, BRANCH,          REG,  32,   Op.LE_S,                      0,      BASE32,   3),
    JSET_IMM          (0x45, BRANCH,          IMM,  64,   Op.AND,                       0,      BASE64,   1),
    JSET_REG          (0x4d, BRANCH,          REG,  64,   Op.AND,                       0,      BASE64,   1),
    JSET32_IMM        (0x46, BRANCH,          IMM,  32,   Op.AND,                       0,      BASE32,   3),
    JSET32_REG        (0x4e, BRANCH,          REG,  32,   Op.AND,                       0,      BASE32,   3),

    // ---- calls; the selector is src
    CALL              (0x85, Kind.CALL,            IMM,  64,   null,                         0,      BASE32,   1),
    CALL_LOCAL        (0x85, Kind.CALL_LOCAL,      IMM,  64,   null,                         1,      BASE32,   3),
    CALL_RUNTIME      (0x85, Kind.CALL_RUNTIME,    IMM,  64,   null,                         2,      BASE32,   3),
    CALLX             (0x8d, Kind.CALL_REGISTER,   NONE, 64,   null,                         0,      Group.CALLX, 1),
    EXIT              (0x95, Kind.EXIT,            NONE, 64,   null,                         0,      BASE32,   1);
    // @formatter:on

    private static final Opcode[][] BY_BYTE = new Opcode[256][];

    static {
        for (Opcode row : values()) {
            Opcode[] before = BY_BYTE[row.code];
            int count = before == null ? 0 : before.length;
            Opcode[] rows = new Opcode[count + 1];
            if (before != null) {
                System.arraycopy(before, 0, rows, 0, count);
            }
            rows[count] = row;
            BY_BYTE[row.code] = rows;
        }
    }

    private final int code;
    private final Kind kind;
    private final From from;
    private final int bits;
    private final Op op;
    private final int selector;
    private final Group group;
    private final int cpu;
    private final String mnemonic;
    private final int uses;

    Opcode(int code, Kind kind, From from, int bits, Op op, int selector, Group group, int cpu) {
        this.code = code;
        this.kind = kind;
        this.from = from;
        this.bits = bits;
        this.op = op;
        this.selector = selector;
        this.group = group;
        this.cpu = cpu;
        String name = name().toLowerCase(Locale.ROOT);
        this.mnemonic = name.endsWith("_imm") || name.endsWith("_reg") ? name.substring(0, name.length() - 4) : name;
        this.uses = kind.operands | operand(kind, from);
    }

    private static int operand(Kind kind, From from) {
        return switch (from) {
            case NONE -> kind == JUMP ? Kind.USES_OFFSET : 0;
            case IMM -> Kind.USES_IMM;
            case REG -> kind == PACKET_INDIRECT ? Kind.USES_SRC | Kind.USES_IMM : Kind.USES_SRC;
        };
    }

    /** {@return the first byte} */
    public int code() {
        return code;
    }

    /** {@return what it does} */
    public Kind kind() {
        return kind;
    }

    /** {@return where the second operand comes from} */
    public From from() {
        return from;
    }

    /** {@return whether the second operand is the register {@code src}} */
    public boolean fromRegister() {
        return from == REG;
    }

    /** {@return how many bits are computed with, compared, turned round, loaded or stored} */
    public int bits() {
        return bits;
    }

    /** {@return how many bytes are loaded or stored} */
    public int bytes() {
        return bits >> 3;
    }

    /**
     * {@return what is computed, or how memory is read or written; null where the kind says it all}
     *
     * <p>Division, remainder and shifts are total here: by zero 0 and {@code dst}, the least number by -1 itself and 0, and a
     * distance counts by its low 5 or 6 bits.
     */
    public Op op() {
        return op;
    }

    /** {@return what the field that {@link Kind} names holds} */
    public int selector() {
        return selector;
    }

    /** {@return whether an atomic operation gives what was there before to {@code src} ({@code r0} for cmpxchg)} */
    public boolean fetches() {
        return kind == ATOMIC && (selector & 1) != 0;
    }

    /** {@return the conformance group} */
    public Group group() {
        return group;
    }

    /** {@return the lowest version of processor, 1 to 4} */
    public int cpu() {
        return cpu;
    }

    /** {@return the assembler's word, the same for immediates and registers} */
    public String mnemonic() {
        return mnemonic;
    }

    /** {@return whether {@code dst} is an operand} */
    public boolean usesDst() {
        return (uses & Kind.USES_DST) != 0;
    }

    /** {@return whether {@code src} is an operand} */
    public boolean usesSrc() {
        return (uses & Kind.USES_SRC) != 0;
    }

    /** {@return whether the offset is an operand} */
    public boolean usesOffset() {
        return (uses & Kind.USES_OFFSET) != 0;
    }

    /** {@return whether the immediate is an operand} */
    public boolean usesImmediate() {
        return (uses & Kind.USES_IMM) != 0;
    }

    /** {@return whether it takes the value of {@code dst}} */
    public boolean readsDst() {
        return switch (kind) {
            case ALU, NEGATE, TO_LITTLE, TO_BIG, SWAP, STORE, ATOMIC, BRANCH, CALL_REGISTER -> true;
            default -> false;
        };
    }

    /** {@return whether it changes {@code dst}} */
    public boolean writesDst() {
        return switch (kind) {
            case ALU, NEGATE, MOVE, MOVE_SIGNED, TO_LITTLE, TO_BIG, SWAP, LOAD_WIDE, LOAD -> true;
            default -> false;
        };
    }

    /** {@return whether any row has this first byte} */
    static boolean exists(int code) {
        return BY_BYTE[code & 0xFF] != null;
    }

    /**
     * {@return the row of an instruction, or null if there is none}
     *
     * @param code the first byte
     * @param src the field of that name
     * @param offset the field of that name
     * @param imm the field of that name
     */
    public static Opcode of(int code, int src, int offset, int imm) {
        Opcode[] rows = BY_BYTE[code & 0xFF];
        if (rows != null) {
            for (Opcode row : rows) {
                if (row.selects(src, offset, imm)) {
                    return row;
                }
            }
        }
        return null;
    }

    /** {@return whether an instruction is one of these, by its first 8 bytes as a little-endian number} */
    public boolean is(long word) {
        return (word & 0xFF) == code && selects((int) word >>> 12 & 15, (short) (word >>> 16), (int) (word >>> 32));
    }

    private boolean selects(int src, int offset, int imm) {
        return switch (kind.selector) {
            case Kind.USES_SRC -> src == selector;
            case Kind.USES_OFFSET -> offset == selector;
            case Kind.USES_IMM -> imm == selector;
            default -> true;
        };
    }

    @Override
    public String toString() {
        return mnemonic;
    }
}
