package emberwall.engine.baseline;

import emberwall.engine.code.HandlerTable;
import java.util.Arrays;

/** The blocks around the instruction at work, the function itself first. One column for each fact, no object for each block. */
final class ControlStack {
    static final int FUNCTION = 0;
    static final int BLOCK = 1;
    static final int LOOP = 2;
    static final int IF = 3;
    /** The second arm of an {@code if}. */
    static final int ELSE = 4;
    /** A {@code try} of the old form, up to its first handler. */
    static final int TRY = 5;
    /** A handler of a {@code try}. */
    static final int CATCH = 6;

    static final int NO_STATE = -1;
    static final int NO_PAD = -1;

    private static final int COLUMNS = 12;
    private static final int KIND = 0;
    private static final int LABEL = 1;
    private static final int ELSE_LABEL = 2;
    private static final int BASE = 3;
    private static final int BLOCK_TYPE = 4;
    private static final int ARITY = 5;
    private static final int STATE = 6;
    private static final int ELSE_STATE = 7;
    private static final int REGION = 8;
    private static final int PAD = 9;
    private static final int TRY_REGION = 10;
    private static final int TRY_NUMBER = 11;

    private int[] rows = new int[64 * COLUMNS];
    /** How many blocks are open. */
    private int depth;

    void reset() {
        depth = 0;
        if (rows.length > 1 << 18) {
            rows = new int[64 * COLUMNS];
        }
    }

    /**
     * Opens a block.
     *
     * @param label where branches to it go
     * @param base the slot of its first parameter, and of its first result later
     * @param blockType as in the code
     * @param arity how many operands a branch to it takes along
     */
    void push(int kind, int label, int base, int blockType, int arity) {
        int row = depth++ * COLUMNS;
        if (row == rows.length) {
            rows = Arrays.copyOf(rows, row * 2);
        }
        rows[row + KIND] = kind;
        rows[row + LABEL] = label;
        rows[row + BASE] = base;
        rows[row + BLOCK_TYPE] = blockType;
        rows[row + ARITY] = arity;
        rows[row + STATE] = NO_STATE;
        rows[row + ELSE_STATE] = NO_STATE;
        rows[row + REGION] = depth > 1 ? rows[row - COLUMNS + REGION] : HandlerTable.NONE;
        rows[row + PAD] = NO_PAD;
    }

    void pop() {
        depth--;
    }

    int depth() {
        return depth;
    }

    /** The innermost block. */
    int innermost() {
        return depth - 1;
    }

    /** The block that a label immediate means. */
    int target(int label) {
        return depth - 1 - label;
    }

    int kind(int block) {
        return rows[block * COLUMNS + KIND];
    }

    void setKind(int block, int kind) {
        rows[block * COLUMNS + KIND] = kind;
    }

    int label(int block) {
        return rows[block * COLUMNS + LABEL];
    }

    int elseLabel(int block) {
        return rows[block * COLUMNS + ELSE_LABEL];
    }

    int base(int block) {
        return rows[block * COLUMNS + BASE];
    }

    int blockType(int block) {
        return rows[block * COLUMNS + BLOCK_TYPE];
    }

    int arity(int block) {
        return rows[block * COLUMNS + ARITY];
    }

    /** Where {@link Edges} keeps what has been agreed for the label, or {@link #NO_STATE}. */
    int state(int block) {
        return rows[block * COLUMNS + STATE];
    }

    void setState(int block, int state) {
        rows[block * COLUMNS + STATE] = state;
    }

    /** The same for the beginning of the second arm of an {@code if}. */
    int elseState(int block) {
        return rows[block * COLUMNS + ELSE_STATE];
    }

    /** The region in which what is thrown in the innermost block is caught, or {@link HandlerTable#NONE}. */
    int region() {
        return region(depth - 1);
    }

    /** The same for what is thrown in this block outside of inner ones. */
    int region(int block) {
        return rows[block * COLUMNS + REGION];
    }

    void setRegion(int block, int region) {
        rows[block * COLUMNS + REGION] = region;
    }

    /** The label of the code by which handlers come to the block's label, or {@link #NO_PAD}. */
    int pad(int block) {
        return rows[block * COLUMNS + PAD];
    }

    void setPad(int block, int label) {
        rows[block * COLUMNS + PAD] = label;
    }

    /** The region that a {@code try} itself is. */
    int tryRegion(int block) {
        return rows[block * COLUMNS + TRY_REGION];
    }

    /** How many {@code try} blocks begin before this one. */
    int tryNumber(int block) {
        return rows[block * COLUMNS + TRY_NUMBER];
    }

    void setTry(int block, int region, int number) {
        rows[block * COLUMNS + TRY_REGION] = region;
        rows[block * COLUMNS + TRY_NUMBER] = number;
    }

    void setElse(int block, int label, int state) {
        rows[block * COLUMNS + ELSE_LABEL] = label;
        rows[block * COLUMNS + ELSE_STATE] = state;
    }
}
