package emberwall.ir;

import java.util.Arrays;

/**
 * The blocks that can be reached, in reverse post-order: each before all that it dominates. With each its immediate
 * dominator.
 *
 * <p>Where each loop has one entry, which is all that structured programs have, a block's dominator is what the dominators
 * of its predecessors before it meet in, and one pass finds it; else passes are repeated until nothing changes (Cooper,
 * Harvey, Kennedy, "A Simple, Fast Dominance Algorithm"). Where two paths to the entry meet takes logarithmic time by
 * pointers that jump over ancestors (Myers, "An applicative random-access stack").
 *
 * <p>A graph keeps its order ({@link Graph#order}) as long as it is right, so that one pass after the other has it for
 * nothing.
 */
public final class Order {
    private final Block[] blocks;
    /** Where edges led, block after block, edge after edge; and to how many from each. To look for mistakes: else null. */
    private int[] targets;

    /** By block number: its place in the order, or -1. */
    private final int[] place;
    /** By place: the place of the immediate dominator. */
    private int[] dominator;
    /** By place: how many dominators there are above. */
    private int[] depth;
    /** By place: one of those far above. */
    private int[] jump;
    /** By place: the number in a walk over the tree of dominators that visits what a block dominates next. */
    private int[] number;
    /** By place: how many blocks it dominates, itself included. */
    private int[] dominated;

    private Loops loops;

    private Order(Graph graph) {
        place = new int[graph.blocks().size()];
        Arrays.fill(place, -1);
        blocks = reversePostOrder(graph);
        assert remembersTargets();
    }

    /** The order of a graph as it is now, without dominators, so that only places can be asked for: {@link Graph#order}. */
    static Order withoutDominators(Graph graph) {
        return new Order(graph);
    }

    private boolean remembersTargets() {
        int count = blocks.length;
        for (Block block : blocks) {
            count += block.outgoing.length;
        }
        int[] found = new int[count];
        int at = 0;
        for (Block block : blocks) {
            found[at++] = block.outgoing.length;
            for (Block.Edge edge : block.outgoing) {
                found[at++] = edge.to.number;
            }
        }
        targets = found;
        return true;
    }

    /** Whether the graph still has these blocks and edges. */
    boolean isOf(Graph graph) {
        if (place.length != graph.blocks().size()) {
            return false;
        }
        int at = 0;
        for (Block block : blocks) {
            if (targets[at++] != block.outgoing.length) {
                return false;
            }
            for (Block.Edge edge : block.outgoing) {
                if (targets[at++] != edge.to.number) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Forgets what was found by way of predecessors. */
    void forgetDominators() {
        dominator = null;
        loops = null;
    }

    /** Finds dominators by the predecessors that blocks have now, unless they are known. */
    Order withDominators() {
        if (dominator == null) {
            prepare();
            findDominators();
        }
        return this;
    }

    /** The loops. */
    Loops loops() {
        if (loops == null) {
            loops = new Loops(this);
        }
        return loops;
    }

    private void prepare() {
        dominator = new int[blocks.length];
        depth = new int[blocks.length];
        jump = new int[blocks.length];
        number = new int[blocks.length];
        dominated = new int[blocks.length];
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
        for (int i = 1; i < blocks.length; i++) {
            int found = -1;
            for (Block.Edge edge : blocks[i].incoming) {
                int from = place[edge.from.number];
                if (from >= 0 && from < i) {
                    found = found < 0 ? from : common(found, from);
                }
            }
            setDominator(i, found);
        }
        numberTree();
        if (isIrreducible()) {
            iterate();
            numberTree();
        }
    }

    private void setDominator(int at, int above) {
        dominator[at] = above;
        depth[at] = depth[above] + 1;
        int far = jump[above];
        jump[at] = depth[above] - depth[far] == depth[far] - depth[jump[far]] ? jump[far] : above;
    }

    private void numberTree() {
        Arrays.fill(dominated, 1);
        for (int i = blocks.length - 1; i > 0; i--) {
            dominated[dominator[i]] += dominated[i];
        }
        int[] next = new int[blocks.length];
        next[0] = 1;
        for (int i = 1; i < blocks.length; i++) {
            number[i] = next[dominator[i]];
            next[dominator[i]] += dominated[i];
            next[i] = number[i] + 1;
        }
    }

    /** Whether some way leads back to a block that does not dominate where it comes from. */
    private boolean isIrreducible() {
        for (int i = 1; i < blocks.length; i++) {
            for (Block.Edge edge : blocks[i].incoming) {
                int from = place[edge.from.number];
                if (from >= i && !dominates(i, from)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void iterate() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 1; i < blocks.length; i++) {
                int found = -1;
                for (Block.Edge edge : blocks[i].incoming) {
                    int from = place[edge.from.number];
                    if (from >= 0) {
                        found = found < 0 ? from : walk(found, from);
                    }
                }
                changed |= dominator[i] != found;
                dominator[i] = found;
            }
        }
        for (int i = 1; i < blocks.length; i++) {
            setDominator(i, dominator[i]);
        }
    }

    private int walk(int one, int other) {
        int a = one;
        int b = other;
        while (a != b) {
            while (a > b) a = dominator[a];
            while (b > a) b = dominator[b];
        }
        return a;
    }

    /** {@link #commonDominator} of places. */
    int common(int one, int other) {
        int a = depth[one] > depth[other] ? ancestor(one, depth[other]) : one;
        int b = depth[other] > depth[one] ? ancestor(other, depth[one]) : other;
        while (a != b) {
            boolean far = jump[a] != jump[b];
            a = far ? jump[a] : dominator[a];
            b = far ? jump[b] : dominator[b];
        }
        return a;
    }

    private int ancestor(int of, int wanted) {
        int at = of;
        while (depth[at] > wanted) {
            at = depth[jump[at]] >= wanted ? jump[at] : dominator[at];
        }
        return at;
    }

    private boolean dominates(int above, int at) {
        return number[above] <= number[at] && number[at] < number[above] + dominated[above];
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
        return dominates(place[above.number], place[block.number]);
    }

    /** Whether a block dominates itself alone. */
    boolean dominatesNothingElse(Block block) {
        return dominated[place[block.number]] == 1;
    }

    /** The blocks in another order: behind each all that it dominates, together. */
    Block[] treeOrder() {
        Block[] ordered = new Block[blocks.length];
        for (int i = 0; i < blocks.length; i++) {
            ordered[number[i]] = blocks[i];
        }
        return ordered;
    }

    /** {@link #depth(Block)} of a place. */
    int depth(int at) {
        return depth[at];
    }

    /** How many dominators a block has above it: 0 for the entry. */
    int depth(Block block) {
        return depth[place[block.number]];
    }

    /** The lowest block that dominates both. */
    public Block commonDominator(Block one, Block other) {
        return blocks[common(place[one.number], place[other.number])];
    }
}
