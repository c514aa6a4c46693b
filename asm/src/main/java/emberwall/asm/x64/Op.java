package emberwall.asm.x64;

import static emberwall.asm.x64.Bits.*;
import static emberwall.asm.x64.Form.*;

import java.util.Locale;

/**
 * The instruction rows: one row is one instruction with all its operand forms.
 *
 * <p>The name up to an underscore is the mnemonic; its VEX form, if it has one besides, is spelled with a {@code v}
 * before. The {@link Form form} says which operands there are and how further encodings follow from the one given. The
 * columns after it are the packed encoding (mandatory prefix, opcode map, opcode, digit in ModRM, which VEX forms
 * exist) and what the instruction does to its first operand, to the flags and to memory, and which processors have it.
 * Source: Intel's manual, volume 2, and AMD's, volumes 3 and 4.
 */
public enum Op {
    // @formatter:off
    //            form            encoding                                     effect
    // ---- integer arithmetic and logic
    ADD          (ALU,           0x01 | BYTE | STORE,                         UPDATE | WF),
    OR           (ALU,           0x09 | BYTE | STORE | D1,                    UPDATE | WF),
    ADC          (ALU,           0x11 | BYTE | STORE | D2,                    UPDATE | WF | RF),
    SBB          (ALU,           0x19 | BYTE | STORE | D3,                    UPDATE | WF | RF),
    AND          (ALU,           0x21 | BYTE | STORE | D4,                    UPDATE | WF),
    SUB          (ALU,           0x29 | BYTE | STORE | D5,                    UPDATE | WF),
    XOR          (ALU,           0x31 | BYTE | STORE | D6,                    UPDATE | WF),
    CMP          (ALU,           0x39 | BYTE | STORE | D7,                    USE | WF),
    TEST         (Form.TEST,     0x85 | BYTE | TO_RM,                         USE | WF),
    NOT          (UNARY,         0xF7 | BYTE | D2,                            UPDATE),
    NEG          (UNARY,         0xF7 | BYTE | D3,                            UPDATE | WF),
    INC          (UNARY,         0xFF | BYTE,                                 UPDATE | WF),
    DEC          (UNARY,         0xFF | BYTE | D1,                            UPDATE | WF),

    // ---- multiplication and division; _WIDE has rdx:rax on the other side
    IMUL         (Form.IMUL,     M0F | 0xAF,                                  UPDATE | WF),
    MUL          (UNARY,         0xF7 | BYTE | D4,                            USE | WF | A | D),
    IMUL_WIDE    (UNARY,         0xF7 | BYTE | D5,                            USE | WF | A | D),
    DIV          (UNARY,         0xF7 | BYTE | D6,                            USE | WF | A | D),
    IDIV         (UNARY,         0xF7 | BYTE | D7,                            USE | WF | A | D),
    MULX         (RVM,           VEX | PF2 | M38 | 0xF6,                      DEF | D | BMI2 | BOTH),
    ADCX         (RM,            I38 | 0xF6,                                  UPDATE | WF | RF | ADX),
    ADOX         (RM,            PF3 | M38 | 0xF6,                            UPDATE | WF | RF | ADX),

    // ---- moves
    MOV          (Form.MOV,      0x89 | BYTE | STORE,                         DEF),
    LEA          (RM,            0x8D,                                        DEF | MEM_ONLY),
    MOVZX_8      (EXTEND,        M0F | 0xB6 | RM8,                            DEF | M8),
    MOVZX_16     (EXTEND,        M0F | 0xB7,                                  DEF | M16),
    MOVSX_8      (EXTEND,        M0F | 0xBE | RM8,                            DEF | M8),
    MOVSX_16     (EXTEND,        M0F | 0xBF,                                  DEF | M16),
    MOVSXD       (EXTEND,        0x63,                                        DEF | M32),
    CMOV         (Form.CMOV,     M0F | 0x40,                                  UPDATE | RF),
    SET          (Form.SET,      M0F | 0x90 | RM8,                            DEF | RF | M8),
    BSWAP        (Form.BSWAP,    M0F | 0xC8,                                  UPDATE),
    MOVBE        (LOAD_STORE,    M38 | 0xF0 | 1 << OTHER_SHIFT,               DEF | MOVBE_),
    PUSH         (Form.PUSH,     0xFF | D6,                                   USE),
    POP          (Form.POP,      0x8F,                                        DEF),

    // ---- shifts and rotations
    ROL          (SHIFT,         0xC1 | BYTE,                                 UPDATE | WF),
    ROR          (SHIFT,         0xC1 | BYTE | D1,                            UPDATE | WF),
    RCL          (SHIFT,         0xC1 | BYTE | D2,                            UPDATE | WF | RF),
    RCR          (SHIFT,         0xC1 | BYTE | D3,                            UPDATE | WF | RF),
    SHL          (SHIFT,         0xC1 | BYTE | D4,                            UPDATE | WF),
    SHR          (SHIFT,         0xC1 | BYTE | D5,                            UPDATE | WF),
    SAR          (SHIFT,         0xC1 | BYTE | D7,                            UPDATE | WF),
    SHLD         (SHIFT_DOUBLE,  M0F | 0xA4,                                  UPDATE | WF),
    SHRD         (SHIFT_DOUBLE,  M0F | 0xAC,                                  UPDATE | WF),
    SHLX         (RMV,           VEX | I38 | 0xF7,                            DEF | BMI2),
    SARX         (RMV,           VEX | PF3 | M38 | 0xF7,                      DEF | BMI2),
    SHRX         (RMV,           VEX | PF2 | M38 | 0xF7,                      DEF | BMI2),
    RORX         (RMI,           VEX | PF2 | M3A | 0xF0,                      DEF | BMI2),

