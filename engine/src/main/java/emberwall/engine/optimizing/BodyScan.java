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

    // Loops: position, then from where to where in the list of what is set.
    private static final int LOOP = 3;
    private int[] loops = new int[4 * LOOP];
    private int loopCount;
    private int[] set = new int[16];
    private int setCount;
    private final List<Try> tries = new ArrayList<>();

    // By open block: the loop, then the try.
    private int[] open = new int[32];
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
                    tries.get(open[2 * (depth - 1 - in.u32()) + 1]).rethrown = true;
                    continue;
                }
                case END -> end();
                default -> {}
            }
            in.skip(opcode.immediate());
        }
    }

    private void push(int loop, int number) {
        if (2 * depth == open.length) {
            open = Arrays.copyOf(open, 4 * depth);
        }
        open[2 * depth] = loop;
        open[2 * depth++ + 1] = number;
    }

    private void loop(int at) {
        if (loopCount * LOOP == loops.length) {
            loops = Arrays.copyOf(loops, 2 * loops.length);
        }
        push(loopCount, NO_TRY);
        loops[loopCount * LOOP] = at;
        loops[loopCount++ * LOOP + 1] = setCount;
    }

    private void end() {
        int loop = open[2 * --depth];
        if (loop >= 0) {
            loops[loop * LOOP + 2] = setCount;
        }
    }

    private Try innermost() {
        return tries.get(open[2 * depth - 1]);
    }

    /** Which locals the loop at a position changes, each of them once. */
    int[] changed(Translation t, int position) {
        while (loops[nextLoop * LOOP] != position) {
            nextLoop++;
        }
        int loop = nextLoop++;
        int from = loops[loop * LOOP + 1];
        int to = loops[loop * LOOP + 2];
        t.spend(to - from + 1);
        int[] changed = new int[Math.min(to - from, stamps.length)];
        int count = 0;
        for (int i = from; i < to; i++) {
            if (stamps[set[i]] != loop + 1) {
                stamps[set[i]] = loop + 1;
                changed[count++] = set[i];
            }
        }
        return Arrays.copyOf(changed, count);
    }

    /** The {@code try} at a position. */
    Try tryAt(int position) {
        while (tries.get(nextTry).position != position) {
            nextTry++;
        }
        return tries.get(nextTry++);
    }
}
