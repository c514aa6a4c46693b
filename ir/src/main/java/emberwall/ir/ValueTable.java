package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;
import java.util.Arrays;

/**
 * The floating nodes of a graph by what they compute, so that there is one of each: value numbering. Since they have no
 * place, one that is found is as good as a new one.
 */
final class ValueTable {
    private static final int INITIAL = 256;
    private static final int EMPTY = -1;

    private final Graph graph;
    private static final int[] ONE = {EMPTY};

    /** Of one place for nothing, until there is something. */
    private int[] table = ONE;

    private int[] hashes = ONE;
    private int size;
    /** What to take in the place of a new node, or EMPTY. */
    private int adopted = EMPTY;

    ValueTable(Graph graph) {
        this.graph = graph;
    }

    /** Takes a floating node in that is there already: itself, or the one that does the same. */
    int adopt(int node) {
        adopted = node;
        int inputs = graph.inputCount(node);
        int found = graph.isConstant(node)
                ? adoptConstant(node)
                : node(
                        graph.kind(node),
                        graph.op(node),
                        graph.workingType(node),
                        graph.type(node),
                        graph.number(node),
                        inputs,
                        inputs < 1 ? 0 : graph.input(node, 0),
                        inputs < 2 ? 0 : graph.input(node, 1),
                        inputs < 3 ? 0 : graph.input(node, 2),
                        inputs < 4 ? 0 : graph.input(node, 3));
        adopted = EMPTY;
        return found;
    }

    private int adoptConstant(int node) {
        boolean isVector = graph.type(node) == Type.V128;
        long low = isVector ? graph.vector(node).low() : graph.bits(node);
        return constant(graph.type(node), low, isVector ? graph.vector(node).high() : 0);
    }

    /** The constant with these bits, made if it is new. */
    int constant(Type type, long low, long high) {
        int hash = mix(mix(type.ordinal() + 1, Long.hashCode(low)), Long.hashCode(high));
        int at = hash & table.length - 1;
        for (; table[at] != EMPTY; at = at + 1 & table.length - 1) {
            int node = table[at];
            if (hashes[at] == hash && graph.isConstant(node) && graph.type(node) == type && isThat(node, low, high)) {
                return node;
            }
        }
        return insert(at, hash, adopted != EMPTY ? adopted : graph.addConstant(type, low, high));
    }

    private boolean isThat(int node, long low, long high) {
        if (graph.type(node) != Type.V128) {
            return graph.bits(node) == low;
        }
        return graph.vector(node).low() == low && graph.vector(node).high() == high;
    }

    /**
     * The node of a kind with these inputs, of which there are at most four, made if it is new. What
     * stands for another value by now is not found.
     *
     * @param inputs how many of the following are inputs
     * @param number see {@link Graph#number}
     */
    int node(Kind kind, Op op, Type working, Type type, int number, int inputs, int a, int b, int c, int d) {
        int hash = mix(mix(kind.ordinal() << 16 ^ op.ordinal() << 4 ^ working.ordinal(), number), a);
        hash = mix(mix(mix(hash, b), c), d);
        int head = Graph.head(kind, op, working, type);
        int at = hash & table.length - 1;
        for (; table[at] != EMPTY; at = at + 1 & table.length - 1) {
            if (hashes[at] == hash) {
                int node = graph.resolve(table[at]);
                if (graph.has(node, head) && graph.number(node) == number && hasInputs(node, inputs, a, b, c, d)) {
                    return node;
                }
            }
        }
        return insert(at, hash, adopted != EMPTY ? adopted : make(head, number, inputs, a, b, c, d));
    }

    private boolean hasInputs(int node, int inputs, int a, int b, int c, int d) {
        return graph.inputCount(node) == inputs
                && (inputs < 1 || graph.input(node, 0) == a)
                && (inputs < 2 || graph.input(node, 1) == b)
                && (inputs < 3 || graph.input(node, 2) == c)
                && (inputs < 4 || graph.input(node, 3) == d);
    }

    private int make(int head, int number, int inputs, int a, int b, int c, int d) {
        int node = graph.addNode(head, number);
        if (inputs > 0) graph.addInput(a);
        if (inputs > 1) graph.addInput(b);
        if (inputs > 2) graph.addInput(c);
        if (inputs > 3) graph.addInput(d);
        return node;
    }

    private static int mix(int hash, int more) {
        int mixed = (hash ^ more) * 0x9E3779B1;
        return mixed ^ mixed >>> 15;
    }

    private int insert(int at, int hash, int node) {
        if (table.length == 1) {
            make(INITIAL);
            return insert(hash & INITIAL - 1, hash, node);
        }
        table[at] = node;
        hashes[at] = hash;
        if (++size * 2 > table.length) {
            rehash();
        }
        return node;
    }

    private void make(int places) {
        table = new int[places];
        hashes = new int[places];
        Arrays.fill(table, EMPTY);
    }

    /** Makes room for so many values at once; there are none yet. */
    void expect(int count) {
        if (count * 2 >= INITIAL) {
            make(Integer.highestOneBit(count) * 4);
        }
    }

    private void rehash() {
        int[] oldTable = table;
        int[] oldHashes = hashes;
        make(oldTable.length * 2);
        for (int i = 0; i < oldTable.length; i++) {
            if (oldTable[i] != EMPTY) {
                int at = oldHashes[i] & table.length - 1;
                while (table[at] != EMPTY) {
                    at = at + 1 & table.length - 1;
                }
                table[at] = oldTable[i];
                hashes[at] = oldHashes[i];
            }
        }
    }
}
