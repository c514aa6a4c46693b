package emberwall.ir;

import java.util.Arrays;

/**
 * Who uses floating nodes, and where: lists, of which the latest use of a value is first. What a use by an edge needs stands
 * at the end of the block that the edge comes from.
 */
final class Uses {
    /** There is no (further) use. */
    static final int NONE = 0;

    /**
     * How long a use is: the one before it, who uses, the index there, the place of the block. Who uses is a node, or the
     * complement of the number of an edge.
     */
    private static final int USE = 4;

    private final Graph graph;
    /** By node: the latest use. */
    private int[] latest;

    private int[] uses;
    private int end = USE;
    private Block.Edge[] edges = new Block.Edge[16];
    private int edgeCount;

    Uses(Graph graph) {
        this.graph = graph;
        latest = new int[graph.size()];
        uses = new int[USE * (graph.size() / 2 + 8)];
    }

    /** Whether somebody who wants to know of uses finds those of a value here: it floats, and is not anywhere. */
    private boolean counts(int value) {
        return graph.home(value) == null && !graph.isAnywhere(value);
    }

    /** An edge out of the block at a place uses what it brings. */
    void add(Block.Edge edge, int place) {
        for (int i = 0; i < edge.argumentCount(); i++) {
            add(graph.argument(edge, i), ~edgeCount, i, place);
        }
        if (edgeCount == edges.length) {
            edges = Arrays.copyOf(edges, edgeCount * 2);
        }
        edges[edgeCount++] = edge;
    }

    /** A node that stands in the block at a place uses its inputs. */
    void add(int node, int place) {
        for (int i = 0; i < graph.inputCount(node); i++) {
            add(graph.input(node, i), node, i, place);
        }
    }

    private void add(int value, int by, int index, int place) {
        if (!counts(value)) {
            return;
        }
        if (end == uses.length) {
            uses = Arrays.copyOf(uses, end * 2);
        }
        uses[end] = latest[value];
        uses[end + 1] = by;
        uses[end + 2] = index;
        uses[end + 3] = place;
        latest[value] = end;
        end += USE;
    }

    /** The latest use of a value. */
    int latest(int value) {
        return latest[value];
    }

    /** The use of the same value before that one. */
    int before(int use) {
        return uses[use];
    }

    /** The place of the block with the user. */
    int place(int use) {
        return uses[use + 3];
    }

    /** Takes all uses from a value, for {@link #give}; the latest one. */
    int takeAll(int value) {
        int use = latest[value];
        latest[value] = NONE;
        return use;
    }

    /** Gives a use another value. */
    void give(int use, int value) {
        if (value >= latest.length) {
            latest = Arrays.copyOf(latest, value + value / 2);
        }
        uses[use] = latest[value];
        latest[value] = use;
        int by = uses[use + 1];
        int index = uses[use + 2];
        if (by >= 0) {
            graph.setInput(by, index, value);
        } else {
            edges[~by].arguments.set(index, value);
        }
    }
}
