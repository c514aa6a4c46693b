package emberwall.engine.optimizing;

import static emberwall.testing.WasmBuilder.*;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ir.Graph;
import emberwall.testing.WasmBuilder;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Functions as large as they may be become graphs that are not much larger. */
class LargeGraphsTest {
    private static final int MANY_LOCALS = 49_000;

    /** The graph of a body on two i32 parameters with one i32 as its result. */
    private static Graph build(int locals, Code body) {
        WasmBuilder builder = new WasmBuilder();
        int signature = builder.type(new int[] {I32, I32}, new int[] {I32});
        int[] types = new int[locals];
        Arrays.fill(types, I32);
        int function = builder.function(signature, types, body);
        Module module = ModuleParser.parse(builder.build());
        try (Facts facts = new Facts(module, true)) {
            return new GraphBuilder(facts).build(new Validator(module, Limits.DEFAULT, 0).validate(function));
        }
    }

    private static void check(int locals, Code body) {
        Graph graph = build(locals, body);
        int bytes = body.bytes().length;
        assertTrue(graph.size() < 2000 + locals + 4 * bytes, graph.size() + " nodes of " + bytes + " bytes");
    }

    @Test
    void aMegabyteInARow() {
        Code body = code().get(0);
        for (int i = 0; i < 170_000; i++) {
            body.i32(i).op(0x6C).get(1).op(0x6A);
        }
        check(0, body.end());
    }

    @Test
    void manyLocalsAtManyBranches() {
        Code body = code().op(0x02, EMPTY);
        for (int i = 0; i < 3000; i++) {
            body.get(i % 2).set(2 + i * 16).get(0).op(0x0D, 0);
        }
        check(MANY_LOCALS, body.op(0x0B).get(7).end());
    }

    @Test
    void manyLocalsInManyLoops() {
        Code body = code();
        for (int i = 0; i < 3000; i++) {
            body.op(0x03, EMPTY).get(0).set(2 + i * 16).get(1).op(0x0D, 0, 0x0B);
        }
        check(MANY_LOCALS, body.get(2).end());
    }

    @Test
    void aTableOfManyJumps() {
        int entries = 300_000;
        Code body =
                code().op(0x02, EMPTY, 0x02, EMPTY, 0x02, EMPTY).get(0).op(0x0E).u(entries);
        for (int i = 0; i < entries; i++) {
            body.op(i % 3);
        }
        body.op(2).end().i32(10).op(0x0F).end().i32(11).op(0x0F).end().i32(12).end();
        check(0, body);
    }

    @Test
    void deepNesting() {
        int depth = 100_000;
        Code body = code();
        for (int i = 0; i < depth; i++) {
            body.op(i % 3 == 2 ? 0x03 : 0x02, EMPTY)
                    .get(1)
                    .i32(i)
                    .op(0x46, 0x0D)
                    .u(i / 2);
        }
        for (int i = 0; i < depth; i++) {
            body.get(0).set(0).end();
        }
        check(0, body.get(0).end());
    }

    @Test
    void manyArms() {
        Code body = code();
        for (int i = 0; i < 100_000; i++) {
            body.get(0).op(0x04, EMPTY).get(1).set(0).op(0x05).i32(i).set(1).op(0x0B);
        }
        check(0, body.get(0).end());
    }
}
