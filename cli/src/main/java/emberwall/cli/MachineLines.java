package emberwall.cli;

/** Machine code as lines of text: offset, bytes, instruction. */
final class MachineLines {
    private static final int PER_LINE = 8;

    private final byte[] code;
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
        line.append(Integer.toHexString(position)).append("  ");
        for (int i = 0; i < PER_LINE && position < code.length; i++, position++) {
            line.append(Character.forDigit(code[position] >> 4 & 15, 16));
            line.append(Character.forDigit(code[position] & 15, 16)).append(' ');
        }
    }
}
