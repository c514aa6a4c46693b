package emberwall.ir;

import java.util.Locale;
import java.util.function.Consumer;

/** What has a file with cases in {@code passes}: the passes, and what comes behind them. */
enum GoldenPass {
    DEAD_PARAMETERS(Pass.DEAD_PARAMETERS::run),
    VALUE_NUMBERING(Pass.VALUE_NUMBERING::run),
    BRANCH_FOLDING(Pass.BRANCH_FOLDING::run),
    LOAD_ELIMINATION(Pass.LOAD_ELIMINATION::run),
    BOUNDS_CHECKS(Pass.BOUNDS_CHECKS::run),
    LOOP_PEELING(Pass.LOOP_PEELING::run),
    IF_CONVERSION(Pass.IF_CONVERSION::run),
    LOOP_ENDS(LoopEnds::run),
    CRITICAL_EDGES(CriticalEdges::split),
    TAIL_COPIES(TailCopies::run),
    SINKING(Sinking::run),
    /** Nothing changes, and the text shows where everything stands. */
    SCHEDULE(graph -> {});

    private final Consumer<Graph> step;

    GoldenPass(Consumer<Graph> step) {
        this.step = step;
    }

    void run(Graph graph) {
        step.accept(graph);
    }

    String show(Graph graph) {
        return this == SCHEDULE || this == SINKING ? Printer.print(graph, Schedule.of(graph)) : Printer.print(graph);
    }

    String fileName() {
        return name().toLowerCase(Locale.ROOT).replace("_", "") + ".txt";
    }
}
