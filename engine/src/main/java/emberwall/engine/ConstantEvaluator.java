package emberwall.engine;

import emberwall.engine.store.ObjectType;
import emberwall.engine.store.References;
import emberwall.op.TrapReason;
import emberwall.os.RawMemory;
import emberwall.wasm.BodyReader;
import emberwall.wasm.ConstantExpression;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/** Computes constant expressions of an instance that is being made. They are valid, and short or long. */
final class ConstantEvaluator {
    private final NativeInstance instance;
    private final BodyReader in;
    // The operands: words, the upper halves of vectors, and whether they are references.
    private long[] stack = new long[8];
    private long[] upper = new long[8];
    private boolean[] references = new boolean[8];
    private int height;

    ConstantEvaluator(NativeInstance instance) {
        this.instance = instance;
        in = new BodyReader(instance.module.module.bytes(), 0, 0);
    }

    /** The word of an expression. */
    long word(ConstantExpression expression) {
        return word(expression.offset(), expression.end());
    }

    /** The word of the expression that begins at an offset. */
    long word(int offset, int end) {
        in.reset(offset, end);
        height = 0;
        instance.store.evaluating = this;
        try {
            for (Opcode opcode = in.opcode(); opcode != Opcode.END; opcode = in.opcode()) {
                step(opcode);
            }
            return pop();
        } finally {
            instance.store.evaluating = null;
        }
    }

    private void step(Opcode opcode) {
        switch (opcode) {
            case I32_CONST -> push(in.s32() & 0xFFFF_FFFFL);
            case I64_CONST -> push(in.s64());
            case F32_CONST -> push(in.fixed32() & 0xFFFF_FFFFL);
            case F64_CONST -> push(in.fixed64());
            case I32_ADD -> push(pop() + pop() & 0xFFFF_FFFFL);
            case I32_SUB -> push(-pop() + pop() & 0xFFFF_FFFFL);
            case I32_MUL -> push(pop() * pop() & 0xFFFF_FFFFL);
            case I64_ADD -> push(pop() + pop());
            case I64_SUB -> push(-pop() + pop());
            case I64_MUL -> push(pop() * pop());
            case V128_CONST -> {
                long low = in.fixed64();
                push(low, in.fixed64(), false);
            }
            case REF_NULL -> {
                in.heapType();
                push(0);
            }
            case REF_FUNC -> push(instance.funcref(in.u32()), 0, true);
            case GLOBAL_GET -> {
                NativeGlobal global = instance.globals[in.u32()];
                push(
                        RawMemory.getLong(global.cell),
                        RawMemory.getLong(global.cell + Long.BYTES),
                        ValueType.isReference(global.canonicalType));
            }
            default -> object(opcode);
        }
    }

    private void object(Opcode opcode) {
        switch (opcode) {
            case REF_I31 -> push(References.ofI31(pop()), 0, true);
            case ANY_CONVERT_EXTERN, EXTERN_CONVERT_ANY -> {}
            case STRUCT_NEW, STRUCT_NEW_DEFAULT -> struct(opcode == Opcode.STRUCT_NEW);
            case ARRAY_NEW -> {
                ObjectType type = type();
                int length = (int) pop();
                long array = array(type, length);
                height--;
                for (long index = 0; index < Integer.toUnsignedLong(length); index++) {
                    set(element(array, type, index), type.field(0), height);
                }
                push(array, 0, true);
            }
            case ARRAY_NEW_DEFAULT -> {
                ObjectType type = type();
                push(array(type, (int) pop()), 0, true);
            }
            case ARRAY_NEW_FIXED -> {
                ObjectType type = type();
                int length = in.u32();
                long array = array(type, length);
                height -= length;
                for (int index = 0; index < length; index++) {
                    set(element(array, type, index), type.field(0), height + index);
                }
                push(array, 0, true);
            }
            default -> throw new InternalError("not a constant: " + opcode.text());
        }
    }

    private ObjectType type() {
        return instance.module.objectType(in.u32());
    }

    private void struct(boolean hasFields) {
        ObjectType type = type();
        long struct = checked(instance.store.objects.newStruct(type));
        if (hasFields) {
            height -= type.fieldCount();
            for (int field = 0; field < type.fieldCount(); field++) {
                set(struct + type.offset(field), type.field(field), height + field);
            }
        }
        push(struct, 0, true);
    }

    private long array(ObjectType type, int length) {
        return checked(instance.store.objects.newArray(type, length));
    }

    private long checked(long object) {
        if (object == 0) {
            String name = instance.module.module.names().module();
            throw new Trap(
                    TrapReason.OUT_OF_MEMORY,
                    List.of(new GuestFrame(name == null ? "" : name, -1, "instantiation", in.position())));
        }
        return object;
    }

    private static long element(long array, ObjectType type, long index) {
        return array + ObjectType.ELEMENTS + index * type.elementBytes();
    }

    private void set(long place, int storage, int operand) {
        ObjectCalls.set(place, storage, stack[operand], upper[operand]);
    }

    /** The upper half of the vector whose lower half {@link #word} gave last. */
    long high() {
        return upper[0];
    }

    /** Reads the references among the operands. */
    void forEachReference(LongConsumer words) {
        for (int operand = 0; operand < height; operand++) {
            if (references[operand]) {
                words.accept(stack[operand]);
            }
        }
    }

    private void push(long word) {
        push(word, 0, false);
    }

    private void push(long word, long high, boolean isReference) {
        if (height == stack.length) {
            stack = Arrays.copyOf(stack, height * 2);
            upper = Arrays.copyOf(upper, height * 2);
            references = Arrays.copyOf(references, height * 2);
        }
        stack[height] = word;
        upper[height] = high;
        references[height++] = isReference;
    }

    private long pop() {
        return stack[--height];
    }
}
