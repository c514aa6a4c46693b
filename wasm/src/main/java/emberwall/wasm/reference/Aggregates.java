package emberwall.wasm.reference;

import emberwall.op.TrapReason;
import emberwall.op.V128;
import emberwall.wasm.DataSegment;
import emberwall.wasm.Opcode;
import emberwall.wasm.Types;
import emberwall.wasm.ValueType;

/**
 * Structures and arrays (WebAssembly 3.0, section 4.6.9), for code and constant expressions alike: operands lie below
 * {@code sp} in the two arrays that each call is given. They live in Java's heap, so that Java's collector is this tier's.
 */
final class Aggregates {
    private int resume;

    /** Where the code goes on after the last instruction done here. */
    int resume() {
        return resume;
    }

    /** Does an instruction whose immediates are at {@code pc}; gives the new {@code sp}. */
    int execute(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, long[] w, Object[] r, int sp) {
        resume = pc;
        if (opcode == Opcode.ARRAY_LEN) {
            w[sp - 1] = array(r[sp - 1]).length();
            return sp;
        }
        Types types = instance.module().types();
        int type = immediate(bytes);
        switch (opcode) {
            case STRUCT_NEW -> {
                StructInstance struct = newStruct(types, type, instance.typeIds[type]);
                int fields = types.fieldCount(type);
                for (int i = 0; i < fields; i++) {
                    set(struct, types.field(type, i), i, w[sp - fields + i], r[sp - fields + i]);
                }
                r[sp - fields] = struct;
                return sp - fields + 1;
            }
            case STRUCT_NEW_DEFAULT -> {
                r[sp] = newStruct(types, type, instance.typeIds[type]);
                return sp + 1;
            }
            case STRUCT_GET, STRUCT_GET_S, STRUCT_GET_U -> {
                int field = immediate(bytes);
                StructInstance struct = struct(r[sp - 1]);
                int stored = types.field(type, field);
                if (Values.isObject(stored)) {
                    r[sp - 1] = struct.references[field];
                } else {
                    w[sp - 1] = loaded(opcode == Opcode.STRUCT_GET_S, stored, struct.words[field]);
                }
                return sp;
            }
            case STRUCT_SET -> {
                int field = immediate(bytes);
                set(struct(r[sp - 2]), types.field(type, field), field, w[sp - 1], r[sp - 1]);
                return sp - 2;
            }
            default -> {
                return array(opcode, instance, bytes, types, type, w, r, sp);
            }
        }
    }

    private int array(
            Opcode opcode, ModuleInstance instance, byte[] bytes, Types types, int type, long[] w, Object[] r, int sp) {
        int stored = types.field(type, 0);
        boolean isObjects = Values.isObject(stored);
        int id = instance.typeIds[type];
        switch (opcode) {
            case ARRAY_NEW -> {
                ArrayInstance array = ArrayInstance.of(id, isObjects, w[sp - 1]);
                array.fill(0, array.length(), packed(stored, w[sp - 2]), r[sp - 2]);
                r[sp - 2] = array;
                return sp - 1;
            }
            case ARRAY_NEW_DEFAULT -> {
                r[sp - 1] = ArrayInstance.of(id, isObjects, w[sp - 1]);
                return sp;
            }
            case ARRAY_NEW_FIXED -> {
                int count = immediate(bytes);
                ArrayInstance array = ArrayInstance.of(id, isObjects, count);
                for (int i = 0; i < count; i++) {
                    set(array, stored, i, w[sp - count + i], r[sp - count + i]);
                }
                r[sp - count] = array;
                return sp - count + 1;
            }
            case ARRAY_NEW_DATA -> {
                int segment = immediate(bytes);
                long from = w[sp - 2];
                long count = w[sp - 1];
                checkData(instance, segment, stored, from, count);
                ArrayInstance array = ArrayInstance.of(id, isObjects, count);
                load(array, stored, instance, segment, 0, from, count);
                r[sp - 2] = array;
                return sp - 1;
            }
            case ARRAY_NEW_ELEM -> {
                int segment = immediate(bytes);
                Object[] elements = instance.elements(segment);
                long from = w[sp - 2];
                long count = w[sp - 1];
                checkElements(elements, from, count);
                ArrayInstance array = ArrayInstance.of(id, true, count);
                System.arraycopy(elements, (int) from, array.references, 0, (int) count);
                r[sp - 2] = array;
                return sp - 1;
            }
            case ARRAY_GET, ARRAY_GET_S, ARRAY_GET_U -> {
                ArrayInstance array = array(r[sp - 2]);
                int at = array.at(w[sp - 1]);
                if (isObjects) {
                    r[sp - 2] = array.references[at];
                } else {
                    w[sp - 2] = loaded(opcode == Opcode.ARRAY_GET_S, stored, array.words[at]);
                }
                return sp - 1;
            }
            case ARRAY_SET -> {
                ArrayInstance array = array(r[sp - 3]);
                set(array, stored, array.at(w[sp - 2]), w[sp - 1], r[sp - 1]);
                return sp - 3;
            }
            case ARRAY_FILL -> {
                array(r[sp - 4]).fill(w[sp - 3], w[sp - 1], packed(stored, w[sp - 2]), r[sp - 2]);
                return sp - 4;
            }
            case ARRAY_COPY -> {
                immediate(bytes);
                ArrayInstance to = array(r[sp - 5]);
                to.copyFrom(array(r[sp - 3]), w[sp - 4], w[sp - 2], w[sp - 1]);
                return sp - 5;
            }
            case ARRAY_INIT_DATA -> {
                int segment = immediate(bytes);
                ArrayInstance array = array(r[sp - 4]);
                array.check(w[sp - 3], w[sp - 1]);
                checkData(instance, segment, stored, w[sp - 2], w[sp - 1]);
                load(array, stored, instance, segment, (int) w[sp - 3], w[sp - 2], w[sp - 1]);
                return sp - 4;
            }
            case ARRAY_INIT_ELEM -> {
                Object[] elements = instance.elements(immediate(bytes));
                ArrayInstance array = array(r[sp - 4]);
                array.check(w[sp - 3], w[sp - 1]);
                checkElements(elements, w[sp - 2], w[sp - 1]);
                System.arraycopy(elements, (int) w[sp - 2], array.references, (int) w[sp - 3], (int) w[sp - 1]);
                return sp - 4;
            }
            default -> throw new InternalError("not an instruction of this tier: " + opcode.text());
        }
    }

