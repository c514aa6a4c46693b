package emberwall.fuzz;

import emberwall.fuzz.Draft.Data;
import emberwall.fuzz.Draft.Elements;
import emberwall.fuzz.Draft.Function;
import emberwall.fuzz.Draft.Global;
import emberwall.fuzz.Draft.Local;
import emberwall.fuzz.Draft.Memory;
import emberwall.fuzz.Draft.Mode;
import emberwall.fuzz.Draft.Part;
import emberwall.fuzz.Draft.Sized;
import emberwall.fuzz.Draft.Table;
import emberwall.fuzz.Draft.Tag;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes drafts in WebAssembly's binary format (3.0, chapter 5). Function types are numbered as they are met. */
final class Encoder {
    static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final int EMPTY_BLOCK = 0x40;
    private static final int MEMORY_FOLLOWS = 1 << 6;
    private static final int HAS_INITIAL = 0x40;
    private static final int HAS_MAXIMUM = 1;
    private static final int IS_SHARED = 1 << 1;
    private static final int IS_WIDE = 1 << 2;
    private static final int HAS_PAGE_SIZE = 1 << 3;
    private static final int IS_NULLABLE_FROM = 1;
    private static final int IS_NULLABLE_TO = 1 << 1;
    /** Catch clauses stand in immediates as their kind, tag or null, and label. */
    static final int CLAUSE = 3;

    private final Draft draft;
    private final Map<FunctionType, Integer> types = new HashMap<>();
    private final List<FunctionType> typeList = new ArrayList<>();
    private final Map<Part, Integer> indices = new HashMap<>();
    private final Set<Function> referenced = new LinkedHashSet<>();

    // The function at work.
    private final Map<Local, Integer> locals = new HashMap<>();
    private final List<Object> labels = new ArrayList<>();

    /** A draft refers to something that it does not hold. */
    static final class DanglingException extends RuntimeException {
        private static final long serialVersionUID = 1;

        DanglingException(String what) {
            super(what, null, false, false);
        }
    }

    private Encoder(Draft draft) {
        this.draft = draft;
    }

    /**
     * The module.
     *
     * @throws DanglingException if a part, a local or a label is used that is not there
     */
    static byte[] encode(Draft draft) {
        return new Encoder(draft).module();
    }

    private byte[] module() {
        number(draft.functions);
        number(draft.tables);
        number(draft.memories);
        number(draft.globals);
        number(draft.tags);
        byte[] imports = imports();
        byte[] functions = functionSection();
        byte[] code = code();
        byte[] tables = tables();
        byte[] tags = tags();
        byte[] globals = globals();
        byte[] elements = elements();
        byte[] data = data();
        Bytes out = new Bytes().all(HEADER);
        section(out, 1, typeSection());
        section(out, 2, imports);
        section(out, 3, functions);
        section(out, 4, tables);
        section(out, 5, memories());
        section(out, 13, tags);
        section(out, 6, globals);
        section(out, 7, exports());
        if (draft.start != null) {
            section(out, 8, new Bytes().unsigned(index(draft.start)).toArray());
        }
        section(out, 9, elements);
        if (!draft.data.isEmpty()) {
            section(out, 12, new Bytes().unsigned(draft.data.size()).toArray());
        }
        section(out, 10, code);
        section(out, 11, data);
        Bytes names = new Bytes().name("name").put(0);
        section(out, 0, names.sized(new Bytes().name(draft.name).toArray()).toArray());
        return out.toArray();
    }

    private static void section(Bytes out, int id, byte[] content) {
        if (content.length > 1 || content.length == 1 && content[0] != 0 || id == 8) {
            out.put(id).sized(content);
        }
    }

    /** Imported parts come first, in each index space. */
    private void number(List<? extends Part> parts) {
        int next = 0;
        for (Part part : parts) {
            if (part.isImported()) {
                indices.put(part, next++);
            }
        }
        for (Part part : parts) {
            if (!part.isImported()) {
                indices.put(part, next++);
            }
        }
    }

    private int index(Object part) {
        Integer index = indices.get(part);
        if (index == null) {
            throw new DanglingException("no such part");
        }
        return index;
    }

    private int type(FunctionType type) {
        Integer known = types.get(type);
        if (known == null) {
            known = draft.types.count() + typeList.size();
            types.put(type, known);
            typeList.add(type);
        }
        return known;
    }

    private int type(Function function) {
        return function.declared >= 0 ? function.declared : type(function.type);
    }

    // ---- types

