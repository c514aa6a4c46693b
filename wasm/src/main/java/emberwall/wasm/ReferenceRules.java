package emberwall.wasm;

/** The rules for references, structures and arrays (WebAssembly 3.0, sections 3.4.5 to 3.4.7). */
final class ReferenceRules {
    private final Body body;
    private final OperandStack stack;
    private final Types types;

    ReferenceRules(Body body) {
        this.body = body;
        this.stack = body.stack;
        this.types = body.types;
    }

    void check(Opcode opcode) {
        switch (opcode) {
            case REF_NULL -> stack.push(ValueType.reference(true, body.heapType()));
            case REF_IS_NULL -> {
                stack.popReference();
                stack.push(ValueType.I32);
            }
            case REF_FUNC -> function();
            case REF_EQ -> {
                stack.pop(ValueType.EQREF);
                stack.pop(ValueType.EQREF);
                stack.push(ValueType.I32);
            }
            case REF_AS_NON_NULL -> {
                int type = stack.popReference();
                stack.push(type == ValueType.BOTTOM ? type : ValueType.asNonNull(type));
            }
            case REF_TEST, REF_TEST_NULL -> {
                popCast(body.heapType());
                stack.push(ValueType.I32);
            }
            case REF_CAST, REF_CAST_NULL -> {
                int heap = body.heapType();
                popCast(heap);
                stack.push(ValueType.reference(opcode == Opcode.REF_CAST_NULL, heap));
            }
            case ANY_CONVERT_EXTERN -> convert(ValueType.EXTERN, ValueType.ANY);
            case EXTERN_CONVERT_ANY -> convert(ValueType.ANY, ValueType.EXTERN);
            case REF_I31 -> {
                stack.pop(ValueType.I32);
                stack.push(ValueType.asNonNull(ValueType.I31REF));
            }
            case I31_GET_S, I31_GET_U -> {
                stack.pop(ValueType.I31REF);
                stack.push(ValueType.I32);
            }
            default -> throw new InternalError("no rule for " + opcode);
        }
    }

    private void function() {
        int function = body.function();
        if (body.constant) {
            body.module.refer(function);
        } else if (!body.module.isReferred(function)) {
            throw body.invalid("undeclared function reference " + function);
        }
        stack.push(ValueType.reference(false, ValueType.concrete(body.module.functionTypes.get(function))));
    }

    private void popCast(int heap) {
        stack.pop(ValueType.reference(true, types.topOf(heap)));
    }

    private void convert(int from, int to) {
        int type = stack.popReference();
        if (!types.isSubtype(type, ValueType.reference(true, from))) {
            throw body.mismatch(ValueType.reference(true, from), type);
        }
        stack.push(ValueType.reference(ValueType.isNullable(type), to));
    }

    void aggregate(Opcode opcode) {
        switch (opcode) {
            case STRUCT_NEW -> structNew();
            case STRUCT_NEW_DEFAULT -> structNewDefault();
            case STRUCT_GET, STRUCT_GET_S, STRUCT_GET_U -> structGet(opcode == Opcode.STRUCT_GET);
            case STRUCT_SET -> structSet();
            case ARRAY_NEW -> {
                int type = array();
                stack.pop(ValueType.I32);
                stack.pop(element(type));
                pushNew(type);
            }
            case ARRAY_NEW_DEFAULT -> {
                int type = array();
                if (!ValueType.isDefaultable(types.field(type, 0))) {
                    throw body.invalid("type mismatch: elements of type " + type + " have no default value");
                }
                stack.pop(ValueType.I32);
                pushNew(type);
            }
            case ARRAY_NEW_FIXED -> arrayNewFixed();
            case ARRAY_NEW_DATA -> {
                int type = array();
                body.knownData(body.in.u32());
                checkNumeric(type);
                stack.pop(ValueType.I32);
                stack.pop(ValueType.I32);
                pushNew(type);
            }
            case ARRAY_NEW_ELEM -> {
                int type = array();
                checkElementSegment(type);
                stack.pop(ValueType.I32);
                stack.pop(ValueType.I32);
                pushNew(type);
            }
            case ARRAY_GET, ARRAY_GET_S, ARRAY_GET_U -> arrayGet(opcode == Opcode.ARRAY_GET);
            case ARRAY_SET -> {
                int type = mutableArray();
                stack.pop(element(type));
                stack.pop(ValueType.I32);
                popOld(type);
            }
            case ARRAY_LEN -> {
                stack.pop(ValueType.ARRAYREF);
                stack.push(ValueType.I32);
            }
            case ARRAY_FILL -> {
                int type = mutableArray();
                stack.pop(ValueType.I32);
                stack.pop(element(type));
                stack.pop(ValueType.I32);
                popOld(type);
            }
            case ARRAY_COPY -> arrayCopy();
            case ARRAY_INIT_DATA -> {
                int type = mutableArray();
                body.knownData(body.in.u32());
                checkNumeric(type);
                popInit(type);
            }
            case ARRAY_INIT_ELEM -> {
                int type = mutableArray();
                checkElementSegment(type);
                popInit(type);
            }
            default -> throw new InternalError("no rule for " + opcode);
        }
    }

    private int struct() {
        int type = body.type();
        if (!types.isStruct(type)) {
            throw body.invalid("type mismatch: type " + type + " is no structure");
        }
        return type;
    }

