package emberwall.engine.optimizing;

import emberwall.engine.store.ObjectType;
import emberwall.ir.Interpreter.TrapException;
import emberwall.op.TrapReason;
import emberwall.op.V128;
import emberwall.wasm.MemoryType;
import emberwall.wasm.TableType;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;

/** What Java does for graphs that are interpreted, by the book. */
final class RuntimeWorld {
    private static final long U32 = 0xFFFF_FFFFL;
    private static final int MOST_PAGES = 1024;
    private static final int MOST_ELEMENTS = 10_000;

    private final GraphInstance instance;

    RuntimeWorld(GraphInstance instance) {
        this.instance = instance;
    }

    List<V128> call(Target.Runtime target, List<V128> words) {
        long[] w = words.stream().mapToLong(V128::low).toArray();
        Long result = switch (target.function()) {
            case MEMORY_GROW -> grow((int) w[0], w[1]);
            case MEMORY_INIT -> init((int) w[0], (int) w[1], w[2], w[3], w[4]);
            case MEMORY_COPY -> copy((int) w[0], (int) w[1], w[2], w[3], w[4]);
            case MEMORY_FILL -> fill((int) w[0], w[1], w[2], w[3]);
            case DATA_DROP -> {
                instance.dropped[(int) w[0]] = true;
                yield null;
            }
            case TABLE_GROW -> growTable((int) w[0], w[1], w[2]);
            case TABLE_INIT -> initTable((int) w[0], (int) w[1], w[2], w[3], w[4]);
            case TABLE_COPY -> copyTable((int) w[0], (int) w[1], w[2], w[3], w[4]);
            case TABLE_FILL -> fillTable((int) w[0], w[1], w[2], w[3]);
            case ELEM_DROP -> {
                instance.droppedElements[(int) w[0]] = true;
                yield null;
            }
            case REF_FUNC -> instance.funcref((int) w[0]);
            case THROW ->
                throw new GraphInstance.GuestException((int) w[0], carried((int) w[0], w, target.place() + 1));
            case THROW_REF -> throw instance.raise(w[0]);
            case MEMORY_NOTIFY, MEMORY_WAIT32, MEMORY_WAIT64 -> throw new GraphInstance.NotHere();
            case STRUCT_ALLOCATE -> struct(type(w[0]));
            case ARRAY_ALLOCATE -> array(type(w[0]), w[1]);
            default -> objects(target, w);
        };
        return result == null ? List.of() : List.of(new V128(result, 0));
    }

    private ObjectType type(long index) {
        return instance.facts.objectType((int) index);
    }

    // ---- memories

    private byte[] memory(int index) {
        return instance.memories.get(index).bytes;
    }

    private static void check(long at, long length, long size, TrapReason reason) {
        if (length < 0 || at < 0 || at > size - length) {
            throw new TrapException(reason);
        }
    }

    private Long grow(int index, long pages) {
        MemoryType type = instance.module.memory(index);
        long old = memory(index).length >> 16;
        long most = type.hasMaximum() ? Math.min(type.maximum(), MOST_PAGES) : MOST_PAGES;
        if (pages < 0 || pages > most - old) {
            return -1L;
        }
        instance.memories.get(index).grow((int) (old + pages) << 16);
        instance.noteMemory(index);
        return old;
    }

    private Long init(int segment, int index, long target, long source, long length) {
        var data = instance.module.data(segment);
        check(target, length, memory(index).length, TrapReason.MEMORY_OUT_OF_BOUNDS);
        check(source, length, instance.dropped[segment] ? 0 : data.length(), TrapReason.MEMORY_OUT_OF_BOUNDS);
        System.arraycopy(
                instance.module.bytes(), data.offset() + (int) source, memory(index), (int) target, (int) length);
        return null;
    }

