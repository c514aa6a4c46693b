package emberwall.engine;

import emberwall.engine.store.ObjectType;
import emberwall.engine.store.References;
import emberwall.engine.store.RuntimeFunction;
import emberwall.fiber.Fiber;
import emberwall.fiber.FiberBlock;
import emberwall.op.TrapReason;
import emberwall.os.RawMemory;
import emberwall.wasm.ValueType;

/**
 * What Java does with structures and arrays (WebAssembly 3.0, section 4.6.9). The operands stay in their slots, where the
 * collector finds them: arguments are the type's index, a segment or a number, how far the first operand's slot lies from
 * the frame pointer, and how far the next one lies below it.
 */
final class ObjectCalls {
    private static final long CHUNK = 1 << 20;

    private final NativeStore store;
    private final ExitLoop exits;

    ObjectCalls(NativeStore store, ExitLoop exits) {
        this.store = store;
        this.exits = exits;
    }

    /** Performs a call; the new object, or 0. */
    long call(RuntimeFunction function, Fiber fiber, NativeInstance instance) {
        ObjectType type = instance.module.objectType((int) fiber.argument(0));
        return switch (function) {
            case STRUCT_ALLOCATE -> checked(fiber, store.objects.newStruct(type));
            case ARRAY_ALLOCATE -> newArray(fiber, type, fiber.argument(1));
            case STRUCT_NEW -> newStruct(fiber, type);
            case ARRAY_NEW -> newFilled(fiber, type);
            case ARRAY_NEW_DEFAULT -> newArray(fiber, type, i32(fiber, 0));
            case ARRAY_NEW_FIXED -> newFixed(fiber, type);
            case ARRAY_NEW_DATA -> newOfData(fiber, instance, type);
            case ARRAY_NEW_ELEM -> newOfElements(fiber, instance, type);
            default -> change(function, fiber, instance, type);
        };
    }

    private long change(RuntimeFunction function, Fiber fiber, NativeInstance instance, ObjectType type) {
        long array = array(fiber, 0);
        long index = i32(fiber, 1);
        switch (function) {
            case ARRAY_FILL -> {
                long count = i32(fiber, 3);
                check(fiber, array, index, count);
                fill(fiber, type, array, index, operand(fiber, 2), count);
            }
            case ARRAY_COPY -> {
                long source = array(fiber, 2);
                long from = i32(fiber, 3);
                long count = i32(fiber, 4);
                check(fiber, array, index, count);
                check(fiber, source, from, count);
                copy(fiber, place(type, source, from), place(type, array, index), count * type.elementBytes());
            }
            case ARRAY_INIT_DATA -> {
                long count = i32(fiber, 3);
                check(fiber, array, index, count);
                long from = data(fiber, instance, type, i32(fiber, 2), count);
                load(fiber, instance, from, place(type, array, index), count * type.elementBytes());
            }
            case ARRAY_INIT_ELEM -> {
                long[] words = instance.elementWords((int) fiber.argument(1));
                long count = i32(fiber, 3);
                check(fiber, array, index, count);
                checkElements(fiber, words, i32(fiber, 2), count);
                load(fiber, words, (int) i32(fiber, 2), place(type, array, index), (int) count);
            }
            default -> throw new InternalError("not a call for objects: " + function);
        }
        return 0;
    }

    // ---- operands

    /** Where an operand lies: number 0 is the first. */
    private static long operand(Fiber fiber, int number) {
        return fiber.get(FiberBlock.GUEST_FP) + fiber.argument(2) - fiber.argument(3) * number;
    }

    /** An operand that is an unsigned number of 32 bits. */
    private static long i32(Fiber fiber, int number) {
        return Integer.toUnsignedLong(RawMemory.getInt(operand(fiber, number)));
    }

    private long array(Fiber fiber, int number) {
        long word = RawMemory.getLong(operand(fiber, number));
        if (word == References.NULL) {
            throw exits.trap(fiber, TrapReason.NULL_ARRAY_REFERENCE);
        }
        return word;
    }

    private static long place(ObjectType type, long array, long index) {
        return array + ObjectType.ELEMENTS + index * type.elementBytes();
    }

    // ---- checks

    private long checked(Fiber fiber, long object) {
        if (object == 0) {
            throw exits.trap(fiber, TrapReason.OUT_OF_MEMORY);
        }
        return object;
    }

    private void check(Fiber fiber, long array, long index, long count) {
        if (index + count > ObjectType.length(array)) {
            throw exits.trap(fiber, TrapReason.ARRAY_OUT_OF_BOUNDS);
        }
    }

