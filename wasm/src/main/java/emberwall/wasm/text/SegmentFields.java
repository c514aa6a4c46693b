package emberwall.wasm.text;

import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.Arrays;

/** Reads tables and memories and the segments for them, those among them that are abbreviated into one field. */
final class SegmentFields {
    private static final int PAGE = 1 << 16;

    private final Tokens in;
    private final Draft draft;
    private final TypeParser types;
    private final Instructions instructions;

    SegmentFields(Tokens in, Draft draft, TypeParser types, Instructions instructions) {
        this.in = in;
        this.draft = draft;
        this.types = types;
        this.instructions = instructions;
    }

    // Types.

    /** Passes over the word for the type of addresses; whether it is i64. */
    private boolean address64() {
        boolean address64 = in.tryKeyword("i64");
        if (!address64) {
            in.tryKeyword("i32");
        }
        return address64;
    }

    void tableType(BinaryWriter out) {
        boolean address64 = address64();
        BinaryWriter limits = new BinaryWriter();
        limits(limits, address64, false);
        TypeTable.writeType(out, types.referenceType());
        out.bytes(limits);
    }

    void memoryType(BinaryWriter out) {
        limits(out, address64(), true);
    }

    /** Minimum and perhaps maximum; of a memory also whether it is shared, and the size of its pages. */
    private void limits(BinaryWriter out, boolean address64, boolean memory) {
        long minimum = in.unsigned(64);
        boolean hasMaximum = in.is(TokenKind.INTEGER);
        long maximum = hasMaximum ? in.unsigned(64) : 0;
        boolean shared = memory && in.tryKeyword("shared");
        int pageSizeLog2 = memory ? pageSizeLog2() : -1;
        out.u8((hasMaximum ? 1 : 0) | (shared ? 2 : 0) | (address64 ? 4 : 0) | (pageSizeLog2 >= 0 ? 8 : 0));
        out.u64(minimum);
        if (hasMaximum) {
            out.u64(maximum);
        }
        if (pageSizeLog2 >= 0) {
            out.u32(pageSizeLog2);
        }
    }

    /** The binary logarithm of the size of pages, -1 if nothing is said. */
    private int pageSizeLog2() {
        if (!in.tryOpen("pagesize")) {
            return -1;
        }
        int at = in.position();
        long size = in.unsigned(64);
        if (Long.bitCount(size) != 1) {
            throw in.error("invalid custom page size", at);
        }
        in.close();
        return Long.numberOfTrailingZeros(size);
    }

    // Tables and memories.

    /** Reads a table after its name and exports. */
    void table(int index, int at) {
        Section section = draft.section(SectionKind.TABLE);
        boolean address64 = address64();
        if (!in.is(TokenKind.INTEGER)) {
            tableWithElements(index, at, address64);
            return;
        }
        BinaryWriter limits = new BinaryWriter();
        limits(limits, address64, false);
        int element = types.referenceType();
        BinaryWriter out = section.entry(at);
        boolean initialised = !in.is(TokenKind.CLOSE);
        if (initialised) {
            out.u8(0x40);
            out.u8(0);
        }
        TypeTable.writeType(out, element);
        out.bytes(limits);
        if (initialised) {
            instructions.expression(section);
        }
    }

    private void tableWithElements(int table, int at, boolean address64) {
        int element = types.referenceType();
        int elementsAt = in.position();
        in.open("elem");
        Section place = new Section();
        zero(place, address64);
        Items items = in.is(TokenKind.OPEN) ? expressions(element) : functions();
        if (!items.expressions && element != ValueType.FUNCREF) {
            items = items.asExpressions(element);
        }
        in.close();
        segment(elementsAt, table, place, items, false);
        BinaryWriter out = draft.section(SectionKind.TABLE).entry(at);
        TypeTable.writeType(out, element);
        out.u8(address64 ? 5 : 1);
        out.u32(items.count);
        out.u32(items.count);
    }

    private static void zero(Section place, boolean address64) {
        Immediates.opcode(address64 ? Opcode.I64_CONST : Opcode.I32_CONST, place.bytes());
        place.bytes().u8(0);
        place.bytes().u8(Opcode.END.number());
    }

    /** Reads a memory after its name and exports. */
    void memory(int index, int at) {
        boolean address64 = address64();
        if (in.is(TokenKind.INTEGER)) {
            BinaryWriter type = new BinaryWriter();
            limits(type, address64, true);
            draft.section(SectionKind.MEMORY).entry(at).bytes(type);
            return;
        }
        int pageSizeLog2 = pageSizeLog2();
        int dataAt = in.position();
        in.open("data");
        BinaryWriter bytes = new BinaryWriter();
        in.strings(bytes);
        in.close();
        Section place = new Section();
        zero(place, address64);
        data(dataAt, index, place, bytes);
        long pageBytes = pageSizeLog2 < 0 ? PAGE : 1L << pageSizeLog2;
        long pages = Long.divideUnsigned(bytes.size() + pageBytes - 1, pageBytes);
        BinaryWriter out = draft.section(SectionKind.MEMORY).entry(at);
        out.u8(1 | (address64 ? 4 : 0) | (pageSizeLog2 >= 0 ? 8 : 0));
        out.u64(pages);
        out.u64(pages);
        if (pageSizeLog2 >= 0) {
            out.u32(pageSizeLog2);
        }
    }

