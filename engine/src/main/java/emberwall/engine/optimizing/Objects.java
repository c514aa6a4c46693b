package emberwall.engine.optimizing;

import emberwall.engine.store.HeapRecord;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.ObjectType;
import emberwall.engine.store.RuntimeFunction;
import emberwall.ir.Access;
import emberwall.ir.Block;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;

/**
 * Structures, arrays and small integers: what makes, reads and writes them. The address of an object is always the base of an
 * access, never part of a sum: what only a derived address leads to, a collector would not find.
 */
final class Objects {
    /** Objects up to this size are made by the code itself. */
    private static final int MOST_INLINE = 1 << 20;

    private final Translation t;
    private final Calls calls;
    private final Casts casts;

    Objects(Translation t, Calls calls, Casts casts) {
        this.t = t;
        this.calls = calls;
        this.casts = casts;
    }

    void compile(Opcode opcode) {
        BodyReader reader = t.reader;
        switch (opcode) {
            case STRUCT_NEW -> structNew(reader.u32());
            case STRUCT_NEW_DEFAULT -> structNewDefault(reader.u32());
            case STRUCT_GET, STRUCT_GET_S, STRUCT_GET_U ->
                structGet(reader.u32(), reader.u32(), opcode == Opcode.STRUCT_GET_S);
            case STRUCT_SET -> structSet(reader.u32(), reader.u32());
            case ARRAY_NEW -> arrayNew(reader.u32());
            case ARRAY_NEW_DEFAULT -> t.push(array(reader.u32(), t.pop()));
            case ARRAY_NEW_FIXED -> arrayNewFixed(reader.u32(), reader.u32());
            case ARRAY_NEW_DATA -> make(RuntimeFunction.ARRAY_NEW_DATA, reader.u32(), reader.u32());
            case ARRAY_NEW_ELEM -> make(RuntimeFunction.ARRAY_NEW_ELEM, reader.u32(), reader.u32());
            case ARRAY_GET, ARRAY_GET_S, ARRAY_GET_U -> arrayGet(reader.u32(), opcode == Opcode.ARRAY_GET_S);
            case ARRAY_SET -> arraySet(reader.u32());
            case ARRAY_LEN -> arrayLen();
            case ARRAY_FILL -> change(RuntimeFunction.ARRAY_FILL, reader.u32(), 0, t.pop(4));
            case ARRAY_COPY -> change(RuntimeFunction.ARRAY_COPY, reader.u32(), reader.u32(), t.pop(5));
            case ARRAY_INIT_DATA -> change(RuntimeFunction.ARRAY_INIT_DATA, reader.u32(), reader.u32(), t.pop(4));
            case ARRAY_INIT_ELEM -> change(RuntimeFunction.ARRAY_INIT_ELEM, reader.u32(), reader.u32(), t.pop(4));
            case REF_TEST, REF_TEST_NULL -> casts.test(opcode == Opcode.REF_TEST_NULL, reader.heapType());
            case REF_CAST, REF_CAST_NULL -> casts.cast(opcode == Opcode.REF_CAST_NULL, reader.heapType());
            case BR_ON_CAST, BR_ON_CAST_FAIL -> casts.branch(opcode == Opcode.BR_ON_CAST);
            case ANY_CONVERT_EXTERN, EXTERN_CONVERT_ANY -> {} // one and the same word
            case REF_I31 -> refI31();
            case I31_GET_S, I31_GET_U -> i31Get(opcode == Opcode.I31_GET_S);
            default -> throw new Unsupported(opcode.text());
        }
    }

    // ---- in Java

    private void make(RuntimeFunction function, int type, int second) {
        int[] immediates = {t.b.i32(type), t.b.i32(second)};
        t.push(t.b.reference(calls.withSlots(function, immediates, t.pop(2))));
    }

    private void change(RuntimeFunction function, int type, int second, int[] operands) {
        int[] immediates = {t.b.i32(type), t.b.i32(second)};
        calls.withSlots(function, immediates, operands);
    }

    // ---- new objects

    private void structNew(int type) {
        ObjectType layout = t.context.objectType(type);
        int[] fields = t.pop(layout.fieldCount());
        int object = allocate(RuntimeFunction.STRUCT_ALLOCATE, layout, layout.bytes(), type, 0);
        for (int field = 0; field < fields.length; field++) {
            write(layout.field(field), object, layout.offset(field), fields[field], Aliases.FIELD);
        }
        t.push(object);
    }

    private void structNewDefault(int type) {
        ObjectType layout = t.context.objectType(type);
        t.push(allocate(RuntimeFunction.STRUCT_ALLOCATE, layout, layout.bytes(), type, 0));
    }

    private void arrayNewFixed(int type, int count) {
        ObjectType layout = t.context.objectType(type);
        int[] elements = t.pop(count);
        int object = allocate(RuntimeFunction.ARRAY_ALLOCATE, layout, layout.bytes(count), type, count);
        t.b.store(Op.STORE, Type.I32, object, ObjectType.ARRAY_LENGTH, t.b.i32(count), Access.of(Aliases.LENGTH));
        for (int index = 0; index < count; index++) {
            int offset = ObjectType.ELEMENTS + index * layout.elementBytes();
            write(layout.field(0), object, offset, elements[index], Aliases.ARRAY);
        }
        t.push(object);
    }

    private void arrayNew(int type) {
        int length = t.pop();
        int value = t.pop();
        int object = array(type, length);
        boolean isZero = t.graph.isConstant(value) && t.graph.type(value) != Type.V128 && t.graph.bits(value) == 0;
        if (!isZero) {
            int[] operands = {object, t.b.i32(0), value, length};
            change(RuntimeFunction.ARRAY_FILL, type, 0, operands);
        }
        t.push(object);
    }

