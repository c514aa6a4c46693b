package emberwall.engine.optimizing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ir.Graph;
import emberwall.ir.Parser;
import emberwall.ir.Printer;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import emberwall.wasm.text.WatParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The graphs of small functions. Each case of {@code graphs.txt} is a line that says what it shows, a module, {@code =>}, and
 * the graph of its last function. After a change that is meant, or with new cases that have nothing behind {@code =>}, this
 * writes the file anew:
 *
 * <pre>
 *   ./mvnw -pl engine -am test -Dtest=GraphsTest -Dsurefire.failIfNoSpecifiedTests=false -Dbless
 * </pre>
 */
class GraphsTest {
    private static final Path FILE = Path.of(System.getProperty("emberwall.root", ""))
            .resolve("engine/src/test/resources/emberwall/engine/optimizing/graphs.txt");
    private static final String ARROW = "=>\n";

    @Test
    void graphsAreAsWritten() throws IOException {
        String expected = Files.readString(FILE);
        StringBuilder actual = new StringBuilder();
        for (String part : expected.split("(?m)^(?=# )")) {
            String module = part.split("(?m)^" + ARROW, 2)[0].strip();
            actual.append(actual.isEmpty() ? "" : "\n").append(module).append('\n');
            actual.append(ARROW).append(graph(module.substring(module.indexOf('\n'))));
        }
        assertTrue(actual.length() > 1000, "no cases");
        if (System.getProperty("bless") != null) {
            Files.writeString(FILE, actual.toString());
        } else {
            assertEquals(expected, actual.toString());
        }
    }

    private static String graph(String text) {
        Module module = ModuleParser.parse(WatParser.parse(text).bytes(), Limits.DEFAULT, Features.ALL);
        int last = module.functionCount() - 1;
        try (Facts facts = new Facts(module, true)) {
            Graph graph = new GraphBuilder(facts).build(new Validator(module, Limits.DEFAULT, 0).validate(last));
            String printed = Printer.print(graph);
            assertEquals(printed, Printer.print(Parser.parse(printed)));
            return printed;
        }
    }
}
