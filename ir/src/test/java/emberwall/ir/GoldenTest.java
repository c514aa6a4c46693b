package emberwall.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.Type;
import emberwall.op.V128;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What each pass makes of small functions. A file of {@code passes} belongs to each; in it each case is a line that says
 * what it shows, the function, {@code =>}, and what becomes of it. After a change that is meant, or with new cases that have
 * nothing behind {@code =>}, this writes the files anew:
 *
 * <pre>
 *   ./mvnw -pl ir -am test -Dtest=GoldenTest -Dsurefire.failIfNoSpecifiedTests=false -Dbless
 * </pre>
 *
 * Whatever the files say, both sides must mean the same.
 */
class GoldenTest {
    private static final Path DIRECTORY =
            Path.of(System.getProperty("emberwall.root", "")).resolve("ir/src/test/resources/emberwall/ir/passes");
    private static final String ARROW = "=>\n";
    private static final int TRIES = 40;
    private static final long STEPS = 10_000;

    @ParameterizedTest
    @EnumSource
    void passesDoAsWritten(Pass pass) throws IOException {
        check(pass.name().toLowerCase(Locale.ROOT).replace("_", ""), pass::run, Printer::print);
    }

    /** Nothing changes, and the text shows where everything stands. */
    @Test
    void schedulesAreAsWritten() throws IOException {
        check("schedule", graph -> {}, GoldenTest::scheduled);
    }

    @Test
    void sinkingIsAsWritten() throws IOException {
        check("sinking", graph -> {}, GoldenTest::scheduled);
    }

    private static String scheduled(Graph graph) {
        return Printer.print(graph, Schedule.of(graph));
    }

    private static void check(String name, Consumer<Graph> step, Function<Graph, String> text) throws IOException {
        Path file = DIRECTORY.resolve(name + ".txt");
        String expected = Files.readString(file);
        StringBuilder actual = new StringBuilder();
        int cases = 0;
        for (String part : expected.split("(?m)^(?=# )")) {
            if (!part.isBlank()) {
                String before = part.split("(?m)^" + ARROW, 2)[0];
                actual.append(actual.isEmpty() ? "" : "\n")
                        .append(before.strip())
                        .append('\n');
                Graph after = parse(before);
                step.accept(after);
                actual.append(ARROW).append(text.apply(after));
                means(before, after);
                cases++;
            }
        }
        assertTrue(cases > 0, "no cases");
        if (System.getProperty("bless") != null) {
            Files.writeString(file, actual.toString());
        } else {
            assertEquals(expected, actual.toString());
        }
    }

    private static void means(String text, Graph after) {
        Graph before = parse(text);
        Verifier.verify(after);
        Schedule schedule = Schedule.of(after);
        Random random = new Random(1);
        for (int i = 0; i < TRIES; i++) {
            List<V128> arguments = arguments(before, random);
            String expected = Outcome.of(before, null, arguments, STEPS);
            assertEquals(expected, Outcome.of(after, null, arguments, STEPS), () -> text + " of " + arguments);
            assertEquals(expected, Outcome.of(after, schedule, arguments, STEPS), () -> text + " of " + arguments);
        }
    }

    private static Graph parse(String text) {
        return Parser.parse(text.substring(text.indexOf('\n') + 1));
    }

    private static List<V128> arguments(Graph graph, Random random) {
        List<V128> arguments = new ArrayList<>();
        for (Type type : graph.parameterTypes()) {
            long bits = switch (random.nextInt(4)) {
                case 0 -> random.nextLong();
                case 1 -> random.nextInt(8) - 4;
                default -> random.nextInt(300);
            };
            arguments.add(new V128(type.bits() == 32 ? bits & 0xFFFF_FFFFL : bits, 0));
        }
        return arguments;
    }
}
