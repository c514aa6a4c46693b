package emberwall.ebpf.map;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Keys or values as bytes, in the order of the machine (little-endian), and as objects. */
public interface Codec<T> {
    /** Four bytes. */
    Codec<Integer> INT = of(4, ByteBuffer::putInt, ByteBuffer::getInt);
    /** Eight bytes. */
    Codec<Long> LONG = of(8, ByteBuffer::putLong, ByteBuffer::getLong);

    /** How many bytes each takes. */
    int size();

    /** The bytes of an object. */
    byte[] encode(T object);

    /** The object of bytes. */
    T decode(byte[] bytes);

    /** Appends an object to a buffer. */
    interface Writer<T> {
        /** Appends. */
        void put(ByteBuffer buffer, T object);
    }

    /** Reads an object from a buffer. */
    interface Reader<T> {
        /** Reads. */
        T get(ByteBuffer buffer);
    }

    /** A codec of {@code size} bytes that writes and reads a little-endian buffer. */
    static <T> Codec<T> of(int size, Writer<T> writer, Reader<T> reader) {
        return new Codec<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public byte[] encode(T object) {
                byte[] bytes = new byte[size];
                writer.put(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), object);
                return bytes;
            }

            @Override
            public T decode(byte[] bytes) {
                return reader.get(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            }
        };
    }

    /** Bytes as they are. */
    static Codec<byte[]> bytes(int size) {
        return of(
                size,
                (buffer, bytes) -> buffer.put(Arrays.copyOf(bytes, size)),
                buffer -> Arrays.copyOf(buffer.array(), size));
    }

    /**
     * A record of primitives as the C struct with the same members: each at the next multiple of its size, the whole a multiple
     * of the largest.
     *
     * @throws IllegalArgumentException if a component is no {@code byte}, {@code short}, {@code char}, {@code int} or {@code long}
     */
    static <R extends Record> Codec<R> of(Class<R> type, MethodHandles.Lookup lookup) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        int[] offsets = new int[components.length];
        MethodHandle[] getters = new MethodHandle[components.length];
        int end = 0;
        int alignment = 1;
        try {
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                int size = sizeOf(types[i]);
                offsets[i] = end + size - 1 & -size;
                end = offsets[i] + size;
                alignment = Math.max(alignment, size);
                getters[i] = lookup.unreflect(components[i].getAccessor());
            }
            MethodHandle maker = lookup.findConstructor(type, MethodType.methodType(void.class, types));
            return of(
                    end + alignment - 1 & -alignment,
                    (buffer, record) -> write(buffer, record, types, offsets, getters),
                    buffer -> type.cast(read(buffer, types, offsets, maker)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " is out of reach of " + lookup, e);
        }
    }

    private static int sizeOf(Class<?> type) {
        if (type == byte.class) {
            return 1;
        }
        if (type == short.class || type == char.class) {
            return 2;
        }
        if (type == int.class || type == long.class) {
            return type == int.class ? 4 : 8;
        }
        throw new IllegalArgumentException(type + " has no place in a struct of a program");
    }

    private static void write(
            ByteBuffer buffer, Object record, Class<?>[] types, int[] offsets, MethodHandle[] getters) {
        try {
            for (int i = 0; i < types.length; i++) {
                Object value = getters[i].invoke(record);
                long word = value instanceof Character c ? c : ((Number) value).longValue();
                for (int b = 0; b < sizeOf(types[i]); b++) {
                    buffer.put(offsets[i] + b, (byte) (word >>> 8 * b));
                }
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object read(ByteBuffer buffer, Class<?>[] types, int[] offsets, MethodHandle maker) {
        Object[] values = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            int at = offsets[i];
            if (types[i] == byte.class) {
                values[i] = buffer.get(at);
            } else if (types[i] == short.class) {
                values[i] = buffer.getShort(at);
            } else if (types[i] == char.class) {
                values[i] = buffer.getChar(at);
            } else if (types[i] == int.class) {
                values[i] = buffer.getInt(at);
            } else {
                values[i] = buffer.getLong(at);
            }
        }
        try {
            return maker.invokeWithArguments(values);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
