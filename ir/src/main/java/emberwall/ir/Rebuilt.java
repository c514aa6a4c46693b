package emberwall.ir;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** Values computed anew, since others stand in the place of what they were computed from. */
final class Rebuilt {
    private final Graph graph;
    private final Dependence on;
    private final IntUnaryOperator leaves;
    private final Map<Integer, Integer> made = new HashMap<>();

    /** What stands for the values depended on is {@link #put} before it is wanted, further results of calls aside. */
    Rebuilt(Graph graph, Dependence on) {
        this.graph = graph;
        this.on = on;
        leaves = this::copy;
    }

    /** What stands for a value depended on is found when it is first wanted. */
    Rebuilt(Graph graph, Dependence on, IntUnaryOperator leaves) {
        this.graph = graph;
        this.on = on;
        this.leaves = leaves;
    }

    void put(int node, int other) {
        made.put(node, other);
    }

    /** What a value is now: itself, if it depends on none of those. */
    int of(int value) {
        IntList work = new IntList(value);
        while (!work.isEmpty()) {
            int node = work.get(work.size() - 1);
            boolean ready = true;
            if (isMissing(node) && !on.isLeaf(node)) {
                for (int i = 0; i < graph.inputCount(node); i++) {
                    if (isMissing(graph.input(node, i))) {
                        work.add(graph.input(node, i));
                        ready = false;
                    }
                }
            }
            if (ready) {
                work.removeLast();
                if (isMissing(node)) {
                    made.put(node, on.isLeaf(node) ? leaves.applyAsInt(node) : copy(node));
                }
            }
        }
        return get(value);
    }

    private boolean isMissing(int node) {
        return !made.containsKey(node) && on.depends(node);
    }

    private int get(int node) {
        return made.getOrDefault(node, node);
    }

    private int copy(int node) {
        assert graph.home(node) == null : node;
        int[] inputs = new int[graph.inputCount(node)];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = get(graph.input(node, i));
        }
        int copy = graph.addLike(node);
        for (int input : inputs) {
            graph.addInput(input);
        }
        return copy;
    }
}
