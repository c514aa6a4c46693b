package emberwall.wasm.text;

import emberwall.wasm.BodyReader;
import emberwall.wasm.ConstantExpression;
import emberwall.wasm.CustomSection;
import emberwall.wasm.DataSegment;
import emberwall.wasm.ElementSegment;
import emberwall.wasm.Export;
import emberwall.wasm.Import;
import emberwall.wasm.Locals;
import emberwall.wasm.Module;
import emberwall.wasm.NameKind;
import emberwall.wasm.Opcode;
import emberwall.wasm.Types;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells whether two modules are equal as everything but a byte counter sees them: each is spelled out, LEB128 by LEB128,
 * without the text format's words, and the spellings are compared.
 */
final class ModuleComparison {
    private final Module module;
    private final boolean exact;
    private final List<String> lines = new ArrayList<>();

    private ModuleComparison(Module module, boolean exact) {
        this.module = module;
        this.exact = exact;
    }

    /**
     * The first difference, or null if there is none. Custom sections, the names among them, and whether segments have
     * functions or expressions that give functions, blocks the index of a short type or the type itself, and whether
     * nothing stands behind an else or there is none, count only if it is to be exact.
     */
    static String difference(Module expected, Module actual, boolean exact) {
        List<String> wanted = spell(expected, exact);
        List<String> given = spell(actual, exact);
        for (int i = 0; i < Math.max(wanted.size(), given.size()); i++) {
            String left = i < wanted.size() ? wanted.get(i) : "nothing";
            String right = i < given.size() ? given.get(i) : "nothing";
            if (!left.equals(right)) {
                return "expected " + shortened(left) + " but was " + shortened(right);
            }
        }
        return null;
    }

    private static String shortened(String line) {
        return line.length() < 2000 ? line : line.substring(0, 2000) + "...";
    }

    private static List<String> spell(Module module, boolean exact) {
        ModuleComparison comparison = new ModuleComparison(module, exact);
        comparison.types();
        comparison.declarations();
        comparison.segments();
        for (int function = module.importedFunctions(); function < module.functionCount(); function++) {
            comparison.body(function);
        }
        if (exact) {
            comparison.customs();
            comparison.names();
        }
        return comparison.lines;
    }

    private void types() {
        Types types = module.types();
        for (int type = 0; type < types.count(); type++) {
            StringBuilder line = new StringBuilder("type " + type + " of group " + types.groupStart(type));
            line.append(" final ").append(types.isFinal(type)).append(" below ").append(types.supertype(type));
            if (types.isFunction(type)) {
                line.append(' ').append(types.function(type));
            } else {
                int fields = types.isStruct(type) ? types.fieldCount(type) : 1;
                line.append(types.isStruct(type) ? " struct" : " array");
                for (int i = 0; i < fields; i++) {
                    line.append(' ').append(types.field(type, i)).append(types.isMutable(type, i) ? " mutable" : "");
                }
            }
            lines.add(line.toString());
        }
    }

    private void declarations() {
        for (Import entry : module.imports()) {
            lines.add("import " + entry.module() + " " + entry.name() + " " + entry.kind() + " " + entry.index());
        }
        for (int i = 0; i < module.functionCount(); i++) {
            lines.add("function of type " + module.functionTypeIndex(i));
        }
        for (int i = 0; i < module.tableCount(); i++) {
            boolean imported = i < module.importedTables();
            lines.add(module.table(i) + (imported ? "" : " " + expression(module.tableInitial(i))));
        }
        for (int i = 0; i < module.memoryCount(); i++) {
            lines.add(module.memory(i).toString());
        }
        for (int i = 0; i < module.tagCount(); i++) {
            lines.add("tag of type " + module.tagTypeIndex(i));
        }
        for (int i = 0; i < module.globalCount(); i++) {
            boolean imported = i < module.importedGlobals();
            lines.add(module.global(i) + (imported ? "" : " " + expression(module.globalInitial(i))));
        }
        for (Export export : module.exports()) {
            lines.add("export " + export.name() + " " + export.kind() + " " + export.index());
        }
        lines.add("start " + module.startFunction());
    }

    private void segments() {
        for (ElementSegment segment : module.elements()) {
            StringBuilder line = new StringBuilder("elements " + segment.mode());
            line.append(" ").append(exact ? segment.type() : ValueType.asNullable(segment.type()));
            line.append(exact && segment.isFunctions() ? " functions" : "");
            line.append(" for ").append(segment.table()).append(' ').append(expression(segment.place()));
            for (int i = 0; i < segment.count(); i++) {
                line.append(", ");
                line.append(
                        segment.isFunctions()
                                ? "REF_FUNC " + segment.function(i) + "; END; "
                                : expression(segment.expression(i)));
            }
            lines.add(line.toString());
        }
        for (DataSegment segment : module.data()) {
            String place = segment.memory() + " " + expression(segment.place());
            lines.add("data " + segment.mode() + " " + place + " " + bytes(segment.offset(), segment.length()));
        }
    }