    // ---- bits
    BT           (BIT_TEST,      M0F | 0xA3 | D4 | TO_RM,                     USE | WF),
    BTS          (BIT_TEST,      M0F | 0xAB | D5 | TO_RM,                     UPDATE | WF),
    BTR          (BIT_TEST,      M0F | 0xB3 | D6 | TO_RM,                     UPDATE | WF),
    BTC          (BIT_TEST,      M0F | 0xBB | D7 | TO_RM,                     UPDATE | WF),
    BSF          (RM,            M0F | 0xBC,                                  UPDATE | WF),
    BSR          (RM,            M0F | 0xBD,                                  UPDATE | WF),
    TZCNT        (RM,            PF3 | M0F | 0xBC,                            DEF | WF | BMI1),
    LZCNT        (RM,            PF3 | M0F | 0xBD,                            DEF | WF | LZCNT_),
    POPCNT       (RM,            PF3 | M0F | 0xB8,                            DEF | WF | POPCNT_),
    ANDN         (RVM,           VEX | M38 | 0xF2,                            DEF | WF | BMI1),
    BEXTR        (RMV,           VEX | M38 | 0xF7,                            DEF | WF | BMI1),
    BZHI         (RMV,           VEX | M38 | 0xF5,                            DEF | WF | BMI2),
    BLSR         (VM,            VEX | M38 | 0xF3 | D1,                       DEF | WF | BMI1),
    BLSMSK       (VM,            VEX | M38 | 0xF3 | D2,                       DEF | WF | BMI1),
    BLSI         (VM,            VEX | M38 | 0xF3 | D3,                       DEF | WF | BMI1),
    PDEP         (RVM,           VEX | PF2 | M38 | 0xF5,                      DEF | BMI2),
    PEXT         (RVM,           VEX | PF3 | M38 | 0xF5,                      DEF | BMI2),

    // ---- atomics, with a lock prefix where a processor wants one
    XCHG         (MR,            0x87 | BYTE | TO_RM,                         UPDATE | BOTH),
    XADD         (MR,            M0F | 0xC1 | BYTE | TO_RM,                   UPDATE | WF | BOTH),
    CMPXCHG      (MR,            M0F | 0xB1 | BYTE | TO_RM,                   UPDATE | WF | A),
    CMPXCHG8B    (MEMORY,        M0F | 0xC7 | D1,                             UPDATE | WF | A | D | C | M64),
    CMPXCHG16B   (MEMORY,        M0F | 0xC7 | D1 | W1,                        UPDATE | WF | A | D | C | M128 | CX16),
    MFENCE       (FIXED,         M0F | 0xAE | 0xF0 << OTHER_SHIFT,            0),
    LFENCE       (FIXED,         M0F | 0xAE | 0xE8 << OTHER_SHIFT,            0),
    SFENCE       (FIXED,         M0F | 0xAE | 0xF8 << OTHER_SHIFT,            0),

    // ---- control
    JMP          (JUMP,          0xE9 | D4,                                   USE),
    CALL         (JUMP,          0xE8 | D2,                                   USE),
    J            (JCC,           M0F | 0x80,                                  RF),
    RET          (Form.RET,      0xC3,                                        0),
    LEAVE        (NONE,          0xC9,                                        0),
    UD2          (NONE,          M0F | 0x0B,                                  0),
    INT3         (NONE,          0xCC,                                        0),
    HLT          (NONE,          0xF4,                                        0),
    SYSCALL      (NONE,          M0F | 0x05,                                  A | C),
    PAUSE        (NONE,          PF3 | 0x90,                                  0),
    ENDBR64      (FIXED,         PF3 | M0F | 0x1E | 0xFA << OTHER_SHIFT,      0),
    NOP          (Form.NOP,      M0F | 0x1F,                                  0),

    // ---- sign of the accumulator; the text depends on the width
    CONVERT_A    (NONE_SIZED,    0x98,                                        A),
    CONVERT_D    (NONE_SIZED,    0x99,                                        A | D),

    // ---- strings and flags; the size is the width
    MOVS         (NONE_SIZED,    0xA5 | BYTE,                                 STRING),
    STOS         (NONE_SIZED,    0xAB | BYTE,                                 STRING | A),
    REP_MOVS     (NONE_SIZED,    PF3 | 0xA5 | BYTE,                           STRING | C),
    REP_STOS     (NONE_SIZED,    PF3 | 0xAB | BYTE,                           STRING | A | C),
    CLC          (NONE,          0xF8,                                        WF),
    STC          (NONE,          0xF9,                                        WF),
    CMC          (NONE,          0xF5,                                        WF | RF),
    CLD          (NONE,          0xFC,                                        WF),
    STD          (NONE,          0xFD,                                        WF),
    PUSHF        (NONE,          0x9C,                                        RF),
    POPF         (NONE,          0x9D,                                        WF),

    // ---- the processor itself
    CPUID        (NONE,          M0F | 0xA2,                                  A | C | D),
    RDTSC        (NONE,          M0F | 0x31,                                  A | D),
    RDTSCP       (FIXED,         M0F | 0x01 | 0xF9 << OTHER_SHIFT,            A | C | D | TSCP),
    XGETBV       (FIXED,         M0F | 0x01 | 0xD0 << OTHER_SHIFT,            A | C | D | XSAVE_),
    RDPKRU       (FIXED,         M0F | 0x01 | 0xEE << OTHER_SHIFT,            A | C | D | PKU),
    WRPKRU       (FIXED,         M0F | 0x01 | 0xEF << OTHER_SHIFT,            A | C | D | PKU),
    RDFSBASE     (REGISTER,      PF3 | M0F | 0xAE,                            DEF | FSGS),
    RDGSBASE     (REGISTER,      PF3 | M0F | 0xAE | D1,                       DEF | FSGS),
    WRFSBASE     (REGISTER,      PF3 | M0F | 0xAE | D2,                       USE | FSGS),
    WRGSBASE     (REGISTER,      PF3 | M0F | 0xAE | D3,                       USE | FSGS),
    LDMXCSR      (MEMORY,        M0F | 0xAE | D2,                             USE | M32),
    STMXCSR      (MEMORY,        M0F | 0xAE | D3,                             DEF | M32),
    FXSAVE       (MEMORY,        M0F | 0xAE,                                  DEF),
    FXRSTOR      (MEMORY,        M0F | 0xAE | D1,                             USE),
    PREFETCHNTA  (MEMORY,        M0F | 0x18,                                  USE | M8),
    PREFETCHT0   (MEMORY,        M0F | 0x18 | D1,                             USE | M8),
    PREFETCHT1   (MEMORY,        M0F | 0x18 | D2,                             USE | M8),
    PREFETCHT2   (MEMORY,        M0F | 0x18 | D3,                             USE | M8),
    PREFETCHW    (MEMORY,        M0F | 0x0D | D1,                             USE | M8 | PRFCHW),
    CLFLUSH      (MEMORY,        M0F | 0xAE | D7,                             USE | M8),

