package emberwall.wasm;

import java.util.Arrays;

/**
 * The blocks that are open while a body is checked, the function itself lowest. Frames lie in one growing array: blocks
 * nest as deeply as bytes allow.
 */
final class ControlStack {
    /** What a frame belongs to. */
    static final int FUNCTION = 0;

    static final int BLOCK = 1;
    static final int LOOP = 2;
    static final int IF = 3;
    static final int ELSE = 4;
    static final int TRY = 5;
    static final int CATCH = 6;
    static final int CATCH_ALL = 7;
    static final int TRY_TABLE = 8;

    // The ints of a frame; few, since a stranger may ask for millions of frames.
    private static final int KIND = 0;
    private static final int TYPE = 1;
    private static final int FLOOR = 2;
    private static final int INITIALISED = 3;
    private static final int TARGET = 4;
    /** Of a loop the entry of the side table that follows its target; of others the last one that waits for the end. */
    private static final int ENTRY = 5;

    private static final int CHECKED = 6;
    private static final int FRAME = 7;

    /** Bit in a frame's kind: the enclosing block was unreachable when this one began. */
    private static final int OUTER = 1 << 8;

    private static final int INITIAL = 64 * FRAME;
    private static final int KEPT = 4096 * FRAME;
    /** From this depth on frames grow by a quarter instead of twice. */
    private static final int BIG = 1 << 16;

    private int[] frames = new int[INITIAL];
    private int depth;

    void clear() {
        depth = 0;
        if (frames.length > KEPT) {
            frames = new int[INITIAL];
        }
    }

    int depth() {
        return depth;
    }

    void push(int kind, int type, int floor, boolean outerUnreachable, int initialised) {
        int at = depth * FRAME;
        if (at == frames.length) {
            frames = Arrays.copyOf(frames, at + (depth < BIG ? depth : depth >> 2) * FRAME);
        }
        depth++;
        frames[at + KIND] = outerUnreachable ? kind | OUTER : kind;
        frames[at + TYPE] = type;
        frames[at + FLOOR] = floor;
        frames[at + INITIALISED] = initialised;
        frames[at + TARGET] = 0;
        frames[at + ENTRY] = -1;
        frames[at + CHECKED] = 0;
    }

    void pop() {
        depth--;
    }

    private int frame(int label) {
        return (depth - 1 - label) * FRAME;
    }

    int kind(int label) {
        return frames[frame(label) + KIND] & ~OUTER;
    }

    void kind(int label, int kind) {
        int at = frame(label) + KIND;
        frames[at] = frames[at] & OUTER | kind;
    }

    /** The block type, as {@link BodyReader#blockType} gives it. */
    int type(int label) {
        return frames[frame(label) + TYPE];
    }

    /** The operand stack's height under the block's operands. */
    int floor(int label) {
        return frames[frame(label) + FLOOR];
    }

    boolean wasUnreachable(int label) {
        return (frames[frame(label) + KIND] & OUTER) != 0;
    }

    /** How many locals had been initialised when the block began. */
    int initialised(int label) {
        return frames[frame(label) + INITIALISED];
    }

    /** Where branches to a loop go on. */
    int target(int label) {
        return frames[frame(label) + TARGET];
    }

    /** Which entry of the side table belongs to a loop's first branch. */
    int next(int label) {
        return frames[frame(label) + ENTRY];
    }

    void loop(int label, int target, int next) {
        int frame = frame(label);
        frames[frame + TARGET] = target;
        frames[frame + ENTRY] = next;
    }

    /** Of a block in parts: the entry whose target is the next part. */
    int open(int label) {
        return frames[frame(label) + TARGET];
    }

    void open(int label, int entry) {
        frames[frame(label) + TARGET] = entry;
    }

    /** The last entry of the side table whose target is the block's end, or -1. */
    int pending(int label) {
        return frames[frame(label) + ENTRY];
    }

    void pending(int label, int entry) {
        frames[frame(label) + ENTRY] = entry;
    }

    /** Whether this stamp is new to a frame, which then wears it. */
    boolean stamp(int label, int stamp) {
        int at = frame(label) + CHECKED;
        boolean fresh = frames[at] != stamp;
        frames[at] = stamp;
        return fresh;
    }
}
