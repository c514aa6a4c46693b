package emberwall.engine;

import emberwall.asm.x64.Decoder;
import java.util.ArrayList;
import java.util.List;

/**
 * Machine code of one function, for people to look at.
 *
 * @param functionIndex index of the function, imports counted
 * @param code the bytes, not yet relocated
 * @param codeOffsets where in the code the instruction at the same place of {@code bytecodeOffsets} begins, ascending
 * @param bytecodeOffsets byte offsets in the module's binary form, see {@link CompiledModule#binary}; negative where code
 *     comes of no instruction alone
 * @param coldOffset where code out of line begins: trap sites and slow paths; the code's length if that is not known
 * @param handlers where the function catches exceptions, a line for each stretch of code and each {@code try}; empty if
 *     it catches none
 */
public record MachineCode(
        int functionIndex,
        byte[] code,
        int[] codeOffsets,
        int[] bytecodeOffsets,
        int coldOffset,
        List<String> handlers) {
    /**
     * An instruction as text.
     *
     * @param offset where in the code it begins
     * @param length its bytes
     * @param text in Intel's syntax, {@code add eax,ecx}; jumps name offsets in the code
     */
    public record Line(int offset, int length, String text) {}

    /** {@return whether the code stands in another order than the instructions that it came of} */
    public boolean isReordered() {
        for (int i = 0; i < bytecodeOffsets.length; i++) {
            if (bytecodeOffsets[i] < (i == 0 ? 0 : bytecodeOffsets[i - 1])) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return the code as text, one instruction each, without gaps} What is no instruction, such as the distances of a jump
     * table, appears as bytes: {@code .byte 0x1f}.
     */
    public List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        Decoder decoder = new Decoder();
        for (int offset = 0; offset < code.length; offset += lines.getLast().length()) {
            lines.add(
                    decoder.decode(code, offset, code.length)
                            ? new Line(offset, decoder.length(), decoder.text(0))
                            : new Line(offset, 1, aByte(code[offset])));
        }
        return lines;
    }

    private static String aByte(byte value) {
        return ".byte 0x" + Character.forDigit(value >> 4 & 15, 16) + Character.forDigit(value & 15, 16);
    }
}
