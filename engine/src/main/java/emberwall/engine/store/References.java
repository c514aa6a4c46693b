package emberwall.engine.store;

/**
 * References as words: null is 0, a funcref the address of a {@link FuncRecord}, a structure or array its address in the
 * {@link GuestHeap}, an object of the host or an exnref {@code handle << 3 | 2}, an i31 {@code value << 1 | 1}.
 */
public final class References {
    /** The null of every type. */
    public static final long NULL = 0;

    private static final int EXTERN_TAG = 2;

    private References() {}

    /** The word of a host object. */
    public static long extern(int handle) {
        return (long) handle << 3 | EXTERN_TAG;
    }

    /** Whether a word is an integer of 31 bits. */
    public static boolean isI31(long word) {
        return (word & 1) != 0;
    }

    /** The integer of 31 bits in a word, with its sign. */
    public static int i31(long word) {
        return (int) word >> 1;
    }

    /** The word of the lower 31 bits of an integer. */
    public static long ofI31(long integer) {
        return integer << 1 & 0xFFFF_FFFFL | 1;
    }

    /** Whether a word is that of a host object. */
    public static boolean isExtern(long word) {
        return (word & 7) == EXTERN_TAG;
    }

    /** The handle in the word of a host object. */
    public static int handle(long word) {
        assert (word & 7) == EXTERN_TAG : word;
        return (int) (word >>> 3);
    }
}
