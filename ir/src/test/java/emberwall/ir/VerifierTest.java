package emberwall.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs that a pass must not leave, and texts that are none. */
class VerifierTest {
    private static final String HEAD =
            "callee mix(i64) -> (i32, i64)\ncallee one(i64) -> (i32)\nfunction f(i32, i64) -> (i32) {\nb0(%0: i32, %1: i64):\n";

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
                "%2 = context instance / %3 = i32.load [%2 + 8] invariant / return %3 | ok",
                "state(0 = %0, 1:2 = %1) / poll / return %0             | ok",
                "state(1 = %0, 0 = %1) / poll / return %0               | order of the slots of STATE",
                "tail_call one(%1)                                      | ok",
                "tail_call one(%0)                                      | which wants I64",
                "tail_call mix(%1)                                      | results of TAIL_CALL",
                "%2 = invoke mix(%1), b1(), b2() / b1(): / %3 = i32.result 0 of %2 / return %3 "
                        + "/ b2(): / %4 = i64.caught 0 / return %0      | ok",
                "%2 = invoke mix(%1), b1() / b1(): / return %0          | b0 has 1 successors",
                "%2 = invoke mix(%1), b1(), b1() / b1(): / return %0    | b1 is not that of an invocation alone",
                "%2 = invoke mix(%1), b1(), b2() / b1(): / return %0 / b2(): / %3 = i32.result 0 of %2 / return %3 "
                        + "| RESULT 4 of INVOKE 2",
                "%2 = invoke mix(%1), b1(), b2() / b1(): / poll / %3 = i32.result 0 of %2 / return %3 "
                        + "/ b2(): / return %0                          | RESULT 4 of INVOKE 2",
                "%2 = invoke mix(%1), b1(), b2() / b1(): / %3 = i32.caught 0 / return %3 / b2(): / return %0 "
                        + "| is not where an exception lands",
                "%2 = i32.caught 0 / return %2                          | is not where an exception lands",
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
                "return %7                | line 5: there is no value '%7' yet",
                "%2 = i32.bad %0          | line 5: there is no operator 'bad'",
                "%2 = i32.add %0 %0       | line 5: expected ',', not %0",
                "%0 = i32.add %0, %0      | line 5: a second %0",
                "jump b9()                | line 5: there is no block 'b9'",
                "context near             | line 5: there is no context 'near'",
                "invoke mix(%1)           | line 5: expected ',', not the end of the line",
                "fly                      | line 5: 'fly' is nothing that can be done",
                "return i32 x             | line 5: 'x' is no number",
                "return %0 %0             | line 5: unexpected %0",
                "trap tired               | line 5: 'tired' is no reason to trap",
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
