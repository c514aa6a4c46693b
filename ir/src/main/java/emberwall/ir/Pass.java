package emberwall.ir;

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

    private final Predicate<Graph> step;

    Pass(Predicate<Graph> step) {
        this.step = step;
    }

    /** Changes a graph; whether it is another one now. */
    public boolean run(Graph graph) {
        return step.test(graph);
    }

    /**
     * Runs all of them, once for each graph, but {@link #BRANCH_FOLDING} once more where others have left more to do; the
     * others hardly ever find more when all have run.
     *
     * @param watcher sees the graph after each pass that has changed it
     */
    public static void runAll(Graph graph, BiConsumer<Pass, Graph> watcher) {
        for (Pass pass : values()) {
            if (pass == LOOP_ENDS && BranchFolding.mayDecide(graph)) {
                runOne(BRANCH_FOLDING, graph, watcher);
            }
            runOne(pass, graph, watcher);
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
