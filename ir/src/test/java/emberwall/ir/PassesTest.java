package emberwall.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.V128;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions that nobody wrote mean the same after each pass, and after all of them. */
class PassesTest {
    private static final int FUNCTIONS = 500;
    private static final int ARGUMENTS = 6;
    private static final long STEPS = 100_000;

    @ParameterizedTest
    @EnumSource
    void aPassChangesNoMeaning(Pass pass) {
        int changed = 0;
        for (long seed = 0; seed < FUNCTIONS; seed++) {
            Graph before = GraphGenerator.generate(seed, seed % 2 == 0);
            Graph after = GraphGenerator.generate(seed, seed % 2 == 0);
            shape(pass, before);
            shape(pass, after);
            boolean said = pass.run(after);
            Verifier.verify(after);
            boolean isOther = !Printer.print(before).equals(Printer.print(after));
            assertTrue(said || !isOther, () -> "not said: " + Printer.print(before) + Printer.print(after));
            changed += isOther ? 1 : 0;
            compare(before, after, seed);
        }
        assertTrue(changed > FUNCTIONS / 20, changed + " changed");
    }

    /** Does what a pass relies on. */
    private static void shape(Pass pass, Graph graph) {
        for (Pass earlier : EnumSet.range(Pass.LOOP_ENDS, Pass.TAIL_COPIES)) {
            if (earlier.compareTo(pass) < 0) {
                earlier.run(graph);
            }
        }
    }

    @Test
    void allPassesTogetherChangeNoMeaning() {
        Set<Pass> seen = EnumSet.noneOf(Pass.class);
        for (long seed = 0; seed < FUNCTIONS; seed++) {
            Graph before = GraphGenerator.generate(seed, seed % 2 == 0);
            Graph after = GraphGenerator.generate(seed, seed % 2 == 0);
            List<String> watched = new ArrayList<>();
            Pass.runAll(after, (pass, graph) -> {
                seen.add(pass);
                watched.add(Printer.print(graph));
            });
            compare(before, after, seed);
        }
        assertEquals(EnumSet.allOf(Pass.class), seen);
    }

    private static void compare(Graph before, Graph after, long seed) {
        Schedule schedule = Schedule.of(after);
        Random random = new Random(seed);
        for (int i = 0; i < ARGUMENTS; i++) {
            List<V128> arguments = GraphGenerator.arguments(random);
            String expected = Outcome.of(before, null, arguments, STEPS);
            assertEquals(
                    expected,
                    Outcome.of(after, schedule, arguments, STEPS),
                    () -> "seed " + seed + ": " + Printer.print(before) + Printer.print(after));
        }
    }
}
