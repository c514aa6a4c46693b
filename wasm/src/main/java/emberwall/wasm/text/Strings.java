package emberwall.wasm.text;

import emberwall.wasm.Utf8;
import java.nio.charset.StandardCharsets;

/** What the strings and identifiers of the text format stand for (WebAssembly 3.0, section 6.3.3). */
final class Strings {
    private Strings() {}

    /** Where the escape that begins with this backslash ends, or -1 if it is none. */
    static int escapeEnd(byte[] text, int at, int limit) {
        if (at + 1 >= limit) {
            return -1;
        }
        switch (text[at + 1]) {
            case 't', 'n', 'r', '"', '\'', '\\' -> {
                return at + 2;
            }
            case 'u' -> {
                return unicodeEnd(text, at + 2, limit);
            }
            default -> {
                boolean isByte = at + 2 < limit && digit(text[at + 1]) >= 0 && digit(text[at + 2]) >= 0;
                return isByte ? at + 3 : -1;
            }
        }
    }

    /** Checks {@code {hex digits}} that stand for a character. */
    private static int unicodeEnd(byte[] text, int at, int limit) {
        if (at >= limit || text[at] != '{') {
            return -1;
        }
        int i = at + 1;
        long value = 0;
        while (i < limit && (digit(text[i]) >= 0 || text[i] == '_' && digit(text[i - 1]) >= 0)) {
            value = text[i] == '_' ? value : Math.min(value << 4 | digit(text[i]), 0x11_0000);
            i++;
        }
        boolean closed = i < limit && text[i] == '}' && digit(text[i - 1]) >= 0;
        return closed && value < 0x11_0000 && (value < 0xD800 || value >= 0xE000) ? i + 1 : -1;
    }

    /** The value of a hexadecimal digit, or -1. */
    static int digit(int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int letter = c | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    /** Appends the bytes of a string, given with its quotes and known to be well-formed. */
    static void append(byte[] text, int from, int to, BinaryWriter out) {
        int i = from + 1;
        while (i < to - 1) {
            int c = text[i];
            if (c != '\\') {
                out.u8(c);
                i++;
                continue;
            }
            int end = escapeEnd(text, i, to);
            escape(text, i + 1, end, out);
            i = end;
        }
    }

    private static void escape(byte[] text, int at, int end, BinaryWriter out) {
        switch (text[at]) {
            case 't' -> out.u8('\t');
            case 'n' -> out.u8('\n');
            case 'r' -> out.u8('\r');
            case '"', '\'', '\\' -> out.u8(text[at]);
            case 'u' ->
                out.bytes(Character.toString(unicode(text, at + 2, end - 1)).getBytes(StandardCharsets.UTF_8));
            default -> out.u8(digit(text[at]) << 4 | digit(text[at + 1]));
        }
    }

    private static int unicode(byte[] text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = text[i] == '_' ? value : value << 4 | digit(text[i]);
        }
        return value;
    }

    /** The name that a string stands for, quotes included in the range; its bytes must be UTF-8. */
    static String name(Lexer lexer, int from, int to) {
        BinaryWriter bytes = new BinaryWriter();
        append(lexer.text(), from, to, bytes);
        byte[] name = bytes.toArray();
        if (Utf8.firstMalformed(name, 0, name.length) >= 0) {
            throw lexer.error("malformed UTF-8 encoding", from);
        }
        return new String(name, StandardCharsets.UTF_8);
    }

    /** What an identifier stands for, without its dollar sign. */
    static String identifier(Lexer lexer, int from, int to) {
        return lexer.text()[from + 1] == '"' ? name(lexer, from + 1, to) : ascii(lexer.text(), from + 1, to);
    }

    static String ascii(byte[] text, int from, int to) {
        return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
