package emberwall.wasm.text;

import emberwall.wasm.BodyReader;
import emberwall.wasm.ConstantExpression;
import emberwall.wasm.CustomSection;
import emberwall.wasm.DataSegment;
import emberwall.wasm.ElementSegment;
import emberwall.wasm.Export;
import emberwall.wasm.ExternalKind;
import emberwall.wasm.GlobalType;
import emberwall.wasm.Import;
import emberwall.wasm.Locals;
import emberwall.wasm.MemoryType;
import emberwall.wasm.Module;
import emberwall.wasm.NameKind;
import emberwall.wasm.Opcode;
import emberwall.wasm.SegmentMode;
import emberwall.wasm.TableType;
import emberwall.wasm.Types;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes a module in the text format (WebAssembly 3.0, chapter 6; threads, custom page sizes and exceptions in the old form
 * as their proposals have it): one field a line, in the order of the binary format's sections, nothing abbreviated but what
 * every reader knows. Names of the name section become identifiers, other custom sections and branch hints annotations.
 *
 * <pre>
 *   (module $calculator
 *     (type (;0;) (func (param i32 i32) (result i32)))
 *     (export "add" (func $add))
 *     (func $add (;0;) (type 0) (param $a i32) (param $b i32) (result i32)
 *       local.get $a
 *       local.get $b
 *       i32.add)
 *   )
 * </pre>
 *
 * What is written reads back as an equal module: the same but for spellings of the binary format that mean the same, for
 * names of nothing, and for where the name section stood. Bodies need not be valid. The text grows with the module, with
 * one exception that the format has no word for: a few bytes may declare fifty thousand locals.
 */
public final class WatPrinter {
    /** What the sections are called in annotations, by how many known sections stand before; data counts have no name. */
    private static final String[] PLACES = {
        "before first", "after type", "after import", "after func", "after table", "after memory", "after tag",
        "after global", "after export", "after start", "after elem", "before code", "after code", "after data"
    };

    private static final int PER_LINE = 16;
    private static final int BYTES_PER_LINE = 64;

    /** How instructions are arranged. */
    public enum Form {
        /** One a line, as the machine would take them. */
        PLAIN,
        /** Each with its operands inside its parentheses. */
        FOLDED
    }

    private final Module module;
    private final Types types;
    private final Form form;
    private final Identifiers identifiers;
    private final InstructionPrinter instructions;
    private final HintAnnotations hints;
    private final BodyReader reader;
    private Lines lines;
    private FoldedBody folded;
    private int custom;

    /**
     * Reads all bodies of a module once, so that whatever cannot be printed is refused before anything is.
     *
     * @throws emberwall.wasm.ModuleException if a function's body cannot be read
     */
    public WatPrinter(Module module, Form form) {
        new BodyScan(module).all();
        this.module = module;
        this.types = module.types();
        this.form = form;
        this.identifiers = new Identifiers(module);
        this.instructions = new InstructionPrinter(module, identifiers);
        this.reader = new BodyReader(module.bytes(), 0, 0);
        this.hints = HintAnnotations.of(module);
    }

    /**
     * The text of a module in plain form.
     *
     * @throws emberwall.wasm.ModuleException if a function's body cannot be read
     */
    public static String print(Module module) {
        return print(module, Form.PLAIN);
    }

