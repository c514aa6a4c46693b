package emberwall.wasm.text;

import emberwall.wasm.ExternalKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A module on its way from text to bytes: index spaces, the sections as far as they are written, names. */
final class Draft {
    final TypeTable types = new TypeTable();
    final IndexSpace functions = new IndexSpace("func", "function");
    final IndexSpace tables = new IndexSpace("table", "table");
    final IndexSpace memories = new IndexSpace("memory", "memory");
    final IndexSpace globals = new IndexSpace("global", "global");
    final IndexSpace tags = new IndexSpace("tag", "tag");
    final IndexSpace elements = new IndexSpace("elem", "elem segment");
    final IndexSpace data = new IndexSpace("data", "data segment");
    /** Names of locals and labels by function, for those functions that have any. */
    final Map<Integer, Map<Integer, String>> locals = new TreeMap<>();

    final Map<Integer, Map<Integer, String>> labels = new TreeMap<>();
    final List<Custom> customs = new ArrayList<>();
    private final Section[] sections = new Section[SectionKind.values().length];
    /** The module's own name, or null. */
    String name;
    /** Whether a body names a data segment: then the number of segments stands before the bodies. */
    boolean bodiesNameData;

    /**
     * A custom section.
     *
     * @param before whether it stands before {@code section}, not after it
     * @param section its place, null for the beginning or the end of all
     */
    record Custom(String name, boolean before, SectionKind section, byte[] content) {}

    Draft() {
        for (int i = 0; i < sections.length; i++) {
            sections[i] = new Section();
        }
        sections[SectionKind.TYPE.ordinal()] = types.section();
    }

    Section section(SectionKind kind) {
        return sections[kind.ordinal()];
    }

    IndexSpace space(ExternalKind kind) {
        return switch (kind) {
            case FUNCTION -> functions;
            case TABLE -> tables;
            case MEMORY -> memories;
            case GLOBAL -> globals;
            case TAG -> tags;
        };
    }
}
