package emberwall.wasm.reference;

import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;

/** What the interpreter's loop does with the first byte of an instruction: a small number to switch by, from the opcode table. */
final class Plan {
    /** Whatever has a prefix, and what is rare, is done by {@link RareInstructions}. */
    static final int RARE = 0;

    static final int UNARY = 1;
    static final int BINARY = 2;
    static final int LOAD = 3;
    static final int STORE = 4;
    static final int LOCAL_GET = 5;
    static final int LOCAL_SET = 6;
    static final int LOCAL_TEE = 7;
    static final int GLOBAL_GET = 8;
    static final int GLOBAL_SET = 9;
    static final int I32_CONST = 10;
    static final int I64_CONST = 11;
    static final int F32_CONST = 12;
    static final int F64_CONST = 13;
    static final int DROP = 14;
    static final int SELECT = 15;
    static final int SELECT_TYPED = 16;
    static final int BLOCK = 17;
    static final int IF = 18;
    static final int ELSE = 19;
    static final int END = 20;
    static final int BR = 21;
    static final int BR_IF = 22;
    static final int BR_TABLE = 23;
    static final int BR_ON_NULL = 24;
    static final int BR_ON_NON_NULL = 25;
    static final int RETURN = 26;
    static final int CALL = 27;
    static final int RETURN_CALL = 28;
    static final int UNREACHABLE = 29;
    static final int NOP = 30;
    static final int TRY = 31;
    static final int TRY_TABLE = 32;
    static final int DELEGATE = 33;
    static final int THROW = 34;
    static final int THROW_REF = 35;
    static final int RETHROW = 36;

    private static final byte[] PLANS = new byte[256];
    private static final Op[] OPS = new Op[256];
    private static final Type[] TYPES = new Type[256];

    static {
        for (int first = 0; first < 256; first++) {
            Opcode opcode = Opcode.of(first);
            if (opcode == null) {
                PLANS[first] = RARE;
            } else if (opcode.meaning() instanceof Meaning.Numeric numeric) {
                PLANS[first] = (byte) (numeric.op().arity() == 1 ? UNARY : BINARY);
                OPS[first] = numeric.op();
                TYPES[first] = numeric.type();
            } else if (opcode.meaning() instanceof Meaning.Memory memory) {
                PLANS[first] = (byte) (memory.op().writesMemory() ? STORE : LOAD);
                OPS[first] = memory.op();
                TYPES[first] = memory.type();
            } else {
                PLANS[first] = (byte) plan(opcode);
            }
        }
    }

    private Plan() {}

    /** What to do. */
    static int of(int first) {
        return PLANS[first];
    }

    /** The operator of a numeric instruction or of an access to memory. */
    static Op op(int first) {
        return OPS[first];
    }

    /** The type that the operator works on. */
    static Type type(int first) {
        return TYPES[first];
    }

    private static int plan(Opcode opcode) {
        return switch (opcode) {
            case LOCAL_GET -> LOCAL_GET;
            case LOCAL_SET -> LOCAL_SET;
            case LOCAL_TEE -> LOCAL_TEE;
            case GLOBAL_GET -> GLOBAL_GET;
            case GLOBAL_SET -> GLOBAL_SET;
            case I32_CONST -> I32_CONST;
            case I64_CONST -> I64_CONST;
            case F32_CONST -> F32_CONST;
            case F64_CONST -> F64_CONST;
            case DROP -> DROP;
            case SELECT -> SELECT;
            case SELECT_TYPED -> SELECT_TYPED;
            case BLOCK, LOOP -> BLOCK;
            case IF -> IF;
            case ELSE, CATCH, CATCH_ALL -> ELSE;
            case END -> END;
            case BR -> BR;
            case BR_IF -> BR_IF;
            case BR_TABLE -> BR_TABLE;
            case BR_ON_NULL -> BR_ON_NULL;
            case BR_ON_NON_NULL -> BR_ON_NON_NULL;
            case RETURN -> RETURN;
            case CALL, CALL_INDIRECT, CALL_REF -> CALL;
            case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> RETURN_CALL;
            case UNREACHABLE -> UNREACHABLE;
            case NOP -> NOP;
            case TRY -> TRY;
            case TRY_TABLE -> TRY_TABLE;
            case DELEGATE -> DELEGATE;
            case THROW -> THROW;
            case THROW_REF -> THROW_REF;
            case RETHROW -> RETHROW;
            default -> RARE;
        };
    }
}
