package emberwall.jit;

import emberwall.op.Type;
import emberwall.op.V128;
import emberwall.os.RawMemory;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** Method handles between values of Java's and the words that machine code takes and gives. */
final class Words {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Class<?> SEGMENTS = MemorySegment[].class;

    // @formatter:off
    private static final MethodHandle CALL        = find(EntryPoint.class, "call", long.class, EntryPoint.class, SEGMENTS, long[].class);
    private static final MethodHandle VECTOR      = find(EntryPoint.class, "callForVector", V128.class, EntryPoint.class, SEGMENTS, long[].class);
    private static final MethodHandle FROM_I32    = find(Integer.class, "toUnsignedLong", long.class, int.class);
    private static final MethodHandle FROM_TRUTH  = find(Words.class, "ofTruth", long.class, boolean.class);
    private static final MethodHandle FROM_F32    = find(Words.class, "ofFloat", long.class, float.class);
    private static final MethodHandle FROM_F64    = find(Double.class, "doubleToRawLongBits", long.class, double.class);
    private static final MethodHandle LOW         = find(Words.class, "low", long.class, V128.class);
    private static final MethodHandle HIGH        = find(Words.class, "high", long.class, V128.class);
    private static final MethodHandle ADDRESS     = find(Words.class, "address", long.class, MemorySegment.class);
    private static final MethodHandle WRITTEN     = find(Words.class, "addressToWrite", long.class, MemorySegment.class);
    private static final MethodHandle SIZE        = find(Words.class, "size", long.class, MemorySegment.class);
    private static final MethodHandle TO_I32      = find(Words.class, "toInt", int.class, long.class);
    private static final MethodHandle TO_TRUTH    = find(Words.class, "toTruth", boolean.class, long.class);
    private static final MethodHandle TO_F32      = find(Words.class, "toFloat", float.class, long.class);
    private static final MethodHandle TO_F64      = find(Double.class, "longBitsToDouble", double.class, long.class);
    private static final MethodHandle READ        = find(Words.class, "read", long.class, int.class, long.class);
    private static final MethodHandle READ_VECTOR = find(Words.class, "readVector", V128.class, int.class, long.class);
    // @formatter:on

    private Words() {}

    private static MethodHandle find(Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
        try {
            return LOOKUP.findStatic(owner, name, MethodType.methodType(result, parameters));
        } catch (ReflectiveOperationException impossible) {
            throw new InternalError(impossible);
        }
    }

    // ---- from Java

    /**
     * A handle of a function's own type.
     *
     * @param written which of its parameters are segments that it writes to
     */
    static MethodHandle into(Signature signature, EntryPoint entry, IntPredicate written) {
        MethodType type = signature.java;
        int segments = 0;
        int words = signature.wordCount();
        MethodHandle[] filters = new MethodHandle[words];
        int[] wordSources = new int[words];
        int[] segmentSources = new int[type.parameterCount()];
        int at = 0;
        for (int i = 0; i < type.parameterCount(); i++) {
            MethodHandle[] itsFilters = filters(type.parameterType(i), written.test(i));
            for (MethodHandle filter : itsFilters) {
                wordSources[at] = i;
                filters[at++] = filter;
            }
            if (signature.isSegment(i)) {
                segmentSources[segments++] = i;
            }
        }
        MethodHandle call = type.returnType() == V128.class ? VECTOR : CALL;
        MethodHandle handle = MethodHandles.insertArguments(call, 0, entry)
                .asCollector(1, long[].class, words)
                .asCollector(0, SEGMENTS, segments);
        handle = MethodHandles.filterArguments(handle, segments, filters);
        handle = result(handle, type.returnType());
        int[] sources = Arrays.copyOf(segmentSources, segments + words);
        System.arraycopy(wordSources, 0, sources, segments, words);
        return MethodHandles.permuteArguments(handle, type, sources);
    }

    private static MethodHandle[] filters(Class<?> type, boolean written) {
        if (type == MemorySegment.class) {
            return new MethodHandle[] {written ? WRITTEN : ADDRESS, SIZE};
        } else if (type == V128.class) {
            return new MethodHandle[] {LOW, HIGH};
        }
        return new MethodHandle[] {toWord(type)};
    }

    private static MethodHandle toWord(Class<?> type) {
        if (type == int.class) {
            return FROM_I32;
        } else if (type == boolean.class) {
            return FROM_TRUTH;
        } else if (type == float.class) {
            return FROM_F32;
        } else if (type == double.class) {
            return FROM_F64;
        }
        return MethodHandles.identity(long.class);
    }

    private static MethodHandle result(MethodHandle handle, Class<?> type) {
        if (type == void.class) {
            return handle.asType(handle.type().changeReturnType(void.class));
        }
        return type == V128.class ? handle : MethodHandles.filterReturnValue(handle, fromWord(type));
    }

    private static MethodHandle fromWord(Class<?> type) {
        if (type == int.class) {
            return TO_I32;
        } else if (type == boolean.class) {
            return TO_TRUTH;
        } else if (type == float.class) {
            return TO_F32;
        } else if (type == double.class) {
            return TO_F64;
        }
        return MethodHandles.identity(long.class);
    }

    // ---- to Java

    /** A handle {@code (long) -> long} that reads a target's arguments from words at an address; the result is a word. */
    static MethodHandle outOf(MethodHandle target, Signature signature) {
        MethodType type = signature.java;
        MethodHandle[] readers = new MethodHandle[type.parameterCount()];
        for (int i = 0; i < readers.length; i++) {
            int offset = 8 * signature.firstWord(i);
            Class<?> wanted = type.parameterType(i);
            readers[i] = wanted == V128.class
                    ? MethodHandles.insertArguments(READ_VECTOR, 0, offset)
                    : MethodHandles.filterReturnValue(MethodHandles.insertArguments(READ, 0, offset), fromWord(wanted));
        }
        MethodHandle handle = MethodHandles.filterArguments(target, 0, readers);
        handle = type.returnType() == void.class
                ? MethodHandles.filterReturnValue(handle, MethodHandles.constant(long.class, 0L))
                : MethodHandles.filterReturnValue(handle, toWord(type.returnType()));
        MethodType words = MethodType.methodType(long.class, long.class);
        return MethodHandles.permuteArguments(handle, words, new int[readers.length]);
    }

    /** The type of what a word of a graph's call is; floats go as their bits. */
    static Type inWords(Type type) {
        return switch (type) {
            case F32 -> Type.I32;
            case F64 -> Type.I64;
            default -> type;
        };
    }

    // ---- what the handles are made of

    static long ofTruth(boolean truth) {
        return truth ? 1 : 0;
    }

    static long ofFloat(float value) {
        return Float.floatToRawIntBits(value);
    }

    static long low(V128 vector) {
        return vector.low();
    }

    static long high(V128 vector) {
        return vector.high();
    }

    static long address(MemorySegment segment) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("a segment on Java's heap: machine code reaches native memory only");
        }
        return segment.address();
    }

    static long addressToWrite(MemorySegment segment) {
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException("a read-only segment, which the function writes to");
        }
        return address(segment);
    }

    static long size(MemorySegment segment) {
        return segment.byteSize();
    }

    static int toInt(long word) {
        return (int) word;
    }

    static boolean toTruth(long word) {
        return (int) word != 0;
    }

    static float toFloat(long word) {
        return Float.intBitsToFloat((int) word);
    }

    static long read(int offset, long address) {
        return RawMemory.getLong(address + offset);
    }

    static V128 readVector(int offset, long address) {
        return new V128(RawMemory.getLong(address + offset), RawMemory.getLong(address + offset + Long.BYTES));
    }
}
