package emberwall.ir;

import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** The passes, in the order in which they are of most use. Each leaves a graph that means the same. */
public enum Pass {
    // @formatter:off
    DEAD_PARAMETERS (DeadParameters::run),
    VALUE_NUMBERING (ValueNumbering::run),
    BRANCH_FOLDING  (BranchFolding::run),
    LOAD_ELIMINATION(LoadElimination::run),
    BOUNDS_CHECKS   (BoundsChecks::run);
    // @formatter:on

    /** How often to begin anew while something changes. */
    private static final int ROUNDS = 2;

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
        boolean changed = true;
        for (int round = 0; changed && round < ROUNDS; round++) {
            changed = false;
            for (Pass pass : values()) {
                if (pass.run(graph)) {
                    changed = true;
                    watcher.accept(pass, graph);
                }
            }
        }
    }
}
