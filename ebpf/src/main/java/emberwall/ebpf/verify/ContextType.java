package emberwall.ebpf.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * What a program finds in {@code r1} when it begins.
 *
 * @param name for messages
 * @param size in bytes
 * @param fields what may be read or written; nothing else may
 * @param isMemory whether it is plain memory, and {@code r2} its size
 */
public record ContextType(String name, int size, List<Field> fields, boolean isMemory) {
    /** What a field of a context holds. */
    public enum FieldKind {
        /** A number. */
        NUMBER,
        /** Address of the packet's first byte; 4 bytes in the context, a pointer when loaded. */
        PACKET,
        /** Address behind the packet. */
        PACKET_END,
        /** Address of what stands in front of the packet. */
        PACKET_META,
        /** A socket or null. */
        SOCKET,
        /** An object of the kernel, which may be passed to helpers that want one. */
        OBJECT
    }

    /**
     * Bytes of a context that are read in one go.
     *
     * @param size bytes of each access; of numbers, parts of that, too
     * @param count how many such fields follow each other
     * @param writable whether programs may store there
     */
    public record Field(int offset, int size, int count, FieldKind kind, boolean writable) {
        int end() {
            return offset + size * count;
        }
    }

    public ContextType {
        fields = List.copyOf(fields);
    }

    /** Memory of some bytes that may be read and written; {@code r2} holds their number. */
    public static ContextType memory(int bytes) {
        return new ContextType("mem", bytes, List.of(), true);
    }

    /** The field that has all bytes of an access, or null. */
    Field field(long offset, int bytes) {
        for (var field : fields) {
            if (offset >= field.offset && offset + bytes <= field.end()) {
                var inside = (offset - field.offset) % field.size;
                var whole = inside == 0 && bytes == field.size;
                var aligned = inside % bytes == 0 && inside + bytes <= field.size;
                return whole || aligned && field.kind == FieldKind.NUMBER ? field : null;
            }
        }
        return null;
    }

    /** Begins the description of a context. */
    public static Builder named(String name, int size) {
        return new Builder(name, size);
    }

    /** Collects fields. */
    public static final class Builder {
        private final String name;
        private final int size;
        private final List<Field> fields = new ArrayList<>();

        private Builder(String name, int size) {
            this.name = name;
            this.size = size;
        }

        /** A number that may be read. */
        public Builder number(int offset, int bytes) {
            return numbers(offset, bytes, 1);
        }

        /** Numbers behind each other that may be read. */
        public Builder numbers(int offset, int bytes, int count) {
            fields.add(new Field(offset, bytes, count, FieldKind.NUMBER, false));
            return this;
        }

        /** Numbers behind each other that may be read and written. */
        public Builder writable(int offset, int bytes, int count) {
            fields.add(new Field(offset, bytes, count, FieldKind.NUMBER, true));
            return this;
        }

        /** A pointer. */
        public Builder pointer(FieldKind kind, int offset, int bytes) {
            fields.add(new Field(offset, bytes, 1, kind, false));
            return this;
        }

        /** The context. */
        public ContextType build() {
            return new ContextType(name, size, fields, false);
        }
    }
}