    private Long copy(int to, int from, long target, long source, long length) {
        check(target, length, memory(to).length, TrapReason.MEMORY_OUT_OF_BOUNDS);
        check(source, length, memory(from).length, TrapReason.MEMORY_OUT_OF_BOUNDS);
        System.arraycopy(memory(from), (int) source, memory(to), (int) target, (int) length);
        return null;
    }

    private Long fill(int index, long target, long value, long length) {
        check(target, length, memory(index).length, TrapReason.MEMORY_OUT_OF_BOUNDS);
        java.util.Arrays.fill(memory(index), (int) target, (int) (target + length), (byte) value);
        return null;
    }

    // ---- tables

    private byte[] table(int index) {
        return instance.tables.get(index).bytes;
    }

    private Long growTable(int index, long value, long elements) {
        TableType type = instance.module.table(index);
        long old = table(index).length / 8;
        long most = type.hasMaximum() ? Math.min(type.maximum(), MOST_ELEMENTS) : MOST_ELEMENTS;
        if (elements < 0 || elements > most - old) {
            return -1L;
        }
        instance.tables.get(index).grow(8 * (int) (old + elements));
        instance.noteTable(index);
        fillTable(index, old, value, elements);
        return old;
    }

    private Long initTable(int segment, int index, long target, long source, long length) {
        int size = instance.droppedElements[segment]
                ? 0
                : instance.module.element(segment).count();
        check(target, length, table(index).length / 8, TrapReason.TABLE_OUT_OF_BOUNDS);
        check(source, length, size, TrapReason.TABLE_OUT_OF_BOUNDS);
        for (int i = 0; i < length; i++) {
            long element = instance.element(segment, (int) source + i);
            instance.space.put(instance.tables.get(index).base + 8 * (target + i), 8, element);
        }
        return null;
    }

    private Long copyTable(int to, int from, long target, long source, long length) {
        check(target, length, table(to).length / 8, TrapReason.TABLE_OUT_OF_BOUNDS);
        check(source, length, table(from).length / 8, TrapReason.TABLE_OUT_OF_BOUNDS);
        System.arraycopy(table(from), 8 * (int) source, table(to), 8 * (int) target, 8 * (int) length);
        return null;
    }

    private Long fillTable(int index, long target, long value, long length) {
        check(target, length, table(index).length / 8, TrapReason.TABLE_OUT_OF_BOUNDS);
        for (long i = 0; i < length; i++) {
            instance.space.put(instance.tables.get(index).base + 8 * (target + i), 8, value);
        }
        return null;
    }

    // ---- exceptions

    /** What an exception carries: words from one on, behind the word that says how far they are apart. */
    private List<V128> carried(int tag, long[] words, int strideAt) {
        int type = instance.module.tagTypeIndex(tag);
        int stride = stride(words[strideAt]);
        List<V128> values = new ArrayList<>();
        for (int i = 0; i < instance.module.types().parameterCount(type); i++) {
            int at = strideAt + 1 + i * stride;
            boolean isVector = instance.module.types().parameter(type, i) == ValueType.V128;
            values.add(new V128(words[at], isVector ? words[at + 1] : 0));
        }
        return values;
    }

    private static int stride(long word) {
        return (int) (word / -8);
    }

    // ---- objects

    private Long allocate(ObjectType type, long bytes) {
        if (bytes > 1 << 24) {
            throw new TrapException(TrapReason.OUT_OF_MEMORY);
        }
        long object = instance.space.allocate((int) bytes, false).base;
        instance.space.put(object, 8, type.block());
        return object;
    }

    private Long struct(ObjectType type) {
        return allocate(type, type.bytes());
    }

    private Long array(ObjectType type, long length) {
        long array = allocate(type, type.bytes(length));
        instance.space.put(array + ObjectType.ARRAY_LENGTH, 4, length);
        return array;
    }

    private long length(long array) {
        if (array == 0) {
            throw new TrapException(TrapReason.NULL_ARRAY_REFERENCE);
        }
        return instance.space.get(array + ObjectType.ARRAY_LENGTH, 4);
    }