    private byte[] typeSection() {
        Bytes out = new Bytes().unsigned(draft.types.groups().size() + typeList.size());
        draft.types.write(out);
        for (FunctionType type : typeList) {
            HeapTypes.function(out, type.parameters(), type.results());
        }
        return out.toArray();
    }

    private static void limits(Bytes out, Sized part, int moreFlags) {
        int flags = moreFlags | (part.maximum < 0 ? 0 : HAS_MAXIMUM) | (part.isWide ? IS_WIDE : 0);
        out.put(flags).unsigned(part.minimum);
        if (part.maximum >= 0) {
            out.unsigned(part.maximum);
        }
    }

    private static void memoryType(Bytes out, Memory memory) {
        limits(out, memory, (memory.isShared ? IS_SHARED : 0) | (memory.hasBytePages ? HAS_PAGE_SIZE : 0));
        if (memory.hasBytePages) {
            out.put(0);
        }
    }

    private static void tableType(Bytes out, Table table) {
        HeapTypes.valueType(out, table.element);
        limits(out, table, 0);
    }

    private static void globalType(Bytes out, Global global) {
        HeapTypes.valueType(out, global.type);
        out.put(global.mutable ? 1 : 0);
    }

    // ---- sections

    /** What can be imported and exported, in the order of the numbers of its kinds. */
    private List<List<? extends Part>> exportable() {
        return List.of(draft.functions, draft.tables, draft.memories, draft.globals, draft.tags);
    }

    private byte[] imports() {
        Bytes out = new Bytes();
        int count = 0;
        for (List<? extends Part> parts : exportable()) {
            for (Part part : parts) {
                if (part.isImported()) {
                    out.name(part.source.module()).name(part.source.name());
                    imported(out, part);
                    count++;
                }
            }
        }
        return new Bytes().unsigned(count).all(out.toArray()).toArray();
    }

    private void imported(Bytes out, Part part) {
        switch (part) {
            case Function function -> out.put(0).unsigned(type(function));
            case Table table -> tableType(out.put(1), table);
            case Memory memory -> memoryType(out.put(2), memory);
            case Global global -> globalType(out.put(3), global);
            case Tag tag -> out.put(4).put(0).unsigned(type(tag.type));
            default -> throw new InternalError("no import of " + part);
        }
    }

    private static <T extends Part> List<T> defined(List<T> parts) {
        List<T> defined = new ArrayList<>();
        for (T part : parts) {
            if (!part.isImported()) {
                defined.add(part);
            }
        }
        return defined;
    }

    private byte[] functionSection() {
        List<Function> defined = defined(draft.functions);
        Bytes out = new Bytes().unsigned(defined.size());
        for (Function function : defined) {
            out.unsigned(type(function));
        }
        return out.toArray();
    }

    private byte[] tables() {
        List<Table> defined = defined(draft.tables);
        Bytes out = new Bytes().unsigned(defined.size());
        for (Table table : defined) {
            if (table.initial != null) {
                out.put(HAS_INITIAL).put(0);
            }
            tableType(out, table);
            if (table.initial != null) {
                expression(out, table.initial);
            }
        }
        return out.toArray();
    }

    private byte[] memories() {
        List<Memory> defined = defined(draft.memories);
        Bytes out = new Bytes().unsigned(defined.size());
        for (Memory memory : defined) {
            memoryType(out, memory);
        }
        return out.toArray();
    }

    private byte[] tags() {
        List<Tag> defined = defined(draft.tags);
        Bytes out = new Bytes().unsigned(defined.size());
        for (Tag tag : defined) {
            out.put(0).unsigned(type(tag.type));
        }
        return out.toArray();
    }

    private byte[] globals() {
        List<Global> defined = defined(draft.globals);
        Bytes out = new Bytes().unsigned(defined.size());
        for (Global global : defined) {
            globalType(out, global);
            expression(out, global.initial);
        }
        return out.toArray();
    }

    private byte[] exports() {
        Bytes out = new Bytes();
        int count = 0;
        int kind = 0;
        for (List<? extends Part> parts : exportable()) {
            for (Part part : parts) {
                if (part.export != null) {
                    out.name(part.export).put(kind).unsigned(index(part));
                    count++;
                }
            }
            kind++;
        }
        return new Bytes().unsigned(count).all(out.toArray()).toArray();
    }

