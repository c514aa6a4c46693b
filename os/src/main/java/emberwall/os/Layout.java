package emberwall.os;

import java.util.ArrayList;
import java.util.List;

/**
 * What lies where in an off-heap struct, said once: fields are added in order and answer their offset, which Java
 * accessors and assembler operands then share as an {@code int}.
 *
 * <pre>{@code
 * static final Layout LAYOUT = new Layout("FuncRecord");
 * static final int CODE     = LAYOUT.word("CODE");
 * static final int INSTANCE = LAYOUT.word("INSTANCE");
 * static final int BYTES    = LAYOUT.size(16);
 * }</pre>
 */
public final class Layout {
    /** A field: its name, its offset from the struct's address (may be negative), its size in bytes. */
    public record Field(String name, int offset, int size) {}

    private final String name;
    private final int start;
    private final List<Field> fields = new ArrayList<>();
    private int end;

    /** A struct whose first field lies at offset 0. */
    public Layout(String name) {
        this(name, 0);
    }

    /** A struct whose address points {@code -start} bytes behind its first field. */
    public Layout(String name, int start) {
        this.name = name;
        this.start = start;
        this.end = start;
    }

    /** A field of eight bytes. */
    public int word(String name) {
        return field(name, 8, 8);
    }

    /** A field of four bytes. */
    public int half(String name) {
        return field(name, 4, 4);
    }

    /** {@code count} words in a row; the offset is that of the first. */
    public int words(String name, int count) {
        return field(name, 8 * count, 8);
    }

    /** A field of {@code size} bytes at the next multiple of {@code alignment}, a power of two. */
    public int field(String name, int size, int alignment) {
        align(alignment);
        int offset = end;
        fields.add(new Field(name, offset, size));
        end += size;
        return offset;
    }

    /** Leaves bytes free up to the next multiple of {@code alignment}, a power of two. */
    public Layout align(int alignment) {
        end = end + (alignment - 1) & -alignment;
        return this;
    }

    /** Bytes of the struct, rounded up to a multiple of {@code alignment}. */
    public int size(int alignment) {
        return end - start + (alignment - 1) & -alignment;
    }

    /** The name of the struct. */
    public String name() {
        return name;
    }

    /** The offset of the first field. */
    public int start() {
        return start;
    }

    /** The fields in order. */
    public List<Field> fields() {
        return List.copyOf(fields);
    }

    /** The field that covers {@code offset}, or null. */
    public Field fieldAt(int offset) {
        for (Field field : fields) {
            if (offset >= field.offset() && offset < field.offset() + field.size()) {
                return field;
            }
        }
        return null;
    }

    /** The values of all fields of the struct at {@code address}, one line each: for people. */
    public String describe(long address) {
        StringBuilder text = new StringBuilder(name).append('\n');
        for (Field field : fields) {
            text.append("  ").append(field.name()).append(" =");
            for (int at = 0; at < field.size(); at += 8) {
                long from = address + field.offset() + at;
                long value = field.size() - at >= 8 ? RawMemory.getLong(from) : RawMemory.getInt(from) & 0xFFFF_FFFFL;
                text.append(' ').append(Long.toHexString(value));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
