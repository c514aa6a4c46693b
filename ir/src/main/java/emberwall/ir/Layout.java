package emberwall.ir;

import java.util.Arrays;
import java.util.BitSet;

/**
 * In which order code stands: as in an {@link Order}, but with the blocks of each loop together, and what only leads to a
 * trap behind all else. Each block still comes after its dominator, and, cold ones aside, no way leads back but to the header
 * of a loop.
 */
public final class Layout {
    private final Order order;
    private final Loops loops;
    private final Block[] blocks;
    /** By place in the order: the place here. */
    private final int[] place;

    private int count;

    Layout(Order order, Loops loops, BitSet cold) {
        this.order = order;
        this.loops = loops;
        blocks = new Block[order.size()];
        place = new int[order.size()];
        arrange(cold);
    }

    /** The places of blocks that only lead to a trap, none of them in a loop. If all do, it is as if none did. */
    static BitSet cold(Graph graph, Order order) {
        BitSet cold = new BitSet(order.size());
        for (int i = order.size() - 1; i >= 0; i--) {
            Block block = order.block(i);
            boolean leads = graph.kind(block.end()) == Kind.TRAP || block.successorCount() > 0;
            for (Block.Edge edge : block.outgoing) {
                leads &= cold.get(order.place(edge.to));
            }
            cold.set(i, leads);
        }
        if (cold.get(0)) {
            cold.clear();
        }
        return cold;
    }

    /**
     * What is directly in a loop, or in none, is a list: blocks, and the headers of the loops inside for all of these. The
     * lists are in order if blocks are added from the last one on, each to the front.
     */
    private void arrange(BitSet cold) {
        int outside = order.size();
        int[] first = new int[outside + 1];
        int[] next = new int[outside];
        Arrays.fill(first, -1);
        for (int i = outside - 1; i >= 0; i--) {
            if (!cold.get(i)) {
                Block block = order.block(i);
                Block loop = loops.isHeader(block) ? loops.outer(block) : loops.header(block);
                int list = loop == null ? outside : order.place(loop);
                next[i] = first[list];
                first[list] = i;
            }
        }
        IntList work = new IntList(first[outside]);
        while (!work.isEmpty()) {
            int at = work.removeLast();
            if (at >= 0) {
                add(at);
                work.add(next[at]);
                work.add(first[at]);
            }
        }
        for (int i = cold.nextSetBit(0); i >= 0; i = cold.nextSetBit(i + 1)) {
            add(i);
        }
        assert count == outside : count + " of " + outside;
    }

    private void add(int at) {
        place[at] = count;
        blocks[count++] = order.block(at);
    }

    /** How many blocks there are. */
    public int size() {
        return blocks.length;
    }

    /** A block by its place. */
    public Block block(int at) {
        return blocks[at];
    }

    /** The place of a block that can be reached. */
    public int place(Block block) {
        return place[order.place(block)];
    }
}
