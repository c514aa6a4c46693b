package emberwall.ebpf.btf;

import emberwall.ebpf.Bytes;
import emberwall.ebpf.ObjectException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The types of a program, by id. Whatever refers to a type refers to one that is there; chains of names and qualifiers end. */
public final class Btf {
    /** Where nothing is known of types. */
    public static final Btf EMPTY = new Btf(List.of(new BtfType.Nothing()), new Bytes("BTF strings", new byte[1]));

    /** Qualifiers and names in front of a type are no more than this, as in the kernel. */
    private static final int DEEPEST = 32;

    private final List<BtfType> types;
    private final Bytes strings;
    private final Map<String, List<Integer>> byName = new HashMap<>();

    Btf(List<BtfType> types, Bytes strings) {
        this.types = List.copyOf(types);
        this.strings = strings;
        for (int id = 1; id < types.size(); id++) {
            String name = types.get(id).name();
            if (!name.isEmpty()) {
                byName.computeIfAbsent(name, n -> new ArrayList<>()).add(id);
            }
        }
    }

    /**
     * Reads a section {@code .BTF}.
     *
     * @throws ObjectException if it is malformed
     */
    public static Btf parse(Bytes section) {
        return new BtfParser(section).parse();
    }

    /** How many ids there are, that of {@code void} counted. */
    public int size() {
        return types.size();
    }

    /** The type with an id; {@link ObjectException} if there is none. */
    public BtfType type(int id) {
        if (id < 0 || id >= types.size()) {
            throw new ObjectException("BTF", "there is no type " + Integer.toUnsignedString(id));
        }
        return types.get(id);
    }

    /** A text by its offset, which relocations and lines name. */
    public String string(int offset) {
        return strings.text(offset & 0xFFFF_FFFFL);
    }

    /** A line of the source by its offset, cut where it is very long. */
    public String line(int offset) {
        return strings.beginning(offset & 0xFFFF_FFFFL);
    }

    /** Ids of the types and declarations with a name. */
    public List<Integer> named(String name) {
        return byName.getOrDefault(name, List.of());
    }

    /** Id of the first type of a class with a name, or 0. */
    public int find(String name, Class<? extends BtfType> kind) {
        for (int id : named(name)) {
            if (kind.isInstance(types.get(id))) {
                return id;
            }
        }
        return 0;
    }

    /** The id of the type itself, behind names and qualifiers. */
    public int strip(int id) {
        int stripped = id;
        for (int depth = 0; depth < DEEPEST; depth++) {
            switch (type(stripped)) {
                case BtfType.Typedef named -> stripped = named.target();
                case BtfType.Qualifier qualified -> stripped = qualified.target();
                default -> {
                    return stripped;
                }
            }
        }
        throw new ObjectException("BTF", "type " + id + " is behind more than " + DEEPEST + " names and qualifiers");
    }

    /** The type itself, behind names and qualifiers. */
    public BtfType stripped(int id) {
        return type(strip(id));
    }

    /** Bytes of a type; {@link ObjectException} if it has no size, or one beyond two gigabytes. */
    public int size(int id) {
        long count = 1;
        int at = id;
        for (int depth = 0; depth < DEEPEST; depth++) {
            long size;
            switch (stripped(at)) {
                case BtfType.Array array -> {
                    count = Math.multiplyExact(Math.min(count, Integer.MAX_VALUE), array.count() & 0xFFFF_FFFFL);
                    at = array.element();
                    continue;
                }
                case BtfType.Int integer -> size = integer.size();
                case BtfType.Pointer _ -> size = 8;
                case BtfType.Struct struct -> size = struct.size();
                case BtfType.Enumeration enumeration -> size = enumeration.size();
                case BtfType.Floating floating -> size = floating.size();
                default -> throw new ObjectException("BTF", "type " + id + " (" + describe(id) + ") has no size");
            }
            if (count != 0 && (size & 0xFFFF_FFFFL) > Integer.MAX_VALUE / count) {
                break;
            }
            return (int) (size * count);
        }
        throw new ObjectException("BTF", "type " + id + " is too large");
    }

    /** A type as C would say it, for messages. */
    public String describe(int id) {
        return describe(id, 0);
    }

    private String describe(int id, int depth) {
        if (depth > DEEPEST || id < 0 || id >= types.size()) {
            return "?";
        }
        return switch (types.get(id)) {
            case BtfType.Pointer pointer -> describe(pointer.target(), depth + 1) + " *";
            case BtfType.Array array ->
                describe(array.element(), depth + 1) + "[" + Integer.toUnsignedString(array.count()) + "]";
            case BtfType.Struct struct -> (struct.union() ? "union " : "struct ") + nameOr(struct.name());
            case BtfType.Forward forward -> (forward.union() ? "union " : "struct ") + forward.name();
            case BtfType.Enumeration enumeration -> "enum " + nameOr(enumeration.name());
            case BtfType.Qualifier q when q.kind() == BtfType.Qualifier.Kind.TAG -> describe(q.target(), depth + 1);
            case BtfType.Qualifier q ->
                q.kind().name().toLowerCase(java.util.Locale.ROOT) + " " + describe(q.target(), depth + 1);
            case BtfType.Prototype prototype -> describe(prototype.result(), depth + 1) + " (*)()";
            case BtfType other -> nameOr(other.name());
        };
    }

    private static String nameOr(String name) {
        return name.isEmpty() ? "(unnamed)" : name;
    }
}
