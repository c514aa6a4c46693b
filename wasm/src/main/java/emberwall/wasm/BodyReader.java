package emberwall.wasm;

/**
 * Reads the binary format: a position in a module's bytes and a limit that it never passes. Integers of one byte, nearly
 * all of them, take a short path that the JIT inlines. What cannot be read is a {@link MalformedException}.
 */
public final class BodyReader {
    /** What {@link #blockType} gives for a block without parameters and results. */
    public static final int EMPTY_BLOCK = ~ValueType.BOTTOM;

    /** Bit of a memory argument's first number: a memory index follows. */
    private static final int MEMORY_INDEX = 0x40;

    private final byte[] bytes;
    private int position;
    private int limit;
    private int memory;

    /** A reader of these bytes from {@code position} up to {@code limit}. */
    public BodyReader(byte[] bytes, int position, int limit) {
        this.bytes = bytes;
        this.position = position;
        this.limit = limit;
    }

    /** Moves to another part of the same bytes. */
    public void reset(int position, int limit) {
        this.position = position;
        this.limit = limit;
    }

    /** Where the next byte is read, in bytes from the beginning of the module. */
    public int position() {
        return position;
    }

    public void position(int position) {
        this.position = position;
    }

    public int limit() {
        return limit;
    }

    void limit(int limit) {
        this.limit = limit;
    }

    /** How many bytes are left. */
    public int remaining() {
        return limit - position;
    }

    public boolean hasMore() {
        return position < limit;
    }

    /** The next byte, unsigned. */
    public int u8() {
        int at = position;
        if (at >= limit) {
            throw end();
        }
        position = at + 1;
        return bytes[at] & 0xFF;
    }

    /** The next byte, unsigned, which is not consumed. */
    public int peek() {
        if (position >= limit) {
            throw end();
        }
        return bytes[position] & 0xFF;
    }

    /** An unsigned LEB128 of 32 bits. */
    public int u32() {
        return (int) unsigned(32);
    }

    /** An unsigned LEB128 of 64 bits. */
    public long u64() {
        return unsigned(64);
    }

    /** A signed LEB128 of 32 bits. */
    public int s32() {
        return (int) signed(32);
    }

    /** A signed LEB128 of 33 bits, as block types and heap types are written. */
    public long s33() {
        return signed(33);
    }

    /** A signed LEB128 of 64 bits. */
    public long s64() {
        return signed(64);
    }

    private long unsigned(int bits) {
        int at = position;
        if (at < limit) {
            byte first = bytes[at];
            if (first >= 0) {
                position = at + 1;
                return first;
            }
        }
        return unsignedBytes(bits);
    }