    // ---- vector moves
    MOVAPS       (X_MOVE,        PS | 0x28 | V2 | 1 << OTHER_SHIFT,           DEF | FULL | Y),
    MOVAPD       (X_MOVE,        PD | 0x28 | V2 | 1 << OTHER_SHIFT,           DEF | FULL | Y),
    MOVUPS       (X_MOVE,        PS | 0x10 | V2 | 1 << OTHER_SHIFT,           DEF | FULL | Y),
    MOVUPD       (X_MOVE,        PD | 0x10 | V2 | 1 << OTHER_SHIFT,           DEF | FULL | Y),
    MOVDQA       (X_MOVE,        PD | 0x6F | V2 | 0x10 << OTHER_SHIFT,        DEF | FULL | Y),
    MOVDQU       (X_MOVE,        SS | 0x6F | V2 | 0x10 << OTHER_SHIFT,        DEF | FULL | Y),
    MOVSS        (X_MOVE_SCALAR, SS | 0x10 | V3 | 1 << OTHER_SHIFT,           UPDATE | M32),
    MOVSD        (X_MOVE_SCALAR, SD | 0x10 | V3 | 1 << OTHER_SHIFT,           UPDATE | M64),
    MOVQ         (X_MOVE,        SS | 0x7E | V2 | 0x3A8 << OTHER_SHIFT,       DEF | M64),
    MOVD_XG      (X_G,           PD | 0x6E | V2,                              DEF),
    MOVD_GX      (E_X,           PD | 0x7E | V2 | TO_RM,                      DEF),
    MOVLPS       (X_HALF,        PS | 0x12 | V3 | 1 << OTHER_SHIFT,           UPDATE | M64),
    MOVHPS       (X_HALF,        PS | 0x16 | V3 | 1 << OTHER_SHIFT,           UPDATE | M64),
    MOVLPD       (X_HALF,        PD | 0x12 | V3 | 1 << OTHER_SHIFT,           UPDATE | M64),
    MOVHPD       (X_HALF,        PD | 0x16 | V3 | 1 << OTHER_SHIFT,           UPDATE | M64),
    MOVHLPS      (X,             PS | 0x12 | V3,                              UPDATE | REG_ONLY),
    MOVLHPS      (X,             PS | 0x16 | V3,                              UPDATE | REG_ONLY),
    MOVDDUP      (X,             SD | 0x12 | V2,                              DEF | M64 | SSE3),
    MOVSLDUP     (X,             SS | 0x12 | V2,                              DEF | FULL | Y | SSE3),
    MOVSHDUP     (X,             SS | 0x16 | V2,                              DEF | FULL | Y | SSE3),
    LDDQU        (X,             SD | 0xF0 | V2,                              DEF | FULL | Y | MEM_ONLY | SSE3),
    MOVNTPS      (X_STORE,       PS | 0x2B | V2,                              DEF | FULL | Y),
    MOVNTDQ      (X_STORE,       PD | 0xE7 | V2,                              DEF | FULL | Y),
    MOVNTI       (LOAD_STORE,    M0F | 0xC3 | TO_RM,                          DEF | MEM_ONLY),
    MOVMSKPS     (G_X,           PS | 0x50 | V2,                              DEF | REG_ONLY | Y),
    MOVMSKPD     (G_X,           PD | 0x50 | V2,                              DEF | REG_ONLY | Y),
    PMOVMSKB     (G_X,           I0F | 0xD7 | V2,                             DEF | REG_ONLY | Y2),

