package emberwall.engine.store;

import emberwall.os.RawMemory;

/**
 * The supertypes of a type for generated code: canonical ids by depth, the outermost first, the type's own last (Cohen,
 * "Type-Extension Type Tests Can Be Performed In Constant Time", 1991).
 */
public final class TypeDisplay {
    /** How many ids there are; i32. */
    public static final int LENGTH = 0;
    /** Ids of depths below this can be compared without looking at the length: where there are fewer, none is equal. */
    public static final int SHORTEST = 7;

    private static final int FIRST = 4;
    private static final int NONE = -1;

    private TypeDisplay() {}

    /** Where the id of a depth is. */
    public static int id(int depth) {
        return FIRST + Integer.BYTES * depth;
    }

    /** Bytes of a display with so many ids. */
    public static int bytes(int ids) {
        return id(Math.max(ids, SHORTEST));
    }

    /** Writes a display with so many ids, which are to be set. */
    public static void initialise(long display, int ids) {
        RawMemory.putInt(display + LENGTH, ids);
        for (int depth = ids; depth < SHORTEST; depth++) {
            RawMemory.putInt(display + id(depth), NONE);
        }
    }
}