    // Segments.

    /** References as they stand in a segment. */
    private static final class Items {
        final Section entries = new Section();
        boolean expressions;
        int type;
        int count;
        int[] functions = {};

        /** The same functions, as expressions of this type. */
        Items asExpressions(int wanted) {
            Items items = new Items();
            items.expressions = true;
            items.type = wanted;
            items.count = count;
            for (int i = 0; i < count; i++) {
                Immediates.opcode(Opcode.REF_FUNC, items.entries.bytes());
                items.entries.bytes().u32(functions[i]);
                items.entries.bytes().u8(Opcode.END.number());
            }
            return items;
        }
    }

    private Items functions() {
        Items items = new Items();
        while (in.isIndex()) {
            if (items.count == items.functions.length) {
                items.functions = Arrays.copyOf(items.functions, Math.max(8, items.count * 2));
            }
            items.entries.mark(in.position());
            int function = draft.functions.index(in);
            items.functions[items.count++] = function;
            items.entries.bytes().u32(function);
        }
        return items;
    }

    private Items expressions(int type) {
        Items items = new Items();
        items.expressions = true;
        items.type = type;
        while (in.is(TokenKind.OPEN)) {
            if (in.tryOpen("item")) {
                instructions.expression(items.entries);
                in.close();
            } else {
                instructions.foldedExpression(items.entries);
            }
            items.count++;
        }
        return items;
    }

    /** Reads an element segment after its first word. */
    void element(int at) {
        draft.elements.passDeclared(in);
        boolean declarative = in.tryKeyword("declare");
        int table = 0;
        boolean named = !declarative && in.tryOpen("table");
        if (named) {
            table = draft.tables.index(in);
            in.close();
        } else if (!declarative && isOldIndex()) {
            table = draft.tables.index(in);
        }
        Section place = named || !declarative && isPlace() ? place() : null;
        Items items;
        if (in.tryKeyword("func")) {
            items = functions();
        } else if (place != null && !named && (in.isIndex() || in.is(TokenKind.CLOSE))) {
            items = functions();
        } else {
            items = expressions(types.referenceType());
        }
        in.close();
        segment(at, table, place, items, declarative);
    }

    /** Whether an offset stands here, rather than the type of references. */
    private boolean isPlace() {
        return in.is(TokenKind.OPEN) && !in.isOpen("ref");
    }

    /** Whether a table or memory is named by its number alone, as texts of the first version do. */
    private boolean isOldIndex() {
        return in.is(TokenKind.INTEGER) && in.nextKind() == TokenKind.OPEN;
    }

    private Section place() {
        Section place = new Section();
        if (in.tryOpen("offset")) {
            instructions.expression(place);
            in.close();
        } else {
            instructions.foldedExpression(place);
        }
        return place;
    }

    /** Writes an element segment; without a place it is passive or declarative. */
    private void segment(int at, int table, Section place, Items items, boolean declarative) {
        Section section = draft.section(SectionKind.ELEMENT);
        BinaryWriter out = section.entry(at);
        boolean brief = place != null && table == 0 && (!items.expressions || items.type == ValueType.FUNCREF);
        int mode = place == null ? declarative ? 3 : 1 : brief ? 0 : 2;
        out.u32(mode | (items.expressions ? 4 : 0));
        if (mode == 2) {
            out.u32(table);
        }
        if (place != null) {
            section.append(place);
        }
        if (mode != 0) {
            if (items.expressions) {
                TypeTable.writeType(out, items.type);
            } else {
                out.u8(0);
            }
        }
        out.u32(items.count);
        section.append(items.entries);
    }

    /** Reads a data segment after its first word. */
    void data(int at) {
        draft.data.passDeclared(in);
        int memory = 0;
        boolean named = in.tryOpen("memory");
        if (named) {
            memory = draft.memories.index(in);
            in.close();
        } else if (isOldIndex()) {
            memory = draft.memories.index(in);
        }
        Section place = named || in.is(TokenKind.OPEN) ? place() : null;
        BinaryWriter bytes = new BinaryWriter();
        in.strings(bytes);
        in.close();
        data(at, memory, place, bytes);
    }

    private void data(int at, int memory, Section place, BinaryWriter bytes) {
        Section section = draft.section(SectionKind.DATA);
        BinaryWriter out = section.entry(at);
        out.u32(place == null ? 1 : memory == 0 ? 0 : 2);
        if (place != null) {
            if (memory != 0) {
                out.u32(memory);
            }
            section.append(place);
        }
        out.sized(bytes);
    }
}