    private int array() {
        int type = body.type();
        if (!types.isArray(type)) {
            throw body.invalid("type mismatch: type " + type + " is no array");
        }
        return type;
    }

    private int mutableArray() {
        int type = array();
        if (!types.isMutable(type, 0)) {
            throw body.invalid("immutable array");
        }
        return type;
    }

    private int field(int type) {
        return body.index(types.fieldCount(type), "field");
    }

    /** What an element of an array is on the stack. */
    private int element(int type) {
        return ValueType.unpacked(types.field(type, 0));
    }

    private void pushNew(int type) {
        stack.push(ValueType.reference(false, ValueType.concrete(type)));
    }

    private void popOld(int type) {
        stack.pop(ValueType.reference(true, ValueType.concrete(type)));
    }

    private void popInit(int type) {
        stack.pop(ValueType.I32);
        stack.pop(ValueType.I32);
        stack.pop(ValueType.I32);
        popOld(type);
    }

    private void structNew() {
        int type = struct();
        for (int i = types.fieldCount(type) - 1; i >= 0; i--) {
            stack.pop(ValueType.unpacked(types.field(type, i)));
        }
        pushNew(type);
    }

    private void structNewDefault() {
        int type = struct();
        for (int i = types.fieldCount(type) - 1; i >= 0; i--) {
            if (!ValueType.isDefaultable(types.field(type, i))) {
                throw body.invalid("type mismatch: field " + i + " of type " + type + " has no default value");
            }
        }
        pushNew(type);
    }

    private void structGet(boolean plain) {
        int type = struct();
        int stored = types.field(type, field(type));
        checkPacked(stored, plain);
        popOld(type);
        stack.push(ValueType.unpacked(stored));
    }

    /** Packed fields are read with a sign or without, others plainly. */
    private void checkPacked(int stored, boolean plain) {
        if (plain == ValueType.isPacked(stored)) {
            throw body.invalid("type mismatch: a field of " + ValueType.text(stored)
                    + (plain ? " is read with or without its sign" : " has no sign to extend"));
        }
    }

    private void structSet() {
        int type = struct();
        int field = field(type);
        if (!types.isMutable(type, field)) {
            throw body.invalid("immutable field");
        }
        stack.pop(ValueType.unpacked(types.field(type, field)));
        popOld(type);
    }

    private void arrayNewFixed() {
        int type = array();
        int count = body.in.u32();
        body.limits.check(Limit.NEW_FIXED_OPERANDS, count, stack.at);
        int element = element(type);
        for (int i = 0; i < count; i++) {
            stack.pop(element);
        }
        pushNew(type);
    }

    private void arrayGet(boolean plain) {
        int type = array();
        checkPacked(types.field(type, 0), plain);
        stack.pop(ValueType.I32);
        popOld(type);
        stack.push(element(type));
    }

    private void arrayCopy() {
        int destination = mutableArray();
        int source = array();
        int from = types.field(source, 0);
        int to = types.field(destination, 0);
        if (!types.isSubtype(from, to)) {
            throw body.invalid("array types do not match");
        }
        stack.pop(ValueType.I32);
        stack.pop(ValueType.I32);
        popOld(source);
        stack.pop(ValueType.I32);
        popOld(destination);
    }

    private void checkNumeric(int type) {
        if (ValueType.isReference(types.field(type, 0))) {
            throw body.invalid("array type is not numeric or vector");
        }
    }

    private void checkElementSegment(int type) {
        int given = body.module.elements.get(body.element()).type();
        int expected = types.field(type, 0);
        if (!types.isSubtype(given, expected)) {
            throw body.mismatch(expected, given);
        }
    }

    // Tables.

    void table(Opcode opcode) {
        switch (opcode) {
            case TABLE_GET -> {
                TableType table = tableType();
                stack.pop(table.addressType());
                stack.push(table.element());
            }
            case TABLE_SET -> {
                TableType table = tableType();
                stack.pop(table.element());
                stack.pop(table.addressType());
            }
            case TABLE_SIZE -> stack.push(tableType().addressType());
            case TABLE_GROW -> {
                TableType table = tableType();
                stack.pop(table.addressType());
                stack.pop(table.element());
                stack.push(table.addressType());
            }
            case TABLE_FILL -> {
                TableType table = tableType();
                stack.pop(table.addressType());
                stack.pop(table.element());
                stack.pop(table.addressType());
            }
            case TABLE_COPY -> {
                TableType to = tableType();
                TableType from = tableType();
                if (!types.isSubtype(from.element(), to.element())) {
                    throw body.mismatch(to.element(), from.element());
                }
                popCopy(to.addressType(), from.addressType());
            }
            case TABLE_INIT -> {
                int segment = body.in.u32();
                TableType table = tableType();
                int given = body.module.elements.get(body.knownElement(segment)).type();
                if (!types.isSubtype(given, table.element())) {
                    throw body.mismatch(table.element(), given);
                }
                stack.pop(ValueType.I32);
                stack.pop(ValueType.I32);
                stack.pop(table.addressType());
            }
            case ELEM_DROP -> body.element();
            default -> throw new InternalError("no rule for " + opcode);
        }
    }

    private TableType tableType() {
        return body.module.tables.get(body.table());
    }

    /** The operands of a copy: the length is wide only if both addresses are. */
    void popCopy(int to, int from) {
        stack.pop(to == from ? to : ValueType.I32);
        stack.pop(from);
        stack.pop(to);
    }
}
