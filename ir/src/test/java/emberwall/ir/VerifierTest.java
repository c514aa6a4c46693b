package emberwall.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs that a pass must not leave, and texts that are none. */
class VerifierTest {
    private static final String HEAD = "function f(i32, i64) -> (i32) {\nb0(%0: i32, %1: i64):\n";

    private static Graph parse(String body) {
        return Parser.parse(HEAD + body.replace(" / ", "\n") + "\n}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "return %1                                              | which wants I32",
                "jump b1() / b1(): / return i32 1 / b2(): / poll        | ok",
                "jump b1() / b1(): / poll                               | b1 has no end",
                "jump b1(%0) / b1(): / return %0                        | arguments from b0 to b1",
                "jump b1(%1) / b1(%2: i32): / return %2                 | PARAMETER 1 for PARAMETER 2",
                "branch %0, b0(%0, %1), b1() / b1(): / return %0        | the entry has predecessors",
                "%2 = i32.select %1, %0, %0 / return %2                 | which wants I32",
                "%2 = i32.load [%0] class 1 / return %2                 | which wants I64",
                "%2 = i32.load [%1] class 1 traps / return %2           | ok",
            })
    void graphs(String body, String problem) {
        if (problem.equals("ok")) {
            Verifier.verify(parse(body));
        } else {
            String said = assertThrows(AssertionError.class, () -> parse(body)).getMessage();
            assertTrue(said.contains(problem), said);
        }
    }

    @Test
    void valuesMustBeThereWhereTheyAreUsed() {
        AssertionError error = assertThrows(
                AssertionError.class,
                () -> parse(
                        "branch %0, b1(), b2() / b1(): / %2 = i32.load [%1] class 1 / jump b3() / b2(): / jump b3() / "
                                + "b3(): / %3 = i32.add %2, %0 / return %3"));
        assertTrue(error.getMessage().contains("is not there in b3"), error.getMessage());
    }

    @Test
    void replacedValuesMustFit() {
        Graph graph = parse("%2 = i32.load [%1] class 1 / %3 = i32.load [%1 + 4] class 1 / return %3");
        Block entry = graph.entry();
        int first = entry.node(0);
        int second = entry.node(1);
        graph.replace(second, first);
        Verifier.verify(graph);
        assertEquals(2, entry.size());
        assertEquals(first, graph.input(entry.end(), 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "return %7                | line 3: there is no value '%7' yet",
                "%2 = i32.bad %0          | line 3: there is no operator 'bad'",
                "%2 = i32.add %0 %0       | line 3: expected ',', not %0",
                "%0 = i32.add %0, %0      | line 3: a second %0",
                "jump b9()                | line 3: there is no block 'b9'",
                "fly                      | line 3: 'fly' is nothing that can be done",
                "return i32 x             | line 3: 'x' is no number",
                "return %0 %0             | line 3: unexpected %0",
                "trap tired               | line 3: 'tired' is no reason to trap",
            })
    void texts(String body, String message) {
        assertEquals(
                message, assertThrows(ParseException.class, () -> parse(body)).getMessage());
    }

    @Test
    void textsMustEnd() {
        assertThrows(ParseException.class, () -> Parser.parse(HEAD + "return %0\n"));
        assertThrows(ParseException.class, () -> Parser.parse("callee f() -> ()\n"));
    }
}
