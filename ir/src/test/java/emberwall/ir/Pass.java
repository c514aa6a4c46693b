package emberwall.ir;

import java.util.Locale;
import java.util.function.Consumer;

/** The passes that tests walk over. */
enum Pass {
    CRITICAL_EDGES(CriticalEdges::split),
    /** Nothing changes, and the text shows where everything stands. */
    SCHEDULE(graph -> {});

    private final Consumer<Graph> step;

    Pass(Consumer<Graph> step) {
        this.step = step;
    }

    void run(Graph graph) {
        step.accept(graph);
    }

    String show(Graph graph) {
        return this == SCHEDULE ? Printer.print(graph, Schedule.of(graph)) : Printer.print(graph);
    }

    String fileName() {
        return name().toLowerCase(Locale.ROOT).replace("_", "") + ".txt";
    }
}
