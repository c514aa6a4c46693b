package emberwall.codegen.select;

import emberwall.codegen.alloc.Code;
import java.util.Arrays;

/**
 * Keeps instructions that are found from the function's end to its beginning until they can be written into a {@link Code},
 * which takes them the other way round. What belongs to one node is a group, in the right order already.
 */
final class Recorder {
    private static final int HEAD = 6;

    private final Code code;
    /** By instruction: opcode, payload, clobbers in two ints, whether it is a safepoint, operands; then two ints for each. */
    private int[] words = new int[1024];

    private int size;
    private int latest;
    private int[] groups = new int[256];
    private int groupCount;
    private int instructionCount;

    Recorder(Code code) {
        this.code = code;
    }

    void reset() {
        size = 0;
        groupCount = 0;
        instructionCount = 0;
    }

    /** How many groups there are that have instructions: the number of the next one. */
    int groups() {
        return isEmpty() ? groupCount - 1 : groupCount;
    }

    private boolean isEmpty() {
        return groupCount > 0 && groups[groupCount - 1] == size;
    }

    /** Begins a group, which comes before all that are there. */
    void group() {
        if (isEmpty()) {
            return;
        }
        if (groupCount == groups.length) {
            groups = Arrays.copyOf(groups, groupCount * 2);
        }
        groups[groupCount++] = size;
    }

    private void grow() {
        words = Arrays.copyOf(words, words.length * 2);
    }

    /** Begins an instruction, behind the others of its group. */
    void begin(Instruction instruction, int payload) {
        if (size + HEAD > words.length) {
            grow();
        }
        latest = size;
        instructionCount++;
        words[size] = instruction.ordinal();
        words[size + 1] = payload;
        words[size + 2] = 0;
        words[size + 3] = 0;
        words[size + 4] = 0;
        words[size + 5] = 0;
        size += HEAD;
    }

    /** How many operands the instruction at work has so far. */
    int operands() {
        return words[latest + 5];
    }

    void use(int register, int where) {
        operand(register, Code.USE, where, 0);
    }

    void useFixed(int register, int physical) {
        operand(register, Code.USE, Code.FIXED, physical);
    }

    void useLate(int register, int where) {
        operand(register, Code.LATE_USE, where, 0);
    }

    void define(int register) {
        operand(register, Code.DEFINE, Code.REGISTER, 0);
    }

    void defineFixed(int register, int physical) {
        operand(register, Code.DEFINE, Code.FIXED, physical);
    }

    void defineOver(int register, int use) {
        operand(register, Code.DEFINE, Code.REUSE, use);
    }

    void temporary(int register, int physical) {
        operand(register, Code.TEMPORARY, Code.FIXED, physical);
    }

    void operand(int register, int role, int where, int detail) {
        if (size + 2 > words.length) {
            grow();
        }
        words[size++] = register;
        words[size++] = role | where << 4 | detail << 8;
        words[latest + 5]++;
    }

    void clobber(long mask) {
        words[latest + 2] |= (int) mask;
        words[latest + 3] |= (int) (mask >>> 32);
    }

    void safepoint() {
        words[latest + 4] = 1;
    }

    /** Makes room for all that was found in the code that it will be written to. */
    void expect() {
        code.expect(instructionCount, (size - HEAD * instructionCount) / 2);
    }

    /** Writes the groups from one on up to another one, the last one first. */
    void replay(int from, int to) {
        for (int group = to - 1; group >= from; group--) {
            int end = group + 1 < groupCount ? groups[group + 1] : size;
            for (int at = groups[group]; at < end; ) {
                at = replay(at);
            }
        }
    }

    private int replay(int at) {
        code.begin(words[at], words[at + 1]);
        long clobbers = words[at + 2] & 0xFFFF_FFFFL | (long) words[at + 3] << 32;
        if (clobbers != 0) {
            code.clobber(clobbers);
        }
        if (words[at + 4] != 0) {
            code.safepoint();
        }
        int operand = at + HEAD;
        for (int i = words[at + 5]; i > 0; i--) {
            int kind = words[operand + 1];
            code.operand(words[operand], kind & 15, kind >> 4 & 15, kind >> 8);
            operand += 2;
        }
        return operand;
    }
}
