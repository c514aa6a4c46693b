package emberwall.wasm.text;

import emberwall.wasm.ExternalKind;
import emberwall.wasm.Opcode;
import emberwall.wasm.text.TypeParser.Use;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Reads the fields of a module whose index spaces are known (WebAssembly 3.0, section 6.6), and writes their sections. */
final class FieldParser {
    private final Tokens in;
    private final Draft draft;
    private final TypeParser types;
    private final Instructions instructions;
    private final SegmentFields segments;
    private final Section body = new Section();
    private final Map<Integer, BranchHints> hints = new TreeMap<>();
    /** How many things of each kind have been passed. */
    private final int[] passed = new int[ExternalKind.values().length];

    private int[] localTypes = new int[16];
    private int localCount;
    private boolean started;

    FieldParser(Tokens in, Draft draft, TypeParser types) {
        this.in = in;
        this.draft = draft;
        this.types = types;
        this.instructions = new Instructions(in, draft, types);
        this.segments = new SegmentFields(in, draft, types, instructions);
    }

    /** Reads all fields; the token after them is then the current one. */
    void parse() {
        CustomAnnotations customs = new CustomAnnotations(in, draft);
        customs.take();
        while (in.is(TokenKind.OPEN)) {
            field();
            customs.take();
        }
        customs.hints(hints);
    }

    private void field() {
        int at = in.position();
        in.openAny();
        String word = in.keyword();
        ExternalKind kind = FieldScan.kind(word);
        if (kind != null) {
            definition(kind, at);
            return;
        }
        switch (word) {
            case "import" -> importField(at);
            case "export" -> exportField(at);
            case "start" -> start(at);
            case "elem" -> segments.element(at);
            case "data" -> segments.data(at);
            default -> {
                // Types have been read.
                in.annotationsCount(false);
                in.skipToClose();
                in.annotationsCount(true);
            }
        }
    }

    private void start(int at) {
        if (started) {
            throw in.error("multiple start sections", at);
        }
        started = true;
        draft.section(SectionKind.START).entry(at).u32(draft.functions.index(in));
        in.close();
    }

    private void exportField(int at) {
        String name = in.name();
        in.openAny();
        ExternalKind kind = in.is(TokenKind.KEYWORD) ? FieldScan.kind(in.word()) : null;
        if (kind == null) {
            throw in.unexpected();
        }
        in.advance();
        export(at, name, kind, draft.space(kind).index(in));
        in.close();
        in.close();
    }

    private void export(int at, String name, ExternalKind kind, int index) {
        BinaryWriter out = draft.section(SectionKind.EXPORT).entry(at);
        out.name(name);
        out.u8(kind.ordinal());
        out.u32(index);
    }

    private void importField(int at) {
        String module = in.name();
        String name = in.name();
        in.openAny();
        ExternalKind kind = FieldScan.kind(in.keyword());
        draft.space(kind).passDeclared(in);
        imported(at, module, name, kind);
        in.close();
        in.close();
    }

    private void imported(int at, String module, String name, ExternalKind kind) {
        int index = passed[kind.ordinal()]++;
        // Its type may come to be written first, in another section.
        BinaryWriter type = new BinaryWriter();
        switch (kind) {
            case FUNCTION -> {
                IndexSpace parameters = new IndexSpace("local", "local");
                type.u32(types.use(parameters).index());
                nameLocals(index, parameters);
            }
            case TABLE -> segments.tableType(type);
            case MEMORY -> segments.memoryType(type);
            case GLOBAL -> globalType(type);
            case TAG -> tagType(type);
        }
        BinaryWriter out = draft.section(SectionKind.IMPORT).entry(at);
        out.name(module);
        out.name(name);
        out.u8(kind.ordinal());
        out.bytes(type);
    }

    private void globalType(BinaryWriter out) {
        boolean mutable = in.tryOpen("mut");
        TypeTable.writeType(out, types.valueType());
        if (mutable) {
            in.close();
        }
        out.u8(mutable ? 1 : 0);
    }

    private void tagType(BinaryWriter out) {
        int type = types.use(new IndexSpace("local", "local")).index();
        out.u8(0);
        out.u32(type);
    }

    /** Reads a field that defines something, or imports it by abbreviation. */
    private void definition(ExternalKind kind, int at) {
        draft.space(kind).passDeclared(in);
        int index = passed[kind.ordinal()];
        while (in.isOpen("export")) {
            int exportAt = in.position();
            in.open("export");
            export(exportAt, in.name(), kind, index);
            in.close();
        }
        if (in.tryOpen("import")) {
            String module = in.name();
            String name = in.name();
            in.close();
            imported(at, module, name, kind);
            in.close();
            return;
        }
        passed[kind.ordinal()]++;
        switch (kind) {
            case FUNCTION -> function(index, at);
            case TABLE -> segments.table(index, at);
            case MEMORY -> segments.memory(index, at);
            case GLOBAL -> global(at);
            case TAG -> {
                BinaryWriter type = new BinaryWriter();
                tagType(type);
                draft.section(SectionKind.TAG).entry(at).bytes(type);
            }
        }
        in.close();
    }

    private void global(int at) {
        Section section = draft.section(SectionKind.GLOBAL);
        globalType(section.entry(at));
        instructions.expression(section);
    }

    // Functions.

    private void function(int index, int at) {
        IndexSpace locals = new IndexSpace("local", "local");
        Use type = types.use(locals);
        draft.section(SectionKind.FUNCTION).entry(at).u32(type.index());
        localCount = 0;
        while (in.tryOpen("local")) {
            locals(locals);
            in.close();
        }
        body.clear();
        writeLocals();
        BranchHints branchHints = new BranchHints();
        Labels labels = instructions.body(body, locals, branchHints);
        body.mark(in.position());
        body.bytes().u8(Opcode.END.number());
        Section code = draft.section(SectionKind.CODE);
        code.entry(at).u32(body.bytes().size());
        code.append(body);
        nameLocals(index, locals);
        if (!labels.all().isEmpty()) {
            draft.labels.put(index, labels.all());
        }
        if (!branchHints.isEmpty()) {
            hints.put(index, branchHints);
        }
    }

    private void nameLocals(int function, IndexSpace locals) {
        if (!locals.names().isEmpty()) {
            draft.locals.put(function, locals.names());
        }
    }

    private void locals(IndexSpace space) {
        if (in.is(TokenKind.ID)) {
            space.declare(in);
            addLocal(types.valueType());
            return;
        }
        int before = localCount;
        while (types.isValueType()) {
            addLocal(types.valueType());
        }
        space.declareNameless(localCount - before);
    }

    private void addLocal(int type) {
        if (localCount == localTypes.length) {
            localTypes = Arrays.copyOf(localTypes, localCount * 2);
        }
        localTypes[localCount++] = type;
    }

    /** Writes the locals: runs of equal types. */
    private void writeLocals() {
        BinaryWriter runs = new BinaryWriter();
        int count = 0;
        int from = 0;
        for (int i = 1; i <= localCount; i++) {
            if (i == localCount || localTypes[i] != localTypes[from]) {
                runs.u32(i - from);
                TypeTable.writeType(runs, localTypes[from]);
                from = i;
                count++;
            }
        }
        body.bytes().u32(count);
        body.bytes().bytes(runs);
    }
}
