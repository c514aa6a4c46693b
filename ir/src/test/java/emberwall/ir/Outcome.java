package emberwall.ir;

import emberwall.op.V128;
import java.util.List;

/** What becomes of a function, and of the world that it meets. */
final class Outcome {
    private Outcome() {}

    /** Of a graph, run as a schedule says if it is not null. */
    static String of(Graph graph, Schedule schedule, List<V128> arguments, long steps) {
        TestWorld world = new TestWorld();
        try {
            List<?> results = schedule == null
                    ? Interpreter.run(graph, world, steps, arguments)
                    : Interpreter.run(graph, schedule, world, steps, arguments);
            return results + " " + world;
        } catch (Interpreter.TrapException trap) {
            return trap.reason() + " at " + trap.origin() + " " + world;
        }
    }
}
