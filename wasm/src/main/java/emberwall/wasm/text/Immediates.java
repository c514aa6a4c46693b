package emberwall.wasm.text;

import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import emberwall.wasm.text.TypeParser.Use;

/**
 * Reads what follows an instruction's name and writes opcode and immediates, as the instruction's row in {@link Opcode}
 * says.
 */
final class Immediates {
    private final Tokens in;
    private final Draft draft;
    private final TypeParser types;
    private final Labels labels;
    private IndexSpace locals;

    Immediates(Tokens in, Draft draft, TypeParser types, Labels labels) {
        this.in = in;
        this.draft = draft;
        this.types = types;
        this.labels = labels;
    }

    /** Says which locals the instructions that follow have. */
    void locals(IndexSpace space) {
        locals = space;
    }

    static void opcode(Opcode opcode, BinaryWriter out) {
        if (opcode.prefix() == 0) {
            out.u8(opcode.number());
        } else {
            out.u8(opcode.prefix());
            out.u32(opcode.number());
        }
    }

    /** Writes the instruction whose name has just been passed. */
    void write(Opcode row, BinaryWriter out) {
        switch (row) {
            case SELECT -> select(out);
            case REF_TEST, REF_CAST -> reference(row, out);
            default -> {
                opcode(row, out);
                immediates(row, out);
            }
        }
    }

    private void select(BinaryWriter out) {
        if (!in.isOpen("result")) {
            opcode(Opcode.SELECT, out);
            return;
        }
        opcode(Opcode.SELECT_TYPED, out);
        int[] results = types.resultTypes();
        out.u32(results.length);
        for (int type : results) {
            TypeTable.writeType(out, type);
        }
    }

    /** Tests and casts have two opcodes: the type says which. */
    private void reference(Opcode row, BinaryWriter out) {
        int type = types.referenceType();
        Opcode nullable = row == Opcode.REF_TEST ? Opcode.REF_TEST_NULL : Opcode.REF_CAST_NULL;
        opcode(ValueType.isNullable(type) ? nullable : row, out);
        TypeTable.writeHeapType(out, ValueType.heapType(type));
    }

    private void immediates(Opcode row, BinaryWriter out) {
        switch (row.immediate()) {
            case NONE -> {}
            case ZERO_BYTE -> out.u8(0);
            case LABEL -> out.u32(labels.index(in));
            case LABEL_TABLE -> labelTable(out);
            case LABEL_CAST -> labelCast(out);
            case FUNCTION -> out.u32(draft.functions.index(in));
            case LOCAL -> out.u32(locals.index(in));
            case GLOBAL -> out.u32(draft.globals.index(in));
            case TAG -> out.u32(draft.tags.index(in));
            case ELEMENT -> out.u32(draft.elements.index(in));
            case DATA -> data(out);
            case TABLE -> out.u32(optional(draft.tables));
            case MEMORY -> out.u32(optional(draft.memories));
            case TABLE_TABLE -> pair(draft.tables, out);
            case MEMORY_MEMORY -> pair(draft.memories, out);
            case ELEMENT_TABLE -> segment(draft.elements, draft.tables, out);
            case DATA_MEMORY -> {
                draft.bodiesNameData = true;
                segment(draft.data, draft.memories, out);
            }
            case HEAP_TYPE -> TypeTable.writeHeapType(out, types.heapType());
            case TYPE, TYPE_TABLE, TYPE_FIELD, TYPE_COUNT, TYPE_DATA, TYPE_ELEMENT, TYPE_TYPE -> typed(row, out);
            case BLOCK_TYPE, BLOCK_CATCHES, SELECT_TYPES ->
                throw new InternalError("blocks and variants are not plain: " + row);
            case MEMARG, MEMARG_LANE, LANE, SHUFFLE, I32, I64, F32, F64, V128 -> numbers(row, out);
        }
    }

    private void data(BinaryWriter out) {
        draft.bodiesNameData = true;
        out.u32(draft.data.index(in));
    }

    private int optional(IndexSpace space) {
        return in.isIndex() ? space.index(in) : 0;
    }

    /** Destination and source, or neither of them. */
    private void pair(IndexSpace space, BinaryWriter out) {
        boolean given = in.isIndex();
        out.u32(given ? space.index(in) : 0);
        out.u32(given ? space.index(in) : 0);
    }

