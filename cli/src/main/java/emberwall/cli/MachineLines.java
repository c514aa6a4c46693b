package emberwall.cli;

import emberwall.asm.x64.Decoder;

/**
 * Machine code as lines of text, one instruction each: offset, instruction. What no row describes, such as the distances
 * of a jump table, appears as bytes.
 */
final class MachineLines {
    private static final int OFFSET = 6;

    private final byte[] code;
    private final Decoder decoder = new Decoder();
    private int position;

    MachineLines(byte[] code) {
        this.code = code;
    }

    /** Where the next line begins, in bytes. */
    int position() {
        return position;
    }

    /** Appends the next line. */
    void next(StringBuilder line) {
        String offset = Integer.toHexString(position);
        line.append(" ".repeat(Math.max(0, OFFSET - offset.length())))
                .append(offset)
                .append("  ");
        if (decoder.decode(code, position, code.length)) {
            line.append(decoder.text(0));
            position += decoder.length();
        } else {
            line.append(".byte 0x").append(Character.forDigit(code[position] >> 4 & 15, 16));
            line.append(Character.forDigit(code[position] & 15, 16));
            position++;
        }
    }
}
