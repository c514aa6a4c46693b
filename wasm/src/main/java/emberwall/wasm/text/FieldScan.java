package emberwall.wasm.text;

import emberwall.wasm.ExternalKind;
import java.util.ArrayList;
import java.util.List;

/** The first look at a module's fields: gives everything that has an index its index, and defines the types. */
final class FieldScan {
    private final Tokens in;
    private final Draft draft;
    private final TypeParser types;
    private final List<Integer> typeFields = new ArrayList<>();
    /** The first thing that is not imported, or null. */
    private ExternalKind firstDefined;

    FieldScan(Tokens in, Draft draft, TypeParser types) {
        this.in = in;
        this.draft = draft;
        this.types = types;
    }

    /** The kind that a field's first word names, or null. */
    static ExternalKind kind(String word) {
        return switch (word) {
            case "func" -> ExternalKind.FUNCTION;
            case "table" -> ExternalKind.TABLE;
            case "memory" -> ExternalKind.MEMORY;
            case "global" -> ExternalKind.GLOBAL;
            case "tag" -> ExternalKind.TAG;
            default -> null;
        };
    }

    /** Looks at all fields; the token after them is then the current one. */
    void scan() {
        while (in.is(TokenKind.OPEN)) {
            field();
        }
        int end = in.position();
        in.annotationsCount(true);
        for (int at : typeFields) {
            in.seek(at);
            in.openAny();
            types.define(in.keyword().equals("rec"), at);
        }
        in.annotationsCount(false);
        in.seek(end);
    }

    private void field() {
        int at = in.position();
        in.openAny();
        String word = in.is(TokenKind.KEYWORD) ? in.word() : "";
        ExternalKind kind = kind(word);
        if (kind != null) {
            in.advance();
            definition(kind);
            return;
        }
        switch (word) {
            case "type", "rec" -> {
                in.advance();
                typeFields.add(at);
                types.declare(word.equals("rec"));
            }
            case "import" -> {
                in.advance();
                importField(at);
            }
            case "elem" -> segment(draft.elements);
            case "data" -> segment(draft.data);
            case "export", "start" -> in.skipToClose();
            default -> throw in.unexpected();
        }
    }

    private void segment(IndexSpace space) {
        in.advance();
        space.declare(in);
        in.skipToClose();
    }

    private void importField(int at) {
        checkImport(at);
        in.name();
        in.name();
        in.openAny();
        ExternalKind kind = in.is(TokenKind.KEYWORD) ? kind(in.word()) : null;
        if (kind == null) {
            throw in.unexpected();
        }
        in.advance();
        draft.space(kind).declare(in);
        in.skipToClose();
        in.close();
    }

    private void checkImport(int at) {
        if (firstDefined != null) {
            throw in.error("import after " + firstDefined.text(), at);
        }
    }

    private void definition(ExternalKind kind) {
        draft.space(kind).declare(in);
        while (in.tryOpen("export")) {
            in.skipToClose();
        }
        if (in.isOpen("import")) {
            checkImport(in.position());
            in.skipToClose();
            return;
        }
        firstDefined = firstDefined == null ? kind : firstDefined;
        switch (kind) {
            case TABLE -> inlineSegment("elem", draft.elements);
            case MEMORY -> inlineSegment("data", draft.data);
            default -> in.skipToClose();
        }
    }

    /** Counts the segment that a table's or memory's own field may hold. */
    private void inlineSegment(String word, IndexSpace space) {
        while (!in.is(TokenKind.CLOSE)) {
            if (in.isOpen(word)) {
                space.declareNameless(1);
            }
            if (in.is(TokenKind.OPEN)) {
                in.openAny();
                in.skipToClose();
            } else if (in.is(TokenKind.END)) {
                throw in.unexpected();
            } else {
                in.advance();
            }
        }
        in.close();
    }
}
