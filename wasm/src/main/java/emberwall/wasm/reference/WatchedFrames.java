package emberwall.wasm.reference;

import emberwall.op.V128;
import java.util.Arrays;

/** The frames of an interpreter, copied for a {@link Watcher}. */
final class WatchedFrames implements Watcher.Frames {
    private static final int ROW = 3;
    private static final long SPOILED = 0x5EED_BAD5L;

    private final long[] words;
    private final Object[] references;
    private FunctionInstance[] functions = new FunctionInstance[8];
    /** By frame: the instruction, the first slot, and the slot behind the last one. */
    private int[] rows = new int[8 * ROW];

    private int count;

    WatchedFrames(long[] words, Object[] references) {
        this.words = words;
        this.references = references;
    }

    /** Adds the next frame outwards. */
    void add(FunctionInstance function, int offset, int locals, int end) {
        if (count == functions.length) {
            functions = Arrays.copyOf(functions, 2 * count);
            rows = Arrays.copyOf(rows, 2 * rows.length);
        }
        functions[count] = function;
        rows[count * ROW] = offset;
        rows[count * ROW + 1] = locals;
        rows[count * ROW + 2] = end;
        count++;
    }

    @Override
    public int depth() {
        return count;
    }

    @Override
    public FunctionInstance function(int frame) {
        return functions[frame];
    }

    @Override
    public int offset(int frame) {
        return rows[frame * ROW];
    }

    @Override
    public int slots(int frame) {
        return rows[frame * ROW + 2] - rows[frame * ROW + 1];
    }

    @Override
    public long word(int frame, int slot) {
        return words[rows[frame * ROW + 1] + slot];
    }

    @Override
    public Object reference(int frame, int slot) {
        return references[rows[frame * ROW + 1] + slot];
    }

    @Override
    public void spoil(int frame, int slot) {
        int at = rows[frame * ROW + 1] + slot;
        words[at] = SPOILED;
        if (references[at] instanceof V128) {
            references[at] = new V128(SPOILED, ~SPOILED);
        }
    }
}
