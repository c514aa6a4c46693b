package emberwall.wasm;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What the name section says (WebAssembly 3.0, appendix 7.5): names for people, which never make a module invalid. What
 * stands behind the first damaged byte of a subsection is left out.
 */
public final class Names {
    private static final int MODULE = 0;
    private static final int FUNCTIONS = 1;
    private static final int LOCALS = 2;

    private final Map<Integer, String> functions = new HashMap<>();
    private final byte[] bytes;
    private final int functionCount;
    private String module;
    private int localsOffset;
    private int localsEnd;
    private Map<Integer, Integer> localsByFunction;

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
        return functions.get(function);
    }

    /** How many functions have names. */
    public int functions() {
        return functions.size();
    }

    /** A local's name, or null. */
    public synchronized String local(int function, int local) {
        if (localsByFunction == null) {
            localsByFunction = new HashMap<>();
            indexLocals();
        }
        Integer at = localsByFunction.get(function);
        if (at == null) {
            return null;
        }
        try {
            BodyReader reader = new BodyReader(bytes, at, localsEnd);
            for (int i = reader.count(); i > 0; i--) {
                int index = reader.u32();
                String name = text(reader);
                if (index == local) {
                    return name;
                }
            }
        } catch (MalformedException damaged) {
            // Then there is no such name.
        }
        return null;
    }

    private void read(BodyReader reader) {
        int end = reader.limit();
        try {
            while (reader.hasMore()) {
                int id = reader.u8();
                int size = reader.count();
                int next = reader.position() + size;
                reader.reset(reader.position(), next);
                readSubsection(id, reader);
                reader.reset(next, end);
            }
        } catch (MalformedException damaged) {
            // Names are for people; what could be read is kept.
        }
    }

    private void readSubsection(int id, BodyReader reader) {
        try {
            switch (id) {
                case MODULE -> module = text(reader);
                case FUNCTIONS -> {
                    for (int i = reader.count(); i > 0; i--) {
                        int index = reader.u32();
                        String name = text(reader);
                        if (Integer.compareUnsigned(index, functionCount) < 0) {
                            functions.putIfAbsent(index, name);
                        }
                    }
                }
                case LOCALS -> {
                    localsOffset = reader.position();
                    localsEnd = reader.limit();
                }
                default -> {}
            }
        } catch (MalformedException damaged) {
            // The other subsections may be sound.
        }
    }

    /** Finds where the names of each function's locals begin. */
    private void indexLocals() {
        BodyReader reader = new BodyReader(bytes, localsOffset, localsEnd);
        try {
            for (int i = reader.hasMore() ? reader.count() : 0; i > 0; i--) {
                localsByFunction.putIfAbsent(reader.u32(), reader.position());
                for (int j = reader.count(); j > 0; j--) {
                    reader.u32();
                    reader.skip(reader.count());
                }
            }
        } catch (MalformedException damaged) {
            // The functions before have been found.
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
