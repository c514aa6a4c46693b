package emberwall.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Functions that nobody wrote: what a builder makes of them means what was said, and so does their text. */
class GeneratedTest {
    private static final int FUNCTIONS = 600;
    private static final int ARGUMENTS = 8;
    private static final long STEPS = 5000;

    @Test
    void simplifiedFunctionsMeanTheSame() {
        int smaller = 0;
        int returned = 0;
        for (long seed = 0; seed < FUNCTIONS; seed++) {
            Graph plain = GraphGenerator.generate(seed, false);
            Graph simple = GraphGenerator.generate(seed, true);
            smaller += Printer.print(simple).length() < Printer.print(plain).length() ? 1 : 0;
            Random random = new Random(seed);
            for (int i = 0; i < ARGUMENTS; i++) {
                long from = random.nextLong();
                String expected = outcome(plain, from);
                assertEquals(expected, outcome(simple, from), () -> "seed of\n" + Printer.print(plain));
                returned += expected.startsWith("[") ? 1 : 0;
            }
        }
        assertTrue(smaller > FUNCTIONS / 2, smaller + " became smaller");
        assertTrue(returned > FUNCTIONS * ARGUMENTS / 4, returned + " returned");
    }

    @Test
    void textsReadBack() {
        for (long seed = 0; seed < FUNCTIONS; seed++) {
            Graph graph = GraphGenerator.generate(seed, seed % 2 == 0);
            String text = Printer.print(graph);
            Graph again = Parser.parse(text);
            assertEquals(text, Printer.print(again));
            assertEquals(outcome(graph, seed), outcome(again, seed), text);
        }
    }

    /** What became of a function, and of the world. */
    private static String outcome(Graph graph, long seed) {
        TestWorld world = new TestWorld();
        try {
            List<?> results = Interpreter.run(graph, world, STEPS, GraphGenerator.arguments(new Random(seed)));
            return results + " " + world;
        } catch (Interpreter.TrapException trap) {
            return trap.reason() + " at " + trap.origin() + " " + world;
        }
    }
}
