package emberwall.ir;

import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The passes, in the order in which they are of most use. Each leaves a graph that means the same. */
public enum Pass {
    // @formatter:off
    DEAD_PARAMETERS (DeadParameters::run),
    BRANCH_FOLDING  (BranchFolding::run),
    LOAD_ELIMINATION(LoadElimination::run),
    BOUNDS_CHECKS   (BoundsChecks::run),
    IF_CONVERSION   (IfConversion::run),
    VALUE_NUMBERING (ValueNumbering::run);
    // @formatter:on

    /** What may find more to do when all have run: these are quick, and the others hardly ever do. */
    private static final Pass[] AGAIN = {BRANCH_FOLDING};

    private final Predicate<Graph> step;

    Pass(Predicate<Graph> step) {
        this.step = step;
    }

    /** Changes a graph; whether it is another one now. */
    public boolean run(Graph graph) {
        return step.test(graph);
    }

    /**
     * Runs all of them.
     *
     * @param watcher sees the graph after each pass that has changed it
     */
    public static void runAll(Graph graph, BiConsumer<Pass, Graph> watcher) {
        boolean last = false;
        for (Pass pass : values()) {
            last = runOne(pass, graph, watcher);
        }
        for (Pass pass : AGAIN) {
            last = last && runOne(pass, graph, watcher);
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
