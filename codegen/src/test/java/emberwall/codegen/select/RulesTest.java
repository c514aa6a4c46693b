package emberwall.codegen.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Decoder;
import emberwall.asm.x64.Op;
import emberwall.asm.x64.Reg;
import emberwall.asm.x64.Width;
import emberwall.codegen.alloc.Allocation;
import emberwall.codegen.alloc.Checker;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.alloc.LinearScan;
import emberwall.codegen.alloc.Listing;
import emberwall.codegen.x64.X64Operators;
import emberwall.ir.Callee;
import emberwall.ir.CriticalEdges;
import emberwall.ir.Graph;
import emberwall.ir.Parser;
import emberwall.ir.Schedule;
import emberwall.op.TrapReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The machine code that the rules of selection make, one case for each. In {@code rules.txt} a case is a line that says what it
 * shows, a function, {@code =>}, and its code behind the prologue. After a change that is meant, or with new cases that have
 * nothing behind {@code =>}, this writes the file anew:
 *
 * <pre>
 *   ./mvnw -pl codegen -am test -Dtest=RulesTest -Dsurefire.failIfNoSpecifiedTests=false -Dbless
 * </pre>
 */
class RulesTest {
    private static final Path FILE = Path.of(System.getProperty("emberwall.root", ""))
            .resolve("codegen/src/test/resources/emberwall/codegen/select/rules.txt");
    private static final String ARROW = "=>\n";

    @Test
    void codeIsAsWritten() throws IOException {
        String expected = Files.readString(FILE);
        StringBuilder actual = new StringBuilder();
        int cases = 0;
        for (String part : expected.split("(?m)^(?=# )")) {
            if (!part.isBlank()) {
                String before = part.split("(?m)^" + ARROW, 2)[0].strip();
                actual.append(actual.isEmpty() ? "" : "\n").append(before).append('\n');
                actual.append(ARROW).append(code(Parser.parse(before.substring(before.indexOf('\n') + 1) + "\n")));
                cases++;
            }
        }
        assertTrue(cases > 0, "no cases");
        if (System.getProperty("bless") != null) {
            Files.writeString(FILE, actual.toString());
        } else {
            assertEquals(expected, actual.toString());
        }
    }

    @Test
    void listingsNameInstructions() {
        Graph graph = Parser.parse("""
                function f(i32, i32) -> (i32) {
                b0(%0: i32, %1: i32):
                  %2 = i32.xor %0, i32 -1
                  %3 = i32.and %2, %1
                  return %3
                }
                """);
        Code code = new Code();
        new Selector(code).select(graph, Schedule.of(graph), new Plain(), X64Operators.ALL);
        assertEquals(
                List.of("entry", "and not", "return"),
                Listing.of(code, null, Emitter::name)
                        .lines()
                        .filter(line -> line.contains(":  "))
                        .map(line -> line.substring(line.indexOf(":  ") + 3, line.indexOf(" #")))
                        .toList());
    }

    private static String code(Graph graph) {
        CriticalEdges.split(graph);
        Code code = new Code();
        Selector selector = new Selector(code);
        Plain linkage = new Plain();
        selector.select(graph, Schedule.of(graph), linkage, X64Operators.ALL);
        Allocation allocation = new LinearScan().allocate(code, Emitter.allocatable());
        Checker.check(code, allocation, Emitter.allocatable());
        Assembler a = new Assembler();
        new Emitter(a).emit(selector, allocation, linkage, X64Operators.ALL, false);
        StringBuilder text = new StringBuilder();
        Decoder decoder = new Decoder();
        for (int at = linkage.begin; at < linkage.end; at += decoder.length()) {
            assertTrue(decoder.decode(a.bytes(), at, a.position()), () -> "no instruction: " + text);
            text.append(String.format("  %3x  %s%n", at - linkage.begin, decoder.text(-linkage.begin)));
        }
        return text.toString();
    }

    /** Takes a frame; what else it is asked for is an instruction that says nothing more. */
    private static final class Plain implements Linkage {
        int begin;
        int end;
        private final List<Integer> stubs = new ArrayList<>();

        @Override
        public Passing passing(Callee callee) {
            return Passing.PLAIN;
        }

        @Override
        public void prologue(Assembler a, int frameBytes, int callArea) {
            a.push(Reg.RBP);
            a.mov(Width.W64, Reg.RBP, Reg.RSP);
            a.subi(Width.W64, Reg.RSP, frameBytes);
            a.pin();
            begin = a.position();
        }

        @Override
        public void call(Assembler a, Callee callee, int instruction, int origin, int[] landings) {
            a.ud2();
        }

        @Override
        public void landed(Assembler a) {
            a.ud2();
        }

        @Override
        public void tailCall(Assembler a, Callee callee, int origin) {
            a.ud2();
        }

        @Override
        public int trap(Assembler a, TrapReason reason, int origin) {
            stubs.add(a.newLabel());
            return stubs.getLast();
        }

        @Override
        public void mayFault(Assembler a, int origin) {
            // Nothing to note.
        }

        @Override
        public void poll(Assembler a, int origin) {
            a.none(Op.PAUSE);
        }

        @Override
        public void finish(Assembler a) {
            a.pin();
            end = a.position();
            for (int stub : stubs) {
                a.bind(stub);
                a.ud2();
            }
        }
    }
}
