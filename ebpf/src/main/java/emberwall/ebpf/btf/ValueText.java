package emberwall.ebpf.btf;

import emberwall.ebpf.Bytes;
import java.util.HexFormat;

/** Values in memory as JSON, by their types: what maps hold, for people. Where a type says nothing, bytes in hexadecimal. */
public final class ValueText {
    private static final int DEEPEST = 32;
    private static final int CHARACTER = 2;
    private static final int TRUTH = 4;

    private final Btf types;

    /** For values of these types. */
    public ValueText(Btf types) {
        this.types = types;
    }

    /**
     * A value.
     *
     * @param type its id, or 0 where nobody knows it
     */
    public String text(int type, byte[] value) {
        if (type == 0) {
            return quoted(HexFormat.ofDelimiter(" ").formatHex(value));
        }
        StringBuilder text = new StringBuilder();
        append(text, type, new Bytes("a value", value), 0, 0);
        return text.toString();
    }

    private void append(StringBuilder text, int type, Bytes value, long bit, int depth) {
        if (depth > DEEPEST) {
            text.append("null");
            return;
        }
        long at = bit / 8;
        switch (types.stripped(type)) {
            case BtfType.Int integer -> integer(text, integer, value, bit, integer.bits());
            case BtfType.Enumeration enumeration ->
                enumeration(text, enumeration, number(value, bit, 8 * enumeration.size(), enumeration.signed()));
            case BtfType.Pointer _ ->
                text.append("\"0x").append(Long.toHexString(value.i64(at))).append('"');
            case BtfType.Floating floating ->
                text.append(
                        floating.size() == 4
                                ? String.valueOf(Float.intBitsToFloat(value.i32(at)))
                                : String.valueOf(Double.longBitsToDouble(value.i64(at))));
            case BtfType.Struct struct -> struct(text, struct, value, bit, depth);
            case BtfType.Array array -> array(text, array, value, bit, depth);
            default -> text.append("null"); // sections, too: where their variables lie only symbols know
        }
    }

    private void integer(StringBuilder text, BtfType.Int integer, Bytes value, long bit, int bits) {
        boolean signed = integer.isSigned();
        long number = number(value, bit + integer.bitOffset(), bits, signed);
        if ((integer.encoding() & TRUTH) != 0) {
            text.append(number != 0);
        } else {
            text.append(signed ? Long.toString(number) : Long.toUnsignedString(number));
        }
    }

    private static void enumeration(StringBuilder text, BtfType.Enumeration enumeration, long number) {
        for (BtfType.Constant constant : enumeration.constants()) {
            if (constant.value() == number) {
                text.append(quoted(constant.name()));
                return;
            }
        }
        text.append(number);
    }

    private void struct(StringBuilder text, BtfType.Struct struct, Bytes value, long bit, int depth) {
        text.append('{');
        String separator = "";
        for (BtfType.Member member : struct.members()) {
            text.append(separator).append(quoted(member.name())).append(": ");
            if (member.bits() == 0) {
                append(text, member.type(), value, bit + member.bitOffset(), depth + 1);
            } else {
                boolean signed = types.stripped(member.type()) instanceof BtfType.Int integer && integer.isSigned();
                text.append(number(value, bit + member.bitOffset(), member.bits(), signed));
            }
            separator = ", ";
        }
        text.append('}');
    }

    private void array(StringBuilder text, BtfType.Array array, Bytes value, long bit, int depth) {
        int size = types.size(array.element());
        if (types.stripped(array.element()) instanceof BtfType.Int integer
                && ((integer.encoding() & CHARACTER) != 0 || integer.name().equals("char"))) {
            StringBuilder characters = new StringBuilder();
            for (long i = 0; i < array.count() && value.u8(bit / 8 + i) != 0; i++) {
                characters.append((char) value.u8(bit / 8 + i));
            }
            text.append(quoted(characters.toString()));
            return;
        }
        text.append('[');
        for (long i = 0; i < array.count(); i++) {
            text.append(i == 0 ? "" : ", ");
            append(text, array.element(), value, bit + 8 * size * i, depth + 1);
        }
        text.append(']');
    }

    private static long number(Bytes value, long bit, int bits, boolean signed) {
        long word = 0;
        long first = bit / 8;
        int shift = (int) (bit % 8);
        for (int i = 0; i < 8 && 8 * i < shift + bits; i++) {
            word |= (long) value.u8(first + i) << 8 * i;
        }
        long left = word << 64 - Math.min(64, shift + bits);
        return signed ? left >> 64 - bits : left >>> 64 - bits;
    }

    /** A text between quotes. */
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7F) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
