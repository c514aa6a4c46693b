package emberwall.codegen.alloc;

import java.util.Arrays;

/**
 * Where the values of a {@link Code} are. A place is a physical register, or {@link #SLOTS} + the number of a word of the
 * frame. Integers and floats take one word. A vector takes two, of which its place names the first, an odd one: words lie
 * downwards, so that its bytes begin with the second and, with the frame pointer a multiple of 16, are aligned.
 *
 * <p>Copies are done before the instruction that they name, in their order; those on an edge stand at the end of the block that
 * it leaves or the beginning of the one that it reaches. They are in sequence: what is to happen at once was taken apart. Those
 * from word to word go through the scratch register of the class, which no value is ever in.
 */
public final class Allocation {
    /** The place of word 0. */
    public static final int SLOTS = 32;
    /** Instead of a place: the value is made anew where it is wanted. */
    public static final int REMADE = -1;

    int[] operandPlace = {};
    int words;

    private int copies;
    private int[] copyBefore = new int[64];
    private int[] copyFrom = new int[64];
    private int[] copyTo = new int[64];
    private int[] copied = new int[64];

    private int references;
    private int[] referenceInstruction = new int[16];
    private int[] referenceWord = new int[16];

    // ---- making

    void reset(int operands) {
        if (operandPlace.length < operands) {
            operandPlace = new int[operands + operands / 2];
        }
        copies = 0;
        references = 0;
        words = 0;
    }

    /** Adds a copy behind the others; instructions ascend. */
    void copy(int before, int from, int to, int register) {
        if (copies == copyTo.length) {
            int size = copies * 2;
            copyBefore = Arrays.copyOf(copyBefore, size);
            copyFrom = Arrays.copyOf(copyFrom, size);
            copyTo = Arrays.copyOf(copyTo, size);
            copied = Arrays.copyOf(copied, size);
        }
        copyBefore[copies] = before;
        copyFrom[copies] = from;
        copyTo[copies] = to;
        copied[copies++] = register;
    }

    /** Adds a word that holds a reference at a safepoint; instructions ascend. */
    void reference(int safepoint, int word) {
        if (references == referenceWord.length) {
            referenceInstruction = Arrays.copyOf(referenceInstruction, references * 2);
            referenceWord = Arrays.copyOf(referenceWord, references * 2);
        }
        referenceInstruction[references] = safepoint;
        referenceWord[references++] = word;
    }

    // ---- reading

    /** The place of an operand; {@link #REMADE} if it defines a value that is only ever made anew. */
    public int place(int operand) {
        return operandPlace[operand];
    }

    /** How many words of the frame are taken, the reserved ones included. */
    public int words() {
        return words;
    }

    /** How many copies there are, in order of the instructions that they precede. */
    public int copyCount() {
        return copies;
    }

    /** The instruction that a copy precedes. */
    public int copyBefore(int copy) {
        return copyBefore[copy];
    }

    /** Where it comes from, or {@link #REMADE}. */
    public int copyFrom(int copy) {
        return copyFrom[copy];
    }

    /** Where it goes. */
    public int copyTo(int copy) {
        return copyTo[copy];
    }

    /** The virtual register whose value is copied, for its class. */
    public int copied(int copy) {
        return copied[copy];
    }

    /** How many pairs of safepoint and word there are, in order of the safepoints. */
    public int referenceCount() {
        return references;
    }

    /** The safepoint of a pair. */
    public int referenceInstruction(int pair) {
        return referenceInstruction[pair];
    }

    /** The word of a pair, which holds a reference then. */
    public int referenceWord(int pair) {
        return referenceWord[pair];
    }
}
