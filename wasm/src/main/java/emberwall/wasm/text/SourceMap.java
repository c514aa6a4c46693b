package emberwall.wasm.text;

import emberwall.wasm.ModuleException;
import emberwall.wasm.TextPosition;
import java.util.Arrays;

/** Which place of a text each byte of the module made from it comes from. */
public final class SourceMap {
    private final byte[] text;
    private final int[] offsets;
    private final int[] textOffsets;

    /** Offsets in the module ascend; what stands between two of them belongs to the first. */
    SourceMap(byte[] text, int[] offsets, int[] textOffsets) {
        this.text = text;
        this.offsets = offsets;
        this.textOffsets = textOffsets;
    }

    /** The place in the text, in bytes, from which the byte at an offset of the module comes; 0 if there is none. */
    public int textOffset(int offset) {
        int found = Arrays.binarySearch(offsets, offset);
        if (found < 0) {
            found = -found - 2;
        }
        return found < 0 ? 0 : textOffsets[found];
    }

    /** The place in the text from which the byte at an offset of the module comes. */
    public TextPosition position(int offset) {
        return TextPosition.of(text, textOffset(offset));
    }

    /** The same problem, said of the place in the text; one that is about the text already stays as it is. */
    public ModuleException locate(ModuleException problem) {
        if (problem.position() != null) {
            return problem;
        }
        int textOffset = textOffset(problem.offset());
        return problem.at(textOffset, TextPosition.of(text, textOffset));
    }
}
