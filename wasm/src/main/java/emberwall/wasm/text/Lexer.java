package emberwall.wasm.text;

import emberwall.wasm.MalformedException;
import emberwall.wasm.TextPosition;
import emberwall.wasm.Utf8;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a text into tokens (WebAssembly 3.0, section 6.3). Tokens are the longest runs of characters that may stand
 * together; what such a run is, is decided when it has ended. White space, comments and annotations are passed over;
 * the annotations that mean something are kept for whoever asks (see {@link #takeAnnotations}).
 */
final class Lexer {
    // Classes of characters.
    private static final int ILLEGAL = 0;
    private static final int SPACE = 1;
    private static final int ID_CHARACTER = 2;
    private static final int PUNCTUATION = 3;
    private static final int PARENTHESIS = 4;
    private static final int QUOTE = 5;

    private static final byte[] CLASSES = classes();

    private final byte[] text;
    private final int limit;
    private int at;
    private TokenKind kind;
    private int start;
    private List<Annotation> annotations;

    /**
     * An annotation before a token.
     *
     * @param name its identifier
     * @param start where its parenthesis stands, in bytes
     * @param from where its content begins
     * @param to where its content ends
     */
    record Annotation(String name, int start, int from, int to) {}

    /** A lexer for a whole text, which must be UTF-8. */
    Lexer(byte[] text) {
        this(text, 0, text.length);
        int bad = Utf8.firstMalformed(text, 0, text.length);
        if (bad >= 0) {
            throw error("malformed UTF-8 encoding", bad);
        }
    }

    /** A lexer for a part of a text that is known to be UTF-8. */
    Lexer(byte[] text, int from, int to) {
        this.text = text;
        this.at = from;
        this.limit = to;
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (char c : " \t\n\r".toCharArray()) {
            classes[c] = SPACE;
        }
        for (int c = '!'; c < 0x7F; c++) {
            classes[c] = ID_CHARACTER;
        }
        for (char c : ",;[]{}".toCharArray()) {
            classes[c] = PUNCTUATION;
        }
        classes['('] = PARENTHESIS;
        classes[')'] = PARENTHESIS;
        classes['"'] = QUOTE;
        return classes;
    }

    byte[] text() {
        return text;
    }

    /** The kind of the token read last. */
    TokenKind kind() {
        return kind;
    }

    /** Where the token read last begins, in bytes. */
    int start() {
        return start;
    }

    /** Where the token read last ends, in bytes. */
    int end() {
        return at;
    }

    /** Goes to another place, which must not be inside of a token. */
    void seek(int offset) {
        at = offset;
        annotations = null;
    }

    MalformedException error(String problem, int offset) {
        return new MalformedException(problem, offset, TextPosition.of(text, offset));
    }

    /** The annotations passed since this was last asked that have a meaning, or null. */
    List<Annotation> takeAnnotations() {
        List<Annotation> taken = annotations;
        annotations = null;
        return taken;
    }

    /** Reads the next token. */
    void next() {
        skipSpace();
        start = at;
        kind = at == limit ? TokenKind.END : token();
    }

    private void skipSpace() {
        while (at < limit) {
            int c = text[at];
            if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
                at++;
            } else if (c == ';' && isAt(at + 1, ';')) {
                skipLine();
            } else if (c == '(' && isAt(at + 1, ';')) {
                skipBlock();
            } else if (c == '(' && isAt(at + 1, '@')) {
                annotation();
            } else {
                return;
            }
        }
    }

    private boolean isAt(int offset, char c) {
        return offset < limit && text[offset] == c;
    }

    private void skipLine() {
        while (at < limit && text[at] != '\n' && text[at] != '\r') {
            at++;
        }
    }

    private void skipBlock() {
        int begin = at;
        int depth = 1;
        at += 2;
        while (depth > 0) {
            if (at >= limit) {
                throw error("unclosed comment", begin);
            }
            if (text[at] == '(' && isAt(at + 1, ';')) {
                depth++;
                at += 2;
            } else if (text[at] == ';' && isAt(at + 1, ')')) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        }
    }

    /** Passes over an annotation and the balanced tokens in it; annotations in annotations belong to the outer one. */
    private void annotation() {
        int begin = at;
        String name = annotationName();
        int from = at;
        int depth = 1;
        while (depth > 0) {
            skipPlainSpace();
            if (at >= limit) {
                throw error("unclosed annotation", begin);
            }
            if (text[at] == '(') {
                depth++;
                at++;
            } else if (text[at] == ')') {
                depth--;
                at++;
            } else {
                token();
            }
        }
        if (Annotations.isKnown(name)) {
            if (annotations == null) {
                annotations = new ArrayList<>();
            }
            annotations.add(new Annotation(name, begin, from, at - 1));
        }
    }

    private String annotationName() {
        int begin = at;
        at += 2;
        if (isAt(at, '"')) {
            int opening = at;
            int closing = stringEnd(at);
            if (closing < 0) {
                throw error("empty annotation id", begin);
            }
            at = closing;
            return nonEmpty(Strings.name(this, opening, closing), "empty annotation id", begin);
        }
        int from = at;
        while (at < limit && CLASSES[text[at] & 0xFF] == ID_CHARACTER) {
            at++;
        }
        return nonEmpty(Strings.ascii(text, from, at), "empty annotation id", begin);
    }

    private String nonEmpty(String name, String problem, int begin) {
        if (name.isEmpty()) {
            throw error(problem, begin);
        }
        return name;
    }

    private void skipPlainSpace() {
        while (at < limit) {
            if (CLASSES[text[at] & 0xFF] == SPACE) {
                at++;
            } else if (text[at] == ';' && isAt(at + 1, ';')) {
                skipLine();
            } else if (text[at] == '(' && isAt(at + 1, ';')) {
                skipBlock();
            } else {
                return;
            }
        }
    }

    private TokenKind token() {
        int begin = at;
        switch (CLASSES[text[at] & 0xFF]) {
            case PARENTHESIS -> {
                return text[at++] == '(' ? TokenKind.OPEN : TokenKind.CLOSE;
            }
            case ILLEGAL -> throw error("illegal character", at);
            default -> {
                return run(begin);
            }
        }
    }

    /** Reads characters and strings as long as they stand together, and says what they are. */
    private TokenKind run(int begin) {
        boolean plain = true;
        int strings = 0;
        int firstString = -1;
        while (at < limit) {
            int c = text[at] & 0xFF;
            int characterClass = CLASSES[c];
            if (characterClass == ID_CHARACTER) {
                at++;
                plain &= strings == 0;
            } else if (characterClass == QUOTE) {
                firstString = strings++ == 0 ? at : firstString;
                at = closedString(begin);
            } else if (characterClass == PUNCTUATION && !(c == ';' && isAt(at + 1, ';'))) {
                at++;
                plain = false;
            } else {
                break;
            }
        }
        if (strings > 0) {
            return stringKind(begin, plain && strings == 1, firstString);
        }
        return plain ? wordKind(begin) : TokenKind.RESERVED;
    }

    private TokenKind stringKind(int begin, boolean single, int firstString) {
        if (single && firstString == begin) {
            return TokenKind.STRING;
        }
        if (single && firstString == begin + 1 && text[begin] == '$') {
            if (at == firstString + 2) {
                throw error("empty identifier", begin);
            }
            return TokenKind.ID;
        }
        return TokenKind.RESERVED;
    }

    private TokenKind wordKind(int begin) {
        int first = text[begin];
        if (first == '$') {
            if (at == begin + 1) {
                throw error("empty identifier", begin);
            }
            return TokenKind.ID;
        }
        TokenKind number = Literals.kind(text, begin, at);
        if (number != null) {
            return number;
        }
        return first >= 'a' && first <= 'z' ? TokenKind.KEYWORD : TokenKind.RESERVED;
    }

    private int closedString(int begin) {
        int end = stringEnd(at);
        if (end >= 0) {
            return end;
        }
        if (text[begin] == '$' && at == begin + 1) {
            throw error("empty identifier", begin);
        }
        throw error(
                ~end >= limit || text[~end] == '\n' || text[~end] == '\r' ? "unclosed string" : stringProblem(~end),
                ~end >= limit ? at : ~end);
    }

    private String stringProblem(int offset) {
        return text[offset] == '\\' ? "illegal escape" : "illegal character";
    }

    /** Where the string that begins here ends; if it does not, the complement of the place where something is wrong. */
    private int stringEnd(int opening) {
        int i = opening + 1;
        while (i < limit) {
            int c = text[i];
            if (c == '"') {
                return i + 1;
            } else if (c == '\\') {
                int next = Strings.escapeEnd(text, i, limit);
                if (next < 0) {
                    return ~i;
                }
                i = next;
            } else if (c >= 0 && c < ' ' || c == 0x7F) {
                return ~i;
            } else {
                i++;
            }
        }
        return ~limit;
    }
}
