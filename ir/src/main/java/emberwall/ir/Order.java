package emberwall.ir;

import java.util.Arrays;

/**
 * The blocks that can be reached, in reverse post-order: each before all that it dominates. With each its immediate
 * dominator. (Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm".)
 */
public final class Order {
    private final Block[] blocks;
    /** By block number: its place in the order, or -1. */
    private final int[] place;
    /** By place: the place of the immediate dominator. */
    private final int[] dominator;

    /** The order of a graph as it is now. */
    public Order(Graph graph) {
        place = new int[graph.blocks().size()];
        Arrays.fill(place, -1);
        blocks = reversePostOrder(graph);
        dominator = new int[blocks.length];
        findDominators();
    }

    private Block[] reversePostOrder(Graph graph) {
        int total = graph.blocks().size();
        Block[] reversed = new Block[total];
        Block[] stack = new Block[total];
        int[] next = new int[total];
        boolean[] seen = new boolean[total];
        int depth = 0;
        int done = total;
        stack[depth++] = graph.entry();
        seen[graph.entry().number] = true;
        while (depth > 0) {
            Block block = stack[depth - 1];
            // The last successor first, so that the first one follows its block.
            int edge = block.outgoing.length - 1 - next[depth - 1]++;
            if (edge < 0) {
                reversed[--done] = block;
                depth--;
                continue;
            }
            Block to = block.outgoing[edge].to;
            if (!seen[to.number]) {
                seen[to.number] = true;
                stack[depth] = to;
                next[depth++] = 0;
            }
        }
        Block[] order = Arrays.copyOfRange(reversed, done, total);
        for (int i = 0; i < order.length; i++) {
            place[order[i].number] = i;
        }
        return order;
    }

    private void findDominators() {
        Arrays.fill(dominator, -1);
        dominator[0] = 0;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 1; i < blocks.length; i++) {
                int found = -1;
                for (Block.Edge edge : blocks[i].incoming) {
                    int from = place[edge.from.number];
                    if (from >= 0 && dominator[from] >= 0) {
                        found = found < 0 ? from : common(found, from);
                    }
                }
                if (dominator[i] != found) {
                    dominator[i] = found;
                    changed = true;
                }
            }
        }
    }

    private int common(int one, int other) {
        int a = one;
        int b = other;
        while (a != b) {
            while (a > b) a = dominator[a];
            while (b > a) b = dominator[b];
        }
        return a;
    }

    /** How many blocks there are. */
    public int size() {
        return blocks.length;
    }

    /** A block by its place. */
    public Block block(int index) {
        return blocks[index];
    }

    /** The place of a block, or -1 if it cannot be reached. */
    public int place(Block block) {
        return place[block.number];
    }

    /** The block that all ways to a block lead through last; the entry is its own. */
    public Block dominator(Block block) {
        return blocks[dominator[place[block.number]]];
    }

    /** Whether all ways to {@code block} lead through {@code above}, which may be the same. */
    public boolean dominates(Block above, Block block) {
        int high = place[above.number];
        int at = place[block.number];
        while (at > high) {
            at = dominator[at];
        }
        return at == high;
    }

    /** The lowest block that dominates both. */
    public Block commonDominator(Block one, Block other) {
        return blocks[common(place[one.number], place[other.number])];
    }
}
