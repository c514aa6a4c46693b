package emberwall.fuzz;

import emberwall.fuzz.Draft.Function;
import emberwall.fuzz.Draft.Table;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;

/** Where values of reference types come from. */
final class ReferenceValues {
    private static final int[] NONE = {};
    private static final int ANY_NON_NULL = ValueType.asNonNull(ValueType.ANYREF);
    private static final int I31_NON_NULL = ValueType.asNonNull(ValueType.I31REF);

    private final BodyGenerator body;

    ReferenceValues(BodyGenerator body) {
        this.body = body;
    }

    /** Pushes a reference of a type from wherever there is one. */
    void value(int type) {
        int choice = body.random.nextInt(8);
        Table table = choice == 0 ? body.table(type) : null;
        if (table != null) {
            body.index(table);
            body.emit(Opcode.TABLE_GET, new int[] {table.addressType()}, new int[] {table.element}, table);
        } else if (choice > 4 || !body.variable(type, choice == 1)) {
            make(type);
        }
    }

    /** Pushes a reference that did not exist before, where there can be such. */
    private void make(int type) {
        body.valueDepth++;
        boolean isDeep = body.valueDepth > BodyGenerator.DEEPEST_VALUE || body.budget <= 0;
        boolean wantsNull = ValueType.isNullable(type) && (isDeep || body.chance(8));
        if (wantsNull || !made(type, ValueType.heapType(type), isDeep)) {
            nothing(type);
        }
        body.valueDepth--;
    }

    /** Null, and a trap where it cannot be. */
    private void nothing(int type) {
        int nullable = ValueType.asNullable(type);
        body.emit(Opcode.REF_NULL, NONE, new int[] {nullable}, ValueType.heapType(type));
        if (nullable != type) {
            body.emit(Opcode.REF_AS_NON_NULL, new int[] {nullable}, new int[] {type});
        }
    }

    private boolean made(int type, int heap, boolean isDeep) {
        return switch (body.types.types().topOf(heap)) {
            case ValueType.FUNC -> function(type);
            case ValueType.EXTERN -> heap == ValueType.EXTERN && external();
            case ValueType.ANY -> body.rows.has(Opcode.REF_I31) && object(type, isDeep);
            default -> false;
        };
    }

    private boolean function(int type) {
        Function function =
                body.any(body.draft.functions, one -> body.types.isSubtype(body.module.reference(one), type));
        if (function == null) {
            return false;
        }
        body.emit(Opcode.REF_FUNC, NONE, new int[] {body.module.reference(function)}, function);
        return true;
    }

    private boolean external() {
        if (!body.rows.has(Opcode.EXTERN_CONVERT_ANY)) {
            return false;
        }
        body.value(ANY_NON_NULL);
        int[] result = {ValueType.asNonNull(ValueType.EXTERNREF)};
        body.emit(Opcode.EXTERN_CONVERT_ANY, new int[] {ANY_NON_NULL}, result);
        return true;
    }

    private boolean object(int type, boolean isDeep) {
        List<Integer> fitting = new ArrayList<>();
        for (int index = 0; index < body.types.count(); index++) {
            if (!body.types.types().isFunction(index) && body.types.isSubtype(reference(index), type)) {
                fitting.add(index);
            }
        }
        boolean small = body.types.isSubtype(I31_NON_NULL, type);
        if (small && (isDeep || fitting.isEmpty() || body.chance(3))) {
            body.value(ValueType.I32);
            body.emit(Opcode.REF_I31, new int[] {ValueType.I32}, new int[] {I31_NON_NULL});
            return true;
        }
        if (type == ValueType.ANYREF && body.chance(6)) {
            body.value(ValueType.EXTERNREF);
            body.emit(Opcode.ANY_CONVERT_EXTERN, new int[] {ValueType.EXTERNREF}, new int[] {type});
            return true;
        }
        if (fitting.isEmpty()) {
            return false;
        }
        ObjectRows.create(body, isDeep ? fitting.getFirst() : body.pick(fitting));
        return true;
    }

    private static int reference(int index) {
        return ValueType.reference(false, ValueType.concrete(index));
    }
}
