package emberwall.engine.store;

/**
 * References as words: null is 0, a funcref the address of a {@link FuncRecord}, an externref or exnref
 * {@code handle << 3 | 2}, an i31 {@code value << 1 | 1}.
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
