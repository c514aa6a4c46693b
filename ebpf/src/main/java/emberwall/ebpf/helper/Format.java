package emberwall.ebpf.helper;

import java.nio.charset.StandardCharsets;

/** Texts of {@code trace_printk} and {@code snprintf}: a small part of C's formats, without pointers to texts. */
final class Format {
    private Format() {}

    /**
     * The text, or null if the format asks for what is not there.
     *
     * @param format up to its end, or its first zero byte
     */
    static String format(byte[] format, long[] arguments) {
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < format.length && format[i] != 0; i++) {
            if (format[i] != '%') {
                text.append((char) (format[i] & 0xFF));
                continue;
            }
            int end = i + 1;
            while (end < format.length && "0123456789- #lh".indexOf(format[end]) >= 0) {
                end++;
            }
            if (end == format.length) {
                return null;
            }
            if (format[end] == '%') {
                text.append('%');
            } else if (next == arguments.length) {
                return null;
            } else {
                String options = new String(format, i + 1, end - i - 1, StandardCharsets.ISO_8859_1);
                String word = word((char) format[end], options.contains("l"), arguments[next++]);
                if (word == null) {
                    return null;
                }
                text.append(pad(word, options));
            }
            i = end;
        }
        return text.toString();
    }

    private static String word(char conversion, boolean wide, long value) {
        long unsigned = wide ? value : value & 0xFFFF_FFFFL;
        return switch (conversion) {
            case 'd', 'i' -> Long.toString(wide ? value : (int) value);
            case 'u' -> Long.toUnsignedString(unsigned);
            case 'x' -> Long.toHexString(unsigned);
            case 'X' -> Long.toHexString(unsigned).toUpperCase(java.util.Locale.ROOT);
            case 'p' -> String.format("%016x", value);
            case 'c' -> Character.toString((char) (value & 0xFF));
            default -> null;
        };
    }

    private static String pad(String word, String options) {
        String digits = options.replaceAll("[^0-9]", "");
        boolean zeros = digits.startsWith("0");
        int width = digits.isEmpty() || digits.length() > 3 ? 0 : Integer.parseInt(digits);
        StringBuilder padded = new StringBuilder(word);
        while (padded.length() < width) {
            if (options.contains("-")) {
                padded.append(' ');
            } else if (zeros) {
                padded.insert(word.startsWith("-") ? 1 : 0, '0');
            } else {
                padded.insert(0, ' ');
            }
        }
        return padded.toString();
    }
}