    /** The last segment declares what {@code ref.func} names in bodies; hence this is written after them. */
    private byte[] elements() {
        Bytes out = new Bytes();
        for (Elements segment : draft.elements) {
            switch (segment.mode) {
                case ACTIVE -> {
                    out.put(6).unsigned(index(segment.table));
                    expression(out, segment.offset);
                }
                case PASSIVE -> out.put(5);
                case DECLARED -> out.put(7);
            }
            HeapTypes.valueType(out, segment.type);
            out.unsigned(segment.items.size());
            for (List<Instruction> item : segment.items) {
                expression(out, item);
            }
        }
        int count = draft.elements.size();
        if (!referenced.isEmpty()) { // by code, by globals, and by the segments themselves
            count++;
            out.put(3).put(0).unsigned(referenced.size());
            for (Function function : referenced) {
                out.unsigned(index(function));
            }
        }
        return new Bytes().unsigned(count).all(out.toArray()).toArray();
    }

    private byte[] data() {
        Bytes out = new Bytes().unsigned(draft.data.size());
        for (Data segment : draft.data) {
            if (segment.mode == Mode.PASSIVE) {
                out.put(1);
            } else {
                out.put(2).unsigned(index(segment.memory));
                expression(out, segment.offset);
            }
            out.sized(segment.bytes);
        }
        return out.toArray();
    }

    // ---- code

    private byte[] code() {
        List<Function> defined = defined(draft.functions);
        Bytes out = new Bytes().unsigned(defined.size());
        for (Function function : defined) {
            out.sized(function(function));
        }
        return out.toArray();
    }

    private byte[] function(Function function) {
        locals.clear();
        for (Local local : function.parameters) {
            locals.put(local, locals.size());
        }
        for (Local local : function.locals) {
            locals.put(local, locals.size());
        }
        Bytes runs = new Bytes();
        int count = 0;
        for (int i = 0, run; i < function.locals.size(); i += run, count++) {
            int type = function.locals.get(i).type;
            run = 1;
            while (i + run < function.locals.size() && function.locals.get(i + run).type == type) {
                run++;
            }
            HeapTypes.valueType(runs.unsigned(run), type);
        }
        Bytes out = new Bytes().unsigned(count).all(runs.toArray());
        labels.clear();
        labels.add(function);
        instructions(out, function.body);
        return out.put(Opcode.END.code()).toArray();
    }

    private void expression(Bytes out, List<Instruction> instructions) {
        instructions(out, instructions);
        out.put(Opcode.END.code());
    }

    private void instructions(Bytes out, List<Instruction> instructions) {
        for (Instruction instruction : instructions) {
            instruction(out, instruction);
        }
    }

    private void instruction(Bytes out, Instruction instruction) {
        Opcode opcode = instruction.opcode;
        if (opcode.prefix() == 0) {
            out.put(opcode.code());
        } else {
            out.put(opcode.prefix()).unsigned(opcode.number());
        }
        immediates(out, instruction);
        if (instruction.isBlock()) {
            labels.add(instruction);
            instructions(out, instruction.body);
            if (instruction.otherwise != null) {
                out.put(Opcode.ELSE.code());
                instructions(out, instruction.otherwise);
            }
            boolean delegates = handlers(out, instruction);
            labels.removeLast();
            if (!delegates) {
                out.put(Opcode.END.code());
            }
        }
    }

    /** What stands between the body of a {@code try} and its end; answers whether that is the end. */
    private boolean handlers(Bytes out, Instruction block) {
        for (Instruction handler : block.handlers) {
            out.put(handler.opcode.code());
            if (handler.opcode == Opcode.DELEGATE) {
                Object inner = labels.removeLast();
                out.unsigned(label(handler.immediates[0]));
                labels.add(inner);
                return true;
            }
            if (handler.opcode == Opcode.CATCH) {
                out.unsigned(index(handler.immediates[0]));
            }
            instructions(out, handler.body);
        }
        return false;
    }