    private Long objects(Target.Runtime target, long[] w) {
        ObjectType type = type(w[0]);
        int stride = stride(w[3]);
        long first = w[4];
        long second = w[4 + stride] & U32;
        switch (target.function()) {
            case ARRAY_NEW_DATA -> {
                long array = fromData(type, (int) w[1], first & U32, second, 0, 0, true);
                return array;
            }
            case ARRAY_NEW_ELEM -> {
                checkElements((int) w[1], first & U32, second);
                long array = array(type, second);
                elements(array, 0, (int) w[1], first & U32, second);
                return array;
            }
            case ARRAY_FILL -> {
                long count = w[4 + 3 * stride] & U32;
                check(second, count, length(first), TrapReason.ARRAY_OUT_OF_BOUNDS);
                for (long i = 0; i < count; i++) {
                    long place = first + ObjectType.ELEMENTS + (second + i) * type.elementBytes();
                    instance.space.put(place, Math.min(8, type.elementBytes()), w[4 + 2 * stride]);
                    if (type.elementBytes() == 16) {
                        instance.space.put(place + 8, 8, w[5 + 2 * stride]);
                    }
                }
            }
            case ARRAY_COPY -> {
                long source = w[6];
                long from = w[7] & U32;
                long count = w[8] & U32;
                long length = length(first);
                long other = length(source);
                check(second, count, length, TrapReason.ARRAY_OUT_OF_BOUNDS);
                check(from, count, other, TrapReason.ARRAY_OUT_OF_BOUNDS);
                int bytes = (int) count * type.elementBytes();
                byte[] moved = new byte[bytes];
                for (int i = 0; i < bytes; i++) {
                    moved[i] =
                            (byte) instance.space.get(source + ObjectType.ELEMENTS + from * type.elementBytes() + i, 1);
                }
                for (int i = 0; i < bytes; i++) {
                    instance.space.put(first + ObjectType.ELEMENTS + second * type.elementBytes() + i, 1, moved[i]);
                }
            }
            case ARRAY_INIT_DATA -> {
                long count = w[7] & U32;
                check(second, count, length(first), TrapReason.ARRAY_OUT_OF_BOUNDS);
                fromData(type, (int) w[1], w[6] & U32, count, first, second, false);
            }
            case ARRAY_INIT_ELEM -> {
                long count = w[7] & U32;
                check(second, count, length(first), TrapReason.ARRAY_OUT_OF_BOUNDS);
                checkElements((int) w[1], w[6] & U32, count);
                elements(first, second, (int) w[1], w[6] & U32, count);
            }
            default -> throw new AssertionError(target);
        }
        return null;
    }

    private long fromData(ObjectType type, int segment, long from, long count, long given, long index, boolean isNew) {
        var data = instance.module.data(segment);
        int size = instance.dropped[segment] ? 0 : data.length();
        long bytes = count * type.elementBytes();
        check(from, bytes, size, TrapReason.MEMORY_OUT_OF_BOUNDS);
        long array = isNew ? array(type, count) : given;
        for (int i = 0; i < bytes; i++) {
            instance.space.put(
                    array + ObjectType.ELEMENTS + index * type.elementBytes() + i,
                    1,
                    instance.module.bytes()[data.offset() + (int) from + i]);
        }
        return array;
    }

    private void checkElements(int segment, long from, long count) {
        int size = instance.droppedElements[segment]
                ? 0
                : instance.module.element(segment).count();
        check(from, count, size, TrapReason.TABLE_OUT_OF_BOUNDS);
    }

    private void elements(long array, long index, int segment, long from, long count) {
        for (int i = 0; i < count; i++) {
            long place = array + ObjectType.ELEMENTS + 8 * (index + i);
            instance.space.put(place, 8, instance.element(segment, (int) from + i));
        }
    }
}
