package emberwall.ir;

import java.util.Arrays;

/**
 * The loops of a graph: a header, and all blocks that lead back to it without leaving what it dominates. Loops with the same
 * header are one. A circle with several entries is no loop.
 *
 * <p>Headers are looked at from the innermost out. What belongs to a loop that is known is passed over at once, so that each
 * block and each loop is met once.
 */
public final class Loops {
    private static final int NONE = -1;

    private final Order order;
    /** By place: the place of the header of the innermost loop around, or NONE. */
    private final int[] header;
    /** By place of a header: that of the next loop around, or NONE. */
    private final int[] outer;

    private final int[] depth;

    /** The loops of a graph as its order has it. */
    public Loops(Order order) {
        this.order = order;
        header = new int[order.size()];
        outer = new int[order.size()];
        depth = new int[order.size()];
        Arrays.fill(header, NONE);
        Arrays.fill(outer, NONE);
        findLoops();
        for (int i = 0; i < depth.length; i++) {
            int around = header[i] == i ? outer[i] : header[i];
            depth[i] = (around == NONE ? 0 : depth[around]) + (header[i] == i ? 1 : 0);
        }
    }

    private void findLoops() {
        // By place of a header: one further out, the outermost as far as it is known.
        int[] top = new int[order.size()];
        for (int i = 0; i < top.length; i++) {
            top[i] = i;
        }
        IntList work = new IntList();
        for (int head = order.size() - 1; head >= 0; head--) {
            for (Block.Edge edge : order.block(head).incoming) {
                int from = order.place(edge.from);
                if (from >= head && order.dominates(order.block(head), edge.from)) {
                    header[head] = head;
                    work.add(from);
                }
            }
            while (!work.isEmpty()) {
                add(work.removeLast(), head, top, work);
            }
        }
    }

    private void add(int at, int head, int[] top, IntList work) {
        int from = at;
        if (header[at] == NONE) {
            header[at] = head;
        } else {
            from = outermost(header[at], top);
            if (from == head) {
                return;
            }
            outer[from] = head;
            top[from] = head;
        }
        for (Block.Edge edge : order.block(from).incoming) {
            if (order.place(edge.from) >= 0) {
                work.add(order.place(edge.from));
            }
        }
    }

    private static int outermost(int start, int[] top) {
        int at = start;
        while (top[at] != at) {
            top[at] = top[top[at]];
            at = top[at];
        }
        return at;
    }

    /** How many loops are around a block. */
    public int depth(Block block) {
        return depth[order.place(block)];
    }

    /** The header of the innermost loop around a block, itself if it is one; null outside of loops. */
    public Block header(Block block) {
        int at = header[order.place(block)];
        return at == NONE ? null : order.block(at);
    }

    /** The header of the next loop around the one with this header, or null. */
    public Block outer(Block loop) {
        int at = outer[order.place(loop)];
        return at == NONE ? null : order.block(at);
    }

    /** Whether a block is in the loop with this header. */
    public boolean contains(Block loop, Block block) {
        Block at = header(block);
        while (at != null && at != loop && depth(at) > depth(loop)) {
            at = outer(at);
        }
        return at == loop;
    }

    /** Whether a loop begins with a block. */
    public boolean isHeader(Block block) {
        return header(block) == block;
    }

    /** By place: that of the lowest dominator that is in fewer loops, or -1. */
    int[] shallower() {
        int[] shallower = new int[depth.length];
        for (int i = 0; i < shallower.length; i++) {
            int at = i == 0 ? NONE : order.place(order.dominator(order.block(i)));
            while (at != NONE && depth[at] >= depth[i]) {
                at = shallower[at];
            }
            shallower[i] = at;
        }
        return shallower;
    }
}
