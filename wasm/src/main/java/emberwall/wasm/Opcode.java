package emberwall.wasm;

import static emberwall.wasm.Feature.*;
import static emberwall.wasm.Immediate.*;
import static emberwall.wasm.Meaning.*;
import static emberwall.wasm.Signature.*;

import emberwall.op.Op;
import emberwall.op.Type;

/**
 * The WebAssembly instruction set: one row per opcode, all of 3.0 and what is on its way. Nothing else repeats what a row
 * says. A code is the opcode byte, or for prefixed opcodes {@code prefix << 12 | number}.
 */
public enum Opcode {
    // @formatter:off
    //                                 code       text                                 immediates       signature    feature                    meaning

    // Control.
    UNREACHABLE                       (0x00,      "unreachable",                      NONE,            POLYMORPHIC, MVP,                       CONTROL),
    NOP                               (0x01,      "nop",                              NONE,            EMPTY,       MVP,                       CONTROL),
    BLOCK                             (0x02,      "block",                            BLOCK_TYPE,      POLYMORPHIC, MVP,                       CONTROL),
    LOOP                              (0x03,      "loop",                             BLOCK_TYPE,      POLYMORPHIC, MVP,                       CONTROL),
    IF                                (0x04,      "if",                               BLOCK_TYPE,      POLYMORPHIC, MVP,                       CONTROL),
    ELSE                              (0x05,      "else",                             NONE,            POLYMORPHIC, MVP,                       CONTROL),
    TRY                               (0x06,      "try",                              BLOCK_TYPE,      POLYMORPHIC, LEGACY_EXCEPTIONS,         EXCEPTION),
    CATCH                             (0x07,      "catch",                            TAG,             POLYMORPHIC, LEGACY_EXCEPTIONS,         EXCEPTION),
    THROW                             (0x08,      "throw",                            TAG,             POLYMORPHIC, EXCEPTIONS,                EXCEPTION),
    RETHROW                           (0x09,      "rethrow",                          LABEL,           POLYMORPHIC, LEGACY_EXCEPTIONS,         EXCEPTION),
    THROW_REF                         (0x0A,      "throw_ref",                        NONE,            POLYMORPHIC, EXCEPTIONS,                EXCEPTION),
    END                               (0x0B,      "end",                              NONE,            POLYMORPHIC, MVP,                       CONTROL),
    BR                                (0x0C,      "br",                               LABEL,           POLYMORPHIC, MVP,                       CONTROL),
    BR_IF                             (0x0D,      "br_if",                            LABEL,           POLYMORPHIC, MVP,                       CONTROL),
    BR_TABLE                          (0x0E,      "br_table",                         LABEL_TABLE,     POLYMORPHIC, MVP,                       CONTROL),
    RETURN                            (0x0F,      "return",                           NONE,            POLYMORPHIC, MVP,                       CONTROL),
    CALL                              (0x10,      "call",                             FUNCTION,        POLYMORPHIC, MVP,                       INVOCATION),
    CALL_INDIRECT                     (0x11,      "call_indirect",                    TYPE_TABLE,      POLYMORPHIC, MVP,                       INVOCATION),
    RETURN_CALL                       (0x12,      "return_call",                      FUNCTION,        POLYMORPHIC, TAIL_CALL,                 INVOCATION),
    RETURN_CALL_INDIRECT              (0x13,      "return_call_indirect",             TYPE_TABLE,      POLYMORPHIC, TAIL_CALL,                 INVOCATION),
    CALL_REF                          (0x14,      "call_ref",                         TYPE,            POLYMORPHIC, FUNCTION_REFERENCES,       INVOCATION),
    RETURN_CALL_REF                   (0x15,      "return_call_ref",                  TYPE,            POLYMORPHIC, TAIL_CALL,                 INVOCATION),
    DELEGATE                          (0x18,      "delegate",                         LABEL,           POLYMORPHIC, LEGACY_EXCEPTIONS,         EXCEPTION),
    CATCH_ALL                         (0x19,      "catch_all",                        NONE,            POLYMORPHIC, LEGACY_EXCEPTIONS,         EXCEPTION),
    DROP                              (0x1A,      "drop",                             NONE,            POLYMORPHIC, MVP,                       PARAMETRIC),
    SELECT                            (0x1B,      "select",                           NONE,            POLYMORPHIC, MVP,                       PARAMETRIC),
    SELECT_TYPED                      (0x1C,      "select",                           SELECT_TYPES,    POLYMORPHIC, REFERENCE_TYPES,           PARAMETRIC),
    TRY_TABLE                         (0x1F,      "try_table",                        BLOCK_CATCHES,   POLYMORPHIC, EXCEPTIONS,                EXCEPTION),

    // Variables and tables.
    LOCAL_GET                         (0x20,      "local.get",                        LOCAL,           POLYMORPHIC, MVP,                       VARIABLE),
    LOCAL_SET                         (0x21,      "local.set",                        LOCAL,           POLYMORPHIC, MVP,                       VARIABLE),
    LOCAL_TEE                         (0x22,      "local.tee",                        LOCAL,           POLYMORPHIC, MVP,                       VARIABLE),
    GLOBAL_GET                        (0x23,      "global.get",                       GLOBAL,          POLYMORPHIC, MVP,                       VARIABLE),
    GLOBAL_SET                        (0x24,      "global.set",                       GLOBAL,          POLYMORPHIC, MVP,                       VARIABLE),
    TABLE_GET                         (0x25,      "table.get",                        TABLE,           POLYMORPHIC, REFERENCE_TYPES,           TABLE_ACCESS),
    TABLE_SET                         (0x26,      "table.set",                        TABLE,           POLYMORPHIC, REFERENCE_TYPES,           TABLE_ACCESS),

    // Memory.
    I32_LOAD                          (0x28,      "i32.load",                         MEMARG,          A_I,         MVP,                       access(Op.LOAD, Type.I32, 4)),
    I64_LOAD                          (0x29,      "i64.load",                         MEMARG,          A_L,         MVP,                       access(Op.LOAD, Type.I64, 8)),
    F32_LOAD                          (0x2A,      "f32.load",                         MEMARG,          A_F,         MVP,                       access(Op.LOAD, Type.F32, 4)),
    F64_LOAD                          (0x2B,      "f64.load",                         MEMARG,          A_D,         MVP,                       access(Op.LOAD, Type.F64, 8)),
    I32_LOAD8_S                       (0x2C,      "i32.load8_s",                      MEMARG,          A_I,         MVP,                       access(Op.LOAD8_S, Type.I32, 1)),
    I32_LOAD8_U                       (0x2D,      "i32.load8_u",                      MEMARG,          A_I,         MVP,                       access(Op.LOAD8_U, Type.I32, 1)),
    I32_LOAD16_S                      (0x2E,      "i32.load16_s",                     MEMARG,          A_I,         MVP,                       access(Op.LOAD16_S, Type.I32, 2)),
    I32_LOAD16_U                      (0x2F,      "i32.load16_u",                     MEMARG,          A_I,         MVP,                       access(Op.LOAD16_U, Type.I32, 2)),
    I64_LOAD8_S                       (0x30,      "i64.load8_s",                      MEMARG,          A_L,         MVP,                       access(Op.LOAD8_S, Type.I64, 1)),
    I64_LOAD8_U                       (0x31,      "i64.load8_u",                      MEMARG,          A_L,         MVP,                       access(Op.LOAD8_U, Type.I64, 1)),
    I64_LOAD16_S                      (0x32,      "i64.load16_s",                     MEMARG,          A_L,         MVP,                       access(Op.LOAD16_S, Type.I64, 2)),
    I64_LOAD16_U                      (0x33,      "i64.load16_u",                     MEMARG,          A_L,         MVP,                       access(Op.LOAD16_U, Type.I64, 2)),
    I64_LOAD32_S                      (0x34,      "i64.load32_s",                     MEMARG,          A_L,         MVP,                       access(Op.LOAD32_S, Type.I64, 4)),
    I64_LOAD32_U                      (0x35,      "i64.load32_u",                     MEMARG,          A_L,         MVP,                       access(Op.LOAD32_U, Type.I64, 4)),
    I32_STORE                         (0x36,      "i32.store",                        MEMARG,          AI_,         MVP,                       access(Op.STORE, Type.I32, 4)),
    I64_STORE                         (0x37,      "i64.store",                        MEMARG,          AL_,         MVP,                       access(Op.STORE, Type.I64, 8)),
    F32_STORE                         (0x38,      "f32.store",                        MEMARG,          AF_,         MVP,                       access(Op.STORE, Type.F32, 4)),
    F64_STORE                         (0x39,      "f64.store",                        MEMARG,          AD_,         MVP,                       access(Op.STORE, Type.F64, 8)),
    I32_STORE8                        (0x3A,      "i32.store8",                       MEMARG,          AI_,         MVP,                       access(Op.STORE8, Type.I32, 1)),
    I32_STORE16                       (0x3B,      "i32.store16",                      MEMARG,          AI_,         MVP,                       access(Op.STORE16, Type.I32, 2)),
    I64_STORE8                        (0x3C,      "i64.store8",                       MEMARG,          AL_,         MVP,                       access(Op.STORE8, Type.I64, 1)),
    I64_STORE16                       (0x3D,      "i64.store16",                      MEMARG,          AL_,         MVP,                       access(Op.STORE16, Type.I64, 2)),
    I64_STORE32                       (0x3E,      "i64.store32",                      MEMARG,          AL_,         MVP,                       access(Op.STORE32, Type.I64, 4)),
    MEMORY_SIZE                       (0x3F,      "memory.size",                      MEMORY,          _A,          MVP,                       BULK),
    MEMORY_GROW                       (0x40,      "memory.grow",                      MEMORY,          A_A,         MVP,                       BULK),

