package emberwall.wasm.reference;

import emberwall.op.TrapReason;
import emberwall.wasm.Opcode;
import emberwall.wasm.TypeRegistry;
import emberwall.wasm.ValueType;

/**
 * References as such (WebAssembly 3.0, section 4.6.8), for code and constant expressions alike: operands lie below
 * {@code sp} in the two arrays that each call is given. A reference is the object itself, and internal or external is only
 * a point of view.
 */
final class References {
    private final TypeRegistry types;
    private int resume;

    References(TypeRegistry types) {
        this.types = types;
    }

    /** Where the code goes on after the last instruction done here. */
    int resume() {
        return resume;
    }

    /** Does an instruction whose immediates are at {@code pc}; gives the new {@code sp}. */
    int execute(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, long[] w, Object[] r, int sp) {
        resume = pc;
        switch (opcode) {
            case REF_NULL -> {
                resume = Leb128.skip(bytes, pc);
                r[sp] = null;
                return sp + 1;
            }
            case REF_FUNC -> {
                resume = Leb128.skip(bytes, pc);
                r[sp] = instance.functions[Leb128.u32(bytes, pc)];
                return sp + 1;
            }
            case REF_IS_NULL -> {
                w[sp - 1] = r[sp - 1] == null ? 1 : 0;
                return sp;
            }
            case REF_AS_NON_NULL -> {
                if (r[sp - 1] == null) {
                    throw TrapSignal.of(TrapReason.NULL_REFERENCE);
                }
                return sp;
            }
            case REF_EQ -> {
                w[sp - 2] = same(r[sp - 2], r[sp - 1]) ? 1 : 0;
                return sp - 1;
            }
            case REF_TEST, REF_TEST_NULL -> {
                w[sp - 1] = isOf(r[sp - 1], opcode == Opcode.REF_TEST_NULL, heapType(bytes), instance) ? 1 : 0;
                return sp;
            }
            case REF_CAST, REF_CAST_NULL -> {
                if (!isOf(r[sp - 1], opcode == Opcode.REF_CAST_NULL, heapType(bytes), instance)) {
                    throw TrapSignal.of(TrapReason.CAST_FAILURE);
                }
                return sp;
            }
            case REF_I31 -> {
                r[sp - 1] = I31.of(w[sp - 1]);
                return sp;
            }
            case I31_GET_S, I31_GET_U -> {
                if (r[sp - 1] == null) {
                    throw TrapSignal.of(TrapReason.NULL_I31_REFERENCE);
                }
                I31 integer = (I31) r[sp - 1];
                w[sp - 1] = opcode == Opcode.I31_GET_S ? integer.signed() & 0xffff_ffffL : integer.bits();
                return sp;
            }
            case ANY_CONVERT_EXTERN, EXTERN_CONVERT_ANY -> {
                return sp;
            }
            default -> throw new InternalError("not an instruction of this tier: " + opcode.text());
        }
    }

    /** Whether {@code br_on_cast} or {@code br_on_cast_fail}, whose immediates are at {@code pc}, branches. */
    boolean branches(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, Object reference) {
        boolean nullable = (bytes[pc] & 2) != 0;
        resume = Leb128.skip(bytes, Leb128.skip(bytes, pc + 1));
        return isOf(reference, nullable, heapType(bytes), instance) == (opcode == Opcode.BR_ON_CAST);
    }

    private int heapType(byte[] bytes) {
        long heap = Leb128.s64(bytes, resume);
        resume = Leb128.skip(bytes, resume);
        return heap < 0 ? (int) heap & 0x7f : ValueType.concrete((int) heap);
    }

    /** Objects of guests are equal only if they are the same; small integers are values. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(Object first, Object second) {
        return first == second || first instanceof I31 integer && integer.equals(second);
    }

    private boolean isOf(Object reference, boolean nullable, int heap, ModuleInstance instance) {
        if (reference == null) {
            return nullable;
        }
        int id = ValueType.isConcrete(heap) ? ValueType.concrete(instance.typeIds[ValueType.typeIndex(heap)]) : heap;
        return isOf(types, reference, id);
    }

    /** Whether a reference that is not null is one to a heap type, which is in terms of the registry's ids. */
    static boolean isOf(TypeRegistry types, Object reference, int heap) {
        if (ValueType.isConcrete(heap)) {
            int wanted = ValueType.typeIndex(heap);
            return switch (reference) {
                case StructInstance struct -> types.isSubtype(struct.type, wanted);
                case ArrayInstance array -> types.isSubtype(array.type, wanted);
                case FunctionInstance function -> types.isSubtype(function.canonicalType, wanted);
                default -> false;
            };
        }
        boolean isFunction = reference instanceof FunctionInstance;
        boolean isException = reference instanceof GuestException;
        return switch (heap) {
            case ValueType.EXTERN -> true;
            case ValueType.FUNC -> isFunction;
            case ValueType.EXN -> isException;
            case ValueType.ANY -> !isFunction && !isException;
            case ValueType.EQ ->
                reference instanceof StructInstance || reference instanceof ArrayInstance || reference instanceof I31;
            case ValueType.STRUCT -> reference instanceof StructInstance;
            case ValueType.ARRAY -> reference instanceof ArrayInstance;
            case ValueType.I31 -> reference instanceof I31;
            default -> false;
        };
    }
}