    /**
     * The text of a module.
     *
     * @throws emberwall.wasm.ModuleException if a function's body cannot be read
     */
    public static String print(Module module, Form form) {
        StringBuilder text = new StringBuilder();
        try {
            new WatPrinter(module, form).print(text);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /** Writes the text, in pieces of moderate size. */
    public void print(Appendable out) throws IOException {
        lines = new Lines(out);
        folded = new FoldedBody(module, instructions, hints, lines);
        custom = 0;
        module();
    }

    private void module() throws IOException {
        StringBuilder line = lines.begin(0).append("(module");
        String name = module.names().module();
        if (name != null && !name.isEmpty()) {
            line.append(' ').append(Spelling.identifier(name));
        } else if (name != null) {
            annotation("name", name, line);
        }
        int section = 0;
        customs(section++);
        types();
        customs(section++);
        imports();
        customs(section++);
        customs(section++);
        tables();
        customs(section++);
        memories();
        customs(section++);
        tags();
        customs(section++);
        globals();
        customs(section++);
        exports();
        customs(section++);
        start();
        customs(section++);
        elements();
        customs(section++);
        customs(section++);
        functions();
        customs(section++);
        data();
        customs(section);
        lines.begin(0).append(')');
        lines.end();
    }

    // What fields are made of.

    private StringBuilder field(String word) throws IOException {
        return lines.begin(1).append('(').append(word);
    }

    /** Identifier, the name that it cannot say, and the index in a comment. */
    private void id(NameKind kind, int index, StringBuilder line) {
        identifier(identifiers.of(kind, index), line);
        line.append(" (;").append(index).append(";)");
    }

    private static void identifier(Identifiers.Identifier identifier, StringBuilder line) {
        if (identifier != null) {
            line.append(' ').append(identifier.text());
            if (identifier.name() != null) {
                annotation("name", identifier.name(), line);
            }
        }
    }

    private static void annotation(String word, String text, StringBuilder line) {
        line.append(" (@").append(word).append(' ');
        Spelling.name(text, line);
        line.append(')');
    }

    /** A constant expression: one instruction in its parentheses, several behind a word in theirs, if there is a word. */
    private void expression(String word, ConstantExpression expression, StringBuilder line) {
        instructions.begin(-1);
        reader.reset(expression.offset(), expression.end());
        StringBuilder text = new StringBuilder();
        int count = 0;
        for (Opcode opcode = reader.opcode(); opcode != Opcode.END; opcode = reader.opcode()) {
            text.append(count++ == 0 ? "" : " ");
            instructions.append(opcode, reader, text);
        }
        if (count != 1 && word.isEmpty()) {
            line.append(text);
        } else {
            line.append('(').append(count == 1 ? "" : word).append(text).append(')');
        }
    }

    private static void limits(boolean address64, long minimum, long maximum, boolean hasMaximum, StringBuilder line) {
        line.append(address64 ? " i64 " : " ").append(Long.toUnsignedString(minimum));
        if (hasMaximum) {
            line.append(' ').append(Long.toUnsignedString(maximum));
        }
    }

    // Types.

    private void types() throws IOException {
        int type = 0;
        while (type < types.count()) {
            int end = types.groupEnd(type);
            boolean single = end == type + 1;
            if (!single) {
                field("rec");
            }
            for (; type < end; type++) {
                type(type, lines.begin(single ? 1 : 2));
                lines.relieve();
            }
            if (!single) {
                lines.line().append(')');
            }
        }
    }

    private void type(int type, StringBuilder line) {
        line.append("(type");
        id(NameKind.TYPE, type, line);
        int supertype = types.supertype(type);
        boolean plain = supertype < 0 && types.isFinal(type);
        if (!plain) {
            line.append(types.isFinal(type) ? " (sub final" : " (sub");
            if (supertype >= 0) {
                line.append(' ').append(identifiers.text(NameKind.TYPE, supertype));
            }
        }
        if (types.isFunction(type)) {
            line.append(" (func");
            instructions.signature(type, line);
        } else if (types.isStruct(type)) {
            line.append(" (struct");
            structure(type, line);
        } else {
            line.append(" (array ");
            storage(type, 0, line);
        }
        line.append(plain ? "))" : ")))");
    }

    private void structure(int type, StringBuilder line) {
        int fields = types.fieldCount(type);
        for (int i = 0; i < fields; i++) {
            line.append(" (field");
            identifier(identifiers.field(type, i), line);
            line.append(' ');
            storage(type, i, line);
            line.append(')');
        }
    }

    private void storage(int type, int field, StringBuilder line) {
        valueType(types.field(type, field), types.isMutable(type, field), line);
    }

    private void valueType(int type, boolean mutable, StringBuilder line) {
        line.append(mutable ? "(mut " : "");
        instructions.valueType(type, line);
        line.append(mutable ? ")" : "");
    }

    // Imports, exports, start.

    private void imports() throws IOException {
        for (Import entry : module.imports()) {
            StringBuilder line = field("import ");
            Spelling.name(entry.module(), line);
            line.append(' ');
            Spelling.name(entry.name(), line);
            line.append(" (").append(word(entry.kind()));
            int index = entry.index();
            id(kind(entry.kind()), index, line);
            switch (entry.kind()) {
                case FUNCTION -> {
                    identifiers.function(index);
                    functionType(module.functionTypeIndex(index), line);
                }
                case TABLE -> tableType(module.table(index), line);
                case MEMORY -> memoryType(module.memory(index), line);
                case GLOBAL -> globalType(module.global(index), line);
                case TAG -> instructions.typeUse(module.tagTypeIndex(index), line);
            }
            line.append("))");
            lines.relieve();
        }
    }

    private void exports() throws IOException {
        for (Export export : module.exports()) {
            StringBuilder line = field("export ");
            Spelling.name(export.name(), line);
            line.append(" (").append(word(export.kind())).append(' ');
            line.append(identifiers.text(kind(export.kind()), export.index())).append("))");
            lines.relieve();
        }
    }

    private void start() throws IOException {
        if (module.startFunction() >= 0) {
            String function = identifiers.text(NameKind.FUNCTION, module.startFunction());
            field("start ").append(function).append(')');
        }
    }

    private static NameKind kind(ExternalKind kind) {
        return switch (kind) {
            case FUNCTION -> NameKind.FUNCTION;
            case TABLE -> NameKind.TABLE;
            case MEMORY -> NameKind.MEMORY;
            case GLOBAL -> NameKind.GLOBAL;
            case TAG -> NameKind.TAG;
        };
    }

    private static String word(ExternalKind kind) {
        return kind == ExternalKind.FUNCTION ? "func" : kind.text();
    }

    // Tables, memories, tags, globals.

    private void tables() throws IOException {
        for (int table = module.importedTables(); table < module.tableCount(); table++) {
            StringBuilder line = field("table");
            id(NameKind.TABLE, table, line);
            tableType(module.table(table), line);
            if (module.tableInitial(table) != null) {
                expression("", module.tableInitial(table), line.append(' '));
            }
            line.append(')');
            lines.relieve();
        }
    }

    private void tableType(TableType type, StringBuilder line) {
        limits(type.address64(), type.minimum(), type.maximum(), type.hasMaximum(), line);
        line.append(' ');
        instructions.valueType(type.element(), line);
    }

    private void memories() throws IOException {
        for (int memory = module.importedMemories(); memory < module.memoryCount(); memory++) {
            StringBuilder line = field("memory");
            id(NameKind.MEMORY, memory, line);
            memoryType(module.memory(memory), line);
            line.append(')');
        }
    }

    private static void memoryType(MemoryType type, StringBuilder line) {
        limits(type.address64(), type.minimum(), type.maximum(), type.hasMaximum(), line);
        line.append(type.shared() ? " shared" : "");
        if (type.pageSizeLog2() != 16) {
            line.append(" (pagesize ").append(1L << type.pageSizeLog2()).append(')');
        }
    }

    private void tags() throws IOException {
        for (int tag = module.importedTags(); tag < module.tagCount(); tag++) {
            StringBuilder line = field("tag");
            id(NameKind.TAG, tag, line);
            instructions.typeUse(module.tagTypeIndex(tag), line);
            line.append(')');
            lines.relieve();
        }
    }

    private void globals() throws IOException {
        for (int global = module.importedGlobals(); global < module.globalCount(); global++) {
            StringBuilder line = field("global");
            id(NameKind.GLOBAL, global, line);
            globalType(module.global(global), line);
            expression("", module.globalInitial(global), line.append(' '));
            line.append(')');
            lines.relieve();
        }
    }

    private void globalType(GlobalType type, StringBuilder line) {
        line.append(' ');
        valueType(type.type(), type.mutable(), line);
    }

    // Segments.

    private void elements() throws IOException {
        for (int i = 0; i < module.elements().size(); i++) {
            ElementSegment segment = module.element(i);
            StringBuilder line = field("elem");
            id(NameKind.ELEMENT, i, line);
            if (segment.mode() == SegmentMode.ACTIVE) {
                target("table", NameKind.TABLE, segment.table(), segment.place(), line);
            } else if (segment.mode() == SegmentMode.DECLARATIVE) {
                line.append(" declare");
            }
            line.append(' ');
            if (segment.isFunctions()) {
                line.append("func");
            } else {
                instructions.valueType(segment.type(), line);
            }
            for (int j = 0; j < segment.count(); j++) {
                element(segment, j, j != 0 && j % PER_LINE == 0 ? lines.begin(2) : line.append(' '));
            }
            line.append(')');
            lines.relieve();
        }
    }

    private void element(ElementSegment segment, int element, StringBuilder line) {
        if (segment.isFunctions()) {
            line.append(identifiers.text(NameKind.FUNCTION, segment.function(element)));
        } else {
            expression("item ", segment.expression(element), line);
        }
    }

    private void target(String word, NameKind kind, int index, ConstantExpression place, StringBuilder line) {
        if (index != 0) {
            line.append(" (").append(word).append(' ');
            line.append(identifiers.text(kind, index)).append(')');
        }
        expression("offset ", place, line.append(' '));
    }

    private void data() throws IOException {
        for (int i = 0; i < module.data().size(); i++) {
            DataSegment segment = module.data(i);
            StringBuilder line = field("data");
            id(NameKind.DATA, i, line);
            if (segment.mode() == SegmentMode.ACTIVE) {
                target("memory", NameKind.MEMORY, segment.memory(), segment.place(), line);
            }
            bytes(segment.offset(), segment.length());
            lines.line().append(')');
            lines.relieve();
        }
    }

    /** Bytes as strings: one behind what is there, or one line each. */
    private void bytes(int offset, int length) throws IOException {
        int end = offset + length;
        if (length <= BYTES_PER_LINE) {
            Spelling.bytes(module.bytes(), offset, end, lines.line().append(' '));
            return;
        }
        for (int at = offset; at < end; at += BYTES_PER_LINE) {
            Spelling.bytes(module.bytes(), at, Math.min(end, at + BYTES_PER_LINE), lines.begin(2));
        }
    }

    // Functions.

    private void functions() throws IOException {
        for (int function = module.importedFunctions(); function < module.functionCount(); function++) {
            StringBuilder line = field("func");
            id(NameKind.FUNCTION, function, line);
            instructions.begin(function);
            int type = module.functionTypeIndex(function);
            functionType(type, line);
            Locals locals = module.locals(function);
            locals(locals, types.parameterCount(type));
            reader.reset(locals.codeOffset(), module.bodyEnd(function));
            if (form == Form.FOLDED) {
                folded.print(function, reader);
            } else {
                body();
            }
            lines.line().append(')');
            lines.relieve();
        }
    }

    /** A function's type, with its parameters' names. */
    private void functionType(int type, StringBuilder line) {
        int parameters = types.parameterCount(type);
        if (!identifiers.hasLocal(parameters)) {
            instructions.typeUse(type, line);
            return;
        }
        line.append(" (type ").append(identifiers.text(NameKind.TYPE, type)).append(')');
        boolean open = false;
        for (int i = 0; i < parameters; i++) {
            open = local("param", i, types.parameter(type, i), open, line);
        }
        line.append(open ? ")" : "");
        instructions.results(type, line);
    }

    private void locals(Locals locals, int first) throws IOException {
        if (locals.count() == 0) {
            return;
        }
        StringBuilder line = lines.begin(2);
        boolean open = false;
        int local = first;
        for (int run = 0; run < locals.runs(); run++) {
            for (int i = locals.length(run); i > 0; i--) {
                open = local("local", local++, locals.type(run), open, line);
                lines.relieve();
            }
        }
        line.append(open ? ")" : "");
    }

    /** A parameter or local: a named one stands alone, others together. Whether parentheses are open at the end. */
    private boolean local(String word, int local, int type, boolean open, StringBuilder line) {
        Identifiers.Identifier identifier = identifiers.local(local);
        if (identifier != null && open) {
            line.append(')');
        }
        if (identifier != null || !open) {
            boolean atStart = !line.isEmpty() && line.charAt(line.length() - 1) == ' ';
            line.append(atStart ? "(" : " (").append(word);
            identifier(identifier, line);
        }
        line.append(' ');
        instructions.valueType(type, line);
        line.append(identifier == null ? "" : ")");
        return identifier == null;
    }

    private void body() throws IOException {
        while (true) {
            int at = reader.position();
            Opcode opcode = reader.opcode();
            if (opcode == Opcode.END && instructions.depth() == 0) {
                return;
            }
            int depth = 2 + instructions.indentation(opcode);
            hint(at, depth);
            instructions.append(opcode, reader, lines.begin(depth));
            lines.relieve();
        }
    }

    private void hint(int at, int depth) throws IOException {
        Integer hint = hints.at(at);
        if (hint != null) {
            HintAnnotations.append(hint, lines.begin(depth));
        }
    }

    // Custom sections.

    /** The custom sections behind so many known ones. */
    private void customs(int place) throws IOException {
        for (; custom < module.customSections().size(); custom++) {
            CustomSection section = module.customSections().get(custom);
            if (section.place() != place) {
                return;
            }
            if (!section.equals(module.customSection("name")) && !section.equals(hints.section())) {
                StringBuilder line = field("@custom ");
                Spelling.name(section.name(), line);
                line.append(" (").append(PLACES[place]).append(')');
                bytes(section.offset(), section.length());
                lines.line().append(')');
                lines.relieve();
            }
        }
    }
}
