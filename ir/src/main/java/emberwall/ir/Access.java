package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;

/**
 * How a load or store reaches memory, as one int: an alias class, and what is known of the access. Accesses of different
 * classes never meet; those of class {@link #INVARIANT} read what no one writes while the function runs.
 *
 * <pre>
 *   31 TRAPS   30 INDEXED   29 GROWS   28 SHORT   27 EXACT   25..24 binary logarithm of an atomic access's bytes   23..0 alias class
 * </pre>
 */
public final class Access {
    /** The class of what is never written. */
    public static final int INVARIANT = 0;
    /** The access may trap: it must not be moved over other effects, nor dropped. */
    public static final int TRAPS = 1 << 31;
    /** What a load of a number reads is never less than what a load of the same place read earlier. */
    public static final int GROWS = 1 << 29;
    /** The memory ends {@link #MARGIN} short of 2^32, and as far below its first byte an access traps, too. */
    public static final int SHORT = 1 << 28;
    /** Added to an index that an access of a {@link #SHORT} memory had, up to so much does not wrap. */
    public static final int MARGIN = 1 << 16;
    /** The index is an i32 sum with a constant, which may be taken for one of all integers ({@link ExactIndices}). */
    static final int EXACT = 1 << 27;
    /** The second input is an index, to be added to the base. */
    static final int INDEXED = 1 << 30;

    private static final int WIDTH_SHIFT = 24;
    private static final int CLASS = (1 << 24) - 1;
    private static final int VECTOR_BYTES = 16;

    private Access() {}

    /** An access that cannot trap to memory of an alias class. */
    public static int of(int aliasClass) {
        if ((aliasClass & ~CLASS) != 0) {
            throw new IllegalArgumentException("alias class " + aliasClass);
        }
        return aliasClass;
    }

    /**
     * An atomic access that cannot trap.
     *
     * @param bytes how many bytes of memory it touches: 1, 2, 4 or 8
     */
    public static int atomic(int aliasClass, int bytes) {
        return of(aliasClass) | Integer.numberOfTrailingZeros(bytes) << WIDTH_SHIFT;
    }

    /** How many bytes of memory a load or store of {@link Op} touches. */
    public static int bytes(Op op, Type type) {
        return switch (op) {
            case LOAD, STORE -> type.isVector() ? VECTOR_BYTES : type.bits() / 8;
            case LOAD8_S, LOAD8_U, LOAD8_SPLAT, LOAD8_LANE, STORE8, STORE8_LANE -> 1;
            case LOAD16_S, LOAD16_U, LOAD16_SPLAT, LOAD16_LANE, STORE16, STORE16_LANE -> 2;
            case LOAD32_S, LOAD32_U, LOAD32_SPLAT, LOAD32_ZERO, LOAD32_LANE, STORE32, STORE32_LANE -> 4;
            case LOAD8X8_S, LOAD8X8_U, LOAD16X4_S, LOAD16X4_U, LOAD32X2_S, LOAD32X2_U -> 8;
            case LOAD64_SPLAT, LOAD64_ZERO, LOAD64_LANE, STORE64_LANE -> 8;
            default -> VECTOR_BYTES;
        };
    }

    /** How many bytes an atomic access touches. */
    public static int atomicBytes(int access) {
        return 1 << (access >> WIDTH_SHIFT & 3);
    }

    /** The alias class. */
    public static int aliasClass(int access) {
        return access & CLASS;
    }

    /** Whether it may trap. */
    public static boolean traps(int access) {
        return (access & TRAPS) != 0;
    }

    /** Whether what is there never becomes less. */
    public static boolean grows(int access) {
        return (access & GROWS) != 0;
    }

    /** Whether the memory ends short of 2^32. */
    static boolean isShort(int access) {
        return (access & SHORT) != 0;
    }

    /** Whether the index is a sum that need not wrap. */
    public static boolean isExact(int access) {
        return (access & EXACT) != 0;
    }

    /** Whether there is an index. */
    static boolean isIndexed(int access) {
        return (access & INDEXED) != 0;
    }

    /** Whether a load gives the same value wherever it stands, and always one. */
    static boolean floats(int access) {
        return (access & (TRAPS | CLASS)) == INVARIANT;
    }
}
