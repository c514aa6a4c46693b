package emberwall.wasm.text;

import emberwall.wasm.InvalidException;
import emberwall.wasm.MalformedException;
import emberwall.wasm.TextPosition;
import emberwall.wasm.text.Lexer.Annotation;
import emberwall.wasm.text.Literals.OutOfRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The tokens of a text, one at a time, with one more in view; and the small phrases that every part of the grammar uses. */
final class Tokens {
    /** How much of a token messages show, in bytes. */
    private static final int MOST_SHOWN = 80;

    private final Lexer lexer;
    private final byte[] text;
    private TokenKind kind;
    private int start;
    private int end;
    private List<Annotation> annotations;
    private boolean hasNext;
    private TokenKind nextKind;
    private int nextStart;
    private int nextEnd;
    private List<Annotation> nextAnnotations;
    private boolean annotationsCount;

    Tokens(byte[] text) {
        this(new Lexer(text), text);
    }

    private Tokens(Lexer lexer, byte[] text) {
        this.lexer = lexer;
        this.text = text;
        advance();
    }

    /** The tokens of a part of a text that has been read once already. */
    static Tokens of(byte[] text, int from, int to) {
        return new Tokens(new Lexer(text, from, to), text);
    }

    // The current token.

    TokenKind kind() {
        return kind;
    }

    /** Where the current token begins, in bytes. */
    int position() {
        return start;
    }

    /** Where the current token ends, in bytes. */
    int end() {
        return end;
    }

    byte[] text() {
        return text;
    }

    boolean is(TokenKind wanted) {
        return kind == wanted;
    }

    boolean isKeyword(String word) {
        return kind == TokenKind.KEYWORD && Literals.equals(text, start, end, word);
    }

    /** Whether this is a parenthesis and the word after it this one. */
    boolean isOpen(String word) {
        if (kind != TokenKind.OPEN) {
            return false;
        }
        look();
        return nextKind == TokenKind.KEYWORD && Literals.equals(text, nextStart, nextEnd, word);
    }

    /** Whether this can be an index: a number or an identifier. */
    boolean isIndex() {
        return kind == TokenKind.INTEGER || kind == TokenKind.ID;
    }

    /** The current token as it stands in the text. */
    String word() {
        return Strings.ascii(text, start, end);
    }

    /** The word after the current token, or "" if there is none. */
    String nextWord() {
        look();
        return nextKind == TokenKind.KEYWORD ? Strings.ascii(text, nextStart, nextEnd) : "";
    }

    TokenKind nextKind() {
        look();
        return nextKind;
    }

    private void look() {
        if (!hasNext) {
            lexer.next();
            nextKind = lexer.kind();
            nextStart = lexer.start();
            nextEnd = lexer.end();
            nextAnnotations = lexer.takeAnnotations();
            hasNext = true;
        }
    }

    /** Goes to the next token. */
    void advance() {
        if (annotations != null && annotationsCount) {
            throw Annotations.misplaced(this, annotations.getFirst());
        }
        look();
        kind = nextKind;
        start = nextStart;
        end = nextEnd;
        annotations = nextAnnotations;
        nextAnnotations = null;
        hasNext = false;
    }

    /** Goes to the token that begins here. */
    void seek(int offset) {
        lexer.seek(offset);
        hasNext = false;
        annotations = null;
        advance();
    }

    /** A place to come back to, with the annotations that stand before it. */
    record Mark(int offset, List<Annotation> annotations) {}

    /** The current place. */
    Mark mark() {
        return new Mark(start, annotations);
    }

    /** Comes back to a place. */
    void rewind(Mark mark) {
        seek(mark.offset);
        annotations = mark.annotations;
    }

    /** From now on annotations that nobody takes are an error, or they are not. */
    void annotationsCount(boolean count) {
        annotationsCount = count;
    }

    /** The annotations of this name before the current token, which are taken care of then. */
    List<Annotation> takeAnnotations(String name) {
        if (annotations == null) {
            return List.of();
        }
        List<Annotation> taken = new ArrayList<>();
        List<Annotation> left = new ArrayList<>();
        for (Annotation annotation : annotations) {
            (annotation.name().equals(name) ? taken : left).add(annotation);
        }
        annotations = left.isEmpty() ? null : left;
        return taken;
    }

    // Phrases.

    boolean tryOpen(String word) {
        if (!isOpen(word)) {
            return false;
        }
        advance();
        advance();
        return true;
    }

    void open(String word) {
        if (!tryOpen(word)) {
            throw isNextToBlame() ? unexpectedNext() : unexpected();
        }
    }

    private boolean isNextToBlame() {
        return kind == TokenKind.OPEN;
    }

    private MalformedException unexpectedNext() {
        advance();
        return unexpected();
    }

    void openAny() {
        expect(TokenKind.OPEN);
    }

    void close() {
        expect(TokenKind.CLOSE);
    }

