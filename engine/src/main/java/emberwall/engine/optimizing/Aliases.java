package emberwall.engine.optimizing;

import emberwall.ir.Access;

/**
 * The parts of memory that never meet: the alias classes of graphs for WebAssembly. Calls and atomic accesses may change all of
 * them but {@link Access#INVARIANT}; so may polls where memories are shared.
 */
public final class Aliases {
    // @formatter:off
    /** Bytes of linear memories, which may be one and the same under several indices. */
    public static final int MEMORY          = 1;
    /** Base and size of memories, in the instance block or a record. Only calls change them. */
    public static final int MEMORY_RECORD   = 2;
    /** Cells of own globals, in the instance block. */
    public static final int GLOBAL          = 3;
    /** Cells of imported globals, which may be one and the same. */
    public static final int IMPORTED_GLOBAL = 4;
    /** Base and length of tables. Only calls change them. */
    public static final int TABLE_RECORD    = 5;
    /** Elements of tables. */
    public static final int ELEMENT         = 6;
    /** Records of functions. Nobody writes them, but they can be read only after a test for null. */
    public static final int FUNCTION        = 7;
    /** Where the heap goes on. */
    public static final int HEAP            = 8;
    /** The first word of objects, and the blocks of types. Written once, and to be read only after a test for null. */
    public static final int HEADER          = 9;
    /** The length of arrays: the same. */
    public static final int LENGTH          = 10;
    /** Fields of structures. */
    public static final int FIELD           = 11;
    /** Elements of arrays. */
    public static final int ARRAY           = 12;
    // @formatter:on

    private Aliases() {}
}