    // ---- scalar and packed floating point
    ADDPS        (X,             PS | 0x58 | V3,                              UPDATE | FULL | Y),
    ADDPD        (X,             PD | 0x58 | V3,                              UPDATE | FULL | Y),
    ADDSS        (X,             SS | 0x58 | V3,                              UPDATE | M32),
    ADDSD        (X,             SD | 0x58 | V3,                              UPDATE | M64),
    MULPS        (X,             PS | 0x59 | V3,                              UPDATE | FULL | Y),
    MULPD        (X,             PD | 0x59 | V3,                              UPDATE | FULL | Y),
    MULSS        (X,             SS | 0x59 | V3,                              UPDATE | M32),
    MULSD        (X,             SD | 0x59 | V3,                              UPDATE | M64),
    SUBPS        (X,             PS | 0x5C | V3,                              UPDATE | FULL | Y),
    SUBPD        (X,             PD | 0x5C | V3,                              UPDATE | FULL | Y),
    SUBSS        (X,             SS | 0x5C | V3,                              UPDATE | M32),
    SUBSD        (X,             SD | 0x5C | V3,                              UPDATE | M64),
    MINPS        (X,             PS | 0x5D | V3,                              UPDATE | FULL | Y),
    MINPD        (X,             PD | 0x5D | V3,                              UPDATE | FULL | Y),
    MINSS        (X,             SS | 0x5D | V3,                              UPDATE | M32),
    MINSD        (X,             SD | 0x5D | V3,                              UPDATE | M64),
    DIVPS        (X,             PS | 0x5E | V3,                              UPDATE | FULL | Y),
    DIVPD        (X,             PD | 0x5E | V3,                              UPDATE | FULL | Y),
    DIVSS        (X,             SS | 0x5E | V3,                              UPDATE | M32),
    DIVSD        (X,             SD | 0x5E | V3,                              UPDATE | M64),
    MAXPS        (X,             PS | 0x5F | V3,                              UPDATE | FULL | Y),
    MAXPD        (X,             PD | 0x5F | V3,                              UPDATE | FULL | Y),
    MAXSS        (X,             SS | 0x5F | V3,                              UPDATE | M32),
    MAXSD        (X,             SD | 0x5F | V3,                              UPDATE | M64),
    SQRTPS       (X,             PS | 0x51 | V2,                              DEF | FULL | Y),
    SQRTPD       (X,             PD | 0x51 | V2,                              DEF | FULL | Y),
    SQRTSS       (X,             SS | 0x51 | V3,                              UPDATE | M32),
    SQRTSD       (X,             SD | 0x51 | V3,                              UPDATE | M64),
    RSQRTPS      (X,             PS | 0x52 | V2,                              DEF | FULL | Y),
    RSQRTSS      (X,             SS | 0x52 | V3,                              UPDATE | M32),
    RCPPS        (X,             PS | 0x53 | V2,                              DEF | FULL | Y),
    RCPSS        (X,             SS | 0x53 | V3,                              UPDATE | M32),
    ANDPS        (X,             PS | 0x54 | V3,                              UPDATE | FULL | Y),
    ANDPD        (X,             PD | 0x54 | V3,                              UPDATE | FULL | Y),
    ANDNPS       (X,             PS | 0x55 | V3,                              UPDATE | FULL | Y),
    ANDNPD       (X,             PD | 0x55 | V3,                              UPDATE | FULL | Y),
    ORPS         (X,             PS | 0x56 | V3,                              UPDATE | FULL | Y),
    ORPD         (X,             PD | 0x56 | V3,                              UPDATE | FULL | Y),
    XORPS        (X,             PS | 0x57 | V3,                              UPDATE | FULL | Y),
    XORPD        (X,             PD | 0x57 | V3,                              UPDATE | FULL | Y),
    UCOMISS      (X,             PS | 0x2E | V2,                              USE | WF | M32),
    UCOMISD      (X,             PD | 0x2E | V2,                              USE | WF | M64),
    COMISS       (X,             PS | 0x2F | V2,                              USE | WF | M32),
    COMISD       (X,             PD | 0x2F | V2,                              USE | WF | M64),
    CMPPS        (X_IMM,         PS | 0xC2 | V3,                              UPDATE | FULL | Y),
    CMPPD        (X_IMM,         PD | 0xC2 | V3,                              UPDATE | FULL | Y),
    CMPSS        (X_IMM,         SS | 0xC2 | V3,                              UPDATE | M32),
    CMPSD        (X_IMM,         SD | 0xC2 | V3,                              UPDATE | M64),
    ROUNDPS      (X_IMM,         I3A | 0x08 | V2,                             DEF | FULL | Y | SSE41),
    ROUNDPD      (X_IMM,         I3A | 0x09 | V2,                             DEF | FULL | Y | SSE41),
    ROUNDSS      (X_IMM,         I3A | 0x0A | V3,                             UPDATE | M32 | SSE41),
    ROUNDSD      (X_IMM,         I3A | 0x0B | V3,                             UPDATE | M64 | SSE41),
    HADDPD       (X,             PD | 0x7C | V3,                              UPDATE | FULL | Y | SSE3),
    HADDPS       (X,             SD | 0x7C | V3,                              UPDATE | FULL | Y | SSE3),
    HSUBPD       (X,             PD | 0x7D | V3,                              UPDATE | FULL | Y | SSE3),
    HSUBPS       (X,             SD | 0x7D | V3,                              UPDATE | FULL | Y | SSE3),
    ADDSUBPD     (X,             PD | 0xD0 | V3,                              UPDATE | FULL | Y | SSE3),
    ADDSUBPS     (X,             SD | 0xD0 | V3,                              UPDATE | FULL | Y | SSE3),
    DPPS         (X_IMM,         I3A | 0x40 | V3,                             UPDATE | FULL | Y | SSE41),
    DPPD         (X_IMM,         I3A | 0x41 | V3,                             UPDATE | FULL | SSE41),

    // ---- conversions
    CVTSI2SS     (X_G,           SS | 0x2A | V3,                              UPDATE),
    CVTSI2SD     (X_G,           SD | 0x2A | V3,                              UPDATE),
    CVTTSS2SI    (G_X,           SS | 0x2C | V2,                              DEF | M32),
    CVTTSD2SI    (G_X,           SD | 0x2C | V2,                              DEF | M64),
    CVTSS2SI     (G_X,           SS | 0x2D | V2,                              DEF | M32),
    CVTSD2SI     (G_X,           SD | 0x2D | V2,                              DEF | M64),
    CVTSS2SD     (X,             SS | 0x5A | V3,                              UPDATE | M32),
    CVTSD2SS     (X,             SD | 0x5A | V3,                              UPDATE | M64),
    CVTDQ2PS     (X,             PS | 0x5B | V2,                              DEF | FULL | Y),
    CVTPS2DQ     (X,             PD | 0x5B | V2,                              DEF | FULL | Y),
    CVTTPS2DQ    (X,             SS | 0x5B | V2,                              DEF | FULL | Y),
    CVTPS2PD     (X,             PS | 0x5A | V2,                              DEF | M64),
    CVTPD2PS     (X,             PD | 0x5A | V2,                              DEF | FULL),
    CVTDQ2PD     (X,             SS | 0xE6 | V2,                              DEF | M64),
    CVTPD2DQ     (X,             SD | 0xE6 | V2,                              DEF | FULL),
    CVTTPD2DQ    (X,             PD | 0xE6 | V2,                              DEF | FULL),