    private long unsignedBytes(int bits) {
        int last = lastShift(bits);
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7F) << shift;
            if (shift == last) {
                checkLast(b, (b & 0x7F) >> bits - last == 0);
                return value;
            }
            if (b < 0x80) {
                return value;
            }
        }
    }

    private long signed(int bits) {
        int at = position;
        if (at < limit) {
            byte first = bytes[at];
            if (first >= 0) {
                position = at + 1;
                return first << 25 >> 25;
            }
        }
        return signedBytes(bits);
    }

    private long signedBytes(int bits) {
        int last = lastShift(bits);
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7F) << shift;
            if (shift == last) {
                int unused = (byte) (b << 1) >> bits - last; // all like the sign
                checkLast(b, unused == 0 || unused == -1);
                return value << 64 - bits >> 64 - bits;
            }
            if (b < 0x80) {
                return value << 57 - shift >> 57 - shift;
            }
        }
    }

    /** By how much the bits of the last byte are shifted that a LEB128 of this width may have. */
    private static int lastShift(int bits) {
        return (bits - 1) / 7 * 7;
    }

    private void checkLast(int b, boolean fits) {
        if (b >= 0x80) {
            throw new MalformedException("integer representation too long", position - 1);
        }
        if (!fits) {
            throw new MalformedException("integer too large", position - 1);
        }
    }

    /** Four bytes, little-endian. */
    public int fixed32() {
        return fixed32(advance(4));
    }

    /** Eight bytes, little-endian. */
    public long fixed64() {
        int at = advance(8);
        return fixed32(at) & 0xFFFF_FFFFL | (long) fixed32(at + 4) << 32;
    }

    // Not by a VarHandle: the first one costs a cold start several milliseconds.
    private int fixed32(int at) {
        return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16 | bytes[at + 3] << 24;
    }

    /** Steps over bytes and gives the position before. */
    private int advance(int count) {
        int at = position;
        if (count > limit - at) {
            throw end();
        }
        position = at + count;
        return at;
    }

    /** Steps over bytes. */
    public void skip(int count) {
        advance(count);
    }

    /** How many entries follow; each of them takes at least one byte, which unmasks most lies. */
    public int count() {
        int count = u32();
        if (Integer.compareUnsigned(count, limit - position) > 0) {
            throw end();
        }
        return count;
    }

    /** How many bytes follow. */
    int length() {
        int at = position;
        int length = u32();
        if (Integer.compareUnsigned(length, limit - position) > 0) {
            throw new MalformedException("length out of bounds", at);
        }
        return length;
    }

    /** The next opcode. */
    public Opcode opcode() {
        int at = position;
        int first = u8();
        Opcode opcode = Opcode.isPrefix(first) ? Opcode.of(first, u32()) : Opcode.of(first);
        if (opcode == null) {
            throw illegalOpcode(at);
        }
        return opcode;
    }

    /** The error about the opcode at this offset, which there is not. */
    MalformedException illegalOpcode(int at) {
        int first = bytes[at] & 0xFF;
        String text = "illegal opcode " + (first < 0x10 ? "0" : "") + Integer.toHexString(first);
        if (Opcode.isPrefix(first)) {
            reset(at + 1, limit);
            int number = u32();
            text += " " + (number >= 0 && number < 0x10 ? "0" : "") + Integer.toHexString(number);
        }
        return new MalformedException(text, at);
    }

    /** The type of a block: a type index, or {@code ~type} for one result of that type, or {@link #EMPTY_BLOCK}. */
    public int blockType() {
        int at = position;
        int first = peek();
        if (first == 0x40) {
            position = at + 1;
            return EMPTY_BLOCK;
        }
        if ((first & 0xC0) == 0x40) {
            return ~valueType();
        }
        long index = s33();
        if (index < 0) {
            throw new MalformedException("malformed block type", at);
        }
        return (int) Math.min(index, Integer.MAX_VALUE);
    }

    /** A value type. */
    public int valueType() {
        int at = position;
        int first = u8();
        return switch (first) {
            case 0x7F -> ValueType.I32;
            case 0x7E -> ValueType.I64;
            case 0x7D -> ValueType.F32;
            case 0x7C -> ValueType.F64;
            case 0x7B -> ValueType.V128;
            default -> reference(first, at, "malformed value type");
        };
    }

    /** A reference type. */
    public int referenceType() {
        int at = position;
        return reference(u8(), at, "malformed reference type");
    }

    /** A storage type: a value type or a packed one. */
    int storageType() {
        int at = position;
        int first = peek();
        if (first == 0x78 || first == 0x77) {
            position = at + 1;
            return first == 0x78 ? ValueType.I8 : ValueType.I16;
        }
        if (first >= 0x40 && first < 0x80 && (first >= 0x7B || isReference(first))) {
            return valueType();
        }
        throw new MalformedException("malformed storage type", at);
    }

    private static boolean isReference(int first) {
        return first == 0x63 || first == 0x64 || isAbstractHeapType(first);
    }

    private static boolean isAbstractHeapType(int b) {
        return b >= ValueType.EXN && b <= ValueType.NOEXN;
    }

    private int reference(int first, int at, String problem) {
        if (isAbstractHeapType(first)) {
            return ValueType.reference(true, first);
        }
        if (first == 0x63 || first == 0x64) {
            return ValueType.reference(first == 0x63, heapType());
        }
        throw new MalformedException(problem, at);
    }

    /** A heap type. */
    public int heapType() {
        int at = position;
        long heap = s33();
        if (heap >= 0) {
            // An index beyond every limit is unknown, whatever it is exactly.
            return ValueType.concrete((int) Math.min(heap, ValueType.CONCRETE - 1));
        }
        int code = (int) (heap & 0x7F);
        if (position != at + 1 || !isAbstractHeapType(code)) {
            throw new MalformedException("malformed heap type", at);
        }
        return code;
    }

    /**
     * The first number of a memory argument: the alignment's binary logarithm. The memory's index, if it follows, is read
     * too and then {@link #memory}. The offset comes next: {@link #u64}.
     */
    public int alignment() {
        int at = position;
        int flags = u32();
        memory = 0;
        if ((flags & MEMORY_INDEX) != 0) {
            flags &= ~MEMORY_INDEX;
            memory = u32();
        }
        if (flags < 0 || flags >= MEMORY_INDEX) {
            throw new MalformedException("malformed memop flags", at);
        }
        return flags;
    }

    /** Whether a memory argument that comes next names a memory. */
    boolean hasMemoryIndex() {
        return (peek() & MEMORY_INDEX) != 0;
    }

    /** The memory index that the last {@link #alignment} brought, 0 if it brought none. */
    public int memory() {
        return memory;
    }

    /** Steps over what follows an opcode, and refuses what cannot follow it. */
    public void skip(Immediate immediate) {
        switch (immediate) {
            case NONE -> {}
            case LABEL, FUNCTION, TYPE, LOCAL, GLOBAL, TAG, TABLE, ELEMENT, MEMORY, DATA -> u32();
            case TYPE_TABLE,
                    TYPE_FIELD,
                    TYPE_COUNT,
                    TYPE_DATA,
                    TYPE_ELEMENT,
                    TYPE_TYPE,
                    TABLE_TABLE,
                    ELEMENT_TABLE,
                    MEMORY_MEMORY,
                    DATA_MEMORY -> {
                u32();
                u32();
            }
            case MEMARG -> {
                alignment();
                u64();
            }
            case MEMARG_LANE -> {
                alignment();
                u64();
                u8();
            }
            case LANE -> u8();
            case ZERO_BYTE -> atMost(0, "zero byte expected");
            case I32 -> s32();
            case I64 -> s64();
            case F32 -> skip(4);
            case F64 -> skip(8);
            case SHUFFLE, V128 -> skip(16);
            default -> skipTypes(immediate);
        }
    }

    private void skipTypes(Immediate immediate) {
        switch (immediate) {
            case BLOCK_TYPE -> blockType();
            case BLOCK_CATCHES -> {
                blockType();
                for (int i = count(); i > 0; i--) {
                    if (atMost(3, "malformed catch clause") < 2) {
                        u32();
                    }
                    u32();
                }
            }
            case LABEL_TABLE -> {
                for (int i = count(); i >= 0; i--) {
                    u32();
                }
            }
            case LABEL_CAST -> {
                atMost(3, "malformed br_on_cast flags");
                u32();
                heapType();
                heapType();
            }
            case HEAP_TYPE -> heapType();
            case SELECT_TYPES -> {
                for (int i = count(); i > 0; i--) {
                    valueType();
                }
            }
            default -> throw new InternalError("no way to skip " + immediate);
        }
    }

    private int atMost(int most, String problem) {
        int b = u8();
        if (b > most) {
            throw new MalformedException(problem, position - 1);
        }
        return b;
    }

    private MalformedException end() {
        return new MalformedException("unexpected end of section or function", limit);
    }
}