    private void checkElements(Fiber fiber, long[] words, long from, long count) {
        if (from + count > words.length) {
            throw exits.trap(fiber, TrapReason.TABLE_OUT_OF_BOUNDS);
        }
    }

    /** Where in the module the bytes of so many elements begin. */
    private long data(Fiber fiber, NativeInstance instance, ObjectType type, long from, long count) {
        int segment = (int) fiber.argument(1);
        if (from + count * type.elementBytes() > instance.dataLength(segment)) {
            throw exits.trap(fiber, TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
        return instance.module.module.data(segment).offset() + from;
    }

    // ---- new objects

    private long newArray(Fiber fiber, ObjectType type, long length) {
        return checked(fiber, store.objects.newArray(type, (int) length));
    }

    private long newStruct(Fiber fiber, ObjectType type) {
        long object = checked(fiber, store.objects.newStruct(type));
        for (int field = 0; field < type.fieldCount(); field++) {
            set(object + type.offset(field), type.field(field), operand(fiber, field));
        }
        return object;
    }

    private long newFilled(Fiber fiber, ObjectType type) {
        long count = i32(fiber, 1);
        long array = newArray(fiber, type, count);
        fill(fiber, type, array, 0, operand(fiber, 0), count);
        return array;
    }

    private long newFixed(Fiber fiber, ObjectType type) {
        long count = fiber.argument(1);
        long array = newArray(fiber, type, count);
        for (int index = 0; index < count; index++) {
            set(place(type, array, index), type.field(0), operand(fiber, index));
        }
        return array;
    }

    private long newOfData(Fiber fiber, NativeInstance instance, ObjectType type) {
        long count = i32(fiber, 1);
        long from = data(fiber, instance, type, i32(fiber, 0), count);
        long array = newArray(fiber, type, count);
        load(fiber, instance, from, place(type, array, 0), count * type.elementBytes());
        return array;
    }

    private long newOfElements(Fiber fiber, NativeInstance instance, ObjectType type) {
        long[] words = instance.elementWords((int) fiber.argument(1));
        long count = i32(fiber, 1);
        checkElements(fiber, words, i32(fiber, 0), count);
        long array = newArray(fiber, type, count);
        load(fiber, words, (int) i32(fiber, 0), place(type, array, 0), (int) count);
        return array;
    }

    // ---- contents

    /** Writes a value to a place of a storage type. */
    static void set(long place, int storage, long low, long high) {
        switch (ValueType.sizeBytes(storage)) {
            case 1 -> RawMemory.putByte(place, (int) low);
            case 2 -> RawMemory.putShort(place, (int) low);
            case 4 -> RawMemory.putInt(place, (int) low);
            case 8 -> RawMemory.putLong(place, low);
            default -> {
                RawMemory.putLong(place, low);
                RawMemory.putLong(place + Long.BYTES, high);
            }
        }
    }

    private static void set(long place, int storage, long slot) {
        boolean isVector = storage == ValueType.V128;
        set(place, storage, RawMemory.getLong(slot), isVector ? RawMemory.getLong(slot + Long.BYTES) : 0);
    }

    private void fill(Fiber fiber, ObjectType type, long array, long index, long slot, long count) {
        int bytes = type.elementBytes();
        long slice = CHUNK / bytes;
        for (long done = 0; done < count; ) {
            long limit = Math.min(count, done + slice);
            for (; done < limit; done++) {
                set(place(type, array, index + done), type.field(0), slot);
            }
            exits.pollWork(fiber);
        }
    }

    private void copy(Fiber fiber, long source, long target, long length) {
        boolean backwards = target > source && target < source + length;
        for (long done = 0; done < length; ) {
            long size = Math.min(CHUNK, length - done);
            long at = backwards ? length - done - size : done;
            RawMemory.copy(source + at, target + at, size);
            done += size;
            exits.pollWork(fiber);
        }
    }

    private void load(Fiber fiber, NativeInstance instance, long from, long target, long length) {
        byte[] bytes = instance.module.module.bytes();
        for (long done = 0; done < length; done += CHUNK) {
            RawMemory.copy(bytes, (int) (from + done), target + done, (int) Math.min(CHUNK, length - done));
            exits.pollWork(fiber);
        }
    }

    private void load(Fiber fiber, long[] words, int from, long target, int count) {
        for (int index = 0; index < count; index++) {
            RawMemory.putLong(target + 8L * index, words[from + index]);
            if (index % (CHUNK / 8) == 0) {
                exits.pollWork(fiber);
            }
        }
    }
}