    private void expect(TokenKind wanted) {
        if (kind != wanted) {
            throw unexpected();
        }
        advance();
    }

    boolean tryKeyword(String word) {
        if (!isKeyword(word)) {
            return false;
        }
        advance();
        return true;
    }

    void keyword(String word) {
        if (!tryKeyword(word)) {
            throw unexpected();
        }
    }

    /** The word here, which is passed. */
    String keyword() {
        if (kind != TokenKind.KEYWORD) {
            throw unexpected();
        }
        String word = word();
        advance();
        return word;
    }

    /** The identifier here, which is passed, or null if there is none. */
    String tryId() {
        if (kind != TokenKind.ID) {
            return null;
        }
        String id = Strings.identifier(lexer, start, end);
        advance();
        return id;
    }

    /** The identifier here, which is not passed. */
    String id() {
        return Strings.identifier(lexer, start, end);
    }

    /** A string whose bytes are UTF-8. */
    String name() {
        if (kind != TokenKind.STRING) {
            throw unexpected();
        }
        String name = Strings.name(lexer, start, end);
        advance();
        return name;
    }

    /** The bytes of the string here, which is passed. */
    void string(BinaryWriter out) {
        Strings.append(text, start, end, out);
        advance();
    }

    /** Strings, as many as there are, one after the other. */
    void strings(BinaryWriter out) {
        while (kind == TokenKind.STRING) {
            string(out);
        }
    }

    /** A number of 32 bits without sign. */
    int u32() {
        return (int) unsigned(32);
    }

    /** A number of so many bits without sign. */
    long unsigned(int bits) {
        if (kind != TokenKind.INTEGER || text[start] == '-' || text[start] == '+') {
            throw unexpected();
        }
        long value = 0;
        try {
            value = Literals.integer(text, start, end, bits);
        } catch (OutOfRange e) {
            throw error("i" + bits + " constant out of range");
        }
        advance();
        return value;
    }

    /** An integer constant of so many bits. */
    long integer(int bits) {
        if (kind != TokenKind.INTEGER) {
            throw unexpected();
        }
        long value = 0;
        try {
            value = Literals.integer(text, start, end, bits);
        } catch (OutOfRange e) {
            throw error("constant out of range");
        }
        advance();
        return value;
    }

    /** The bits of a floating-point constant of 32 or 64 bits. */
    long floating(int bits) {
        if (kind != TokenKind.INTEGER && kind != TokenKind.FLOAT) {
            throw unexpected();
        }
        long value = 0;
        try {
            value = bits == 32 ? Literals.f32(text, start, end) : Literals.f64(text, start, end);
        } catch (OutOfRange e) {
            throw error("constant out of range");
        }
        advance();
        return value;
    }

    /** Whether this is a word like {@code offset=16}. */
    boolean isAssignment(String name) {
        int value = start + name.length() + 1;
        return kind == TokenKind.KEYWORD
                && value <= end
                && Literals.equals(text, start, value - 1, name)
                && text[value - 1] == '=';
    }

    /** The number in a word like {@code offset=16}, which is passed. */
    long assignment(String name) {
        int value = start + name.length() + 1;
        if (value == end || Strings.digit(text[value]) < 0 || Literals.kind(text, value, end) != TokenKind.INTEGER) {
            throw unexpected();
        }
        long number = 0;
        try {
            number = Literals.unsigned(text, value, end);
        } catch (OutOfRange e) {
            throw error("i64 constant out of range");
        }
        advance();
        return number;
    }

    /** Passes over everything up to the parenthesis that closes the present one and over that; gives where that ends. */
    int skipToClose() {
        int depth = 1;
        while (true) {
            switch (kind) {
                case OPEN -> depth++;
                case CLOSE -> depth--;
                case END -> throw unexpected();
                default -> {}
            }
            int closed = end;
            advance();
            if (depth == 0) {
                return closed;
            }
        }
    }

    // Errors.

    /** The error about the current token, which cannot stand here. */
    MalformedException unexpected() {
        boolean unknown = kind == TokenKind.RESERVED || kind == TokenKind.KEYWORD && !Keywords.isKnown(word());
        return error((unknown ? "unknown operator " : "unexpected token ") + shown());
    }

    /** The current token for messages, the beginning of a long one. */
    String shown() {
        if (kind == TokenKind.END) {
            return "at the end of the text";
        }
        int shownEnd = Math.min(end, start + MOST_SHOWN);
        String word = new String(text, start, shownEnd - start, StandardCharsets.UTF_8);
        return shownEnd < end ? word + "..." : word;
    }

    MalformedException error(String problem) {
        return error(problem, start);
    }

    MalformedException error(String problem, int offset) {
        return lexer.error(problem, offset);
    }

    InvalidException invalid(String problem, int offset) {
        return new InvalidException(problem, offset, TextPosition.of(text, offset));
    }
}