    // Numbers.
    I32_CONST                         (0x41,      "i32.const",                        I32,             _I,          MVP,                       CONSTANT),
    I64_CONST                         (0x42,      "i64.const",                        I64,             _L,          MVP,                       CONSTANT),
    F32_CONST                         (0x43,      "f32.const",                        F32,             _F,          MVP,                       CONSTANT),
    F64_CONST                         (0x44,      "f64.const",                        F64,             _D,          MVP,                       CONSTANT),
    I32_EQZ                           (0x45,      "i32.eqz",                          NONE,            I_I,         MVP,                       compute(Op.EQZ, Type.I32)),
    I32_EQ                            (0x46,      "i32.eq",                           NONE,            II_I,        MVP,                       compute(Op.EQ, Type.I32)),
    I32_NE                            (0x47,      "i32.ne",                           NONE,            II_I,        MVP,                       compute(Op.NE, Type.I32)),
    I32_LT_S                          (0x48,      "i32.lt_s",                         NONE,            II_I,        MVP,                       compute(Op.LT_S, Type.I32)),
    I32_LT_U                          (0x49,      "i32.lt_u",                         NONE,            II_I,        MVP,                       compute(Op.LT_U, Type.I32)),
    I32_GT_S                          (0x4A,      "i32.gt_s",                         NONE,            II_I,        MVP,                       compute(Op.GT_S, Type.I32)),
    I32_GT_U                          (0x4B,      "i32.gt_u",                         NONE,            II_I,        MVP,                       compute(Op.GT_U, Type.I32)),
    I32_LE_S                          (0x4C,      "i32.le_s",                         NONE,            II_I,        MVP,                       compute(Op.LE_S, Type.I32)),
    I32_LE_U                          (0x4D,      "i32.le_u",                         NONE,            II_I,        MVP,                       compute(Op.LE_U, Type.I32)),
    I32_GE_S                          (0x4E,      "i32.ge_s",                         NONE,            II_I,        MVP,                       compute(Op.GE_S, Type.I32)),
    I32_GE_U                          (0x4F,      "i32.ge_u",                         NONE,            II_I,        MVP,                       compute(Op.GE_U, Type.I32)),
    I64_EQZ                           (0x50,      "i64.eqz",                          NONE,            L_I,         MVP,                       compute(Op.EQZ, Type.I64)),
    I64_EQ                            (0x51,      "i64.eq",                           NONE,            LL_I,        MVP,                       compute(Op.EQ, Type.I64)),
    I64_NE                            (0x52,      "i64.ne",                           NONE,            LL_I,        MVP,                       compute(Op.NE, Type.I64)),
    I64_LT_S                          (0x53,      "i64.lt_s",                         NONE,            LL_I,        MVP,                       compute(Op.LT_S, Type.I64)),
    I64_LT_U                          (0x54,      "i64.lt_u",                         NONE,            LL_I,        MVP,                       compute(Op.LT_U, Type.I64)),
    I64_GT_S                          (0x55,      "i64.gt_s",                         NONE,            LL_I,        MVP,                       compute(Op.GT_S, Type.I64)),
    I64_GT_U                          (0x56,      "i64.gt_u",                         NONE,            LL_I,        MVP,                       compute(Op.GT_U, Type.I64)),
    I64_LE_S                          (0x57,      "i64.le_s",                         NONE,            LL_I,        MVP,                       compute(Op.LE_S, Type.I64)),
    I64_LE_U                          (0x58,      "i64.le_u",                         NONE,            LL_I,        MVP,                       compute(Op.LE_U, Type.I64)),
    I64_GE_S                          (0x59,      "i64.ge_s",                         NONE,            LL_I,        MVP,                       compute(Op.GE_S, Type.I64)),
    I64_GE_U                          (0x5A,      "i64.ge_u",                         NONE,            LL_I,        MVP,                       compute(Op.GE_U, Type.I64)),
    F32_EQ                            (0x5B,      "f32.eq",                           NONE,            FF_I,        MVP,                       compute(Op.EQ, Type.F32)),
    F32_NE                            (0x5C,      "f32.ne",                           NONE,            FF_I,        MVP,                       compute(Op.NE, Type.F32)),
    F32_LT                            (0x5D,      "f32.lt",                           NONE,            FF_I,        MVP,                       compute(Op.LT, Type.F32)),
    F32_GT                            (0x5E,      "f32.gt",                           NONE,            FF_I,        MVP,                       compute(Op.GT, Type.F32)),
    F32_LE                            (0x5F,      "f32.le",                           NONE,            FF_I,        MVP,                       compute(Op.LE, Type.F32)),
    F32_GE                            (0x60,      "f32.ge",                           NONE,            FF_I,        MVP,                       compute(Op.GE, Type.F32)),
    F64_EQ                            (0x61,      "f64.eq",                           NONE,            DD_I,        MVP,                       compute(Op.EQ, Type.F64)),
    F64_NE                            (0x62,      "f64.ne",                           NONE,            DD_I,        MVP,                       compute(Op.NE, Type.F64)),
    F64_LT                            (0x63,      "f64.lt",                           NONE,            DD_I,        MVP,                       compute(Op.LT, Type.F64)),
    F64_GT                            (0x64,      "f64.gt",                           NONE,            DD_I,        MVP,                       compute(Op.GT, Type.F64)),
    F64_LE                            (0x65,      "f64.le",                           NONE,            DD_I,        MVP,                       compute(Op.LE, Type.F64)),
    F64_GE                            (0x66,      "f64.ge",                           NONE,            DD_I,        MVP,                       compute(Op.GE, Type.F64)),
    I32_CLZ                           (0x67,      "i32.clz",                          NONE,            I_I,         MVP,                       compute(Op.CLZ, Type.I32)),
    I32_CTZ                           (0x68,      "i32.ctz",                          NONE,            I_I,         MVP,                       compute(Op.CTZ, Type.I32)),
    I32_POPCNT                        (0x69,      "i32.popcnt",                       NONE,            I_I,         MVP,                       compute(Op.POPCNT, Type.I32)),
    I32_ADD                           (0x6A,      "i32.add",                          NONE,            II_I,        MVP,                       compute(Op.ADD, Type.I32)),
    I32_SUB                           (0x6B,      "i32.sub",                          NONE,            II_I,        MVP,                       compute(Op.SUB, Type.I32)),
    I32_MUL                           (0x6C,      "i32.mul",                          NONE,            II_I,        MVP,                       compute(Op.MUL, Type.I32)),
    I32_DIV_S                         (0x6D,      "i32.div_s",                        NONE,            II_I,        MVP,                       compute(Op.DIV_S, Type.I32)),
    I32_DIV_U                         (0x6E,      "i32.div_u",                        NONE,            II_I,        MVP,                       compute(Op.DIV_U, Type.I32)),
    I32_REM_S                         (0x6F,      "i32.rem_s",                        NONE,            II_I,        MVP,                       compute(Op.REM_S, Type.I32)),
    I32_REM_U                         (0x70,      "i32.rem_u",                        NONE,            II_I,        MVP,                       compute(Op.REM_U, Type.I32)),
    I32_AND                           (0x71,      "i32.and",                          NONE,            II_I,        MVP,                       compute(Op.AND, Type.I32)),
    I32_OR                            (0x72,      "i32.or",                           NONE,            II_I,        MVP,                       compute(Op.OR, Type.I32)),
    I32_XOR                           (0x73,      "i32.xor",                          NONE,            II_I,        MVP,                       compute(Op.XOR, Type.I32)),
    I32_SHL                           (0x74,      "i32.shl",                          NONE,            II_I,        MVP,                       compute(Op.SHL, Type.I32)),
    I32_SHR_S                         (0x75,      "i32.shr_s",                        NONE,            II_I,        MVP,                       compute(Op.SHR_S, Type.I32)),
    I32_SHR_U                         (0x76,      "i32.shr_u",                        NONE,            II_I,        MVP,                       compute(Op.SHR_U, Type.I32)),
    I32_ROTL                          (0x77,      "i32.rotl",                         NONE,            II_I,        MVP,                       compute(Op.ROTL, Type.I32)),
    I32_ROTR                          (0x78,      "i32.rotr",                         NONE,            II_I,        MVP,                       compute(Op.ROTR, Type.I32)),
    I64_CLZ                           (0x79,      "i64.clz",                          NONE,            L_L,         MVP,                       compute(Op.CLZ, Type.I64)),
    I64_CTZ                           (0x7A,      "i64.ctz",                          NONE,            L_L,         MVP,                       compute(Op.CTZ, Type.I64)),
    I64_POPCNT                        (0x7B,      "i64.popcnt",                       NONE,            L_L,         MVP,                       compute(Op.POPCNT, Type.I64)),
    I64_ADD                           (0x7C,      "i64.add",                          NONE,            LL_L,        MVP,                       compute(Op.ADD, Type.I64)),
    I64_SUB                           (0x7D,      "i64.sub",                          NONE,            LL_L,        MVP,                       compute(Op.SUB, Type.I64)),
    I64_MUL                           (0x7E,      "i64.mul",                          NONE,            LL_L,        MVP,                       compute(Op.MUL, Type.I64)),
    I64_DIV_S                         (0x7F,      "i64.div_s",                        NONE,            LL_L,        MVP,                       compute(Op.DIV_S, Type.I64)),
    I64_DIV_U                         (0x80,      "i64.div_u",                        NONE,            LL_L,        MVP,                       compute(Op.DIV_U, Type.I64)),
    I64_REM_S                         (0x81,      "i64.rem_s",                        NONE,            LL_L,        MVP,                       compute(Op.REM_S, Type.I64)),
    I64_REM_U                         (0x82,      "i64.rem_u",                        NONE,            LL_L,        MVP,                       compute(Op.REM_U, Type.I64)),
    I64_AND                           (0x83,      "i64.and",                          NONE,            LL_L,        MVP,                       compute(Op.AND, Type.I64)),
    I64_OR                            (0x84,      "i64.or",                           NONE,            LL_L,        MVP,                       compute(Op.OR, Type.I64)),
    I64_XOR                           (0x85,      "i64.xor",                          NONE,            LL_L,        MVP,                       compute(Op.XOR, Type.I64)),
    I64_SHL                           (0x86,      "i64.shl",                          NONE,            LL_L,        MVP,                       compute(Op.SHL, Type.I64)),
    I64_SHR_S                         (0x87,      "i64.shr_s",                        NONE,            LL_L,        MVP,                       compute(Op.SHR_S, Type.I64)),
    I64_SHR_U                         (0x88,      "i64.shr_u",                        NONE,            LL_L,        MVP,                       compute(Op.SHR_U, Type.I64)),
    I64_ROTL                          (0x89,      "i64.rotl",                         NONE,            LL_L,        MVP,                       compute(Op.ROTL, Type.I64)),
    I64_ROTR                          (0x8A,      "i64.rotr",                         NONE,            LL_L,        MVP,                       compute(Op.ROTR, Type.I64)),
    F32_ABS                           (0x8B,      "f32.abs",                          NONE,            F_F,         MVP,                       compute(Op.ABS, Type.F32)),
    F32_NEG                           (0x8C,      "f32.neg",                          NONE,            F_F,         MVP,                       compute(Op.NEG, Type.F32)),
    F32_CEIL                          (0x8D,      "f32.ceil",                         NONE,            F_F,         MVP,                       compute(Op.CEIL, Type.F32)),
    F32_FLOOR                         (0x8E,      "f32.floor",                        NONE,            F_F,         MVP,                       compute(Op.FLOOR, Type.F32)),
    F32_TRUNC                         (0x8F,      "f32.trunc",                        NONE,            F_F,         MVP,                       compute(Op.TRUNC, Type.F32)),
    F32_NEAREST                       (0x90,      "f32.nearest",                      NONE,            F_F,         MVP,                       compute(Op.NEAREST, Type.F32)),
    F32_SQRT                          (0x91,      "f32.sqrt",                         NONE,            F_F,         MVP,                       compute(Op.SQRT, Type.F32)),
    F32_ADD                           (0x92,      "f32.add",                          NONE,            FF_F,        MVP,                       compute(Op.ADD, Type.F32)),
    F32_SUB                           (0x93,      "f32.sub",                          NONE,            FF_F,        MVP,                       compute(Op.SUB, Type.F32)),
    F32_MUL                           (0x94,      "f32.mul",                          NONE,            FF_F,        MVP,                       compute(Op.MUL, Type.F32)),
    F32_DIV                           (0x95,      "f32.div",                          NONE,            FF_F,        MVP,                       compute(Op.DIV, Type.F32)),
    F32_MIN                           (0x96,      "f32.min",                          NONE,            FF_F,        MVP,                       compute(Op.MIN, Type.F32)),
    F32_MAX                           (0x97,      "f32.max",                          NONE,            FF_F,        MVP,                       compute(Op.MAX, Type.F32)),
    F32_COPYSIGN                      (0x98,      "f32.copysign",                     NONE,            FF_F,        MVP,                       compute(Op.COPYSIGN, Type.F32)),
    F64_ABS                           (0x99,      "f64.abs",                          NONE,            D_D,         MVP,                       compute(Op.ABS, Type.F64)),
    F64_NEG                           (0x9A,      "f64.neg",                          NONE,            D_D,         MVP,                       compute(Op.NEG, Type.F64)),
    F64_CEIL                          (0x9B,      "f64.ceil",                         NONE,            D_D,         MVP,                       compute(Op.CEIL, Type.F64)),
    F64_FLOOR                         (0x9C,      "f64.floor",                        NONE,            D_D,         MVP,                       compute(Op.FLOOR, Type.F64)),
    F64_TRUNC                         (0x9D,      "f64.trunc",                        NONE,            D_D,         MVP,                       compute(Op.TRUNC, Type.F64)),
    F64_NEAREST                       (0x9E,      "f64.nearest",                      NONE,            D_D,         MVP,                       compute(Op.NEAREST, Type.F64)),
    F64_SQRT                          (0x9F,      "f64.sqrt",                         NONE,            D_D,         MVP,                       compute(Op.SQRT, Type.F64)),
    F64_ADD                           (0xA0,      "f64.add",                          NONE,            DD_D,        MVP,                       compute(Op.ADD, Type.F64)),
    F64_SUB                           (0xA1,      "f64.sub",                          NONE,            DD_D,        MVP,                       compute(Op.SUB, Type.F64)),
    F64_MUL                           (0xA2,      "f64.mul",                          NONE,            DD_D,        MVP,                       compute(Op.MUL, Type.F64)),
    F64_DIV                           (0xA3,      "f64.div",                          NONE,            DD_D,        MVP,                       compute(Op.DIV, Type.F64)),
    F64_MIN                           (0xA4,      "f64.min",                          NONE,            DD_D,        MVP,                       compute(Op.MIN, Type.F64)),
    F64_MAX                           (0xA5,      "f64.max",                          NONE,            DD_D,        MVP,                       compute(Op.MAX, Type.F64)),
    F64_COPYSIGN                      (0xA6,      "f64.copysign",                     NONE,            DD_D,        MVP,                       compute(Op.COPYSIGN, Type.F64)),
    I32_WRAP_I64                      (0xA7,      "i32.wrap_i64",                     NONE,            L_I,         MVP,                       compute(Op.WRAP, Type.I32)),
    I32_TRUNC_F32_S                   (0xA8,      "i32.trunc_f32_s",                  NONE,            F_I,         MVP,                       compute(Op.TRUNC_F32_S, Type.I32)),
    I32_TRUNC_F32_U                   (0xA9,      "i32.trunc_f32_u",                  NONE,            F_I,         MVP,                       compute(Op.TRUNC_F32_U, Type.I32)),
    I32_TRUNC_F64_S                   (0xAA,      "i32.trunc_f64_s",                  NONE,            D_I,         MVP,                       compute(Op.TRUNC_F64_S, Type.I32)),
    I32_TRUNC_F64_U                   (0xAB,      "i32.trunc_f64_u",                  NONE,            D_I,         MVP,                       compute(Op.TRUNC_F64_U, Type.I32)),
    I64_EXTEND_I32_S                  (0xAC,      "i64.extend_i32_s",                 NONE,            I_L,         MVP,                       compute(Op.EXTEND_I32_S, Type.I64)),
    I64_EXTEND_I32_U                  (0xAD,      "i64.extend_i32_u",                 NONE,            I_L,         MVP,                       compute(Op.EXTEND_I32_U, Type.I64)),
    I64_TRUNC_F32_S                   (0xAE,      "i64.trunc_f32_s",                  NONE,            F_L,         MVP,                       compute(Op.TRUNC_F32_S, Type.I64)),
    I64_TRUNC_F32_U                   (0xAF,      "i64.trunc_f32_u",                  NONE,            F_L,         MVP,                       compute(Op.TRUNC_F32_U, Type.I64)),
    I64_TRUNC_F64_S                   (0xB0,      "i64.trunc_f64_s",                  NONE,            D_L,         MVP,                       compute(Op.TRUNC_F64_S, Type.I64)),
    I64_TRUNC_F64_U                   (0xB1,      "i64.trunc_f64_u",                  NONE,            D_L,         MVP,                       compute(Op.TRUNC_F64_U, Type.I64)),
    F32_CONVERT_I32_S                 (0xB2,      "f32.convert_i32_s",                NONE,            I_F,         MVP,                       compute(Op.CONVERT_I32_S, Type.F32)),
    F32_CONVERT_I32_U                 (0xB3,      "f32.convert_i32_u",                NONE,            I_F,         MVP,                       compute(Op.CONVERT_I32_U, Type.F32)),
    F32_CONVERT_I64_S                 (0xB4,      "f32.convert_i64_s",                NONE,            L_F,         MVP,                       compute(Op.CONVERT_I64_S, Type.F32)),
    F32_CONVERT_I64_U                 (0xB5,      "f32.convert_i64_u",                NONE,            L_F,         MVP,                       compute(Op.CONVERT_I64_U, Type.F32)),
    F32_DEMOTE_F64                    (0xB6,      "f32.demote_f64",                   NONE,            D_F,         MVP,                       compute(Op.DEMOTE, Type.F32)),
    F64_CONVERT_I32_S                 (0xB7,      "f64.convert_i32_s",                NONE,            I_D,         MVP,                       compute(Op.CONVERT_I32_S, Type.F64)),
    F64_CONVERT_I32_U                 (0xB8,      "f64.convert_i32_u",                NONE,            I_D,         MVP,                       compute(Op.CONVERT_I32_U, Type.F64)),
    F64_CONVERT_I64_S                 (0xB9,      "f64.convert_i64_s",                NONE,            L_D,         MVP,                       compute(Op.CONVERT_I64_S, Type.F64)),
    F64_CONVERT_I64_U                 (0xBA,      "f64.convert_i64_u",                NONE,            L_D,         MVP,                       compute(Op.CONVERT_I64_U, Type.F64)),
    F64_PROMOTE_F32                   (0xBB,      "f64.promote_f32",                  NONE,            F_D,         MVP,                       compute(Op.PROMOTE, Type.F64)),
    I32_REINTERPRET_F32               (0xBC,      "i32.reinterpret_f32",              NONE,            F_I,         MVP,                       compute(Op.REINTERPRET, Type.I32)),
    I64_REINTERPRET_F64               (0xBD,      "i64.reinterpret_f64",              NONE,            D_L,         MVP,                       compute(Op.REINTERPRET, Type.I64)),
    F32_REINTERPRET_I32               (0xBE,      "f32.reinterpret_i32",              NONE,            I_F,         MVP,                       compute(Op.REINTERPRET, Type.F32)),
    F64_REINTERPRET_I64               (0xBF,      "f64.reinterpret_i64",              NONE,            L_D,         MVP,                       compute(Op.REINTERPRET, Type.F64)),
    I32_EXTEND8_S                     (0xC0,      "i32.extend8_s",                    NONE,            I_I,         SIGN_EXTENSION,            compute(Op.EXTEND8_S, Type.I32)),
    I32_EXTEND16_S                    (0xC1,      "i32.extend16_s",                   NONE,            I_I,         SIGN_EXTENSION,            compute(Op.EXTEND16_S, Type.I32)),
    I64_EXTEND8_S                     (0xC2,      "i64.extend8_s",                    NONE,            L_L,         SIGN_EXTENSION,            compute(Op.EXTEND8_S, Type.I64)),
    I64_EXTEND16_S                    (0xC3,      "i64.extend16_s",                   NONE,            L_L,         SIGN_EXTENSION,            compute(Op.EXTEND16_S, Type.I64)),
    I64_EXTEND32_S                    (0xC4,      "i64.extend32_s",                   NONE,            L_L,         SIGN_EXTENSION,            compute(Op.EXTEND32_S, Type.I64)),

