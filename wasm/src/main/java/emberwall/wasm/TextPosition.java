package emberwall.wasm;

import java.nio.charset.StandardCharsets;

/**
 * A place in a text, for people.
 *
 * @param line counted from 1
 * @param column in characters (code points), counted from 1
 * @param excerpt the line itself, or the part of a long one around the place
 * @param caret how many characters of the excerpt stand before the place
 */
public record TextPosition(int line, int column, String excerpt, int caret) {
    /** Of longer lines only a part is shown. */
    private static final int EXCERPT_BYTES = 120;

    /** The place of a byte in a UTF-8 text. Costs a look at all the text before it. */
    public static TextPosition of(byte[] text, int offset) {
        int at = Math.min(offset, text.length);
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < at; i++) {
            if (text[i] == '\n' || text[i] == '\r' && (i + 1 >= text.length || text[i + 1] != '\n')) {
                line++;
                lineStart = i + 1;
            }
        }
        int lineEnd = at;
        while (lineEnd < text.length && text[lineEnd] != '\n' && text[lineEnd] != '\r') {
            lineEnd++;
        }
        int from = Math.max(lineStart, at - EXCERPT_BYTES / 2);
        int to = Math.min(lineEnd, from + EXCERPT_BYTES);
        while (from > lineStart && isInside(text[from])) {
            from--;
        }
        while (to < lineEnd && isInside(text[to])) {
            to++;
        }
        String excerpt = new String(text, from, to - from, StandardCharsets.UTF_8);
        return new TextPosition(
                line, characters(text, lineStart, at) + 1, printable(excerpt), characters(text, from, at));
    }

    private static boolean isInside(byte b) {
        return (b & 0xC0) == 0x80;
    }

    private static int characters(byte[] text, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            if (!isInside(text[i])) {
                count++;
            }
        }
        return count;
    }

    /** Control characters would move the caret, or the terminal. */
    private static String printable(String line) {
        StringBuilder out = new StringBuilder(line.length());
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            out.append(c == '\t' ? ' ' : c < ' ' || c >= 0x7F && c < 0xA0 ? '\uFFFD' : c);
        }
        return out.toString();
    }

    /** The place in words, then the line with a mark below. */
    String describe() {
        return "at line " + line + ", column " + column + ")\n" + excerpt + "\n" + " ".repeat(caret) + "^";
    }
}