    private String bytes(int offset, int length) {
        return new String(module.bytes(), offset, length, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private void customs() {
        for (CustomSection section : module.customSections()) {
            if (!section.name().equals("name")) {
                lines.add("custom " + section.name() + " " + bytes(section.offset(), section.length()));
            }
        }
    }

    /** Names of what the module has; whether a name section is there at all, nobody sees. */
    private void names() {
        if (module.names().module() != null) {
            lines.add("module " + module.names().module());
        }
        flat(NameKind.FUNCTION, module.functionCount());
        flat(NameKind.TYPE, module.types().count());
        flat(NameKind.TABLE, module.tableCount());
        flat(NameKind.MEMORY, module.memoryCount());
        flat(NameKind.GLOBAL, module.globalCount());
        flat(NameKind.ELEMENT, module.elements().size());
        flat(NameKind.DATA, module.data().size());
        flat(NameKind.TAG, module.tagCount());
        for (int type = 0; type < module.types().count(); type++) {
            if (module.types().isStruct(type)) {
                nested(NameKind.FIELD, type, module.types().fieldCount(type));
            }
        }
        for (int function = 0; function < module.functionCount(); function++) {
            int parameters = module.functionType(function).parameterCount();
            int declared =
                    module.isImported(function) ? 0 : module.locals(function).count();
            nested(NameKind.LOCAL, function, parameters + declared);
        }
    }

    private void flat(NameKind kind, int count) {
        names(kind.toString(), module.names().of(kind), count);
    }

    private void nested(NameKind kind, int within, int count) {
        names(kind + " of " + within, module.names().of(kind, within), count);
    }

    private void names(String what, Map<Integer, String> names, int count) {
        for (Map.Entry<Integer, String> entry : new TreeMap<>(names).entrySet()) {
            if (Integer.compareUnsigned(entry.getKey(), count) < 0) {
                lines.add("name of " + what + " " + entry.getKey() + ": " + entry.getValue());
            }
        }
    }

    // Code.

    private void body(int function) {
        Locals locals = module.locals(function);
        StringBuilder text = new StringBuilder("body of " + function + " locals");
        int same = 0;
        for (int run = 0; run < locals.runs(); run++) {
            same += locals.length(run);
            if (run + 1 == locals.runs() || locals.type(run + 1) != locals.type(run)) {
                text.append(' ').append(same).append(" of ").append(locals.type(run));
                same = 0;
            }
        }
        lines.add(text.toString());
        BodyReader reader = new BodyReader(module.bytes(), locals.codeOffset(), module.bodyEnd(function));
        while (reader.hasMore()) {
            String line = instruction(reader);
            if (!exact && line.equals("END") && lines.getLast().equals("ELSE")) {
                lines.removeLast();
            }
            lines.add(line);
        }
    }

    private String expression(ConstantExpression expression) {
        if (expression == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        BodyReader reader = new BodyReader(module.bytes(), expression.offset(), expression.end());
        while (reader.hasMore()) {
            text.append(instruction(reader)).append("; ");
        }
        return text.toString();
    }

    private String instruction(BodyReader reader) {
        Opcode opcode = reader.opcode();
        StringBuilder text = new StringBuilder(opcode.name());
        switch (opcode.immediate()) {
            case NONE -> {}
            case BLOCK_TYPE -> text.append(' ').append(blockType(reader.blockType()));
            case BLOCK_CATCHES -> {
                text.append(' ').append(blockType(reader.blockType()));
                for (int i = reader.count(); i > 0; i--) {
                    int kind = reader.u8();
                    text.append(" catch ").append(kind);
                    numbers(kind < 2 ? 2 : 1, reader, text);
                }
            }
            case LABEL, FUNCTION, TYPE, LOCAL, GLOBAL, TAG, TABLE, ELEMENT, MEMORY, DATA -> numbers(1, reader, text);
            case TYPE_TABLE, TYPE_FIELD, TYPE_COUNT, TYPE_DATA, TYPE_ELEMENT, TYPE_TYPE -> numbers(2, reader, text);
            case TABLE_TABLE, ELEMENT_TABLE, MEMORY_MEMORY, DATA_MEMORY -> numbers(2, reader, text);
            case LABEL_TABLE -> numbers(reader.count() + 1, reader, text);
            case LABEL_CAST -> {
                text.append(' ').append(reader.u8());
                numbers(1, reader, text);
                text.append(' ').append(reader.heapType()).append(' ').append(reader.heapType());
            }
            case HEAP_TYPE -> text.append(' ').append(reader.heapType());
            case SELECT_TYPES -> {
                for (int i = reader.count(); i > 0; i--) {
                    text.append(' ').append(reader.valueType());
                }
            }
            case MEMARG -> memoryArgument(reader, text);
            case MEMARG_LANE -> {
                memoryArgument(reader, text);
                bytes(1, reader, text);
            }
            case LANE, ZERO_BYTE -> bytes(1, reader, text);
            case I32 -> text.append(' ').append(reader.s32());
            case I64 -> text.append(' ').append(reader.s64());
            case F32 -> bytes(4, reader, text);
            case F64 -> bytes(8, reader, text);
            case SHUFFLE, V128 -> bytes(16, reader, text);
        }
        return text.toString();
    }

    private int blockType(int type) {
        Types types = module.types();
        if (exact || type < 0 || types.parameterCount(type) != 0 || types.resultCount(type) > 1) {
            return type;
        }
        return types.resultCount(type) == 0 ? BodyReader.EMPTY_BLOCK : ~types.result(type, 0);
    }

    private static void memoryArgument(BodyReader reader, StringBuilder text) {
        text.append(" align ").append(reader.alignment()).append(" memory ").append(reader.memory());
        text.append(" offset ").append(reader.u64());
    }

    private static void numbers(int count, BodyReader reader, StringBuilder text) {
        for (int i = 0; i < count; i++) {
            text.append(' ').append(reader.u32());
        }
    }

    private static void bytes(int count, BodyReader reader, StringBuilder text) {
        for (int i = 0; i < count; i++) {
            text.append(' ').append(reader.u8());
        }
    }
}
