package emberwall.wasm.text;

import emberwall.wasm.text.Draft.Custom;
import java.util.Arrays;
import java.util.Map;

/** Puts a module together: header, sections, names. */
final class Encoder {
    private static final int MAGIC = 0x6D736100;
    private static final int VERSION = 1;

    private final Draft draft;
    private final byte[] text;
    private final BinaryWriter out = new BinaryWriter();
    private int[] offsets = new int[64];
    private int[] textOffsets = new int[64];
    private int marked;

    Encoder(Draft draft, byte[] text) {
        this.draft = draft;
        this.text = text;
    }

    WatModule encode() {
        out.fixed(MAGIC, 4);
        out.fixed(VERSION, 4);
        customs(true, null);
        for (SectionKind kind : SectionKind.values()) {
            customs(true, kind);
            section(kind);
            customs(false, kind);
        }
        BinaryWriter names = names();
        if (names.size() > 0) {
            custom("name", names.toArray());
        }
        customs(false, null);
        SourceMap map = new SourceMap(text, Arrays.copyOf(offsets, marked), Arrays.copyOf(textOffsets, marked));
        return new WatModule(out.toArray(), map);
    }

    private void customs(boolean before, SectionKind section) {
        for (Custom custom : draft.customs) {
            if (custom.before() == before && custom.section() == section) {
                custom(custom.name(), custom.content());
            }
        }
    }

    private void custom(String name, byte[] content) {
        BinaryWriter section = new BinaryWriter();
        section.name(name);
        section.bytes(content);
        out.u8(0);
        out.sized(section);
    }

    private void section(SectionKind kind) {
        Section section = draft.section(kind);
        if (kind == SectionKind.DATA_COUNT) {
            if (draft.bodiesNameData) {
                BinaryWriter count = new BinaryWriter();
                count.u32(draft.data.count());
                out.u8(kind.id());
                out.sized(count);
            }
            return;
        }
        if (section.count() == 0) {
            return;
        }
        BinaryWriter head = new BinaryWriter();
        if (kind != SectionKind.START) {
            head.u32(section.count());
        }
        out.u8(kind.id());
        out.u32(Math.addExact(head.size(), section.bytes().size()));
        out.bytes(head);
        int shift = out.size();
        for (int mark = 0; mark < section.marks(); mark++) {
            mark(shift + section.markedOffset(mark), section.markedText(mark));
        }
        out.bytes(section.bytes());
    }

    private void mark(int offset, int textOffset) {
        if (marked > 0 && offsets[marked - 1] == offset) {
            textOffsets[marked - 1] = textOffset;
            return;
        }
        if (marked == offsets.length) {
            offsets = Arrays.copyOf(offsets, marked * 2);
            textOffsets = Arrays.copyOf(textOffsets, marked * 2);
        }
        offsets[marked] = offset;
        textOffsets[marked++] = textOffset;
    }

    // The name section (WebAssembly 3.0, appendix 7.5, and its extension by further subsections).

    private BinaryWriter names() {
        BinaryWriter names = new BinaryWriter();
        if (draft.name != null) {
            BinaryWriter name = new BinaryWriter();
            name.name(draft.name);
            subsection(names, 0, name);
        }
        map(names, 1, draft.functions);
        indirect(names, 2, draft.locals);
        indirect(names, 3, draft.labels);
        map(names, 4, draft.types.space());
        map(names, 5, draft.tables);
        map(names, 6, draft.memories);
        map(names, 7, draft.globals);
        map(names, 8, draft.elements);
        map(names, 9, draft.data);
        fields(names);
        map(names, 11, draft.tags);
        return names;
    }

    private static void subsection(BinaryWriter names, int id, BinaryWriter content) {
        names.u8(id);
        names.sized(content);
    }

    private static void map(BinaryWriter names, int id, IndexSpace space) {
        if (!space.names().isEmpty()) {
            BinaryWriter content = new BinaryWriter();
            map(content, space.names());
            subsection(names, id, content);
        }
    }

    private static void map(BinaryWriter content, Map<Integer, String> names) {
        content.u32(names.size());
        names.forEach((index, name) -> {
            content.u32(index);
            content.name(name);
        });
    }

    private static void indirect(BinaryWriter names, int id, Map<Integer, Map<Integer, String>> maps) {
        if (maps.isEmpty()) {
            return;
        }
        BinaryWriter content = new BinaryWriter();
        content.u32(maps.size());
        maps.forEach((index, map) -> {
            content.u32(index);
            map(content, map);
        });
        subsection(names, id, content);
    }

    private void fields(BinaryWriter names) {
        if (draft.types.fields().isEmpty()) {
            return;
        }
        BinaryWriter content = new BinaryWriter();
        content.u32(draft.types.fields().size());
        draft.types.fields().forEach((type, space) -> {
            content.u32(type);
            map(content, space.names());
        });
        subsection(names, 10, content);
    }
}
