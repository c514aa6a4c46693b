package emberwall.wasm;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What the name section says (WebAssembly 3.0, appendix 7.5, and its extension to everything that has an index): names for
 * people, which never make a module invalid. What stands behind the first damaged byte of a subsection is left out, and
 * of several names for one thing the first one counts. A subsection is read when it is first asked for.
 */
public final class Names {
    private final byte[] bytes;
    private final int functionCount;
    private final EnumMap<NameKind, Subsection> subsections = new EnumMap<>(NameKind.class);
    private final EnumMap<NameKind, Map<Integer, String>> flat = new EnumMap<>(NameKind.class);
    private final EnumMap<NameKind, Map<Integer, Integer>> nested = new EnumMap<>(NameKind.class);
    private String module;

    private record Subsection(int offset, int end) {}

    private Names(byte[] bytes, int functionCount) {
        this.bytes = bytes;
        this.functionCount = functionCount;
    }

    static Names read(Module module) {
        Names names = new Names(module.bytes(), module.functionCount());
        CustomSection section = module.customSection("name");
        if (section != null) {
            names.read(new BodyReader(module.bytes(), section.offset(), section.offset() + section.length()));
        }
        return names;
    }

    /** The module's name, or null. */
    public String module() {
        return module;
    }

    /** A function's name, or null. */
    public String function(int function) {
        return of(NameKind.FUNCTION).get(function);
    }

    /** How many functions have names. */
    public int functions() {
        return of(NameKind.FUNCTION).size();
    }

    /** A local's name, or null. Whoever wants all locals of a function takes {@link #of(NameKind, int)}. */
    public String local(int function, int local) {
        return of(NameKind.LOCAL, function).get(local);
    }

    /** The names of a kind that is not nested, by index; an index may be one that the module does not have. */
    public synchronized Map<Integer, String> of(NameKind kind) {
        if (kind == NameKind.MODULE || kind.isNested()) {
            throw new IllegalArgumentException(kind + " has no index of its own");
        }
        Map<Integer, String> map = flat.get(kind);
        if (map == null) {
            map = Collections.unmodifiableMap(readFlat(kind));
            flat.put(kind, map);
        }
        return map;
    }

    /** The names of a nested kind by index, within the function or type of this index; read anew by each call. */
    public Map<Integer, String> of(NameKind kind, int within) {
        Integer at = places(kind).get(within);
        if (at == null) {
            return Map.of();
        }
        Map<Integer, String> map = new HashMap<>();
        try {
            entries(new BodyReader(bytes, at, subsections.get(kind).end), map, -1);
        } catch (MalformedException damaged) {
            // The names before have been found.
        }
        return map;
    }

    private void read(BodyReader reader) {
        int end = reader.limit();
        try {
            while (reader.hasMore()) {
                NameKind kind = NameKind.of(reader.u8());
                int size = reader.count();
                int next = reader.position() + size;
                if (kind != null) {
                    subsections.putIfAbsent(kind, new Subsection(reader.position(), next));
                }
                reader.reset(next, end);
            }
        } catch (MalformedException damaged) {
            // Names are for people; what could be found is kept.
        }
        module = moduleName();
    }

    private String moduleName() {
        Subsection subsection = subsections.get(NameKind.MODULE);
        if (subsection == null) {
            return null;
        }
        try {
            return text(new BodyReader(bytes, subsection.offset, subsection.end));
        } catch (MalformedException damaged) {
            return null;
        }
    }

    private Map<Integer, String> readFlat(NameKind kind) {
        Map<Integer, String> map = new HashMap<>();
        Subsection subsection = subsections.get(kind);
        if (subsection != null) {
            try {
                int most = kind == NameKind.FUNCTION ? functionCount : -1;
                entries(new BodyReader(bytes, subsection.offset, subsection.end), map, most);
            } catch (MalformedException damaged) {
                // The names before have been found.
            }
        }
        return map;
    }

    /** Reads names of indices below {@code most}, read as unsigned. */
    private void entries(BodyReader reader, Map<Integer, String> map, int most) {
        for (int i = reader.count(); i > 0; i--) {
            int index = reader.u32();
            String name = text(reader);
            if (Integer.compareUnsigned(index, most) < 0) {
                map.putIfAbsent(index, name);
            }
        }
    }

    /** Where the names within each function or type begin. */
    private synchronized Map<Integer, Integer> places(NameKind kind) {
        if (!kind.isNested()) {
            throw new IllegalArgumentException(kind + " is not counted within anything");
        }
        Map<Integer, Integer> places = nested.get(kind);
        if (places == null) {
            places = new HashMap<>();
            nested.put(kind, places);
            Subsection subsection = subsections.get(kind);
            if (subsection != null) {
                findPlaces(new BodyReader(bytes, subsection.offset, subsection.end), places);
            }
        }
        return places;
    }

    private static void findPlaces(BodyReader reader, Map<Integer, Integer> places) {
        try {
            for (int i = reader.count(); i > 0; i--) {
                places.putIfAbsent(reader.u32(), reader.position());
                for (int j = reader.count(); j > 0; j--) {
                    reader.u32();
                    reader.skip(reader.count());
                }
            }
        } catch (MalformedException damaged) {
            // The places before have been found.
        }
    }

    /** A name; bytes that are no UTF-8 become replacement characters. */
    private String text(BodyReader reader) {
        int length = reader.count();
        int at = reader.position();
        reader.skip(length);
        return new String(bytes, at, length, StandardCharsets.UTF_8);
    }
}