    // References.
    REF_NULL                          (0xD0,      "ref.null",                         HEAP_TYPE,       POLYMORPHIC, REFERENCE_TYPES,           REFERENCE),
    REF_IS_NULL                       (0xD1,      "ref.is_null",                      NONE,            POLYMORPHIC, REFERENCE_TYPES,           REFERENCE),
    REF_FUNC                          (0xD2,      "ref.func",                         FUNCTION,        POLYMORPHIC, REFERENCE_TYPES,           REFERENCE),
    REF_EQ                            (0xD3,      "ref.eq",                           NONE,            POLYMORPHIC, GC,                        REFERENCE),
    REF_AS_NON_NULL                   (0xD4,      "ref.as_non_null",                  NONE,            POLYMORPHIC, FUNCTION_REFERENCES,       REFERENCE),
    BR_ON_NULL                        (0xD5,      "br_on_null",                       LABEL,           POLYMORPHIC, FUNCTION_REFERENCES,       CONTROL),
    BR_ON_NON_NULL                    (0xD6,      "br_on_non_null",                   LABEL,           POLYMORPHIC, FUNCTION_REFERENCES,       CONTROL),

    // Prefix 0xFB: garbage-collected aggregates.
    STRUCT_NEW                        (0xFB_000,  "struct.new",                       TYPE,            POLYMORPHIC, GC,                        AGGREGATE),
    STRUCT_NEW_DEFAULT                (0xFB_001,  "struct.new_default",               TYPE,            POLYMORPHIC, GC,                        AGGREGATE),
    STRUCT_GET                        (0xFB_002,  "struct.get",                       TYPE_FIELD,      POLYMORPHIC, GC,                        AGGREGATE),
    STRUCT_GET_S                      (0xFB_003,  "struct.get_s",                     TYPE_FIELD,      POLYMORPHIC, GC,                        AGGREGATE),
    STRUCT_GET_U                      (0xFB_004,  "struct.get_u",                     TYPE_FIELD,      POLYMORPHIC, GC,                        AGGREGATE),
    STRUCT_SET                        (0xFB_005,  "struct.set",                       TYPE_FIELD,      POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_NEW                         (0xFB_006,  "array.new",                        TYPE,            POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_NEW_DEFAULT                 (0xFB_007,  "array.new_default",                TYPE,            POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_NEW_FIXED                   (0xFB_008,  "array.new_fixed",                  TYPE_COUNT,      POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_NEW_DATA                    (0xFB_009,  "array.new_data",                   TYPE_DATA,       POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_NEW_ELEM                    (0xFB_00A,  "array.new_elem",                   TYPE_ELEMENT,    POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_GET                         (0xFB_00B,  "array.get",                        TYPE,            POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_GET_S                       (0xFB_00C,  "array.get_s",                      TYPE,            POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_GET_U                       (0xFB_00D,  "array.get_u",                      TYPE,            POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_SET                         (0xFB_00E,  "array.set",                        TYPE,            POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_LEN                         (0xFB_00F,  "array.len",                        NONE,            POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_FILL                        (0xFB_010,  "array.fill",                       TYPE,            POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_COPY                        (0xFB_011,  "array.copy",                       TYPE_TYPE,       POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_INIT_DATA                   (0xFB_012,  "array.init_data",                  TYPE_DATA,       POLYMORPHIC, GC,                        AGGREGATE),
    ARRAY_INIT_ELEM                   (0xFB_013,  "array.init_elem",                  TYPE_ELEMENT,    POLYMORPHIC, GC,                        AGGREGATE),
    REF_TEST                          (0xFB_014,  "ref.test",                         HEAP_TYPE,       POLYMORPHIC, GC,                        REFERENCE),
    REF_TEST_NULL                     (0xFB_015,  "ref.test",                         HEAP_TYPE,       POLYMORPHIC, GC,                        REFERENCE),
    REF_CAST                          (0xFB_016,  "ref.cast",                         HEAP_TYPE,       POLYMORPHIC, GC,                        REFERENCE),
    REF_CAST_NULL                     (0xFB_017,  "ref.cast",                         HEAP_TYPE,       POLYMORPHIC, GC,                        REFERENCE),
    BR_ON_CAST                        (0xFB_018,  "br_on_cast",                       LABEL_CAST,      POLYMORPHIC, GC,                        CONTROL),
    BR_ON_CAST_FAIL                   (0xFB_019,  "br_on_cast_fail",                  LABEL_CAST,      POLYMORPHIC, GC,                        CONTROL),
    ANY_CONVERT_EXTERN                (0xFB_01A,  "any.convert_extern",               NONE,            POLYMORPHIC, GC,                        REFERENCE),
    EXTERN_CONVERT_ANY                (0xFB_01B,  "extern.convert_any",               NONE,            POLYMORPHIC, GC,                        REFERENCE),
    REF_I31                           (0xFB_01C,  "ref.i31",                          NONE,            POLYMORPHIC, GC,                        REFERENCE),
    I31_GET_S                         (0xFB_01D,  "i31.get_s",                        NONE,            POLYMORPHIC, GC,                        REFERENCE),
    I31_GET_U                         (0xFB_01E,  "i31.get_u",                        NONE,            POLYMORPHIC, GC,                        REFERENCE),

    // Prefix 0xFC: saturating conversions, bulk operations, wide arithmetic.
    I32_TRUNC_SAT_F32_S               (0xFC_000,  "i32.trunc_sat_f32_s",              NONE,            F_I,         SATURATING_CONVERSIONS,    compute(Op.TRUNC_SAT_F32_S, Type.I32)),
    I32_TRUNC_SAT_F32_U               (0xFC_001,  "i32.trunc_sat_f32_u",              NONE,            F_I,         SATURATING_CONVERSIONS,    compute(Op.TRUNC_SAT_F32_U, Type.I32)),
    I32_TRUNC_SAT_F64_S               (0xFC_002,  "i32.trunc_sat_f64_s",              NONE,            D_I,         SATURATING_CONVERSIONS,    compute(Op.TRUNC_SAT_F64_S, Type.I32)),
    I32_TRUNC_SAT_F64_U               (0xFC_003,  "i32.trunc_sat_f64_u",              NONE,            D_I,         SATURATING_CONVERSIONS,    compute(Op.TRUNC_SAT_F64_U, Type.I32)),
    I64_TRUNC_SAT_F32_S               (0xFC_004,  "i64.trunc_sat_f32_s",              NONE,            F_L,         SATURATING_CONVERSIONS,    compute(Op.TRUNC_SAT_F32_S, Type.I64)),
    I64_TRUNC_SAT_F32_U               (0xFC_005,  "i64.trunc_sat_f32_u",              NONE,            F_L,         SATURATING_CONVERSIONS,    compute(Op.TRUNC_SAT_F32_U, Type.I64)),
    I64_TRUNC_SAT_F64_S               (0xFC_006,  "i64.trunc_sat_f64_s",              NONE,            D_L,         SATURATING_CONVERSIONS,    compute(Op.TRUNC_SAT_F64_S, Type.I64)),
    I64_TRUNC_SAT_F64_U               (0xFC_007,  "i64.trunc_sat_f64_u",              NONE,            D_L,         SATURATING_CONVERSIONS,    compute(Op.TRUNC_SAT_F64_U, Type.I64)),
    MEMORY_INIT                       (0xFC_008,  "memory.init",                      DATA_MEMORY,     AII_,        BULK_MEMORY,               BULK),
    DATA_DROP                         (0xFC_009,  "data.drop",                        DATA,            EMPTY,       BULK_MEMORY,               BULK),
    MEMORY_COPY                       (0xFC_00A,  "memory.copy",                      MEMORY_MEMORY,   POLYMORPHIC, BULK_MEMORY,               BULK),
    MEMORY_FILL                       (0xFC_00B,  "memory.fill",                      MEMORY,          AIA_,        BULK_MEMORY,               BULK),
    TABLE_INIT                        (0xFC_00C,  "table.init",                       ELEMENT_TABLE,   AII_,        BULK_MEMORY,               BULK),
    ELEM_DROP                         (0xFC_00D,  "elem.drop",                        ELEMENT,         EMPTY,       BULK_MEMORY,               BULK),
    TABLE_COPY                        (0xFC_00E,  "table.copy",                       TABLE_TABLE,     POLYMORPHIC, BULK_MEMORY,               BULK),
    TABLE_GROW                        (0xFC_00F,  "table.grow",                       TABLE,           POLYMORPHIC, REFERENCE_TYPES,           TABLE_ACCESS),
    TABLE_SIZE                        (0xFC_010,  "table.size",                       TABLE,           _A,          REFERENCE_TYPES,           TABLE_ACCESS),
    TABLE_FILL                        (0xFC_011,  "table.fill",                       TABLE,           POLYMORPHIC, REFERENCE_TYPES,           BULK),
    I64_ADD128                        (0xFC_013,  "i64.add128",                       NONE,            LLLL_LL,     WIDE_ARITHMETIC,           compute(Op.ADD128, Type.I64)),
    I64_SUB128                        (0xFC_014,  "i64.sub128",                       NONE,            LLLL_LL,     WIDE_ARITHMETIC,           compute(Op.SUB128, Type.I64)),
    I64_MUL_WIDE_S                    (0xFC_015,  "i64.mul_wide_s",                   NONE,            LL_LL,       WIDE_ARITHMETIC,           compute(Op.MUL_WIDE_S, Type.I64)),
    I64_MUL_WIDE_U                    (0xFC_016,  "i64.mul_wide_u",                   NONE,            LL_LL,       WIDE_ARITHMETIC,           compute(Op.MUL_WIDE_U, Type.I64)),

    // Prefix 0xFD: vectors.
    V128_LOAD                         (0xFD_000,  "v128.load",                        MEMARG,          A_V,         SIMD,                      access(Op.LOAD, Type.V128, 16)),
    V128_LOAD8X8_S                    (0xFD_001,  "v128.load8x8_s",                   MEMARG,          A_V,         SIMD,                      access(Op.LOAD8X8_S, Type.V128, 8)),
    V128_LOAD8X8_U                    (0xFD_002,  "v128.load8x8_u",                   MEMARG,          A_V,         SIMD,                      access(Op.LOAD8X8_U, Type.V128, 8)),
    V128_LOAD16X4_S                   (0xFD_003,  "v128.load16x4_s",                  MEMARG,          A_V,         SIMD,                      access(Op.LOAD16X4_S, Type.V128, 8)),
    V128_LOAD16X4_U                   (0xFD_004,  "v128.load16x4_u",                  MEMARG,          A_V,         SIMD,                      access(Op.LOAD16X4_U, Type.V128, 8)),
    V128_LOAD32X2_S                   (0xFD_005,  "v128.load32x2_s",                  MEMARG,          A_V,         SIMD,                      access(Op.LOAD32X2_S, Type.V128, 8)),
    V128_LOAD32X2_U                   (0xFD_006,  "v128.load32x2_u",                  MEMARG,          A_V,         SIMD,                      access(Op.LOAD32X2_U, Type.V128, 8)),
    V128_LOAD8_SPLAT                  (0xFD_007,  "v128.load8_splat",                 MEMARG,          A_V,         SIMD,                      access(Op.LOAD8_SPLAT, Type.V128, 1)),
    V128_LOAD16_SPLAT                 (0xFD_008,  "v128.load16_splat",                MEMARG,          A_V,         SIMD,                      access(Op.LOAD16_SPLAT, Type.V128, 2)),
    V128_LOAD32_SPLAT                 (0xFD_009,  "v128.load32_splat",                MEMARG,          A_V,         SIMD,                      access(Op.LOAD32_SPLAT, Type.V128, 4)),
    V128_LOAD64_SPLAT                 (0xFD_00A,  "v128.load64_splat",                MEMARG,          A_V,         SIMD,                      access(Op.LOAD64_SPLAT, Type.V128, 8)),
    V128_STORE                        (0xFD_00B,  "v128.store",                       MEMARG,          AV_,         SIMD,                      access(Op.STORE, Type.V128, 16)),
    V128_CONST                        (0xFD_00C,  "v128.const",                       V128,            _V,          SIMD,                      CONSTANT),
    I8X16_SHUFFLE                     (0xFD_00D,  "i8x16.shuffle",                    SHUFFLE,         VV_V,        SIMD,                      compute(Op.SHUFFLE, Type.I8X16)),
    I8X16_SWIZZLE                     (0xFD_00E,  "i8x16.swizzle",                    NONE,            VV_V,        SIMD,                      compute(Op.SWIZZLE, Type.I8X16)),
    I8X16_SPLAT                       (0xFD_00F,  "i8x16.splat",                      NONE,            I_V,         SIMD,                      compute(Op.SPLAT, Type.I8X16)),
    I16X8_SPLAT                       (0xFD_010,  "i16x8.splat",                      NONE,            I_V,         SIMD,                      compute(Op.SPLAT, Type.I16X8)),
    I32X4_SPLAT                       (0xFD_011,  "i32x4.splat",                      NONE,            I_V,         SIMD,                      compute(Op.SPLAT, Type.I32X4)),
    I64X2_SPLAT                       (0xFD_012,  "i64x2.splat",                      NONE,            L_V,         SIMD,                      compute(Op.SPLAT, Type.I64X2)),
    F32X4_SPLAT                       (0xFD_013,  "f32x4.splat",                      NONE,            F_V,         SIMD,                      compute(Op.SPLAT, Type.F32X4)),
    F64X2_SPLAT                       (0xFD_014,  "f64x2.splat",                      NONE,            D_V,         SIMD,                      compute(Op.SPLAT, Type.F64X2)),
    I8X16_EXTRACT_LANE_S              (0xFD_015,  "i8x16.extract_lane_s",             LANE,            V_I,         SIMD,                      compute(Op.EXTRACT_LANE_S, Type.I8X16)),
    I8X16_EXTRACT_LANE_U              (0xFD_016,  "i8x16.extract_lane_u",             LANE,            V_I,         SIMD,                      compute(Op.EXTRACT_LANE_U, Type.I8X16)),
    I8X16_REPLACE_LANE                (0xFD_017,  "i8x16.replace_lane",               LANE,            VI_V,        SIMD,                      compute(Op.REPLACE_LANE, Type.I8X16)),
    I16X8_EXTRACT_LANE_S              (0xFD_018,  "i16x8.extract_lane_s",             LANE,            V_I,         SIMD,                      compute(Op.EXTRACT_LANE_S, Type.I16X8)),
    I16X8_EXTRACT_LANE_U              (0xFD_019,  "i16x8.extract_lane_u",             LANE,            V_I,         SIMD,                      compute(Op.EXTRACT_LANE_U, Type.I16X8)),
    I16X8_REPLACE_LANE                (0xFD_01A,  "i16x8.replace_lane",               LANE,            VI_V,        SIMD,                      compute(Op.REPLACE_LANE, Type.I16X8)),
    I32X4_EXTRACT_LANE                (0xFD_01B,  "i32x4.extract_lane",               LANE,            V_I,         SIMD,                      compute(Op.EXTRACT_LANE, Type.I32X4)),
    I32X4_REPLACE_LANE                (0xFD_01C,  "i32x4.replace_lane",               LANE,            VI_V,        SIMD,                      compute(Op.REPLACE_LANE, Type.I32X4)),
    I64X2_EXTRACT_LANE                (0xFD_01D,  "i64x2.extract_lane",               LANE,            V_L,         SIMD,                      compute(Op.EXTRACT_LANE, Type.I64X2)),
    I64X2_REPLACE_LANE                (0xFD_01E,  "i64x2.replace_lane",               LANE,            VL_V,        SIMD,                      compute(Op.REPLACE_LANE, Type.I64X2)),
    F32X4_EXTRACT_LANE                (0xFD_01F,  "f32x4.extract_lane",               LANE,            V_F,         SIMD,                      compute(Op.EXTRACT_LANE, Type.F32X4)),
    F32X4_REPLACE_LANE                (0xFD_020,  "f32x4.replace_lane",               LANE,            VF_V,        SIMD,                      compute(Op.REPLACE_LANE, Type.F32X4)),
    F64X2_EXTRACT_LANE                (0xFD_021,  "f64x2.extract_lane",               LANE,            V_D,         SIMD,                      compute(Op.EXTRACT_LANE, Type.F64X2)),
    F64X2_REPLACE_LANE                (0xFD_022,  "f64x2.replace_lane",               LANE,            VD_V,        SIMD,                      compute(Op.REPLACE_LANE, Type.F64X2)),
    I8X16_EQ                          (0xFD_023,  "i8x16.eq",                         NONE,            VV_V,        SIMD,                      compute(Op.EQ, Type.I8X16)),
    I8X16_NE                          (0xFD_024,  "i8x16.ne",                         NONE,            VV_V,        SIMD,                      compute(Op.NE, Type.I8X16)),
    I8X16_LT_S                        (0xFD_025,  "i8x16.lt_s",                       NONE,            VV_V,        SIMD,                      compute(Op.LT_S, Type.I8X16)),
    I8X16_LT_U                        (0xFD_026,  "i8x16.lt_u",                       NONE,            VV_V,        SIMD,                      compute(Op.LT_U, Type.I8X16)),
    I8X16_GT_S                        (0xFD_027,  "i8x16.gt_s",                       NONE,            VV_V,        SIMD,                      compute(Op.GT_S, Type.I8X16)),
    I8X16_GT_U                        (0xFD_028,  "i8x16.gt_u",                       NONE,            VV_V,        SIMD,                      compute(Op.GT_U, Type.I8X16)),
    I8X16_LE_S                        (0xFD_029,  "i8x16.le_s",                       NONE,            VV_V,        SIMD,                      compute(Op.LE_S, Type.I8X16)),
    I8X16_LE_U                        (0xFD_02A,  "i8x16.le_u",                       NONE,            VV_V,        SIMD,                      compute(Op.LE_U, Type.I8X16)),
    I8X16_GE_S                        (0xFD_02B,  "i8x16.ge_s",                       NONE,            VV_V,        SIMD,                      compute(Op.GE_S, Type.I8X16)),
    I8X16_GE_U                        (0xFD_02C,  "i8x16.ge_u",                       NONE,            VV_V,        SIMD,                      compute(Op.GE_U, Type.I8X16)),
    I16X8_EQ                          (0xFD_02D,  "i16x8.eq",                         NONE,            VV_V,        SIMD,                      compute(Op.EQ, Type.I16X8)),
    I16X8_NE                          (0xFD_02E,  "i16x8.ne",                         NONE,            VV_V,        SIMD,                      compute(Op.NE, Type.I16X8)),
    I16X8_LT_S                        (0xFD_02F,  "i16x8.lt_s",                       NONE,            VV_V,        SIMD,                      compute(Op.LT_S, Type.I16X8)),
    I16X8_LT_U                        (0xFD_030,  "i16x8.lt_u",                       NONE,            VV_V,        SIMD,                      compute(Op.LT_U, Type.I16X8)),
    I16X8_GT_S                        (0xFD_031,  "i16x8.gt_s",                       NONE,            VV_V,        SIMD,                      compute(Op.GT_S, Type.I16X8)),
    I16X8_GT_U                        (0xFD_032,  "i16x8.gt_u",                       NONE,            VV_V,        SIMD,                      compute(Op.GT_U, Type.I16X8)),
    I16X8_LE_S                        (0xFD_033,  "i16x8.le_s",                       NONE,            VV_V,        SIMD,                      compute(Op.LE_S, Type.I16X8)),
    I16X8_LE_U                        (0xFD_034,  "i16x8.le_u",                       NONE,            VV_V,        SIMD,                      compute(Op.LE_U, Type.I16X8)),
    I16X8_GE_S                        (0xFD_035,  "i16x8.ge_s",                       NONE,            VV_V,        SIMD,                      compute(Op.GE_S, Type.I16X8)),
    I16X8_GE_U                        (0xFD_036,  "i16x8.ge_u",                       NONE,            VV_V,        SIMD,                      compute(Op.GE_U, Type.I16X8)),
    I32X4_EQ                          (0xFD_037,  "i32x4.eq",                         NONE,            VV_V,        SIMD,                      compute(Op.EQ, Type.I32X4)),
    I32X4_NE                          (0xFD_038,  "i32x4.ne",                         NONE,            VV_V,        SIMD,                      compute(Op.NE, Type.I32X4)),
    I32X4_LT_S                        (0xFD_039,  "i32x4.lt_s",                       NONE,            VV_V,        SIMD,                      compute(Op.LT_S, Type.I32X4)),
    I32X4_LT_U                        (0xFD_03A,  "i32x4.lt_u",                       NONE,            VV_V,        SIMD,                      compute(Op.LT_U, Type.I32X4)),
    I32X4_GT_S                        (0xFD_03B,  "i32x4.gt_s",                       NONE,            VV_V,        SIMD,                      compute(Op.GT_S, Type.I32X4)),
    I32X4_GT_U                        (0xFD_03C,  "i32x4.gt_u",                       NONE,            VV_V,        SIMD,                      compute(Op.GT_U, Type.I32X4)),
    I32X4_LE_S                        (0xFD_03D,  "i32x4.le_s",                       NONE,            VV_V,        SIMD,                      compute(Op.LE_S, Type.I32X4)),
    I32X4_LE_U                        (0xFD_03E,  "i32x4.le_u",                       NONE,            VV_V,        SIMD,                      compute(Op.LE_U, Type.I32X4)),
    I32X4_GE_S                        (0xFD_03F,  "i32x4.ge_s",                       NONE,            VV_V,        SIMD,                      compute(Op.GE_S, Type.I32X4)),
    I32X4_GE_U                        (0xFD_040,  "i32x4.ge_u",                       NONE,            VV_V,        SIMD,                      compute(Op.GE_U, Type.I32X4)),
    F32X4_EQ                          (0xFD_041,  "f32x4.eq",                         NONE,            VV_V,        SIMD,                      compute(Op.EQ, Type.F32X4)),
    F32X4_NE                          (0xFD_042,  "f32x4.ne",                         NONE,            VV_V,        SIMD,                      compute(Op.NE, Type.F32X4)),
    F32X4_LT                          (0xFD_043,  "f32x4.lt",                         NONE,            VV_V,        SIMD,                      compute(Op.LT, Type.F32X4)),
    F32X4_GT                          (0xFD_044,  "f32x4.gt",                         NONE,            VV_V,        SIMD,                      compute(Op.GT, Type.F32X4)),
    F32X4_LE                          (0xFD_045,  "f32x4.le",                         NONE,            VV_V,        SIMD,                      compute(Op.LE, Type.F32X4)),
    F32X4_GE                          (0xFD_046,  "f32x4.ge",                         NONE,            VV_V,        SIMD,                      compute(Op.GE, Type.F32X4)),
    F64X2_EQ                          (0xFD_047,  "f64x2.eq",                         NONE,            VV_V,        SIMD,                      compute(Op.EQ, Type.F64X2)),
    F64X2_NE                          (0xFD_048,  "f64x2.ne",                         NONE,            VV_V,        SIMD,                      compute(Op.NE, Type.F64X2)),
    F64X2_LT                          (0xFD_049,  "f64x2.lt",                         NONE,            VV_V,        SIMD,                      compute(Op.LT, Type.F64X2)),
    F64X2_GT                          (0xFD_04A,  "f64x2.gt",                         NONE,            VV_V,        SIMD,                      compute(Op.GT, Type.F64X2)),
    F64X2_LE                          (0xFD_04B,  "f64x2.le",                         NONE,            VV_V,        SIMD,                      compute(Op.LE, Type.F64X2)),
    F64X2_GE                          (0xFD_04C,  "f64x2.ge",                         NONE,            VV_V,        SIMD,                      compute(Op.GE, Type.F64X2)),
    V128_NOT                          (0xFD_04D,  "v128.not",                         NONE,            V_V,         SIMD,                      compute(Op.NOT, Type.V128)),
    V128_AND                          (0xFD_04E,  "v128.and",                         NONE,            VV_V,        SIMD,                      compute(Op.AND, Type.V128)),
    V128_ANDNOT                       (0xFD_04F,  "v128.andnot",                      NONE,            VV_V,        SIMD,                      compute(Op.ANDNOT, Type.V128)),
    V128_OR                           (0xFD_050,  "v128.or",                          NONE,            VV_V,        SIMD,                      compute(Op.OR, Type.V128)),
    V128_XOR                          (0xFD_051,  "v128.xor",                         NONE,            VV_V,        SIMD,                      compute(Op.XOR, Type.V128)),
    V128_BITSELECT                    (0xFD_052,  "v128.bitselect",                   NONE,            VVV_V,       SIMD,                      compute(Op.BITSELECT, Type.V128)),
    V128_ANY_TRUE                     (0xFD_053,  "v128.any_true",                    NONE,            V_I,         SIMD,                      compute(Op.ANY_TRUE, Type.V128)),
    V128_LOAD8_LANE                   (0xFD_054,  "v128.load8_lane",                  MEMARG_LANE,     AV_V,        SIMD,                      access(Op.LOAD8_LANE, Type.V128, 1)),
    V128_LOAD16_LANE                  (0xFD_055,  "v128.load16_lane",                 MEMARG_LANE,     AV_V,        SIMD,                      access(Op.LOAD16_LANE, Type.V128, 2)),
    V128_LOAD32_LANE                  (0xFD_056,  "v128.load32_lane",                 MEMARG_LANE,     AV_V,        SIMD,                      access(Op.LOAD32_LANE, Type.V128, 4)),
    V128_LOAD64_LANE                  (0xFD_057,  "v128.load64_lane",                 MEMARG_LANE,     AV_V,        SIMD,                      access(Op.LOAD64_LANE, Type.V128, 8)),
    V128_STORE8_LANE                  (0xFD_058,  "v128.store8_lane",                 MEMARG_LANE,     AV_,         SIMD,                      access(Op.STORE8_LANE, Type.V128, 1)),
    V128_STORE16_LANE                 (0xFD_059,  "v128.store16_lane",                MEMARG_LANE,     AV_,         SIMD,                      access(Op.STORE16_LANE, Type.V128, 2)),
    V128_STORE32_LANE                 (0xFD_05A,  "v128.store32_lane",                MEMARG_LANE,     AV_,         SIMD,                      access(Op.STORE32_LANE, Type.V128, 4)),
    V128_STORE64_LANE                 (0xFD_05B,  "v128.store64_lane",                MEMARG_LANE,     AV_,         SIMD,                      access(Op.STORE64_LANE, Type.V128, 8)),
    V128_LOAD32_ZERO                  (0xFD_05C,  "v128.load32_zero",                 MEMARG,          A_V,         SIMD,                      access(Op.LOAD32_ZERO, Type.V128, 4)),
    V128_LOAD64_ZERO                  (0xFD_05D,  "v128.load64_zero",                 MEMARG,          A_V,         SIMD,                      access(Op.LOAD64_ZERO, Type.V128, 8)),
    F32X4_DEMOTE_F64X2_ZERO           (0xFD_05E,  "f32x4.demote_f64x2_zero",          NONE,            V_V,         SIMD,                      compute(Op.DEMOTE_F64X2_ZERO, Type.F32X4)),
    F64X2_PROMOTE_LOW_F32X4           (0xFD_05F,  "f64x2.promote_low_f32x4",          NONE,            V_V,         SIMD,                      compute(Op.PROMOTE_LOW_F32X4, Type.F64X2)),
    I8X16_ABS                         (0xFD_060,  "i8x16.abs",                        NONE,            V_V,         SIMD,                      compute(Op.ABS, Type.I8X16)),
    I8X16_NEG                         (0xFD_061,  "i8x16.neg",                        NONE,            V_V,         SIMD,                      compute(Op.NEG, Type.I8X16)),
    I8X16_POPCNT                      (0xFD_062,  "i8x16.popcnt",                     NONE,            V_V,         SIMD,                      compute(Op.POPCNT, Type.I8X16)),
    I8X16_ALL_TRUE                    (0xFD_063,  "i8x16.all_true",                   NONE,            V_I,         SIMD,                      compute(Op.ALL_TRUE, Type.I8X16)),
    I8X16_BITMASK                     (0xFD_064,  "i8x16.bitmask",                    NONE,            V_I,         SIMD,                      compute(Op.BITMASK, Type.I8X16)),
    I8X16_NARROW_I16X8_S              (0xFD_065,  "i8x16.narrow_i16x8_s",             NONE,            VV_V,        SIMD,                      compute(Op.NARROW_I16X8_S, Type.I8X16)),
    I8X16_NARROW_I16X8_U              (0xFD_066,  "i8x16.narrow_i16x8_u",             NONE,            VV_V,        SIMD,                      compute(Op.NARROW_I16X8_U, Type.I8X16)),
    F32X4_CEIL                        (0xFD_067,  "f32x4.ceil",                       NONE,            V_V,         SIMD,                      compute(Op.CEIL, Type.F32X4)),
    F32X4_FLOOR                       (0xFD_068,  "f32x4.floor",                      NONE,            V_V,         SIMD,                      compute(Op.FLOOR, Type.F32X4)),
    F32X4_TRUNC                       (0xFD_069,  "f32x4.trunc",                      NONE,            V_V,         SIMD,                      compute(Op.TRUNC, Type.F32X4)),
    F32X4_NEAREST                     (0xFD_06A,  "f32x4.nearest",                    NONE,            V_V,         SIMD,                      compute(Op.NEAREST, Type.F32X4)),
    I8X16_SHL                         (0xFD_06B,  "i8x16.shl",                        NONE,            VI_V,        SIMD,                      compute(Op.SHL, Type.I8X16)),
    I8X16_SHR_S                       (0xFD_06C,  "i8x16.shr_s",                      NONE,            VI_V,        SIMD,                      compute(Op.SHR_S, Type.I8X16)),
    I8X16_SHR_U                       (0xFD_06D,  "i8x16.shr_u",                      NONE,            VI_V,        SIMD,                      compute(Op.SHR_U, Type.I8X16)),
    I8X16_ADD                         (0xFD_06E,  "i8x16.add",                        NONE,            VV_V,        SIMD,                      compute(Op.ADD, Type.I8X16)),
    I8X16_ADD_SAT_S                   (0xFD_06F,  "i8x16.add_sat_s",                  NONE,            VV_V,        SIMD,                      compute(Op.ADD_SAT_S, Type.I8X16)),
    I8X16_ADD_SAT_U                   (0xFD_070,  "i8x16.add_sat_u",                  NONE,            VV_V,        SIMD,                      compute(Op.ADD_SAT_U, Type.I8X16)),
    I8X16_SUB                         (0xFD_071,  "i8x16.sub",                        NONE,            VV_V,        SIMD,                      compute(Op.SUB, Type.I8X16)),
    I8X16_SUB_SAT_S                   (0xFD_072,  "i8x16.sub_sat_s",                  NONE,            VV_V,        SIMD,                      compute(Op.SUB_SAT_S, Type.I8X16)),
    I8X16_SUB_SAT_U                   (0xFD_073,  "i8x16.sub_sat_u",                  NONE,            VV_V,        SIMD,                      compute(Op.SUB_SAT_U, Type.I8X16)),
    F64X2_CEIL                        (0xFD_074,  "f64x2.ceil",                       NONE,            V_V,         SIMD,                      compute(Op.CEIL, Type.F64X2)),
    F64X2_FLOOR                       (0xFD_075,  "f64x2.floor",                      NONE,            V_V,         SIMD,                      compute(Op.FLOOR, Type.F64X2)),
    I8X16_MIN_S                       (0xFD_076,  "i8x16.min_s",                      NONE,            VV_V,        SIMD,                      compute(Op.MIN_S, Type.I8X16)),
    I8X16_MIN_U                       (0xFD_077,  "i8x16.min_u",                      NONE,            VV_V,        SIMD,                      compute(Op.MIN_U, Type.I8X16)),
    I8X16_MAX_S                       (0xFD_078,  "i8x16.max_s",                      NONE,            VV_V,        SIMD,                      compute(Op.MAX_S, Type.I8X16)),
    I8X16_MAX_U                       (0xFD_079,  "i8x16.max_u",                      NONE,            VV_V,        SIMD,                      compute(Op.MAX_U, Type.I8X16)),
    F64X2_TRUNC                       (0xFD_07A,  "f64x2.trunc",                      NONE,            V_V,         SIMD,                      compute(Op.TRUNC, Type.F64X2)),
    I8X16_AVGR_U                      (0xFD_07B,  "i8x16.avgr_u",                     NONE,            VV_V,        SIMD,                      compute(Op.AVGR_U, Type.I8X16)),
    I16X8_EXTADD_PAIRWISE_I8X16_S     (0xFD_07C,  "i16x8.extadd_pairwise_i8x16_s",    NONE,            V_V,         SIMD,                      compute(Op.EXTADD_PAIRWISE_I8X16_S, Type.I16X8)),
    I16X8_EXTADD_PAIRWISE_I8X16_U     (0xFD_07D,  "i16x8.extadd_pairwise_i8x16_u",    NONE,            V_V,         SIMD,                      compute(Op.EXTADD_PAIRWISE_I8X16_U, Type.I16X8)),
    I32X4_EXTADD_PAIRWISE_I16X8_S     (0xFD_07E,  "i32x4.extadd_pairwise_i16x8_s",    NONE,            V_V,         SIMD,                      compute(Op.EXTADD_PAIRWISE_I16X8_S, Type.I32X4)),
    I32X4_EXTADD_PAIRWISE_I16X8_U     (0xFD_07F,  "i32x4.extadd_pairwise_i16x8_u",    NONE,            V_V,         SIMD,                      compute(Op.EXTADD_PAIRWISE_I16X8_U, Type.I32X4)),
    I16X8_ABS                         (0xFD_080,  "i16x8.abs",                        NONE,            V_V,         SIMD,                      compute(Op.ABS, Type.I16X8)),
    I16X8_NEG                         (0xFD_081,  "i16x8.neg",                        NONE,            V_V,         SIMD,                      compute(Op.NEG, Type.I16X8)),
    I16X8_Q15MULR_SAT_S               (0xFD_082,  "i16x8.q15mulr_sat_s",              NONE,            VV_V,        SIMD,                      compute(Op.Q15MULR_SAT_S, Type.I16X8)),
    I16X8_ALL_TRUE                    (0xFD_083,  "i16x8.all_true",                   NONE,            V_I,         SIMD,                      compute(Op.ALL_TRUE, Type.I16X8)),
    I16X8_BITMASK                     (0xFD_084,  "i16x8.bitmask",                    NONE,            V_I,         SIMD,                      compute(Op.BITMASK, Type.I16X8)),
    I16X8_NARROW_I32X4_S              (0xFD_085,  "i16x8.narrow_i32x4_s",             NONE,            VV_V,        SIMD,                      compute(Op.NARROW_I32X4_S, Type.I16X8)),
    I16X8_NARROW_I32X4_U              (0xFD_086,  "i16x8.narrow_i32x4_u",             NONE,            VV_V,        SIMD,                      compute(Op.NARROW_I32X4_U, Type.I16X8)),
    I16X8_EXTEND_LOW_I8X16_S          (0xFD_087,  "i16x8.extend_low_i8x16_s",         NONE,            V_V,         SIMD,                      compute(Op.EXTEND_LOW_I8X16_S, Type.I16X8)),
    I16X8_EXTEND_HIGH_I8X16_S         (0xFD_088,  "i16x8.extend_high_i8x16_s",        NONE,            V_V,         SIMD,                      compute(Op.EXTEND_HIGH_I8X16_S, Type.I16X8)),
    I16X8_EXTEND_LOW_I8X16_U          (0xFD_089,  "i16x8.extend_low_i8x16_u",         NONE,            V_V,         SIMD,                      compute(Op.EXTEND_LOW_I8X16_U, Type.I16X8)),
    I16X8_EXTEND_HIGH_I8X16_U         (0xFD_08A,  "i16x8.extend_high_i8x16_u",        NONE,            V_V,         SIMD,                      compute(Op.EXTEND_HIGH_I8X16_U, Type.I16X8)),
    I16X8_SHL                         (0xFD_08B,  "i16x8.shl",                        NONE,            VI_V,        SIMD,                      compute(Op.SHL, Type.I16X8)),
    I16X8_SHR_S                       (0xFD_08C,  "i16x8.shr_s",                      NONE,            VI_V,        SIMD,                      compute(Op.SHR_S, Type.I16X8)),
    I16X8_SHR_U                       (0xFD_08D,  "i16x8.shr_u",                      NONE,            VI_V,        SIMD,                      compute(Op.SHR_U, Type.I16X8)),
    I16X8_ADD                         (0xFD_08E,  "i16x8.add",                        NONE,            VV_V,        SIMD,                      compute(Op.ADD, Type.I16X8)),
    I16X8_ADD_SAT_S                   (0xFD_08F,  "i16x8.add_sat_s",                  NONE,            VV_V,        SIMD,                      compute(Op.ADD_SAT_S, Type.I16X8)),
    I16X8_ADD_SAT_U                   (0xFD_090,  "i16x8.add_sat_u",                  NONE,            VV_V,        SIMD,                      compute(Op.ADD_SAT_U, Type.I16X8)),
    I16X8_SUB                         (0xFD_091,  "i16x8.sub",                        NONE,            VV_V,        SIMD,                      compute(Op.SUB, Type.I16X8)),
    I16X8_SUB_SAT_S                   (0xFD_092,  "i16x8.sub_sat_s",                  NONE,            VV_V,        SIMD,                      compute(Op.SUB_SAT_S, Type.I16X8)),
    I16X8_SUB_SAT_U                   (0xFD_093,  "i16x8.sub_sat_u",                  NONE,            VV_V,        SIMD,                      compute(Op.SUB_SAT_U, Type.I16X8)),
    F64X2_NEAREST                     (0xFD_094,  "f64x2.nearest",                    NONE,            V_V,         SIMD,                      compute(Op.NEAREST, Type.F64X2)),
    I16X8_MUL                         (0xFD_095,  "i16x8.mul",                        NONE,            VV_V,        SIMD,                      compute(Op.MUL, Type.I16X8)),
    I16X8_MIN_S                       (0xFD_096,  "i16x8.min_s",                      NONE,            VV_V,        SIMD,                      compute(Op.MIN_S, Type.I16X8)),
    I16X8_MIN_U                       (0xFD_097,  "i16x8.min_u",                      NONE,            VV_V,        SIMD,                      compute(Op.MIN_U, Type.I16X8)),
    I16X8_MAX_S                       (0xFD_098,  "i16x8.max_s",                      NONE,            VV_V,        SIMD,                      compute(Op.MAX_S, Type.I16X8)),
    I16X8_MAX_U                       (0xFD_099,  "i16x8.max_u",                      NONE,            VV_V,        SIMD,                      compute(Op.MAX_U, Type.I16X8)),
    I16X8_AVGR_U                      (0xFD_09B,  "i16x8.avgr_u",                     NONE,            VV_V,        SIMD,                      compute(Op.AVGR_U, Type.I16X8)),
    I16X8_EXTMUL_LOW_I8X16_S          (0xFD_09C,  "i16x8.extmul_low_i8x16_s",         NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_LOW_I8X16_S, Type.I16X8)),
    I16X8_EXTMUL_HIGH_I8X16_S         (0xFD_09D,  "i16x8.extmul_high_i8x16_s",        NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_HIGH_I8X16_S, Type.I16X8)),
    I16X8_EXTMUL_LOW_I8X16_U          (0xFD_09E,  "i16x8.extmul_low_i8x16_u",         NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_LOW_I8X16_U, Type.I16X8)),
    I16X8_EXTMUL_HIGH_I8X16_U         (0xFD_09F,  "i16x8.extmul_high_i8x16_u",        NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_HIGH_I8X16_U, Type.I16X8)),
    I32X4_ABS                         (0xFD_0A0,  "i32x4.abs",                        NONE,            V_V,         SIMD,                      compute(Op.ABS, Type.I32X4)),
    I32X4_NEG                         (0xFD_0A1,  "i32x4.neg",                        NONE,            V_V,         SIMD,                      compute(Op.NEG, Type.I32X4)),
    I32X4_ALL_TRUE                    (0xFD_0A3,  "i32x4.all_true",                   NONE,            V_I,         SIMD,                      compute(Op.ALL_TRUE, Type.I32X4)),
    I32X4_BITMASK                     (0xFD_0A4,  "i32x4.bitmask",                    NONE,            V_I,         SIMD,                      compute(Op.BITMASK, Type.I32X4)),
    I32X4_EXTEND_LOW_I16X8_S          (0xFD_0A7,  "i32x4.extend_low_i16x8_s",         NONE,            V_V,         SIMD,                      compute(Op.EXTEND_LOW_I16X8_S, Type.I32X4)),
    I32X4_EXTEND_HIGH_I16X8_S         (0xFD_0A8,  "i32x4.extend_high_i16x8_s",        NONE,            V_V,         SIMD,                      compute(Op.EXTEND_HIGH_I16X8_S, Type.I32X4)),
    I32X4_EXTEND_LOW_I16X8_U          (0xFD_0A9,  "i32x4.extend_low_i16x8_u",         NONE,            V_V,         SIMD,                      compute(Op.EXTEND_LOW_I16X8_U, Type.I32X4)),
    I32X4_EXTEND_HIGH_I16X8_U         (0xFD_0AA,  "i32x4.extend_high_i16x8_u",        NONE,            V_V,         SIMD,                      compute(Op.EXTEND_HIGH_I16X8_U, Type.I32X4)),
    I32X4_SHL                         (0xFD_0AB,  "i32x4.shl",                        NONE,            VI_V,        SIMD,                      compute(Op.SHL, Type.I32X4)),
    I32X4_SHR_S                       (0xFD_0AC,  "i32x4.shr_s",                      NONE,            VI_V,        SIMD,                      compute(Op.SHR_S, Type.I32X4)),
    I32X4_SHR_U                       (0xFD_0AD,  "i32x4.shr_u",                      NONE,            VI_V,        SIMD,                      compute(Op.SHR_U, Type.I32X4)),
    I32X4_ADD                         (0xFD_0AE,  "i32x4.add",                        NONE,            VV_V,        SIMD,                      compute(Op.ADD, Type.I32X4)),
    I32X4_SUB                         (0xFD_0B1,  "i32x4.sub",                        NONE,            VV_V,        SIMD,                      compute(Op.SUB, Type.I32X4)),
    I32X4_MUL                         (0xFD_0B5,  "i32x4.mul",                        NONE,            VV_V,        SIMD,                      compute(Op.MUL, Type.I32X4)),
    I32X4_MIN_S                       (0xFD_0B6,  "i32x4.min_s",                      NONE,            VV_V,        SIMD,                      compute(Op.MIN_S, Type.I32X4)),
    I32X4_MIN_U                       (0xFD_0B7,  "i32x4.min_u",                      NONE,            VV_V,        SIMD,                      compute(Op.MIN_U, Type.I32X4)),
    I32X4_MAX_S                       (0xFD_0B8,  "i32x4.max_s",                      NONE,            VV_V,        SIMD,                      compute(Op.MAX_S, Type.I32X4)),
    I32X4_MAX_U                       (0xFD_0B9,  "i32x4.max_u",                      NONE,            VV_V,        SIMD,                      compute(Op.MAX_U, Type.I32X4)),
    I32X4_DOT_I16X8_S                 (0xFD_0BA,  "i32x4.dot_i16x8_s",                NONE,            VV_V,        SIMD,                      compute(Op.DOT_I16X8_S, Type.I32X4)),
    I32X4_EXTMUL_LOW_I16X8_S          (0xFD_0BC,  "i32x4.extmul_low_i16x8_s",         NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_LOW_I16X8_S, Type.I32X4)),
    I32X4_EXTMUL_HIGH_I16X8_S         (0xFD_0BD,  "i32x4.extmul_high_i16x8_s",        NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_HIGH_I16X8_S, Type.I32X4)),
    I32X4_EXTMUL_LOW_I16X8_U          (0xFD_0BE,  "i32x4.extmul_low_i16x8_u",         NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_LOW_I16X8_U, Type.I32X4)),
    I32X4_EXTMUL_HIGH_I16X8_U         (0xFD_0BF,  "i32x4.extmul_high_i16x8_u",        NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_HIGH_I16X8_U, Type.I32X4)),
    I64X2_ABS                         (0xFD_0C0,  "i64x2.abs",                        NONE,            V_V,         SIMD,                      compute(Op.ABS, Type.I64X2)),
    I64X2_NEG                         (0xFD_0C1,  "i64x2.neg",                        NONE,            V_V,         SIMD,                      compute(Op.NEG, Type.I64X2)),
    I64X2_ALL_TRUE                    (0xFD_0C3,  "i64x2.all_true",                   NONE,            V_I,         SIMD,                      compute(Op.ALL_TRUE, Type.I64X2)),
    I64X2_BITMASK                     (0xFD_0C4,  "i64x2.bitmask",                    NONE,            V_I,         SIMD,                      compute(Op.BITMASK, Type.I64X2)),
    I64X2_EXTEND_LOW_I32X4_S          (0xFD_0C7,  "i64x2.extend_low_i32x4_s",         NONE,            V_V,         SIMD,                      compute(Op.EXTEND_LOW_I32X4_S, Type.I64X2)),
    I64X2_EXTEND_HIGH_I32X4_S         (0xFD_0C8,  "i64x2.extend_high_i32x4_s",        NONE,            V_V,         SIMD,                      compute(Op.EXTEND_HIGH_I32X4_S, Type.I64X2)),
    I64X2_EXTEND_LOW_I32X4_U          (0xFD_0C9,  "i64x2.extend_low_i32x4_u",         NONE,            V_V,         SIMD,                      compute(Op.EXTEND_LOW_I32X4_U, Type.I64X2)),
    I64X2_EXTEND_HIGH_I32X4_U         (0xFD_0CA,  "i64x2.extend_high_i32x4_u",        NONE,            V_V,         SIMD,                      compute(Op.EXTEND_HIGH_I32X4_U, Type.I64X2)),
    I64X2_SHL                         (0xFD_0CB,  "i64x2.shl",                        NONE,            VI_V,        SIMD,                      compute(Op.SHL, Type.I64X2)),
    I64X2_SHR_S                       (0xFD_0CC,  "i64x2.shr_s",                      NONE,            VI_V,        SIMD,                      compute(Op.SHR_S, Type.I64X2)),
    I64X2_SHR_U                       (0xFD_0CD,  "i64x2.shr_u",                      NONE,            VI_V,        SIMD,                      compute(Op.SHR_U, Type.I64X2)),
    I64X2_ADD                         (0xFD_0CE,  "i64x2.add",                        NONE,            VV_V,        SIMD,                      compute(Op.ADD, Type.I64X2)),
    I64X2_SUB                         (0xFD_0D1,  "i64x2.sub",                        NONE,            VV_V,        SIMD,                      compute(Op.SUB, Type.I64X2)),
    I64X2_MUL                         (0xFD_0D5,  "i64x2.mul",                        NONE,            VV_V,        SIMD,                      compute(Op.MUL, Type.I64X2)),
    I64X2_EQ                          (0xFD_0D6,  "i64x2.eq",                         NONE,            VV_V,        SIMD,                      compute(Op.EQ, Type.I64X2)),
    I64X2_NE                          (0xFD_0D7,  "i64x2.ne",                         NONE,            VV_V,        SIMD,                      compute(Op.NE, Type.I64X2)),
    I64X2_LT_S                        (0xFD_0D8,  "i64x2.lt_s",                       NONE,            VV_V,        SIMD,                      compute(Op.LT_S, Type.I64X2)),
    I64X2_GT_S                        (0xFD_0D9,  "i64x2.gt_s",                       NONE,            VV_V,        SIMD,                      compute(Op.GT_S, Type.I64X2)),
    I64X2_LE_S                        (0xFD_0DA,  "i64x2.le_s",                       NONE,            VV_V,        SIMD,                      compute(Op.LE_S, Type.I64X2)),
    I64X2_GE_S                        (0xFD_0DB,  "i64x2.ge_s",                       NONE,            VV_V,        SIMD,                      compute(Op.GE_S, Type.I64X2)),
    I64X2_EXTMUL_LOW_I32X4_S          (0xFD_0DC,  "i64x2.extmul_low_i32x4_s",         NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_LOW_I32X4_S, Type.I64X2)),
    I64X2_EXTMUL_HIGH_I32X4_S         (0xFD_0DD,  "i64x2.extmul_high_i32x4_s",        NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_HIGH_I32X4_S, Type.I64X2)),
    I64X2_EXTMUL_LOW_I32X4_U          (0xFD_0DE,  "i64x2.extmul_low_i32x4_u",         NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_LOW_I32X4_U, Type.I64X2)),
    I64X2_EXTMUL_HIGH_I32X4_U         (0xFD_0DF,  "i64x2.extmul_high_i32x4_u",        NONE,            VV_V,        SIMD,                      compute(Op.EXTMUL_HIGH_I32X4_U, Type.I64X2)),
    F32X4_ABS                         (0xFD_0E0,  "f32x4.abs",                        NONE,            V_V,         SIMD,                      compute(Op.ABS, Type.F32X4)),
    F32X4_NEG                         (0xFD_0E1,  "f32x4.neg",                        NONE,            V_V,         SIMD,                      compute(Op.NEG, Type.F32X4)),
    F32X4_SQRT                        (0xFD_0E3,  "f32x4.sqrt",                       NONE,            V_V,         SIMD,                      compute(Op.SQRT, Type.F32X4)),
    F32X4_ADD                         (0xFD_0E4,  "f32x4.add",                        NONE,            VV_V,        SIMD,                      compute(Op.ADD, Type.F32X4)),
    F32X4_SUB                         (0xFD_0E5,  "f32x4.sub",                        NONE,            VV_V,        SIMD,                      compute(Op.SUB, Type.F32X4)),
    F32X4_MUL                         (0xFD_0E6,  "f32x4.mul",                        NONE,            VV_V,        SIMD,                      compute(Op.MUL, Type.F32X4)),
    F32X4_DIV                         (0xFD_0E7,  "f32x4.div",                        NONE,            VV_V,        SIMD,                      compute(Op.DIV, Type.F32X4)),
    F32X4_MIN                         (0xFD_0E8,  "f32x4.min",                        NONE,            VV_V,        SIMD,                      compute(Op.MIN, Type.F32X4)),
    F32X4_MAX                         (0xFD_0E9,  "f32x4.max",                        NONE,            VV_V,        SIMD,                      compute(Op.MAX, Type.F32X4)),
    F32X4_PMIN                        (0xFD_0EA,  "f32x4.pmin",                       NONE,            VV_V,        SIMD,                      compute(Op.PMIN, Type.F32X4)),
    F32X4_PMAX                        (0xFD_0EB,  "f32x4.pmax",                       NONE,            VV_V,        SIMD,                      compute(Op.PMAX, Type.F32X4)),
    F64X2_ABS                         (0xFD_0EC,  "f64x2.abs",                        NONE,            V_V,         SIMD,                      compute(Op.ABS, Type.F64X2)),
    F64X2_NEG                         (0xFD_0ED,  "f64x2.neg",                        NONE,            V_V,         SIMD,                      compute(Op.NEG, Type.F64X2)),
    F64X2_SQRT                        (0xFD_0EF,  "f64x2.sqrt",                       NONE,            V_V,         SIMD,                      compute(Op.SQRT, Type.F64X2)),
    F64X2_ADD                         (0xFD_0F0,  "f64x2.add",                        NONE,            VV_V,        SIMD,                      compute(Op.ADD, Type.F64X2)),
    F64X2_SUB                         (0xFD_0F1,  "f64x2.sub",                        NONE,            VV_V,        SIMD,                      compute(Op.SUB, Type.F64X2)),
    F64X2_MUL                         (0xFD_0F2,  "f64x2.mul",                        NONE,            VV_V,        SIMD,                      compute(Op.MUL, Type.F64X2)),
    F64X2_DIV                         (0xFD_0F3,  "f64x2.div",                        NONE,            VV_V,        SIMD,                      compute(Op.DIV, Type.F64X2)),
    F64X2_MIN                         (0xFD_0F4,  "f64x2.min",                        NONE,            VV_V,        SIMD,                      compute(Op.MIN, Type.F64X2)),
    F64X2_MAX                         (0xFD_0F5,  "f64x2.max",                        NONE,            VV_V,        SIMD,                      compute(Op.MAX, Type.F64X2)),
    F64X2_PMIN                        (0xFD_0F6,  "f64x2.pmin",                       NONE,            VV_V,        SIMD,                      compute(Op.PMIN, Type.F64X2)),
    F64X2_PMAX                        (0xFD_0F7,  "f64x2.pmax",                       NONE,            VV_V,        SIMD,                      compute(Op.PMAX, Type.F64X2)),
    I32X4_TRUNC_SAT_F32X4_S           (0xFD_0F8,  "i32x4.trunc_sat_f32x4_s",          NONE,            V_V,         SIMD,                      compute(Op.TRUNC_SAT_F32X4_S, Type.I32X4)),
    I32X4_TRUNC_SAT_F32X4_U           (0xFD_0F9,  "i32x4.trunc_sat_f32x4_u",          NONE,            V_V,         SIMD,                      compute(Op.TRUNC_SAT_F32X4_U, Type.I32X4)),
    F32X4_CONVERT_I32X4_S             (0xFD_0FA,  "f32x4.convert_i32x4_s",            NONE,            V_V,         SIMD,                      compute(Op.CONVERT_I32X4_S, Type.F32X4)),
    F32X4_CONVERT_I32X4_U             (0xFD_0FB,  "f32x4.convert_i32x4_u",            NONE,            V_V,         SIMD,                      compute(Op.CONVERT_I32X4_U, Type.F32X4)),
    I32X4_TRUNC_SAT_F64X2_S_ZERO      (0xFD_0FC,  "i32x4.trunc_sat_f64x2_s_zero",     NONE,            V_V,         SIMD,                      compute(Op.TRUNC_SAT_F64X2_S_ZERO, Type.I32X4)),
    I32X4_TRUNC_SAT_F64X2_U_ZERO      (0xFD_0FD,  "i32x4.trunc_sat_f64x2_u_zero",     NONE,            V_V,         SIMD,                      compute(Op.TRUNC_SAT_F64X2_U_ZERO, Type.I32X4)),
    F64X2_CONVERT_LOW_I32X4_S         (0xFD_0FE,  "f64x2.convert_low_i32x4_s",        NONE,            V_V,         SIMD,                      compute(Op.CONVERT_LOW_I32X4_S, Type.F64X2)),
    F64X2_CONVERT_LOW_I32X4_U         (0xFD_0FF,  "f64x2.convert_low_i32x4_u",        NONE,            V_V,         SIMD,                      compute(Op.CONVERT_LOW_I32X4_U, Type.F64X2)),
    I8X16_RELAXED_SWIZZLE             (0xFD_100,  "i8x16.relaxed_swizzle",            NONE,            VV_V,        RELAXED_SIMD,              compute(Op.RELAXED_SWIZZLE, Type.I8X16)),
    I32X4_RELAXED_TRUNC_F32X4_S       (0xFD_101,  "i32x4.relaxed_trunc_f32x4_s",      NONE,            V_V,         RELAXED_SIMD,              compute(Op.RELAXED_TRUNC_F32X4_S, Type.I32X4)),
    I32X4_RELAXED_TRUNC_F32X4_U       (0xFD_102,  "i32x4.relaxed_trunc_f32x4_u",      NONE,            V_V,         RELAXED_SIMD,              compute(Op.RELAXED_TRUNC_F32X4_U, Type.I32X4)),
    I32X4_RELAXED_TRUNC_F64X2_S_ZERO  (0xFD_103,  "i32x4.relaxed_trunc_f64x2_s_zero", NONE,            V_V,         RELAXED_SIMD,              compute(Op.RELAXED_TRUNC_F64X2_S_ZERO, Type.I32X4)),
    I32X4_RELAXED_TRUNC_F64X2_U_ZERO  (0xFD_104,  "i32x4.relaxed_trunc_f64x2_u_zero", NONE,            V_V,         RELAXED_SIMD,              compute(Op.RELAXED_TRUNC_F64X2_U_ZERO, Type.I32X4)),
    F32X4_RELAXED_MADD                (0xFD_105,  "f32x4.relaxed_madd",               NONE,            VVV_V,       RELAXED_SIMD,              compute(Op.RELAXED_MADD, Type.F32X4)),
    F32X4_RELAXED_NMADD               (0xFD_106,  "f32x4.relaxed_nmadd",              NONE,            VVV_V,       RELAXED_SIMD,              compute(Op.RELAXED_NMADD, Type.F32X4)),
    F64X2_RELAXED_MADD                (0xFD_107,  "f64x2.relaxed_madd",               NONE,            VVV_V,       RELAXED_SIMD,              compute(Op.RELAXED_MADD, Type.F64X2)),
    F64X2_RELAXED_NMADD               (0xFD_108,  "f64x2.relaxed_nmadd",              NONE,            VVV_V,       RELAXED_SIMD,              compute(Op.RELAXED_NMADD, Type.F64X2)),
    I8X16_RELAXED_LANESELECT          (0xFD_109,  "i8x16.relaxed_laneselect",         NONE,            VVV_V,       RELAXED_SIMD,              compute(Op.RELAXED_LANESELECT, Type.I8X16)),
    I16X8_RELAXED_LANESELECT          (0xFD_10A,  "i16x8.relaxed_laneselect",         NONE,            VVV_V,       RELAXED_SIMD,              compute(Op.RELAXED_LANESELECT, Type.I16X8)),
    I32X4_RELAXED_LANESELECT          (0xFD_10B,  "i32x4.relaxed_laneselect",         NONE,            VVV_V,       RELAXED_SIMD,              compute(Op.RELAXED_LANESELECT, Type.I32X4)),
    I64X2_RELAXED_LANESELECT          (0xFD_10C,  "i64x2.relaxed_laneselect",         NONE,            VVV_V,       RELAXED_SIMD,              compute(Op.RELAXED_LANESELECT, Type.I64X2)),
    F32X4_RELAXED_MIN                 (0xFD_10D,  "f32x4.relaxed_min",                NONE,            VV_V,        RELAXED_SIMD,              compute(Op.RELAXED_MIN, Type.F32X4)),
    F32X4_RELAXED_MAX                 (0xFD_10E,  "f32x4.relaxed_max",                NONE,            VV_V,        RELAXED_SIMD,              compute(Op.RELAXED_MAX, Type.F32X4)),
    F64X2_RELAXED_MIN                 (0xFD_10F,  "f64x2.relaxed_min",                NONE,            VV_V,        RELAXED_SIMD,              compute(Op.RELAXED_MIN, Type.F64X2)),
    F64X2_RELAXED_MAX                 (0xFD_110,  "f64x2.relaxed_max",                NONE,            VV_V,        RELAXED_SIMD,              compute(Op.RELAXED_MAX, Type.F64X2)),
    I16X8_RELAXED_Q15MULR_S           (0xFD_111,  "i16x8.relaxed_q15mulr_s",          NONE,            VV_V,        RELAXED_SIMD,              compute(Op.RELAXED_Q15MULR_S, Type.I16X8)),
    I16X8_RELAXED_DOT_I8X16_I7X16_S   (0xFD_112,  "i16x8.relaxed_dot_i8x16_i7x16_s",  NONE,            VV_V,        RELAXED_SIMD,              compute(Op.RELAXED_DOT_I8X16_I7X16_S, Type.I16X8)),
    I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S (0xFD_113,  "i32x4.relaxed_dot_i8x16_i7x16_add_s", NONE,            VVV_V,       RELAXED_SIMD,              compute(Op.RELAXED_DOT_I8X16_I7X16_ADD_S, Type.I32X4)),

    // Prefix 0xFE: threads.
    MEMORY_ATOMIC_NOTIFY              (0xFE_000,  "memory.atomic.notify",             MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_NOTIFY, Type.I32, 4)),
    MEMORY_ATOMIC_WAIT32              (0xFE_001,  "memory.atomic.wait32",             MEMARG,          AIL_I,       THREADS,                   access(Op.ATOMIC_WAIT, Type.I32, 4)),
    MEMORY_ATOMIC_WAIT64              (0xFE_002,  "memory.atomic.wait64",             MEMARG,          ALL_I,       THREADS,                   access(Op.ATOMIC_WAIT, Type.I64, 8)),
    ATOMIC_FENCE                      (0xFE_003,  "atomic.fence",                     ZERO_BYTE,       EMPTY,       THREADS,                   access(Op.ATOMIC_FENCE, Type.I32, 0)),
    I32_ATOMIC_LOAD                   (0xFE_010,  "i32.atomic.load",                  MEMARG,          A_I,         THREADS,                   access(Op.ATOMIC_LOAD, Type.I32, 4)),
    I64_ATOMIC_LOAD                   (0xFE_011,  "i64.atomic.load",                  MEMARG,          A_L,         THREADS,                   access(Op.ATOMIC_LOAD, Type.I64, 8)),
    I32_ATOMIC_LOAD8_U                (0xFE_012,  "i32.atomic.load8_u",               MEMARG,          A_I,         THREADS,                   access(Op.ATOMIC_LOAD, Type.I32, 1)),
    I32_ATOMIC_LOAD16_U               (0xFE_013,  "i32.atomic.load16_u",              MEMARG,          A_I,         THREADS,                   access(Op.ATOMIC_LOAD, Type.I32, 2)),
    I64_ATOMIC_LOAD8_U                (0xFE_014,  "i64.atomic.load8_u",               MEMARG,          A_L,         THREADS,                   access(Op.ATOMIC_LOAD, Type.I64, 1)),
    I64_ATOMIC_LOAD16_U               (0xFE_015,  "i64.atomic.load16_u",              MEMARG,          A_L,         THREADS,                   access(Op.ATOMIC_LOAD, Type.I64, 2)),
    I64_ATOMIC_LOAD32_U               (0xFE_016,  "i64.atomic.load32_u",              MEMARG,          A_L,         THREADS,                   access(Op.ATOMIC_LOAD, Type.I64, 4)),
    I32_ATOMIC_STORE                  (0xFE_017,  "i32.atomic.store",                 MEMARG,          AI_,         THREADS,                   access(Op.ATOMIC_STORE, Type.I32, 4)),
    I64_ATOMIC_STORE                  (0xFE_018,  "i64.atomic.store",                 MEMARG,          AL_,         THREADS,                   access(Op.ATOMIC_STORE, Type.I64, 8)),
    I32_ATOMIC_STORE8                 (0xFE_019,  "i32.atomic.store8",                MEMARG,          AI_,         THREADS,                   access(Op.ATOMIC_STORE, Type.I32, 1)),
    I32_ATOMIC_STORE16                (0xFE_01A,  "i32.atomic.store16",               MEMARG,          AI_,         THREADS,                   access(Op.ATOMIC_STORE, Type.I32, 2)),
    I64_ATOMIC_STORE8                 (0xFE_01B,  "i64.atomic.store8",                MEMARG,          AL_,         THREADS,                   access(Op.ATOMIC_STORE, Type.I64, 1)),
    I64_ATOMIC_STORE16                (0xFE_01C,  "i64.atomic.store16",               MEMARG,          AL_,         THREADS,                   access(Op.ATOMIC_STORE, Type.I64, 2)),
    I64_ATOMIC_STORE32                (0xFE_01D,  "i64.atomic.store32",               MEMARG,          AL_,         THREADS,                   access(Op.ATOMIC_STORE, Type.I64, 4)),
    I32_ATOMIC_RMW_ADD                (0xFE_01E,  "i32.atomic.rmw.add",               MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_ADD, Type.I32, 4)),
    I64_ATOMIC_RMW_ADD                (0xFE_01F,  "i64.atomic.rmw.add",               MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_ADD, Type.I64, 8)),
    I32_ATOMIC_RMW8_ADD_U             (0xFE_020,  "i32.atomic.rmw8.add_u",            MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_ADD, Type.I32, 1)),
    I32_ATOMIC_RMW16_ADD_U            (0xFE_021,  "i32.atomic.rmw16.add_u",           MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_ADD, Type.I32, 2)),
    I64_ATOMIC_RMW8_ADD_U             (0xFE_022,  "i64.atomic.rmw8.add_u",            MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_ADD, Type.I64, 1)),
    I64_ATOMIC_RMW16_ADD_U            (0xFE_023,  "i64.atomic.rmw16.add_u",           MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_ADD, Type.I64, 2)),
    I64_ATOMIC_RMW32_ADD_U            (0xFE_024,  "i64.atomic.rmw32.add_u",           MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_ADD, Type.I64, 4)),
    I32_ATOMIC_RMW_SUB                (0xFE_025,  "i32.atomic.rmw.sub",               MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_SUB, Type.I32, 4)),
    I64_ATOMIC_RMW_SUB                (0xFE_026,  "i64.atomic.rmw.sub",               MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_SUB, Type.I64, 8)),
    I32_ATOMIC_RMW8_SUB_U             (0xFE_027,  "i32.atomic.rmw8.sub_u",            MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_SUB, Type.I32, 1)),
    I32_ATOMIC_RMW16_SUB_U            (0xFE_028,  "i32.atomic.rmw16.sub_u",           MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_SUB, Type.I32, 2)),
    I64_ATOMIC_RMW8_SUB_U             (0xFE_029,  "i64.atomic.rmw8.sub_u",            MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_SUB, Type.I64, 1)),
    I64_ATOMIC_RMW16_SUB_U            (0xFE_02A,  "i64.atomic.rmw16.sub_u",           MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_SUB, Type.I64, 2)),
    I64_ATOMIC_RMW32_SUB_U            (0xFE_02B,  "i64.atomic.rmw32.sub_u",           MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_SUB, Type.I64, 4)),
    I32_ATOMIC_RMW_AND                (0xFE_02C,  "i32.atomic.rmw.and",               MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_AND, Type.I32, 4)),
    I64_ATOMIC_RMW_AND                (0xFE_02D,  "i64.atomic.rmw.and",               MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_AND, Type.I64, 8)),
    I32_ATOMIC_RMW8_AND_U             (0xFE_02E,  "i32.atomic.rmw8.and_u",            MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_AND, Type.I32, 1)),
    I32_ATOMIC_RMW16_AND_U            (0xFE_02F,  "i32.atomic.rmw16.and_u",           MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_AND, Type.I32, 2)),
    I64_ATOMIC_RMW8_AND_U             (0xFE_030,  "i64.atomic.rmw8.and_u",            MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_AND, Type.I64, 1)),
    I64_ATOMIC_RMW16_AND_U            (0xFE_031,  "i64.atomic.rmw16.and_u",           MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_AND, Type.I64, 2)),
    I64_ATOMIC_RMW32_AND_U            (0xFE_032,  "i64.atomic.rmw32.and_u",           MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_AND, Type.I64, 4)),
    I32_ATOMIC_RMW_OR                 (0xFE_033,  "i32.atomic.rmw.or",                MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_OR, Type.I32, 4)),
    I64_ATOMIC_RMW_OR                 (0xFE_034,  "i64.atomic.rmw.or",                MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_OR, Type.I64, 8)),
    I32_ATOMIC_RMW8_OR_U              (0xFE_035,  "i32.atomic.rmw8.or_u",             MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_OR, Type.I32, 1)),
    I32_ATOMIC_RMW16_OR_U             (0xFE_036,  "i32.atomic.rmw16.or_u",            MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_OR, Type.I32, 2)),
    I64_ATOMIC_RMW8_OR_U              (0xFE_037,  "i64.atomic.rmw8.or_u",             MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_OR, Type.I64, 1)),
    I64_ATOMIC_RMW16_OR_U             (0xFE_038,  "i64.atomic.rmw16.or_u",            MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_OR, Type.I64, 2)),
    I64_ATOMIC_RMW32_OR_U             (0xFE_039,  "i64.atomic.rmw32.or_u",            MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_OR, Type.I64, 4)),
    I32_ATOMIC_RMW_XOR                (0xFE_03A,  "i32.atomic.rmw.xor",               MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_XOR, Type.I32, 4)),
    I64_ATOMIC_RMW_XOR                (0xFE_03B,  "i64.atomic.rmw.xor",               MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_XOR, Type.I64, 8)),
    I32_ATOMIC_RMW8_XOR_U             (0xFE_03C,  "i32.atomic.rmw8.xor_u",            MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_XOR, Type.I32, 1)),
    I32_ATOMIC_RMW16_XOR_U            (0xFE_03D,  "i32.atomic.rmw16.xor_u",           MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_XOR, Type.I32, 2)),
    I64_ATOMIC_RMW8_XOR_U             (0xFE_03E,  "i64.atomic.rmw8.xor_u",            MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_XOR, Type.I64, 1)),
    I64_ATOMIC_RMW16_XOR_U            (0xFE_03F,  "i64.atomic.rmw16.xor_u",           MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_XOR, Type.I64, 2)),
    I64_ATOMIC_RMW32_XOR_U            (0xFE_040,  "i64.atomic.rmw32.xor_u",           MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_XOR, Type.I64, 4)),
    I32_ATOMIC_RMW_XCHG               (0xFE_041,  "i32.atomic.rmw.xchg",              MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_EXCHANGE, Type.I32, 4)),
    I64_ATOMIC_RMW_XCHG               (0xFE_042,  "i64.atomic.rmw.xchg",              MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_EXCHANGE, Type.I64, 8)),
    I32_ATOMIC_RMW8_XCHG_U            (0xFE_043,  "i32.atomic.rmw8.xchg_u",           MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_EXCHANGE, Type.I32, 1)),
    I32_ATOMIC_RMW16_XCHG_U           (0xFE_044,  "i32.atomic.rmw16.xchg_u",          MEMARG,          AI_I,        THREADS,                   access(Op.ATOMIC_EXCHANGE, Type.I32, 2)),
    I64_ATOMIC_RMW8_XCHG_U            (0xFE_045,  "i64.atomic.rmw8.xchg_u",           MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_EXCHANGE, Type.I64, 1)),
    I64_ATOMIC_RMW16_XCHG_U           (0xFE_046,  "i64.atomic.rmw16.xchg_u",          MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_EXCHANGE, Type.I64, 2)),
    I64_ATOMIC_RMW32_XCHG_U           (0xFE_047,  "i64.atomic.rmw32.xchg_u",          MEMARG,          AL_L,        THREADS,                   access(Op.ATOMIC_EXCHANGE, Type.I64, 4)),
    I32_ATOMIC_RMW_CMPXCHG            (0xFE_048,  "i32.atomic.rmw.cmpxchg",           MEMARG,          AII_I,       THREADS,                   access(Op.ATOMIC_COMPARE_EXCHANGE, Type.I32, 4)),
    I64_ATOMIC_RMW_CMPXCHG            (0xFE_049,  "i64.atomic.rmw.cmpxchg",           MEMARG,          ALL_L,       THREADS,                   access(Op.ATOMIC_COMPARE_EXCHANGE, Type.I64, 8)),
    I32_ATOMIC_RMW8_CMPXCHG_U         (0xFE_04A,  "i32.atomic.rmw8.cmpxchg_u",        MEMARG,          AII_I,       THREADS,                   access(Op.ATOMIC_COMPARE_EXCHANGE, Type.I32, 1)),
    I32_ATOMIC_RMW16_CMPXCHG_U        (0xFE_04B,  "i32.atomic.rmw16.cmpxchg_u",       MEMARG,          AII_I,       THREADS,                   access(Op.ATOMIC_COMPARE_EXCHANGE, Type.I32, 2)),
    I64_ATOMIC_RMW8_CMPXCHG_U         (0xFE_04C,  "i64.atomic.rmw8.cmpxchg_u",        MEMARG,          ALL_L,       THREADS,                   access(Op.ATOMIC_COMPARE_EXCHANGE, Type.I64, 1)),
    I64_ATOMIC_RMW16_CMPXCHG_U        (0xFE_04D,  "i64.atomic.rmw16.cmpxchg_u",       MEMARG,          ALL_L,       THREADS,                   access(Op.ATOMIC_COMPARE_EXCHANGE, Type.I64, 2)),
    I64_ATOMIC_RMW32_CMPXCHG_U        (0xFE_04E,  "i64.atomic.rmw32.cmpxchg_u",       MEMARG,          ALL_L,       THREADS,                   access(Op.ATOMIC_COMPARE_EXCHANGE, Type.I64, 4));
    // @formatter:on

    /** The prefix bytes; the number after one is an unsigned LEB128. */
    public static final int PREFIX_GC = 0xFB;

    public static final int PREFIX_MISC = 0xFC;
    public static final int PREFIX_SIMD = 0xFD;
    public static final int PREFIX_THREADS = 0xFE;

    private static final Opcode[] ALL = values();
    private static final Opcode[] PLAIN = page(0, 256);
    private static final Opcode[] GC_PAGE = page(PREFIX_GC, 32);
    private static final Opcode[] MISC_PAGE = page(PREFIX_MISC, 32);
    private static final Opcode[] SIMD_PAGE = page(PREFIX_SIMD, 0x120);
    private static final Opcode[] THREADS_PAGE = page(PREFIX_THREADS, 0x50);

    private final int code;
    private final String text;
    private final Immediate immediate;
    private final Signature signature;
    private final Feature feature;
    private final Meaning meaning;

    Opcode(int code, String text, Immediate immediate, Signature signature, Feature feature, Meaning meaning) {
        this.code = code;
        this.text = text;
        this.immediate = immediate;
        this.signature = signature;
        this.feature = feature;
        this.meaning = meaning;
    }

    private static Opcode[] page(int prefix, int size) {
        Opcode[] page = new Opcode[size];
        for (Opcode opcode : ALL) {
            if (opcode.prefix() == prefix) {
                page[opcode.number()] = opcode;
            }
        }
        return page;
    }

    /** The opcode of one byte, or null if there is none: prefixes and holes. */
    public static Opcode of(int firstByte) {
        return PLAIN[firstByte & 0xFF];
    }

    /** The opcode with this number after a prefix byte, or null if there is none. The number is read as unsigned. */
    public static Opcode of(int prefix, int number) {
        Opcode[] page = switch (prefix) {
            case PREFIX_GC -> GC_PAGE;
            case PREFIX_MISC -> MISC_PAGE;
            case PREFIX_SIMD -> SIMD_PAGE;
            case PREFIX_THREADS -> THREADS_PAGE;
            default -> PLAIN;
        };
        return number >= 0 && number < page.length ? page[number] : null;
    }

    /** Whether a first byte is a prefix: the opcode's number follows it. */
    public static boolean isPrefix(int firstByte) {
        return firstByte >= PREFIX_GC && firstByte <= PREFIX_THREADS;
    }

    /** How many opcodes there are; their ordinals are below. */
    public static int count() {
        return ALL.length;
    }

    /** The opcode with this ordinal. */
    public static Opcode at(int ordinal) {
        return ALL[ordinal];
    }

    /** The opcode byte, or {@code prefix << 12 | number}. */
    public int code() {
        return code;
    }

    /** The prefix byte, 0 if there is none. */
    public int prefix() {
        return code >> 12;
    }

    /** The number after the prefix, or the opcode byte. */
    public int number() {
        return code & 0xFFF;
    }

    /** The instruction in the words of the text format. */
    public String text() {
        return text;
    }

    /** What follows the opcode. */
    public Immediate immediate() {
        return immediate;
    }

    /** Operand and result types, where they are always the same. */
    public Signature signature() {
        return signature;
    }

    /** The feature that brought it. */
    public Feature feature() {
        return feature;
    }

    /** The family it belongs to, with what the family wants to know. */
    public Meaning meaning() {
        return meaning;
    }

    /** The operator, if this is one on the topmost operands; else this fails. */
    public Numeric numeric() {
        return (Numeric) meaning;
    }

    /** The access, if this is one; else this fails. */
    public Memory memory() {
        return (Memory) meaning;
    }

    /** Bytes of memory that one access touches, 0 for opcodes that do not access memory. */
    public int accessBytes() {
        return meaning instanceof Memory memory ? memory.bytes() : 0;
    }
}
