package emberwall.engine.store;

import emberwall.os.RawMemory;
import emberwall.wasm.TypeRegistry;
import emberwall.wasm.Types;
import emberwall.wasm.ValueType;

/**
 * A structure or array type of a module: how its objects lie in the heap, and the block that their headers point to.
 *
 * <pre>
 *   object   0 block of its type   8 fields of a structure, each at a multiple of its size, 8 at most
 *                                  8 length of an array (i32)   16 its elements
 *   block    0 id   4 kind   8 bytes   12 references   16 supertypes   20 ids of those by depth, its own last
 *            behind them the offsets of a structure's references
 * </pre>
 *
 * Fields keep the order of their declaration, so that a subtype's first fields lie as its supertype's do.
 */
public final class ObjectType {
    // @formatter:off
    /** Where an array's length is; i32. */
    public static final int ARRAY_LENGTH = 8;
    /** Where an array's elements begin. */
    public static final int ELEMENTS     = 16;
    /** Objects begin at multiples of this, and their sizes are. */
    public static final int ALIGNMENT    = 16;

    // In the block, all i32.
    /** Canonical id of the type. */
    public static final int ID           = 0;
    /** {@link ValueType#STRUCT} or {@link ValueType#ARRAY}. */
    public static final int KIND         = 4;
    /** Bytes of a structure, or of one element of an array. */
    public static final int BYTES        = 8;
    /** How many references a structure has; of an array, whether its elements are some. */
    public static final int REFERENCES   = 12;
    /** How many ids there are by depth. */
    public static final int DEPTHS       = 16;
    private static final int DISPLAY     = 20;
    // @formatter:on

    /** Ids of depths below this can be compared without looking how many there are. */
    public static final int SHORTEST = 7;

    private static final int NONE = -1;
    private static final int HEADER = 8;

    private final boolean array;
    private final int[] fields;
    private final int[] offsets;
    private final int bytes;
    private final long block;
    private final int blockBytes;

    /**
     * A type, with a block of its own.
     *
     * @param id its canonical id in {@code registry}
     */
    public ObjectType(OffHeap heap, TypeRegistry registry, int id, Types types, int type) {
        array = types.isArray(type);
        int count = array ? 1 : types.fieldCount(type);
        fields = new int[count];
        offsets = new int[count];
        int references = 0;
        int end = HEADER;
        for (int field = 0; field < count; field++) {
            fields[field] = types.field(type, field);
            int size = ValueType.sizeBytes(fields[field]);
            int alignment = Math.min(size, 8);
            offsets[field] = end + alignment - 1 & -alignment;
            end = offsets[field] + size;
            references += ValueType.isReference(fields[field]) ? 1 : 0;
        }
        bytes = array ? ValueType.sizeBytes(fields[0]) : (int) rounded(end);
        int depths = registry.depth(id) + 1;
        blockBytes = display(Math.max(depths, SHORTEST)) + Integer.BYTES * references;
        block = heap.allocate(blockBytes);
        RawMemory.putInt(block + ID, id);
        RawMemory.putInt(block + KIND, array ? ValueType.ARRAY : ValueType.STRUCT);
        RawMemory.putInt(block + BYTES, bytes);
        RawMemory.putInt(block + REFERENCES, references);
        RawMemory.putInt(block + DEPTHS, depths);
        for (int depth = 0; depth < Math.max(depths, SHORTEST); depth++) {
            RawMemory.putInt(block + display(depth), depth < depths ? registry.supertypeAt(id, depth) : NONE);
        }
        long place = block + display(Math.max(depths, SHORTEST));
        for (int field = 0; field < count; field++) {
            if (ValueType.isReference(fields[field])) {
                RawMemory.putInt(place, offsets[field]);
                place += Integer.BYTES;
            }
        }
    }

    /** Where in the block the id of the supertype at a depth is. */
    public static int display(int depth) {
        return DISPLAY + Integer.BYTES * depth;
    }

    /** Where the offsets of a structure's references begin, given its block. */
    static long references(long block) {
        return block + display(Math.max(RawMemory.getInt(block + DEPTHS), SHORTEST));
    }

    /** Bytes rounded up to what objects take. */
    static long rounded(long bytes) {
        return bytes + ALIGNMENT - 1 & -ALIGNMENT;
    }

    /** Bytes of an object. */
    static long sizeOf(long object) {
        long block = RawMemory.getLong(object);
        int bytes = RawMemory.getInt(block + BYTES);
        return RawMemory.getInt(block + KIND) == ValueType.STRUCT ? bytes : arrayBytes(bytes, length(object));
    }

    private static long arrayBytes(int element, long length) {
        return rounded(ELEMENTS + element * length);
    }

    /** The unsigned length of an array. */
    public static long length(long array) {
        return Integer.toUnsignedLong(RawMemory.getInt(array + ARRAY_LENGTH));
    }

    /** The canonical id of an object's type. */
    public static int id(long object) {
        return RawMemory.getInt(RawMemory.getLong(object) + ID);
    }

    /** {@link ValueType#STRUCT} or {@link ValueType#ARRAY}, of an object. */
    public static int kind(long object) {
        return RawMemory.getInt(RawMemory.getLong(object) + KIND);
    }

    /** Address of the block. */
    public long block() {
        return block;
    }

    /** Bytes of a structure. */
    public int bytes() {
        assert !array;
        return bytes;
    }

    /** Bytes of an array with so many elements. */
    public long bytes(long length) {
        assert array;
        return arrayBytes(bytes, length);
    }

    /** Bytes of an element of an array. */
    public int elementBytes() {
        return bytes;
    }

    /** How many fields a structure has. */
    public int fieldCount() {
        return fields.length;
    }

    /** The storage type of a field, or of an array's elements as field 0. */
    public int field(int index) {
        return fields[index];
    }

    /** Where a structure's field lies. */
    public int offset(int field) {
        return offsets[field];
    }

    /** Gives the block back. No object is left. */
    public void free(OffHeap heap) {
        heap.free(block, blockBytes);
    }
}
