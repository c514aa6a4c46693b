package emberwall.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/**
 * Reads and writes at absolute addresses, little-endian, any alignment unless said. Nothing is checked: an address that
 * is not mapped ends the JVM. The caller owns the mapping.
 */
public final class RawMemory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private RawMemory() {}

    /** The byte at {@code address}, sign-extended. */
    public static byte getByte(long address) {
        return ALL.get(JAVA_BYTE, address);
    }

    /** Two bytes at {@code address}. */
    public static short getShort(long address) {
        return ALL.get(JAVA_SHORT_UNALIGNED, address);
    }

    /** Four bytes at {@code address}. */
    public static int getInt(long address) {
        return ALL.get(JAVA_INT_UNALIGNED, address);
    }

    /** Eight bytes at {@code address}. */
    public static long getLong(long address) {
        return ALL.get(JAVA_LONG_UNALIGNED, address);
    }

    /** Stores a byte. */
    public static void putByte(long address, int value) {
        ALL.set(JAVA_BYTE, address, (byte) value);
    }

    /** Stores two bytes. */
    public static void putShort(long address, int value) {
        ALL.set(JAVA_SHORT_UNALIGNED, address, (short) value);
    }

    /** Stores four bytes. */
    public static void putInt(long address, int value) {
        ALL.set(JAVA_INT_UNALIGNED, address, value);
    }

    /** Stores eight bytes. */
    public static void putLong(long address, long value) {
        ALL.set(JAVA_LONG_UNALIGNED, address, value);
    }

    /** Stores eight bytes at an aligned address, in one piece, after everything stored before. */
    public static void putLongRelease(long address, long value) {
        VarHandle.releaseFence();
        ALL.set(JAVA_LONG, address, value);
    }

    /** Reads eight bytes at an aligned address, in one piece, before everything read after. */
    public static long getLongAcquire(long address) {
        long value = ALL.get(JAVA_LONG, address);
        VarHandle.acquireFence();
        return value;
    }

    /** Stores eight bytes at an aligned address if they are {@code expected}; a full fence either way. */
    public static boolean compareAndSetLong(long address, long expected, long value) {
        return Atomics.LONG.compareAndSet(ALL, address, expected, value);
    }

    /** Replaces eight bytes at an aligned address and returns what they were; a full fence. */
    public static long getAndSetLong(long address, long value) {
        return (long) Atomics.LONG.getAndSet(ALL, address, value);
    }

    /** Copies {@code length} bytes of an array to {@code address}. */
    public static void copy(byte[] source, int offset, long address, int length) {
        MemorySegment.copy(source, offset, ALL, JAVA_BYTE, address, length);
    }

    /** Copies {@code length} bytes at {@code address} into an array. */
    public static void copy(long address, byte[] target, int offset, int length) {
        MemorySegment.copy(ALL, JAVA_BYTE, address, target, offset, length);
    }

    /** Copies {@code length} bytes from one address to another; the ranges may overlap. */
    public static void copy(long source, long target, long length) {
        MemorySegment.copy(ALL, source, ALL, target, length);
    }

    /** Stores {@code value} into {@code length} bytes. */
    public static void fill(long address, long length, int value) {
        ALL.asSlice(address, length).fill((byte) value);
    }

    /** {@code length} bytes at {@code address} as an array. */
    public static byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        copy(address, bytes, 0, length);
        return bytes;
    }

    /** The UTF-8 string at {@code address} that ends before the first zero byte. */
    public static String string(long address) {
        int length = 0;
        while (getByte(address + length) != 0) {
            length++;
        }
        return new String(bytes(address, length), StandardCharsets.UTF_8);
    }

    /** A view of a range, living as long as the JVM: for the modules that own mappings, who must not let it escape. */
    public static MemorySegment segment(long address, long length) {
        return ALL.asSlice(address, length);
    }

    /** A view of a range that dies with an arena: for the modules that own mappings, who close it before they unmap. */
    public static MemorySegment segment(long address, long length, Arena arena) {
        return MemorySegment.ofAddress(address).reinterpret(length, arena, null);
    }

    /** An object is reachable as long as a segment of an arena is. */
    public static void tie(Arena arena, Object object) {
        MemorySegment.NULL.reinterpret(0, arena, end -> Reference.reachabilityFence(object));
    }

    /** Apart, since linking atomic accesses costs time that the start-up path need not spend. */
    private static final class Atomics {
        static final VarHandle LONG = JAVA_LONG.varHandle();
    }
}