    // ---- shuffles
    SHUFPS       (X_IMM,         PS | 0xC6 | V3,                              UPDATE | FULL | Y),
    SHUFPD       (X_IMM,         PD | 0xC6 | V3,                              UPDATE | FULL | Y),
    UNPCKLPS     (X,             PS | 0x14 | V3,                              UPDATE | FULL | Y),
    UNPCKLPD     (X,             PD | 0x14 | V3,                              UPDATE | FULL | Y),
    UNPCKHPS     (X,             PS | 0x15 | V3,                              UPDATE | FULL | Y),
    UNPCKHPD     (X,             PD | 0x15 | V3,                              UPDATE | FULL | Y),
    PSHUFD       (X_IMM,         PD | 0x70 | V2,                              DEF | FULL | Y2),
    PSHUFHW      (X_IMM,         SS | 0x70 | V2,                              DEF | FULL | Y2),
    PSHUFLW      (X_IMM,         SD | 0x70 | V2,                              DEF | FULL | Y2),
    PSHUFB       (X,             I38 | 0x00 | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PALIGNR      (X_IMM,         I3A | 0x0F | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PUNPCKLBW    (X,             I0F | 0x60 | V3,                             UPDATE | FULL | Y2),
    PUNPCKLWD    (X,             I0F | 0x61 | V3,                             UPDATE | FULL | Y2),
    PUNPCKLDQ    (X,             I0F | 0x62 | V3,                             UPDATE | FULL | Y2),
    PUNPCKLQDQ   (X,             I0F | 0x6C | V3,                             UPDATE | FULL | Y2),
    PUNPCKHBW    (X,             I0F | 0x68 | V3,                             UPDATE | FULL | Y2),
    PUNPCKHWD    (X,             I0F | 0x69 | V3,                             UPDATE | FULL | Y2),
    PUNPCKHDQ    (X,             I0F | 0x6A | V3,                             UPDATE | FULL | Y2),
    PUNPCKHQDQ   (X,             I0F | 0x6D | V3,                             UPDATE | FULL | Y2),
    PACKSSWB     (X,             I0F | 0x63 | V3,                             UPDATE | FULL | Y2),
    PACKUSWB     (X,             I0F | 0x67 | V3,                             UPDATE | FULL | Y2),
    PACKSSDW     (X,             I0F | 0x6B | V3,                             UPDATE | FULL | Y2),
    PACKUSDW     (X,             I38 | 0x2B | V3,                             UPDATE | FULL | Y2 | SSE41),
    BLENDPS      (X_IMM,         I3A | 0x0C | V3,                             UPDATE | FULL | Y | SSE41),
    BLENDPD      (X_IMM,         I3A | 0x0D | V3,                             UPDATE | FULL | Y | SSE41),
    PBLENDW      (X_IMM,         I3A | 0x0E | V3,                             UPDATE | FULL | Y2 | SSE41),
    PBLENDVB     (X_XMM0,        I38 | 0x10,                                  UPDATE | FULL | SSE41),
    BLENDVPS     (X_XMM0,        I38 | 0x14,                                  UPDATE | FULL | SSE41),
    BLENDVPD     (X_XMM0,        I38 | 0x15,                                  UPDATE | FULL | SSE41),
    INSERTPS     (X_IMM,         I3A | 0x21 | V3,                             UPDATE | M32 | SSE41),
    PINSRB       (INSERT,        I3A | 0x20 | V3,                             UPDATE | M8 | SSE41),
    PINSRW       (INSERT,        I0F | 0xC4 | V3,                             UPDATE | M16),
    PINSRD       (INSERT,        I3A | 0x22 | V3,                             UPDATE | M32 | SSE41),
    PINSRQ       (INSERT,        I3A | 0x22 | V3 | W1,                        UPDATE | M64 | SSE41),
    PEXTRB       (EXTRACT,       I3A | 0x14 | V2,                             DEF | M8 | SSE41),
    PEXTRW       (EXTRACT_WORD,  I0F | 0xC5 | V2,                             DEF),
    PEXTRW_M     (EXTRACT,       I3A | 0x15 | V2,                             DEF | M16 | SSE41),
    PEXTRD       (EXTRACT,       I3A | 0x16 | V2,                             DEF | M32 | SSE41),
    PEXTRQ       (EXTRACT,       I3A | 0x16 | V2 | W1,                        DEF | M64 | SSE41),
    EXTRACTPS    (EXTRACT,       I3A | 0x17 | V2,                             DEF | M32 | SSE41),

    // ---- packed integer arithmetic
    PADDB        (X,             I0F | 0xFC | V3,                             UPDATE | FULL | Y2),
    PADDW        (X,             I0F | 0xFD | V3,                             UPDATE | FULL | Y2),
    PADDD        (X,             I0F | 0xFE | V3,                             UPDATE | FULL | Y2),
    PADDQ        (X,             I0F | 0xD4 | V3,                             UPDATE | FULL | Y2),
    PADDSB       (X,             I0F | 0xEC | V3,                             UPDATE | FULL | Y2),
    PADDSW       (X,             I0F | 0xED | V3,                             UPDATE | FULL | Y2),
    PADDUSB      (X,             I0F | 0xDC | V3,                             UPDATE | FULL | Y2),
    PADDUSW      (X,             I0F | 0xDD | V3,                             UPDATE | FULL | Y2),
    PSUBB        (X,             I0F | 0xF8 | V3,                             UPDATE | FULL | Y2),
    PSUBW        (X,             I0F | 0xF9 | V3,                             UPDATE | FULL | Y2),
    PSUBD        (X,             I0F | 0xFA | V3,                             UPDATE | FULL | Y2),
    PSUBQ        (X,             I0F | 0xFB | V3,                             UPDATE | FULL | Y2),
    PSUBSB       (X,             I0F | 0xE8 | V3,                             UPDATE | FULL | Y2),
    PSUBSW       (X,             I0F | 0xE9 | V3,                             UPDATE | FULL | Y2),
    PSUBUSB      (X,             I0F | 0xD8 | V3,                             UPDATE | FULL | Y2),
    PSUBUSW      (X,             I0F | 0xD9 | V3,                             UPDATE | FULL | Y2),
    PMULLW       (X,             I0F | 0xD5 | V3,                             UPDATE | FULL | Y2),
    PMULHW       (X,             I0F | 0xE5 | V3,                             UPDATE | FULL | Y2),
    PMULHUW      (X,             I0F | 0xE4 | V3,                             UPDATE | FULL | Y2),
    PMULHRSW     (X,             I38 | 0x0B | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PMULUDQ      (X,             I0F | 0xF4 | V3,                             UPDATE | FULL | Y2),
    PMULDQ       (X,             I38 | 0x28 | V3,                             UPDATE | FULL | Y2 | SSE41),
    PMULLD       (X,             I38 | 0x40 | V3,                             UPDATE | FULL | Y2 | SSE41),
    PMADDWD      (X,             I0F | 0xF5 | V3,                             UPDATE | FULL | Y2),
    PMADDUBSW    (X,             I38 | 0x04 | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PSADBW       (X,             I0F | 0xF6 | V3,                             UPDATE | FULL | Y2),
    PHADDW       (X,             I38 | 0x01 | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PHADDD       (X,             I38 | 0x02 | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PHADDSW      (X,             I38 | 0x03 | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PHSUBW       (X,             I38 | 0x05 | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PHSUBD       (X,             I38 | 0x06 | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PHSUBSW      (X,             I38 | 0x07 | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PSIGNB       (X,             I38 | 0x08 | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PSIGNW       (X,             I38 | 0x09 | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PSIGND       (X,             I38 | 0x0A | V3,                             UPDATE | FULL | Y2 | SSSE3),
    PABSB        (X,             I38 | 0x1C | V2,                             DEF | FULL | Y2 | SSSE3),
    PABSW        (X,             I38 | 0x1D | V2,                             DEF | FULL | Y2 | SSSE3),
    PABSD        (X,             I38 | 0x1E | V2,                             DEF | FULL | Y2 | SSSE3),
    PAVGB        (X,             I0F | 0xE0 | V3,                             UPDATE | FULL | Y2),
    PAVGW        (X,             I0F | 0xE3 | V3,                             UPDATE | FULL | Y2),
    PMINUB       (X,             I0F | 0xDA | V3,                             UPDATE | FULL | Y2),
    PMAXUB       (X,             I0F | 0xDE | V3,                             UPDATE | FULL | Y2),
    PMINSW       (X,             I0F | 0xEA | V3,                             UPDATE | FULL | Y2),
    PMAXSW       (X,             I0F | 0xEE | V3,                             UPDATE | FULL | Y2),
    PMINSB       (X,             I38 | 0x38 | V3,                             UPDATE | FULL | Y2 | SSE41),
    PMINSD       (X,             I38 | 0x39 | V3,                             UPDATE | FULL | Y2 | SSE41),
    PMINUW       (X,             I38 | 0x3A | V3,                             UPDATE | FULL | Y2 | SSE41),
    PMINUD       (X,             I38 | 0x3B | V3,                             UPDATE | FULL | Y2 | SSE41),
    PMAXSB       (X,             I38 | 0x3C | V3,                             UPDATE | FULL | Y2 | SSE41),
    PMAXSD       (X,             I38 | 0x3D | V3,                             UPDATE | FULL | Y2 | SSE41),
    PMAXUW       (X,             I38 | 0x3E | V3,                             UPDATE | FULL | Y2 | SSE41),
    PMAXUD       (X,             I38 | 0x3F | V3,                             UPDATE | FULL | Y2 | SSE41),
    PHMINPOSUW   (X,             I38 | 0x41 | V2,                             DEF | FULL | SSE41),
    PCMPEQB      (X,             I0F | 0x74 | V3,                             UPDATE | FULL | Y2),
    PCMPEQW      (X,             I0F | 0x75 | V3,                             UPDATE | FULL | Y2),
    PCMPEQD      (X,             I0F | 0x76 | V3,                             UPDATE | FULL | Y2),
    PCMPEQQ      (X,             I38 | 0x29 | V3,                             UPDATE | FULL | Y2 | SSE41),
    PCMPGTB      (X,             I0F | 0x64 | V3,                             UPDATE | FULL | Y2),
    PCMPGTW      (X,             I0F | 0x65 | V3,                             UPDATE | FULL | Y2),
    PCMPGTD      (X,             I0F | 0x66 | V3,                             UPDATE | FULL | Y2),
    PCMPGTQ      (X,             I38 | 0x37 | V3,                             UPDATE | FULL | Y2 | SSE42),
    PAND         (X,             I0F | 0xDB | V3,                             UPDATE | FULL | Y2),
    PANDN        (X,             I0F | 0xDF | V3,                             UPDATE | FULL | Y2),
    POR          (X,             I0F | 0xEB | V3,                             UPDATE | FULL | Y2),
    PXOR         (X,             I0F | 0xEF | V3,                             UPDATE | FULL | Y2),
    PTEST        (X,             I38 | 0x17 | V2,                             USE | WF | FULL | Y | SSE41),

    // ---- packed shifts, by a register's low half or by an immediate
    PSLLW        (X,             I0F | 0xF1 | V3,                             UPDATE | M128 | Y2),
    PSLLD        (X,             I0F | 0xF2 | V3,                             UPDATE | M128 | Y2),
    PSLLQ        (X,             I0F | 0xF3 | V3,                             UPDATE | M128 | Y2),
    PSRLW        (X,             I0F | 0xD1 | V3,                             UPDATE | M128 | Y2),
    PSRLD        (X,             I0F | 0xD2 | V3,                             UPDATE | M128 | Y2),
    PSRLQ        (X,             I0F | 0xD3 | V3,                             UPDATE | M128 | Y2),
    PSRAW        (X,             I0F | 0xE1 | V3,                             UPDATE | M128 | Y2),
    PSRAD        (X,             I0F | 0xE2 | V3,                             UPDATE | M128 | Y2),
    PSLLW_I      (X_SHIFT,       I0F | 0x71 | D6 | V3,                        UPDATE | Y2),
    PSLLD_I      (X_SHIFT,       I0F | 0x72 | D6 | V3,                        UPDATE | Y2),
    PSLLQ_I      (X_SHIFT,       I0F | 0x73 | D6 | V3,                        UPDATE | Y2),
    PSRLW_I      (X_SHIFT,       I0F | 0x71 | D2 | V3,                        UPDATE | Y2),
    PSRLD_I      (X_SHIFT,       I0F | 0x72 | D2 | V3,                        UPDATE | Y2),
    PSRLQ_I      (X_SHIFT,       I0F | 0x73 | D2 | V3,                        UPDATE | Y2),
    PSRAW_I      (X_SHIFT,       I0F | 0x71 | D4 | V3,                        UPDATE | Y2),
    PSRAD_I      (X_SHIFT,       I0F | 0x72 | D4 | V3,                        UPDATE | Y2),
    PSLLDQ       (X_SHIFT,       I0F | 0x73 | D7 | V3,                        UPDATE | Y2),
    PSRLDQ       (X_SHIFT,       I0F | 0x73 | D3 | V3,                        UPDATE | Y2),

    // ---- widening
    PMOVSXBW     (X,             I38 | 0x20 | V2,                             DEF | M64 | SSE41),
    PMOVSXBD     (X,             I38 | 0x21 | V2,                             DEF | M32 | SSE41),
    PMOVSXBQ     (X,             I38 | 0x22 | V2,                             DEF | M16 | SSE41),
    PMOVSXWD     (X,             I38 | 0x23 | V2,                             DEF | M64 | SSE41),
    PMOVSXWQ     (X,             I38 | 0x24 | V2,                             DEF | M32 | SSE41),
    PMOVSXDQ     (X,             I38 | 0x25 | V2,                             DEF | M64 | SSE41),
    PMOVZXBW     (X,             I38 | 0x30 | V2,                             DEF | M64 | SSE41),
    PMOVZXBD     (X,             I38 | 0x31 | V2,                             DEF | M32 | SSE41),
    PMOVZXBQ     (X,             I38 | 0x32 | V2,                             DEF | M16 | SSE41),
    PMOVZXWD     (X,             I38 | 0x33 | V2,                             DEF | M64 | SSE41),
    PMOVZXWQ     (X,             I38 | 0x34 | V2,                             DEF | M32 | SSE41),
    PMOVZXDQ     (X,             I38 | 0x35 | V2,                             DEF | M64 | SSE41),

    // ---- only with VEX
    VPBLENDVB    (V_BLEND,       VEX | I3A | 0x4C,                            DEF | FULL | Y2 | AVX),
    VBLENDVPS    (V_BLEND,       VEX | I3A | 0x4A,                            DEF | FULL | Y | AVX),
    VBLENDVPD    (V_BLEND,       VEX | I3A | 0x4B,                            DEF | FULL | Y | AVX),
    VPERMILPS    (V_X,           VEX | I38 | 0x0C,                            DEF | FULL | Y | AVX),
    VPERMILPD    (V_X,           VEX | I38 | 0x0D,                            DEF | FULL | Y | AVX),
    VPSLLVD      (V_X,           VEX | I38 | 0x47,                            DEF | FULL | Y | AVX2),
    VPSLLVQ      (V_X,           VEX | I38 | 0x47 | W1,                       DEF | FULL | Y | AVX2),
    VPSRLVD      (V_X,           VEX | I38 | 0x45,                            DEF | FULL | Y | AVX2),
    VPSRLVQ      (V_X,           VEX | I38 | 0x45 | W1,                       DEF | FULL | Y | AVX2),
    VPSRAVD      (V_X,           VEX | I38 | 0x46,                            DEF | FULL | Y | AVX2),
    VPBLENDD     (V_IMM,         VEX | I3A | 0x02,                            DEF | FULL | Y | AVX2),
    VPBROADCASTB (V_WIDEN,       VEX | I38 | 0x78,                            DEF | M8 | Y | AVX2),
    VPBROADCASTW (V_WIDEN,       VEX | I38 | 0x79,                            DEF | M16 | Y | AVX2),
    VPBROADCASTD (V_WIDEN,       VEX | I38 | 0x58,                            DEF | M32 | Y | AVX2),
    VPBROADCASTQ (V_WIDEN,       VEX | I38 | 0x59,                            DEF | M64 | Y | AVX2),
    VBROADCASTSS (V_WIDEN,       VEX | I38 | 0x18,                            DEF | M32 | Y | AVX2),
    VINSERTI128  (V_IMM,         VEX | I3A | 0x38,                            DEF | M128 | Y2 | AVX2),
    VEXTRACTI128 (V_EXTRACT,     VEX | I3A | 0x39,                            DEF | M128 | Y | AVX2),
    VZEROUPPER   (NONE,          VEX | M0F | 0x77,                            AVX),

    // ---- fused multiply and add: the digits tell which operands are multiplied and which is added
    VFMADD132PS  (V_X,           VEX | I38 | 0x98,                            UPDATE | FULL | Y | FMA),
    VFMADD132PD  (V_X,           VEX | I38 | 0x98 | W1,                       UPDATE | FULL | Y | FMA),
    VFMADD132SS  (V_X,           VEX | I38 | 0x99,                            UPDATE | M32 | FMA),
    VFMADD132SD  (V_X,           VEX | I38 | 0x99 | W1,                       UPDATE | M64 | FMA),
    VFMADD213PS  (V_X,           VEX | I38 | 0xA8,                            UPDATE | FULL | Y | FMA),
    VFMADD213PD  (V_X,           VEX | I38 | 0xA8 | W1,                       UPDATE | FULL | Y | FMA),
    VFMADD213SS  (V_X,           VEX | I38 | 0xA9,                            UPDATE | M32 | FMA),
    VFMADD213SD  (V_X,           VEX | I38 | 0xA9 | W1,                       UPDATE | M64 | FMA),
    VFMADD231PS  (V_X,           VEX | I38 | 0xB8,                            UPDATE | FULL | Y | FMA),
    VFMADD231PD  (V_X,           VEX | I38 | 0xB8 | W1,                       UPDATE | FULL | Y | FMA),
    VFMADD231SS  (V_X,           VEX | I38 | 0xB9,                            UPDATE | M32 | FMA),
    VFMADD231SD  (V_X,           VEX | I38 | 0xB9 | W1,                       UPDATE | M64 | FMA),
    VFMSUB132PS  (V_X,           VEX | I38 | 0x9A,                            UPDATE | FULL | Y | FMA),
    VFMSUB132PD  (V_X,           VEX | I38 | 0x9A | W1,                       UPDATE | FULL | Y | FMA),
    VFMSUB132SS  (V_X,           VEX | I38 | 0x9B,                            UPDATE | M32 | FMA),
    VFMSUB132SD  (V_X,           VEX | I38 | 0x9B | W1,                       UPDATE | M64 | FMA),
    VFMSUB213PS  (V_X,           VEX | I38 | 0xAA,                            UPDATE | FULL | Y | FMA),
    VFMSUB213PD  (V_X,           VEX | I38 | 0xAA | W1,                       UPDATE | FULL | Y | FMA),
    VFMSUB213SS  (V_X,           VEX | I38 | 0xAB,                            UPDATE | M32 | FMA),
    VFMSUB213SD  (V_X,           VEX | I38 | 0xAB | W1,                       UPDATE | M64 | FMA),
    VFMSUB231PS  (V_X,           VEX | I38 | 0xBA,                            UPDATE | FULL | Y | FMA),
    VFMSUB231PD  (V_X,           VEX | I38 | 0xBA | W1,                       UPDATE | FULL | Y | FMA),
    VFMSUB231SS  (V_X,           VEX | I38 | 0xBB,                            UPDATE | M32 | FMA),
    VFMSUB231SD  (V_X,           VEX | I38 | 0xBB | W1,                       UPDATE | M64 | FMA),
    VFNMADD132PS (V_X,           VEX | I38 | 0x9C,                            UPDATE | FULL | Y | FMA),
    VFNMADD132PD (V_X,           VEX | I38 | 0x9C | W1,                       UPDATE | FULL | Y | FMA),
    VFNMADD132SS (V_X,           VEX | I38 | 0x9D,                            UPDATE | M32 | FMA),
    VFNMADD132SD (V_X,           VEX | I38 | 0x9D | W1,                       UPDATE | M64 | FMA),
    VFNMADD213PS (V_X,           VEX | I38 | 0xAC,                            UPDATE | FULL | Y | FMA),
    VFNMADD213PD (V_X,           VEX | I38 | 0xAC | W1,                       UPDATE | FULL | Y | FMA),
    VFNMADD213SS (V_X,           VEX | I38 | 0xAD,                            UPDATE | M32 | FMA),
    VFNMADD213SD (V_X,           VEX | I38 | 0xAD | W1,                       UPDATE | M64 | FMA),
    VFNMADD231PS (V_X,           VEX | I38 | 0xBC,                            UPDATE | FULL | Y | FMA),
    VFNMADD231PD (V_X,           VEX | I38 | 0xBC | W1,                       UPDATE | FULL | Y | FMA),
    VFNMADD231SS (V_X,           VEX | I38 | 0xBD,                            UPDATE | M32 | FMA),
    VFNMADD231SD (V_X,           VEX | I38 | 0xBD | W1,                       UPDATE | M64 | FMA),
    VFNMSUB132PS (V_X,           VEX | I38 | 0x9E,                            UPDATE | FULL | Y | FMA),
    VFNMSUB132PD (V_X,           VEX | I38 | 0x9E | W1,                       UPDATE | FULL | Y | FMA),
    VFNMSUB132SS (V_X,           VEX | I38 | 0x9F,                            UPDATE | M32 | FMA),
    VFNMSUB132SD (V_X,           VEX | I38 | 0x9F | W1,                       UPDATE | M64 | FMA),
    VFNMSUB213PS (V_X,           VEX | I38 | 0xAE,                            UPDATE | FULL | Y | FMA),
    VFNMSUB213PD (V_X,           VEX | I38 | 0xAE | W1,                       UPDATE | FULL | Y | FMA),
    VFNMSUB213SS (V_X,           VEX | I38 | 0xAF,                            UPDATE | M32 | FMA),
    VFNMSUB213SD (V_X,           VEX | I38 | 0xAF | W1,                       UPDATE | M64 | FMA),
    VFNMSUB231PS (V_X,           VEX | I38 | 0xBE,                            UPDATE | FULL | Y | FMA),
    VFNMSUB231PD (V_X,           VEX | I38 | 0xBE | W1,                       UPDATE | FULL | Y | FMA),
    VFNMSUB231SS (V_X,           VEX | I38 | 0xBF,                            UPDATE | M32 | FMA),
    VFNMSUB231SD (V_X,           VEX | I38 | 0xBF | W1,                       UPDATE | M64 | FMA);
    // @formatter:on

    /** Which operands there are. */
    public final Form form;

    /** The packed encoding: see {@code Bits}. */
    final int encoding;

    /** The packed effect: see {@code Bits}. */
    final int effect;

    Op(Form form, int encoding, int effect) {
        this.form = form;
        this.encoding = encoding;
        this.effect = effect;
    }

    /** The mnemonic without condition, size and {@code v}: {@code imul} of {@link #IMUL_WIDE}. */
    public String mnemonic() {
        String name = name();
        int end = name.indexOf('_');
        if (end == 3 && name.startsWith("REP")) {
            return "rep " + name.substring(4).toLowerCase(Locale.ROOT);
        }
        return (end < 0 ? name : name.substring(0, end)).toLowerCase(Locale.ROOT);
    }

    /** What the form without VEX needs, or the only form. */
    public Feature feature() {
        return FEATURES[effect >>> FEATURE_SHIFT & 31];
    }

    /** What the VEX form at a width needs; {@code null} if there is none. */
    public Feature vexFeature(int width) {
        if (!hasVex()) {
            return null;
        }
        if (width == Width.W256 && (effect & Y2) == Y2) {
            return Feature.AVX2;
        }
        return (encoding & VEX) == VEX ? feature() : Feature.AVX;
    }

    /** Whether there is a VEX form. */
    public boolean hasVex() {
        return (encoding & VEX) != 0;
    }

    /**
     * Whether the first operand's old value matters. A VEX form with one more source than the form without only writes
     * its first operand.
     */
    public boolean readsFirst() {
        return (effect & USE) != 0;
    }

    /** Whether the first operand is written; 8 and 16 bits leave the rest of a general purpose register alone. */
    public boolean writesFirst() {
        return (effect & DEF) != 0;
    }

    /** Whether the second operand is written too: {@link #XCHG}, {@link #XADD} and {@link #MULX}. */
    public boolean writesSecond() {
        return (effect & BOTH) != 0;
    }

    /** Whether flags matter to it. */
    public boolean readsFlags() {
        return (effect & RF) != 0;
    }

    /** Whether it changes flags: not necessarily all, and some may be left undefined. */
    public boolean writesFlags() {
        return (effect & WF) != 0;
    }

    /** Whether it reads or writes a register that is not named among its operands; rsp, which many move, not counted. */
    public boolean usesImplicit(int reg) {
        return switch (reg) {
            case Reg.RAX -> (effect & A) != 0;
            case Reg.RDX -> (effect & D) != 0;
            case Reg.RCX -> (effect & C) != 0;
            case Reg.RSI -> this == MOVS || this == REP_MOVS;
            case Reg.RDI -> (effect & STRING) != 0;
            case Reg.RBX -> this == CPUID || this == CMPXCHG8B || this == CMPXCHG16B;
            case Reg.RBP -> this == LEAVE;
            case Reg.R11 -> this == SYSCALL;
            default -> false;
        };
    }

    private static final Feature[] FEATURES = Feature.values();
}
