package emberwall.ir;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The passes, in the order in which they are of most use. Each leaves a graph that means the same. Those from
 * {@link #LOOP_ENDS} on give the graph the shape that a {@link Schedule} wants: each relies on those before it, and nothing
 * that improves graphs may come after them.
 */
public enum Pass {
    // @formatter:off
    DEAD_PARAMETERS (DeadParameters::run),
    BRANCH_FOLDING  (BranchFolding::run),
    LOOP_PEELING    (LoopPeeling::run),
    LOAD_ELIMINATION(LoadElimination::run),
    BOUNDS_CHECKS   (BoundsChecks::run),
    IF_CONVERSION   (IfConversion::run),
    VALUE_NUMBERING (ValueNumbering::run),
    EXACT_INDICES   (ExactIndices::run),
    LOOP_ENDS       (LoopEnds::run),
    CRITICAL_EDGES  (CriticalEdges::split),
    TAIL_COPIES     (TailCopies::run);
    // @formatter:on

    /** After these there is more for {@link #BRANCH_FOLDING} to do; the others hardly ever find more when all have run. */
    private static final Set<Pass> MAKES_MORE = EnumSet.of(LOOP_PEELING, IF_CONVERSION, VALUE_NUMBERING);

    private final Predicate<Graph> step;

    Pass(Predicate<Graph> step) {
        this.step = step;
    }

    /** Changes a graph; whether it is another one now. */
    public boolean run(Graph graph) {
        return step.test(graph);
    }

    /**
     * Runs all of them, once for each graph.
     *
     * @param watcher sees the graph after each pass that has changed it
     */
    public static void runAll(Graph graph, BiConsumer<Pass, Graph> watcher) {
        boolean another = false;
        for (Pass pass : values()) {
            if (pass == LOOP_ENDS && another) {
                runOne(BRANCH_FOLDING, graph, watcher);
            }
            another |= runOne(pass, graph, watcher) && MAKES_MORE.contains(pass);
        }
    }

    private static boolean runOne(Pass pass, Graph graph, BiConsumer<Pass, Graph> watcher) {
        boolean changed = pass.run(graph);
        if (changed) {
            watcher.accept(pass, graph);
        }
        return changed;
    }
}
