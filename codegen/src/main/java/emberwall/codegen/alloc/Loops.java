package emberwall.codegen.alloc;

import java.util.Arrays;

/**
 * Loops as stretches of code: from a block that is reached from behind to the last block from which it is. Good enough to decide
 * where to split; nothing is wrong if control flows otherwise. What jumps back from cold code makes no loop.
 */
final class Loops {
    static final int NONE = -1;
    /** Loops inside of so many others count as part of those, so that looking at all around a place takes constant time. */
    private static final int MOST_DEPTH = 24;

    private int count;
    private int[] start = new int[16];
    private int[] end = new int[16];
    private int[] parent = new int[16];
    private int[] depth = new int[16];
    private boolean[] calls = new boolean[16];
    /** By block. */
    private int[] innermost = {};

    private int[] lastBlock = {};

    void reset(Code code, Flow flow, Obstacles obstacles) {
        int blocks = code.blockCount();
        if (innermost.length < blocks) {
            innermost = new int[blocks + blocks / 2];
            lastBlock = new int[innermost.length];
        }
        count = 0;
        Arrays.fill(lastBlock, 0, blocks, NONE);
        for (int edge = 0; edge < code.edgeCount(); edge++) {
            int from = flow.source(edge);
            int head = code.target(edge);
            if (head <= from && (!code.isCold(from) || code.isCold(head))) {
                lastBlock[head] = Math.max(lastBlock[head], from);
            }
        }
        int open = NONE;
        for (int block = 0; block < blocks; block++) {
            int begin = Lifetimes.gap(code.firstInstruction(block));
            while (open != NONE && end[open] <= begin) {
                open = parent[open];
            }
            if (lastBlock[block] != NONE && (open == NONE || depth[open] < MOST_DEPTH)) {
                open = add(open, begin, Lifetimes.gap(code.endOfInstructions(lastBlock[block])));
            }
            innermost[block] = open;
        }
        for (int loop = 0; loop < count; loop++) {
            calls[loop] = obstacles.hasHotCall(Lifetimes.instruction(start[loop]), Lifetimes.instruction(end[loop]));
        }
    }

    private int add(int outer, int from, int to) {
        if (count == start.length) {
            int size = count * 2;
            start = Arrays.copyOf(start, size);
            end = Arrays.copyOf(end, size);
            parent = Arrays.copyOf(parent, size);
            depth = Arrays.copyOf(depth, size);
            calls = Arrays.copyOf(calls, size);
        }
        for (int around = outer; around != NONE && end[around] < to; around = parent[around]) {
            end[around] = to;
        }
        start[count] = from;
        end[count] = to;
        parent[count] = outer;
        depth[count] = outer == NONE ? 1 : depth[outer] + 1;
        return count++;
    }

    /** The innermost loop that a block is in, or -1. */
    int innermost(int block) {
        return innermost[block];
    }

    /** The loop around a loop, or -1. */
    int parent(int loop) {
        return parent[loop];
    }

    /** The position where a loop begins. */
    int start(int loop) {
        return start[loop];
    }

    /** The position behind a loop. */
    int end(int loop) {
        return end[loop];
    }

    /** How many loops a loop is in, itself included. */
    int depth(int loop) {
        return depth[loop];
    }

    /** Whether a loop calls, but for calls from cold blocks: then nothing stays in a register all the way round. */
    boolean calls(int loop) {
        return calls[loop];
    }
}
