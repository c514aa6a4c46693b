package emberwall.wasm;

/** Reads the segments for tables and memories, of the element section and of the data section. */
final class SegmentParser {
    private static final int[] NO_FUNCTIONS = {};

    private final ModuleParser parser;
    private final BodyReader in;
    private final Limits limits;
    private final Module module;
    private final Types types;

    SegmentParser(ModuleParser parser) {
        this.parser = parser;
        this.in = parser.in;
        this.limits = parser.limits;
        this.module = parser.module;
        this.types = parser.types;
    }

    /** Reads the element section. */
    void readElements() {
        int count = parser.count(0, Limit.ELEMENT_SEGMENTS);
        for (int i = 0; i < count; i++) {
            elementSegment();
        }
    }

    private void elementSegment() {
        parser.entry();
        int at = in.position();
        int flags = in.u32();
        if (flags < 0 || flags > 7) {
            throw new MalformedException("malformed elements segment kind", at);
        }
        SegmentMode mode = (flags & 1) == 0
                ? SegmentMode.ACTIVE
                : (flags & 2) == 0 ? SegmentMode.PASSIVE : SegmentMode.DECLARATIVE;
        boolean expressionForm = (flags & 4) != 0;
        if (flags != 0) {
            parser.uses(Feature.BULK_MEMORY, "element segment of kind " + flags, at);
        }
        int table = 0;
        ConstantExpression place = null;
        if (mode == SegmentMode.ACTIVE) {
            int tableAt = in.position();
            table = (flags & 2) != 0 ? parser.index() : 0;
            if (table >= module.tables.size()) {
                parser.invalid("unknown table " + table, tableAt);
            }
            place = parser.expression(
                    parser.isValid() ? module.tables.get(table).addressType() : ValueType.I32);
        }
        int type;
        if ((flags & 3) == 0) {
            type = expressionForm ? ValueType.FUNCREF : ValueType.asNonNull(ValueType.FUNCREF);
        } else if (expressionForm) {
            type = parser.knownReferenceType();
        } else {
            if (in.u8() != 0) {
                throw new MalformedException("malformed element kind", in.position() - 1);
            }
            type = ValueType.asNonNull(ValueType.FUNCREF);
        }
        int countAt = in.position();
        int items = in.count();
        limits.check(Limit.SEGMENT_ELEMENTS, items, countAt);
        int[] functions = expressionForm ? null : functionIndices(items);
        int[] expressionOffsets = expressionForm ? expressions(items, type) : null;
        if (parser.isValid() && mode == SegmentMode.ACTIVE) {
            checkElements(type, module.tables.get(table).element(), at);
        }
        module.elements.add(new ElementSegment(mode, table, place, type, at, functions, expressionOffsets));
    }

    private void checkElements(int type, int element, int at) {
        if (!types.isSubtype(type, element)) {
            parser.invalid(
                    "type mismatch: a table of " + ValueType.text(element) + " does not take " + ValueType.text(type),
                    at);
        }
    }

    private int[] functionIndices(int count) {
        int[] functions = count == 0 ? NO_FUNCTIONS : new int[count];
        for (int i = 0; i < count; i++) {
            int at = in.position();
            functions[i] = parser.index();
            if (functions[i] >= module.functionTypes.size()) {
                parser.invalid("unknown function " + functions[i], at);
            } else {
                parser.refer(functions[i]);
            }
        }
        return functions;
    }

    /** Where each expression begins, and where the last one ends. */
    private int[] expressions(int count, int type) {
        IntList offsets = new IntList();
        offsets.add(in.position());
        for (int i = 0; i < count; i++) {
            parser.skipExpression(type);
            offsets.add(in.position());
        }
        return offsets.toArray();
    }

    /** Reads the data section. */
    void readData() {
        int at = in.position();
        int count = parser.count(0, Limit.DATA_SEGMENTS);
        if (module.dataCount >= 0 && module.dataCount != count) {
            throw new MalformedException("data count and data section have inconsistent lengths", at);
        }
        for (int i = 0; i < count; i++) {
            dataSegment();
        }
    }

    private void dataSegment() {
        parser.entry();
        int at = in.position();
        int flags = in.u32();
        if (flags < 0 || flags > 2) {
            throw new MalformedException("malformed data segment kind", at);
        }
        if (flags != 0) {
            parser.uses(Feature.BULK_MEMORY, "data segment of kind " + flags, at);
        }
        int memory = 0;
        ConstantExpression place = null;
        if (flags != 1) {
            int memoryAt = in.position();
            memory = flags == 2 ? parser.index() : 0;
            if (memory >= module.memories.size()) {
                parser.invalid("unknown memory " + memory, memoryAt);
            }
            place = parser.expression(
                    parser.isValid() ? module.memories.get(memory).addressType() : ValueType.I32);
        }
        int length = in.count();
        int offset = in.position();
        in.skip(length);
        SegmentMode mode = flags == 1 ? SegmentMode.PASSIVE : SegmentMode.ACTIVE;
        module.data.add(new DataSegment(mode, memory, place, offset, length));
    }
}
