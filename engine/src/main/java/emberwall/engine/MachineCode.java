package emberwall.engine;

/**
 * Machine code of one function, for people to look at.
 *
 * @param functionIndex index of the function, imports counted
 * @param code the bytes, not yet relocated
 * @param codeOffsets where in the code the instruction at the same place of {@code bytecodeOffsets} begins, ascending
 * @param bytecodeOffsets byte offsets in the module's file
 * @param coldOffset where code out of line begins: trap sites and slow paths; the code's length if that is not known
 */
public record MachineCode(int functionIndex, byte[] code, int[] codeOffsets, int[] bytecodeOffsets, int coldOffset) {}