    /** An array of zeros. */
    private int array(int type, int length) {
        return t.b.reference(calls.runtime(RuntimeFunction.ARRAY_ALLOCATE, t.b.i32(type), length));
    }

    /** An object of zeros: from the heap's free stretch, or else from Java. */
    private int allocate(RuntimeFunction function, ObjectType layout, long bytes, int type, int length) {
        if (bytes > MOST_INLINE) {
            return t.b.reference(calls.runtime(function, t.b.i32(type), t.b.i32(length)));
        }
        Block quick = t.b.block();
        Block slow = t.b.block();
        Block join = t.b.block(Type.I64);
        int heap = t.instanceWord(InstanceLayout.HEAP);
        int object = t.word(heap, HeapRecord.CURSOR, Aliases.HEAP);
        int end = t.b.compute(Op.ADD, Type.I64, object, t.b.i64(bytes));
        int limit = t.word(heap, HeapRecord.END, Aliases.HEAP);
        t.b.branch(t.b.compute(Op.GT_U, Type.I64, end, limit), slow, quick);
        t.b.at(quick);
        t.b.store(Op.STORE, Type.I64, heap, HeapRecord.CURSOR, end, Access.of(Aliases.HEAP));
        t.b.store(Op.STORE, Type.I64, object, 0, t.b.i64(layout.block()), Access.of(Aliases.HEADER));
        t.b.jump(join, object);
        t.b.at(slow);
        t.b.jump(join, t.b.reference(calls.runtime(function, t.b.i32(type), t.b.i32(length))));
        t.b.at(join);
        return t.b.reference(join.parameter(0));
    }

    // ---- fields and elements

    private void structGet(int type, int field, boolean signed) {
        ObjectType layout = t.context.objectType(type);
        int object = t.pop();
        t.notNull(object, TrapReason.NULL_STRUCTURE_REFERENCE);
        int storage = layout.field(field);
        int access = Access.of(Aliases.FIELD);
        int value =
                t.b.load(reading(storage, signed), Translation.machine(storage), object, layout.offset(field), access);
        t.push(value, storage);
    }

    private void structSet(int type, int field) {
        ObjectType layout = t.context.objectType(type);
        int value = t.pop();
        int object = t.pop();
        t.notNull(object, TrapReason.NULL_STRUCTURE_REFERENCE);
        write(layout.field(field), object, layout.offset(field), value, Aliases.FIELD);
    }

    private void arrayLen() {
        int array = t.pop();
        t.notNull(array, TrapReason.NULL_ARRAY_REFERENCE);
        t.push(t.half(array, ObjectType.ARRAY_LENGTH, Aliases.LENGTH));
    }

    private void arrayGet(int type, boolean signed) {
        ObjectType layout = t.context.objectType(type);
        int storage = layout.field(0);
        int index = t.pop();
        int array = t.pop();
        int place = element(layout, array, index);
        int value = t.b.load(
                reading(storage, signed),
                Translation.machine(storage),
                array,
                place,
                ObjectType.ELEMENTS,
                Access.of(Aliases.ARRAY));
        t.push(value, storage);
    }

    private void arraySet(int type) {
        ObjectType layout = t.context.objectType(type);
        int storage = layout.field(0);
        int value = t.pop();
        int index = t.pop();
        int array = t.pop();
        int place = element(layout, array, index);
        t.b.store(
                writing(storage),
                Translation.machine(storage),
                array,
                place,
                ObjectType.ELEMENTS,
                value,
                Access.of(Aliases.ARRAY));
    }

    /** How far an element lies behind the first one, within the array. */
    private int element(ObjectType layout, int array, int index) {
        t.notNull(array, TrapReason.NULL_ARRAY_REFERENCE);
        int length = t.half(array, ObjectType.ARRAY_LENGTH, Aliases.LENGTH);
        t.b.trapIf(t.b.compute(Op.GE_U, Type.I32, index, length), TrapReason.ARRAY_OUT_OF_BOUNDS);
        int wide = t.wide(t.masked(Type.I32, index, length));
        return t.b.compute(Op.SHL, Type.I64, wide, t.b.i64(Integer.numberOfTrailingZeros(layout.elementBytes())));
    }

    private void write(int storage, int object, int offset, int value, int aliasClass) {
        t.b.store(writing(storage), Translation.machine(storage), object, offset, value, Access.of(aliasClass));
    }

    private static Op reading(int storage, boolean signed) {
        return switch (storage) {
            case ValueType.I8 -> signed ? Op.LOAD8_S : Op.LOAD8_U;
            case ValueType.I16 -> signed ? Op.LOAD16_S : Op.LOAD16_U;
            default -> Op.LOAD;
        };
    }

    private static Op writing(int storage) {
        return storage == ValueType.I8 ? Op.STORE8 : storage == ValueType.I16 ? Op.STORE16 : Op.STORE;
    }

    // ---- small integers

    private void refI31() {
        int twice = t.b.compute(Op.SHL, Type.I32, t.pop(), t.b.i32(1));
        int word = t.b.compute(Op.EXTEND_I32_U, Type.I64, t.b.compute(Op.OR, Type.I32, twice, t.b.i32(1)));
        t.push(t.reference(word));
    }

    private void i31Get(boolean signed) {
        int word = t.pop();
        t.notNull(word, TrapReason.NULL_I31_REFERENCE);
        int held = t.b.compute(Op.WRAP, Type.I32, word);
        t.push(t.b.compute(signed ? Op.SHR_S : Op.SHR_U, Type.I32, held, t.b.i32(1)));
    }
}
