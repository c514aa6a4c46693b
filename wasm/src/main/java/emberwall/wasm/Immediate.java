package emberwall.wasm;

/** What follows an opcode in the binary format (WebAssembly 3.0, section 5.4), in the order in which it follows. */
public enum Immediate {
    /** Nothing. */
    NONE,
    /** The type of a block: nothing, one value type, or a type index. */
    BLOCK_TYPE,
    /** The type of a block, then catch clauses. */
    BLOCK_CATCHES,
    /** A label: how many blocks further out. */
    LABEL,
    /** A vector of labels, then the default label. */
    LABEL_TABLE,
    /** A byte with two nullability bits, a label, two heap types. */
    LABEL_CAST,
    /** A function index. */
    FUNCTION,
    /** A type index. */
    TYPE,
    /** A type index, then a table index. */
    TYPE_TABLE,
    /** A structure's type index, then a field index. */
    TYPE_FIELD,
    /** An array's type index, then a number of elements. */
    TYPE_COUNT,
    /** An array's type index, then a data segment. */
    TYPE_DATA,
    /** An array's type index, then an element segment. */
    TYPE_ELEMENT,
    /** Two array type indices: destination, source. */
    TYPE_TYPE,
    /** A heap type. */
    HEAP_TYPE,
    /** A vector of value types. */
    SELECT_TYPES,
    /** A local index. */
    LOCAL,
    /** A global index. */
    GLOBAL,
    /** A tag index. */
    TAG,
    /** A table index. */
    TABLE,
    /** Two table indices: destination, source. */
    TABLE_TABLE,
    /** An element segment. */
    ELEMENT,
    /** An element segment, then a table index. */
    ELEMENT_TABLE,
    /** A memory index. */
    MEMORY,
    /** Two memory indices: destination, source. */
    MEMORY_MEMORY,
    /** A data segment. */
    DATA,
    /** A data segment, then a memory index. */
    DATA_MEMORY,
    /** Alignment (with bit 6: a memory index follows), then offset. */
    MEMARG,
    /** A memory argument, then one byte: the lane. */
    MEMARG_LANE,
    /** One byte: the lane. */
    LANE,
    /** Sixteen bytes: lanes of two vectors. */
    SHUFFLE,
    /** A zero byte. */
    ZERO_BYTE,
    /** A signed LEB128 of 32 bits. */
    I32,
    /** A signed LEB128 of 64 bits. */
    I64,
    /** Four bytes. */
    F32,
    /** Eight bytes. */
    F64,
    /** Sixteen bytes. */
    V128
}