    private int immediate(byte[] bytes) {
        int value = Leb128.u32(bytes, resume);
        resume = Leb128.skip(bytes, resume);
        return value;
    }

    private static StructInstance newStruct(Types types, int type, int id) {
        int fields = types.fieldCount(type);
        int references = 0;
        for (int i = 0; i < fields; i++) {
            references += Values.isObject(types.field(type, i)) ? 1 : 0;
        }
        try {
            return new StructInstance(id, fields, references < fields, references > 0);
        } catch (OutOfMemoryError e) {
            throw TrapSignal.of(TrapReason.OUT_OF_MEMORY);
        }
    }

    private static StructInstance struct(Object reference) {
        if (reference == null) {
            throw TrapSignal.of(TrapReason.NULL_STRUCTURE_REFERENCE);
        }
        return (StructInstance) reference;
    }

    private static ArrayInstance array(Object reference) {
        if (reference == null) {
            throw TrapSignal.of(TrapReason.NULL_ARRAY_REFERENCE);
        }
        return (ArrayInstance) reference;
    }

    private static void set(StructInstance struct, int stored, int field, long word, Object reference) {
        if (Values.isObject(stored)) {
            struct.references[field] = reference;
        } else {
            struct.words[field] = packed(stored, word);
        }
    }

    private static void set(ArrayInstance array, int stored, int at, long word, Object reference) {
        if (array.references != null) {
            array.references[at] = reference;
        } else {
            array.words[at] = packed(stored, word);
        }
    }

    /** A word as it is stored. */
    private static long packed(int stored, long word) {
        return switch (stored) {
            case ValueType.I8 -> word & 0xff;
            case ValueType.I16 -> word & 0xffff;
            default -> word;
        };
    }

    /** A stored word as it is on the stack. */
    private static long loaded(boolean withSign, int stored, long word) {
        if (!withSign) {
            return word;
        }
        return (stored == ValueType.I8 ? (byte) word : (short) word) & 0xffff_ffffL;
    }

    // --- segments

    /** How many bytes of a data segment an element takes. */
    private static int width(int stored) {
        return switch (stored) {
            case ValueType.I8 -> 1;
            case ValueType.I16 -> 2;
            case ValueType.I32, ValueType.F32 -> 4;
            case ValueType.V128 -> 16;
            default -> 8;
        };
    }

    private static void checkData(ModuleInstance instance, int segment, int stored, long from, long count) {
        if (from + count * width(stored) > instance.dataLength(segment)) {
            throw TrapSignal.of(TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
    }

    private static void checkElements(Object[] elements, long from, long count) {
        if (from + count > elements.length) {
            throw TrapSignal.of(TrapReason.TABLE_OUT_OF_BOUNDS);
        }
    }

    private static void load(
            ArrayInstance array, int stored, ModuleInstance instance, int segment, int to, long from, long count) {
        DataSegment data = instance.module().data(segment);
        byte[] bytes = instance.module().bytes();
        int width = width(stored);
        int at = data.offset() + (int) from;
        for (int i = 0; i < count; i++, at += width) {
            if (width == 16) {
                array.references[to + i] = new V128(Fixed.i64(bytes, at), Fixed.i64(bytes, at + 8));
                continue;
            }
            array.words[to + i] = switch (width) {
                case 1 -> bytes[at] & 0xff;
                case 2 -> bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
                case 4 -> Fixed.i32(bytes, at) & 0xffff_ffffL;
                default -> Fixed.i64(bytes, at);
            };
        }
    }
}
