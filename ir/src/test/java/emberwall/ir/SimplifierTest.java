package emberwall.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.Typing;
import emberwall.op.V128;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What every rule makes of an expression: {@code simplify.txt} has a line for each, {@code what was said  =>  what is
 * computed}. The values {@code %0} to {@code %6} are parameters: i32, i32, i64, i64, f32, f64, v128. After a change that is
 * meant, or with a new line that has no right side, this writes the file anew:
 *
 * <pre>
 *   ./mvnw -pl ir -am test -Dtest=SimplifierTest -Dsurefire.failIfNoSpecifiedTests=false -Dbless
 * </pre>
 *
 * Whatever the file says, both sides must mean the same.
 */
class SimplifierTest {
    private static final Path FILE = Path.of(System.getProperty("emberwall.root", ""))
            .resolve("ir/src/test/resources/emberwall/ir/simplify.txt");
    private static final String ARROW = "  =>  ";
    private static final List<Type> PARAMETERS =
            List.of(Type.I32, Type.I32, Type.I64, Type.I64, Type.F32, Type.F64, Type.V128);
    private static final int TRIES = 50;

    @Test
    void rulesAreAsWritten() throws IOException {
        List<String> expected = Files.readAllLines(FILE);
        List<String> actual = new ArrayList<>();
        for (String line : expected) {
            actual.add(line.startsWith("#") ? line : line.split(ARROW, 2)[0].strip() + ARROW + simplified(line));
        }
        if (System.getProperty("bless") != null) {
            Files.write(FILE, actual);
        } else {
            assertEquals(String.join("\n", expected), String.join("\n", actual));
        }
    }

    @Test
    void bothSidesMeanTheSame() throws IOException {
        for (String line : Files.readAllLines(FILE)) {
            if (!line.startsWith("#")) {
                Graph plain = Parser.parse(function(line));
                Graph simple = Parser.parseSimplifying(function(line));
                Random random = new Random(1);
                for (int i = 0; i < TRIES; i++) {
                    List<V128> arguments = arguments(random);
                    assertEquals(
                            outcome(plain, arguments), outcome(simple, arguments), () -> line + " of " + arguments);
                }
            }
        }
    }

    /** The text of a function that returns what the last expression of a line computes. */
    private static String function(String line) {
        String[] steps = line.split(ARROW, 2)[0].strip().split("; ");
        String last = steps[steps.length - 1];
        StringBuilder text = new StringBuilder("function f(i32, i32, i64, i64, f32, f64, v128) -> (");
        text.append(resultType(last)).append(") {\nb0(");
        for (int i = 0; i < PARAMETERS.size(); i++) {
            text.append(i == 0 ? "%" : ", %").append(i).append(": ").append(Printer.name(PARAMETERS.get(i)));
        }
        text.append("):\n");
        for (int i = 0; i < steps.length - 1; i++) {
            text.append(steps[i]).append('\n');
        }
        return text.append("%last = ")
                .append(last)
                .append("\nreturn %last\n}\n")
                .toString();
    }

    private static String resultType(String expression) {
        String type = expression.substring(0, expression.indexOf('.'));
        String op = expression.substring(type.length() + 1).split(" ")[0];
        if (op.equals("select")) {
            return type;
        }
        Type working = Type.valueOf(type.toUpperCase(Locale.ROOT));
        return Printer.name(Typing.result(Op.valueOf(op.toUpperCase(Locale.ROOT)), working));
    }

    private static String simplified(String line) {
        String[] lines = Printer.print(Parser.parseSimplifying(function(line))).split("\n");
        List<String> body = new ArrayList<>();
        for (int i = 2; i < lines.length - 1; i++) {
            body.add(lines[i].strip());
        }
        return String.join("; ", body);
    }

    private static List<V128> arguments(Random random) {
        long[] edges = {0, 1, -1, 2, 0x8000_0000L, 0x7FFF_FFFFL, Long.MIN_VALUE, 0x7FC0_0000L, 0x7FF8_0000_0000_0000L};
        List<V128> arguments = new ArrayList<>();
        for (Type type : PARAMETERS) {
            long bits = random.nextBoolean() ? edges[random.nextInt(edges.length)] : random.nextLong();
            arguments.add(new V128(type.bits() == 32 ? bits & 0xFFFF_FFFFL : bits, type.bits() == 128 ? ~bits : 0));
        }
        return arguments;
    }

    private static String outcome(Graph graph, List<V128> arguments) {
        try {
            return Interpreter.run(graph, new TestWorld(), TRIES, arguments).toString();
        } catch (Interpreter.TrapException trap) {
            return trap.reason().toString();
        }
    }
}