    /** A segment, before which the table or memory may be named; in bytes it is the other way round. */
    private void segment(IndexSpace segments, IndexSpace target, BinaryWriter out) {
        boolean both = in.nextKind() == TokenKind.INTEGER || in.nextKind() == TokenKind.ID;
        int targetIndex = both ? target.index(in) : 0;
        out.u32(segments.index(in));
        out.u32(targetIndex);
    }

    private void labelTable(BinaryWriter out) {
        BinaryWriter table = new BinaryWriter();
        int count = 0;
        int last = labels.index(in);
        while (in.isIndex()) {
            table.u32(last);
            last = labels.index(in);
            count++;
        }
        out.u32(count);
        out.bytes(table);
        out.u32(last);
    }

    private void labelCast(BinaryWriter out) {
        int label = labels.index(in);
        int from = types.referenceType();
        int to = types.referenceType();
        out.u8((ValueType.isNullable(from) ? 1 : 0) | (ValueType.isNullable(to) ? 2 : 0));
        out.u32(label);
        TypeTable.writeHeapType(out, ValueType.heapType(from));
        TypeTable.writeHeapType(out, ValueType.heapType(to));
    }

    /** Instructions that name a type first. */
    private void typed(Opcode row, BinaryWriter out) {
        if (row.immediate() == emberwall.wasm.Immediate.TYPE_TABLE) {
            int table = optional(draft.tables);
            Use use = types.use(null);
            out.u32(use.index());
            out.u32(table);
            return;
        }
        int type = draft.types.space().index(in);
        out.u32(type);
        switch (row.immediate()) {
            case TYPE_FIELD -> field(type, out);
            case TYPE_COUNT -> out.u32(in.u32());
            case TYPE_DATA -> data(out);
            case TYPE_ELEMENT -> out.u32(draft.elements.index(in));
            case TYPE_TYPE -> out.u32(draft.types.space().index(in));
            default -> {}
        }
    }

    private void field(int type, BinaryWriter out) {
        IndexSpace fields = draft.types.fields().get(type);
        if (fields == null && in.is(TokenKind.ID)) {
            throw in.error("unknown field " + in.shown());
        }
        out.u32(fields == null ? in.u32() : fields.index(in));
    }

    // Numbers.

    private void numbers(Opcode row, BinaryWriter out) {
        switch (row.immediate()) {
            case I32 -> out.s64((int) in.integer(32));
            case I64 -> out.s64(in.integer(64));
            case F32 -> out.fixed(in.floating(32), 4);
            case F64 -> out.fixed(in.floating(64), 8);
            case V128 -> Lanes.constant(in, out);
            case LANE -> lane(out);
            case SHUFFLE -> shuffle(out);
            case MEMARG -> access(row, out, false);
            case MEMARG_LANE -> {
                access(row, out, true);
                lane(out);
            }
            default -> throw new InternalError("no number: " + row);
        }
    }

    private void lane(BinaryWriter out) {
        out.u8((int) in.unsigned(8));
    }

    private void shuffle(BinaryWriter out) {
        for (int i = 0; i < 16; i++) {
            if (in.is(TokenKind.CLOSE) || in.is(TokenKind.OPEN)) {
                throw in.error("invalid lane length");
            }
            if (in.is(TokenKind.FLOAT) || in.word().startsWith("-")) {
                throw in.error("i8 constant out of range");
            }
            lane(out);
        }
        if (in.is(TokenKind.INTEGER)) {
            throw in.error("invalid lane length");
        }
    }

    /** A memory argument; where a lane follows, a lone number is that. */
    private void access(Opcode row, BinaryWriter out, boolean laneFollows) {
        boolean named = in.is(TokenKind.ID) || in.is(TokenKind.INTEGER) && (!laneFollows || isMemoryBeforeLane());
        int memory = named ? draft.memories.index(in) : 0;
        long offset = in.isAssignment("offset") ? in.assignment("offset") : 0;
        int alignment = Integer.numberOfTrailingZeros(row.accessBytes());
        if (in.isAssignment("align")) {
            int at = in.position();
            long bytes = in.assignment("align");
            if (Long.bitCount(bytes) != 1) {
                throw in.error("alignment must be a power of two", at);
            }
            alignment = Long.numberOfTrailingZeros(bytes);
        }
        if (memory == 0) {
            out.u32(alignment);
        } else {
            out.u32(alignment | 0x40);
            out.u32(memory);
        }
        out.u64(offset);
    }

    private boolean isMemoryBeforeLane() {
        return in.nextKind() == TokenKind.INTEGER
                || in.nextWord().startsWith("offset=")
                || in.nextWord().startsWith("align=");
    }
}
