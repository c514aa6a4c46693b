package emberwall.ir;

import java.util.BitSet;
import java.util.function.Predicate;

/** Which values depend on what is pinned in, or brought to, certain blocks. */
final class Dependence {
    private final Graph graph;
    private final Predicate<Block> from;
    private final BitSet known = new BitSet();
    private final BitSet dependent = new BitSet();

    Dependence(Graph graph, Predicate<Block> from) {
        this.graph = graph;
        this.from = from;
    }

    /** Whether a value is one of those, or computed from one. */
    boolean depends(int value) {
        IntList work = new IntList(value);
        while (!work.isEmpty()) {
            int node = work.get(work.size() - 1);
            boolean ready = true;
            boolean depends = isLeaf(node);
            for (int i = 0; i < graph.inputCount(node) && graph.home(node) == null && !known.get(node); i++) {
                int input = graph.input(node, i);
                if (!known.get(input)) {
                    work.add(input);
                    ready = false;
                }
                depends |= dependent.get(input);
            }
            if (ready) {
                work.removeLast();
                if (!known.get(node)) {
                    known.set(node);
                    dependent.set(node, depends);
                }
            }
        }
        return dependent.get(value);
    }

    /** Whether it is one of those, or a further result of a call among them. */
    boolean isLeaf(int node) {
        boolean isResult = graph.kind(node) == Kind.RESULT && graph.home(node) == null;
        Block home = graph.home(isResult ? graph.input(node, 0) : node);
        return home != null && from.test(home);
    }
}
