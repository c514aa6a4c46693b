package emberwall.engine.optimizing;

import emberwall.wasm.BodyReader;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What has to be known of a body before it is translated, found in one walk: which locals each loop changes, and what each
 * {@code try} of the old form catches. Loops and tries are asked for in the order of the code, by their positions.
 */
final class BodyScan {
    private static final int NO_TRY = -1;

    /** One {@code try} of the old form. */
    static final class Try {
        final int position;
        /** The tags of its handlers, {@link Target.Clause#ALL} for all. */
        final List<Integer> tags = new ArrayList<>();
        /** The label of its {@code delegate}, or -1. */
        int delegate = -1;
        /** Whether what it catches is thrown again. */
        boolean rethrown;

        Try(int position) {
            this.position = position;
        }
    }

    /** More than that, loops within loops change too many locals. */
    private static final int MOST_CHANGES = 1 << 24;

    /** By loop: its position. */
    private int[] loops = new int[8];
    /** By loop: the locals that it changes, each of them once. */
    private int[][] changes = new int[8][];

    private int loopCount;
    private int changeCount;
    /** What is set, in order; of loops that have ended, each local once. */
    private int[] set = new int[16];

    private int setCount;
    private final List<Try> tries = new ArrayList<>();

    // By open block: the loop, the try, and how much was set before.
    private static final int OPEN = 3;
    private int[] open = new int[16 * OPEN];
    private int depth;

    private int nextLoop;
    private int nextTry;
    /** By local: the loop that it was last found in, + 1. */
    private final int[] stamps;

    private BodyScan(int locals) {
        stamps = new int[locals];
    }

    /** Walks through the body of a function with so many locals. */
    static BodyScan of(Module module, int function, int codeOffset, int locals) {
        BodyScan scan = new BodyScan(locals);
        scan.walk(new BodyReader(module.bytes(), codeOffset, module.bodyEnd(function)));
        return scan;
    }

    private void walk(BodyReader in) {
        push(-1, NO_TRY);
        while (depth > 0) {
            int at = in.position();
            Opcode opcode = in.opcode();
            switch (opcode) {
                case LOCAL_SET, LOCAL_TEE -> {
                    if (setCount == set.length) {
                        set = Arrays.copyOf(set, setCount * 2);
                    }
                    set[setCount++] = in.u32();
                    continue;
                }
                case BLOCK, IF, TRY_TABLE -> push(-1, NO_TRY);
                case LOOP -> loop(at);
                case TRY -> {
                    push(-1, tries.size());
                    tries.add(new Try(at));
                }
                case CATCH -> {
                    innermost().tags.add(in.u32());
                    continue;
                }
                case CATCH_ALL -> innermost().tags.add(Target.Clause.ALL);
                case DELEGATE -> {
                    innermost().delegate = in.u32();
                    depth--;
                    continue;
                }
                case RETHROW -> {
                    tries.get(open[OPEN * (depth - 1 - in.u32()) + 1]).rethrown = true;
                    continue;
                }
                case END -> end();
                default -> {}
            }
            in.skip(opcode.immediate());
        }
    }

    private void push(int loop, int number) {
        int row = OPEN * depth++;
        if (row == open.length) {
            open = Arrays.copyOf(open, 2 * row);
        }
        open[row] = loop;
        open[row + 1] = number;
        open[row + 2] = setCount;
    }

    private void loop(int at) {
        if (loopCount == loops.length) {
            loops = Arrays.copyOf(loops, 2 * loopCount);
            changes = Arrays.copyOf(changes, 2 * loopCount);
        }
        push(loopCount, NO_TRY);
        loops[loopCount++] = at;
    }

    private void end() {
        int row = OPEN * --depth;
        int loop = open[row];
        if (loop < 0) {
            return;
        }
        int first = open[row + 2];
        int end = setCount;
        setCount = first;
        for (int i = first; i < end; i++) {
            int local = set[i];
            if (stamps[local] != loop + 1) {
                stamps[local] = loop + 1;
                set[setCount++] = local;
            }
        }
        changes[loop] = Arrays.copyOfRange(set, first, setCount);
        changeCount += setCount - first;
        if (changeCount > MOST_CHANGES) {
            throw new Unsupported("too many loops around each other");
        }
    }

    private Try innermost() {
        return tries.get(open[OPEN * (depth - 1) + 1]);
    }

    /** Which locals the loop at a position changes, each of them once; not to be changed. */
    int[] changed(int position) {
        while (loops[nextLoop] != position) {
            nextLoop++;
        }
        return changes[nextLoop++];
    }

    /** The number of the loop that was asked for last, in the order of the opcodes. */
    int latestLoop() {
        return nextLoop - 1;
    }

    /** The {@code try} at a position. */
    Try tryAt(int position) {
        while (tries.get(nextTry).position != position) {
            nextTry++;
        }
        return tries.get(nextTry++);
    }
}
