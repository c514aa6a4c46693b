package emberwall.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A run of pinned nodes without a branch between them: entered at the top, with values for its parameters, and left at the end. */
public final class Block {
    final int number;
    final IntList parameters = new IntList();
    final IntList nodes = new IntList();
    final List<Edge> incoming = new ArrayList<>(2);
    Edge[] outgoing = {};
    boolean ended;

    /** A way from one block to another, with the values that it brings. */
    public static final class Edge {
        Block from;
        Block to;
        IntList arguments;

        Edge(Block from, Block to, IntList arguments) {
            this.from = from;
            this.to = to;
            this.arguments = arguments;
        }

        /** Where it begins. */
        public Block from() {
            return from;
        }

        /** Where it ends. */
        public Block to() {
            return to;
        }

        /** How many values it brings: one for each parameter of {@link #to}. */
        public int argumentCount() {
            return arguments.size();
        }
    }

    Block(int number) {
        this.number = number;
    }

    /** Which block of its graph it is; the first is 0. */
    public int number() {
        return number;
    }

    /** How many parameters it has. */
    public int parameterCount() {
        return parameters.size();
    }

    /** The node of a parameter. */
    public int parameter(int index) {
        return parameters.get(index);
    }

    /** How many nodes are pinned in it, the last one included. */
    public int size() {
        return nodes.size();
    }

    /** A pinned node, in order. */
    public int node(int index) {
        return nodes.get(index);
    }

    /** Whether it has its last node. */
    public boolean isEnded() {
        return ended;
    }

    /** The last node. */
    public int end() {
        assert ended;
        return nodes.last();
    }

    /** How many ways lead out. */
    public int successorCount() {
        return outgoing.length;
    }

    /** A way out. */
    public Edge successor(int index) {
        return outgoing[index];
    }

    /** The ways in. */
    public List<Edge> predecessors() {
        return Collections.unmodifiableList(incoming);
    }

    @Override
    public String toString() {
        return "b" + number;
    }
}
