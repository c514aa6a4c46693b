package emberwall.ebpf.insn;

import emberwall.op.Eval;
import emberwall.op.Op;
import emberwall.op.Type;

/** What instructions compute, by {@link Eval} and RFC 9669's rules for what is undefined elsewhere. */
public final class Meaning {
    private static final long LOW = 0xFFFF_FFFFL;

    private Meaning() {}

    /**
     * {@return what {@code dst} holds afterwards}
     *
     * @param opcode of kind ALU, NEGATE, MOVE, MOVE_SIGNED, TO_LITTLE, TO_BIG or SWAP
     * @param dst what it held before
     * @param operand the other operand, an immediate sign-extended
     */
    public static long compute(Opcode opcode, long dst, long operand) {
        boolean wide = opcode.bits() == 64;
        return switch (opcode.kind()) {
            case ALU ->
                wide
                        ? compute(opcode.op(), Type.I64, dst, operand)
                        : compute(opcode.op(), Type.I32, dst & LOW, operand & LOW);
            case NEGATE -> wide ? -dst : -dst & LOW;
            case MOVE -> wide ? operand : operand & LOW;
            case MOVE_SIGNED -> Eval.apply(opcode.op(), wide ? Type.I64 : Type.I32, operand, 0);
            case TO_LITTLE -> dst & -1L >>> (64 - opcode.bits());
            case TO_BIG, SWAP -> Long.reverseBytes(dst) >>> (64 - opcode.bits());
            default -> throw new IllegalArgumentException(opcode + " computes nothing");
        };
    }

    private static long compute(Op op, Type type, long a, long b) {
        boolean minusOne = type == Type.I64 ? b == -1 : (int) b == -1;
        return switch (op) {
            case DIV_U -> b == 0 ? 0 : Eval.apply(op, type, a, b);
            case REM_U -> b == 0 ? a : Eval.apply(op, type, a, b);
            case DIV_S -> b == 0 ? 0 : minusOne ? Eval.apply(Op.SUB, type, 0, a) : Eval.apply(op, type, a, b);
            case REM_S -> b == 0 ? a : minusOne ? 0 : Eval.apply(op, type, a, b);
            default -> Eval.apply(op, type, a, b);
        };
    }

    /**
     * {@return whether a branch is taken}
     *
     * @param opcode of kind BRANCH
     * @param a {@code dst}
     * @param b the other operand, an immediate sign-extended
     */
    public static boolean holds(Opcode opcode, long a, long b) {
        Type type = opcode.bits() == 64 ? Type.I64 : Type.I32;
        return Eval.apply(opcode.op(), type, a, b) != 0;
    }

    /** {@return what memory holds after an atomic operation on its low bits, which held {@code before}} */
    static long update(Op op, long before, long operand) {
        return switch (op) {
            case ATOMIC_ADD -> before + operand;
            case ATOMIC_OR -> before | operand;
            case ATOMIC_AND -> before & operand;
            case ATOMIC_XOR -> before ^ operand;
            case ATOMIC_EXCHANGE -> operand;
            default -> throw new IllegalArgumentException("no update: " + op);
        };
    }

    /**
     * {@return what memory holds after an atomic operation}
     *
     * @param before what it held
     * @param operand the register {@code src}
     * @param expected {@code r0}, for cmpxchg
     */
    public static long update(Opcode opcode, long before, long operand, long expected) {
        long mask = -1L >>> (64 - opcode.bits());
        if (opcode.op() == Op.ATOMIC_COMPARE_EXCHANGE) {
            return (before & mask) == (expected & mask) ? operand & mask : before & mask;
        }
        return update(opcode.op(), before, operand) & mask;
    }
}