    private void immediates(Bytes out, Instruction instruction) {
        Object[] parts = instruction.immediates;
        switch (instruction.opcode.immediate()) {
            case NONE -> {}
            case BLOCK_TYPE -> blockType(out, (FunctionType) parts[0]);
            case BLOCK_CATCHES -> {
                blockType(out, (FunctionType) parts[0]);
                out.unsigned((parts.length - 1) / CLAUSE);
                for (int i = 1; i < parts.length; i += CLAUSE) {
                    int kind = (Integer) parts[i];
                    out.put(kind);
                    if (kind < 2) {
                        out.unsigned(index(parts[i + 1]));
                    }
                    out.unsigned(label(parts[i + 2]));
                }
            }
            case LABEL_CAST -> {
                int from = (Integer) parts[0];
                int to = (Integer) parts[1];
                int flags = (ValueType.isNullable(from) ? IS_NULLABLE_FROM : 0)
                        | (ValueType.isNullable(to) ? IS_NULLABLE_TO : 0);
                out.put(flags).unsigned(label(parts[2]));
                HeapTypes.heapType(out, ValueType.heapType(from));
                HeapTypes.heapType(out, ValueType.heapType(to));
            }
            case TYPE -> out.unsigned((Integer) parts[0]);
            case TYPE_FIELD, TYPE_COUNT, TYPE_TYPE ->
                out.unsigned((Integer) parts[0]).unsigned((Integer) parts[1]);
            case TYPE_DATA -> out.unsigned((Integer) parts[0]).unsigned(segment(draft.data, parts[1]));
            case TYPE_ELEMENT -> out.unsigned((Integer) parts[0]).unsigned(segment(draft.elements, parts[1]));
            case ZERO_BYTE -> out.put(0);
            case LABEL -> out.unsigned(label(parts[0]));
            case LABEL_TABLE -> {
                out.unsigned(parts.length - 1);
                for (Object target : parts) {
                    out.unsigned(label(target));
                }
            }
            case FUNCTION -> {
                out.unsigned(index(parts[0]));
                if (instruction.opcode == Opcode.REF_FUNC) {
                    referenced.add((Function) parts[0]);
                }
            }
            case TYPE_TABLE -> {
                out.unsigned(parts[0] instanceof Integer declared ? declared : type((FunctionType) parts[0]));
                out.unsigned(index(parts[1]));
            }
            case SELECT_TYPES -> HeapTypes.valueTypes(out, new int[] {(Integer) parts[0]});
            case HEAP_TYPE -> HeapTypes.heapType(out, (Integer) parts[0]);
            case LOCAL -> out.unsigned(local(parts[0]));
            case GLOBAL, TABLE, MEMORY, TAG -> out.unsigned(index(parts[0]));
            case TABLE_TABLE, MEMORY_MEMORY -> out.unsigned(index(parts[0])).unsigned(index(parts[1]));
            case ELEMENT -> out.unsigned(segment(draft.elements, parts[0]));
            case ELEMENT_TABLE ->
                out.unsigned(segment(draft.elements, parts[0])).unsigned(index(parts[1]));
            case DATA -> out.unsigned(segment(draft.data, parts[0]));
            case DATA_MEMORY -> out.unsigned(segment(draft.data, parts[0])).unsigned(index(parts[1]));
            case MEMARG -> memoryArgument(out, parts);
            case MEMARG_LANE -> {
                memoryArgument(out, parts);
                out.put((Integer) parts[3]);
            }
            case LANE -> out.put((Integer) parts[0]);
            case SHUFFLE -> out.all((byte[]) parts[0]);
            case I32, I64 -> out.signed((Long) parts[0]);
            case F32 -> out.little((Long) parts[0], 4);
            case F64 -> out.little((Long) parts[0], 8);
            case V128 -> out.little((Long) parts[0], 8).little((Long) parts[1], 8);
        }
    }

    private void blockType(Bytes out, FunctionType type) {
        if (type.parameterCount() == 0 && type.resultCount() == 0) {
            out.put(EMPTY_BLOCK);
        } else if (type.parameterCount() == 0 && type.resultCount() == 1) {
            HeapTypes.valueType(out, type.result(0));
        } else {
            out.signed(type(type));
        }
    }

    /** Memory, alignment exponent, offset. */
    private void memoryArgument(Bytes out, Object[] parts) {
        int memory = index(parts[0]);
        int alignment = (Integer) parts[1];
        out.unsigned(memory == 0 ? alignment : alignment | MEMORY_FOLLOWS);
        if (memory != 0) {
            out.unsigned(memory);
        }
        out.unsigned((Long) parts[2]);
    }

    private int label(Object target) {
        int at = labels.lastIndexOf(target);
        if (at < 0) {
            throw new DanglingException("no such label");
        }
        return labels.size() - 1 - at;
    }

    private int local(Object local) {
        Integer index = locals.get(local);
        if (index == null) {
            throw new DanglingException("no such local");
        }
        return index;
    }

    private static int segment(List<?> segments, Object segment) {
        int at = segments.indexOf(segment);
        if (at < 0) {
            throw new DanglingException("no such segment");
        }
        return at;
    }
}
