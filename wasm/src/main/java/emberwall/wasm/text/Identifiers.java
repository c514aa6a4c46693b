package emberwall.wasm.text;

import emberwall.wasm.Locals;
import emberwall.wasm.Module;
import emberwall.wasm.NameKind;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What everything in a module is called in its text: identifiers made of the name section's names, and plain indices for
 * what has no name. Identifiers of one index space are unique and not too long: a name that is empty, long, or given before
 * is replaced by a made-up identifier, beside which an annotation keeps the name itself.
 */
final class Identifiers {
    /** Characters of a name that is repeated wherever it is referred to: text must not grow beyond all measure. */
    private static final int LONGEST = 1000;

    /** Words for made-up identifiers, by kind. */
    private static final EnumMap<NameKind, String> WORDS = new EnumMap<>(NameKind.class);

    static {
        WORDS.put(NameKind.FUNCTION, "func");
        WORDS.put(NameKind.LOCAL, "local");
        WORDS.put(NameKind.TYPE, "type");
        WORDS.put(NameKind.TABLE, "table");
        WORDS.put(NameKind.MEMORY, "memory");
        WORDS.put(NameKind.GLOBAL, "global");
        WORDS.put(NameKind.ELEMENT, "elem");
        WORDS.put(NameKind.DATA, "data");
        WORDS.put(NameKind.FIELD, "field");
        WORDS.put(NameKind.TAG, "tag");
    }

    private final Module module;
    private final EnumMap<NameKind, Map<Integer, Identifier>> flat = new EnumMap<>(NameKind.class);
    private final Map<Integer, Map<Integer, Identifier>> fields = new HashMap<>();
    private Map<Integer, Identifier> locals = Map.of();
    private Map<Integer, String> labels = Map.of();

    /**
     * An identifier.
     *
     * @param text the identifier with its {@code $}
     * @param name the name that it stands for where that is another one, else null
     */
    record Identifier(String text, String name) {}

    Identifiers(Module module) {
        this.module = module;
    }

    /** Turns to the locals and labels of a function; a negative one stands for code outside of functions. */
    void function(int function) {
        locals = function < 0
                ? Map.of()
                : unique(NameKind.LOCAL, module.names().of(NameKind.LOCAL, function), countLocals(function));
        labels = function < 0 ? Map.of() : module.names().of(NameKind.LABEL, function);
    }

    /** The identifier of something outside of functions and types, or null. */
    Identifier of(NameKind kind, int index) {
        Map<Integer, Identifier> map = flat.get(kind);
        if (map == null) {
            map = unique(kind, module.names().of(kind), count(kind));
            flat.put(kind, map);
        }
        return map.get(index);
    }

    /** The identifier of a local of the function, or null. */
    Identifier local(int local) {
        return locals.get(local);
    }

    /** Whether any of the function's first locals has an identifier. */
    boolean hasLocal(int count) {
        for (int local = 0; local < count && !locals.isEmpty(); local++) {
            if (locals.containsKey(local)) {
                return true;
            }
        }
        return false;
    }

    /** The identifier of a structure's field, or null. */
    Identifier field(int type, int field) {
        Map<Integer, Identifier> map = fields.get(type);
        if (map == null) {
            map = unique(NameKind.FIELD, module.names().of(NameKind.FIELD, type), countFields(type));
            fields.put(type, map);
        }
        return map.get(field);
    }

    /** The identifier of the function's block of this number, or null. Blocks may hide outer ones of the same name. */
    String label(int number) {
        String name = labels.get(number);
        return name == null || !isFit(name) ? null : Spelling.identifier(name);
    }

    /** What to write for an index: the identifier or the number. */
    String text(NameKind kind, int index) {
        return text(of(kind, index), index);
    }

    static String text(Identifier identifier, int index) {
        return identifier == null ? Integer.toUnsignedString(index) : identifier.text;
    }

    // How many there are: what is not there has no identifier, since nothing in the text would introduce it.

    private int count(NameKind kind) {
        return switch (kind) {
            case FUNCTION -> module.functionCount();
            case TYPE -> module.types().count();
            case TABLE -> module.tableCount();
            case MEMORY -> module.memoryCount();
            case GLOBAL -> module.globalCount();
            case ELEMENT -> module.elements().size();
            case DATA -> module.data().size();
            case TAG -> module.tagCount();
            default -> throw new InternalError(kind + " is counted within something");
        };
    }

    private int countFields(int type) {
        boolean known = Integer.compareUnsigned(type, module.types().count()) < 0;
        return known && module.types().isStruct(type) ? module.types().fieldCount(type) : 0;
    }

    private int countLocals(int function) {
        int count = module.functionType(function).parameterCount();
        if (!module.isImported(function)) {
            Locals declared = module.locals(function);
            for (int run = 0; run < declared.runs(); run++) {
                count += declared.length(run);
            }
        }
        return count;
    }

    private static Map<Integer, Identifier> unique(NameKind kind, Map<Integer, String> names, int count) {
        if (names.isEmpty()) {
            return Map.of();
        }
        Map<Integer, Identifier> identifiers = new HashMap<>();
        Set<String> used = new HashSet<>();
        for (Map.Entry<Integer, String> entry : new TreeMap<>(names).entrySet()) {
            String name = entry.getValue();
            if (Integer.compareUnsigned(entry.getKey(), count) >= 0) {
                continue;
            }
            if (isFit(name) && used.add(name)) {
                identifiers.put(entry.getKey(), new Identifier(Spelling.identifier(name), null));
                continue;
            }
            String other = "#" + WORDS.get(kind) + Integer.toUnsignedString(entry.getKey());
            if (isFit(name)) {
                other += "<" + name + ">";
            }
            while (!used.add(other)) {
                other = "#" + other;
            }
            identifiers.put(entry.getKey(), new Identifier(Spelling.identifier(other), name));
        }
        return identifiers;
    }

    private static boolean isFit(String name) {
        return !name.isEmpty() && name.length() <= LONGEST;
    }
}
