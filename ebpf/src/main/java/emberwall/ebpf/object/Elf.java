package emberwall.ebpf.object;

import emberwall.ebpf.Bytes;
import emberwall.ebpf.ObjectException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An ELF file for BPF: 64 bits, little-endian, relocatable. Names that lie outside of their table are empty: they only matter
 * to who looks for them.
 */
final class Elf {
    private static final int MACHINE_BPF = 247;
    private static final int SECTION_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;

    private static final int SYMBOL_TABLE = 2;
    private static final int RELA = 4;
    private static final int NO_BITS = 8;
    private static final int REL = 9;

    private static final int EXECUTABLE = 4;

    /** Ids of sections from here on mean something else. */
    static final int RESERVED = 0xFF00;

    /** A section; {@code data} is empty where the file has none of it. */
    record Section(int index, String name, int type, long flags, long size, int link, int info, Bytes data) {
        /** Whether it holds instructions. */
        boolean isCode() {
            return type == 1 && (flags & EXECUTABLE) != 0 && size > 0;
        }

        /** Whether all of it is zero and not in the file. */
        boolean isZero() {
            return type == NO_BITS;
        }
    }

    /** A symbol; {@code section} is 0 if it is defined elsewhere. */
    record Symbol(String name, int type, int binding, int section, long value, long size) {
        static final int UNTYPED = 0;
        static final int OBJECT = 1;
        static final int FUNCTION = 2;
        static final int SECTION = 3;
        static final int WEAK = 2;
        static final int LOCAL = 0;
    }

    /** A relocation: where in its section, of which kind, by which symbol; {@code addend} is 0 where it stands in place. */
    record Relocation(long offset, int type, Symbol symbol, long addend) {}

    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final Map<Integer, List<Relocation>> relocations = new HashMap<>();

    private final boolean old;

    /** A file that has nothing. */
    static final Elf EMPTY = new Elf();

    private Elf() {
        old = false;
    }

    Elf(Bytes file) {
        if (file.length() < 64 || file.i32(0) != 0x464C_457F) {
            throw new ObjectException(file.name(), "is no ELF file");
        }
        if (file.u8(4) != 2 || file.u8(5) != 1) {
            throw new ObjectException(file.name(), "is no ELF file of 64 bits, little-endian");
        }
        old = file.u16(18) == 0;
        if (file.u16(18) != MACHINE_BPF && !old) {
            throw new ObjectException(
                    file.name(), "is for machine " + file.u16(18) + ", not BPF (" + MACHINE_BPF + ")");
        }
        readSections(file);
        for (Section section : sections) {
            if (section.type == SYMBOL_TABLE) {
                readSymbols(section);
                break;
            }
        }
        for (Section section : sections) {
            if ((section.type == REL || section.type == RELA) && section.size > 0) {
                readRelocations(section);
            }
        }
    }

    private void readSections(Bytes file) {
        int count = file.u16(60);
        if (count > 0 && file.u16(58) != SECTION_BYTES) {
            throw new ObjectException(file.name(), "has section headers of " + file.u16(58) + " bytes");
        }
        Bytes headers = file.part("the section headers", file.i64(40), (long) count * SECTION_BYTES);
        int names = file.u16(62);
        if (names >= count) {
            throw new ObjectException(file.name(), "has no section " + names + " for names, but " + count);
        }
        Bytes nameTable = data(file, headers, names, "the names of sections");
        for (int i = 0; i < count; i++) {
            Bytes header = headers.part("a section header", (long) i * SECTION_BYTES, SECTION_BYTES);
            String name = name(nameTable, header.u32(0));
            Bytes data = data(file, headers, i, "section " + (name.isEmpty() ? i : name));
            long size = header.i64(32);
            if (size < 0 || size > Integer.MAX_VALUE) {
                throw new ObjectException(data.name(), "has the size " + Long.toUnsignedString(size));
            }
            sections.add(
                    new Section(i, name, header.i32(4), header.i64(8), size, header.i32(40), header.i32(44), data));
        }
    }

    private static Bytes data(Bytes file, Bytes headers, int index, String name) {
        Bytes header = headers.part("a section header", (long) index * SECTION_BYTES, SECTION_BYTES);
        boolean absent = header.i32(4) == NO_BITS || header.i32(4) == 0;
        return absent ? file.part(name, 0, 0) : file.part(name, header.i64(24), header.i64(32));
    }

    private static String name(Bytes table, long offset) {
        return offset < table.length() ? table.text(offset) : "";
    }

    private void readSymbols(Section table) {
        if (table.link <= 0 || table.link >= sections.size()) {
            throw new ObjectException(table.data.name(), "has no section " + table.link + " for names");
        }
        if (table.size % SYMBOL_BYTES != 0) {
            throw new ObjectException(table.data.name(), "is no whole number of symbols");
        }
        Bytes names = sections.get(table.link).data;
        for (long at = 0; at < table.size; at += SYMBOL_BYTES) {
            int info = table.data.u8(at + 4);
            int section = table.data.u16(at + 6);
            if (section >= sections.size() && section < RESERVED) {
                throw new ObjectException(table.data.name(), "has a symbol in section " + section);
            }
            symbols.add(new Symbol(
                    name(names, table.data.u32(at)),
                    info & 15,
                    info >> 4,
                    section,
                    table.data.i64(at + 8),
                    table.data.i64(at + 16)));
        }
    }

    private void readRelocations(Section table) {
        int bytes = table.type == REL ? 16 : 24;
        if (table.size % bytes != 0 || table.info <= 0 || table.info >= sections.size()) {
            throw new ObjectException(table.data.name(), "is no table of relocations");
        }
        if (sections.get(table.info).name.startsWith(".debug")) {
            return; // for debuggers, who read them themselves
        }
        List<Relocation> list = relocations.computeIfAbsent(table.info, section -> new ArrayList<>());
        for (long at = 0; at < table.size; at += bytes) {
            long info = table.data.i64(at + 8);
            long symbol = info >>> 32;
            if (symbol >= symbols.size()) {
                throw new ObjectException(table.data.name(), "names symbol " + symbol + " of " + symbols.size());
            }
            list.add(new Relocation(
                    table.data.i64(at),
                    (int) info,
                    symbols.get((int) symbol),
                    table.type == REL ? 0 : table.data.i64(at + 16)));
        }
    }

    /** Whether it is from a time when BPF had numbers neither for the machine nor for relocations. */
    boolean isOld() {
        return old;
    }

    List<Section> sections() {
        return sections;
    }

    List<Symbol> symbols() {
        return symbols;
    }

    /** Relocations of a section, in order of the file. */
    List<Relocation> relocations(Section section) {
        return relocations.getOrDefault(section.index, List.of());
    }

    /** The first section with a name, or null. */
    Section section(String name) {
        for (Section section : sections) {
            if (section.name.equals(name)) {
                return section;
            }
        }
        return null;
    }

    /** The section that a symbol lies in, or null. */
    Section sectionOf(Symbol symbol) {
        return symbol.section > 0 && symbol.section < sections.size() ? sections.get(symbol.section) : null;
    }
}
