package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.wasm.Feature;
import emberwall.wasm.Features;
import emberwall.wasm.text.WatParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Exceptions in a function whose handlers stand around each other so deep that calls cannot have a landing block for each:
 * what is caught, where, with which locals, and what gets out, is as in the reference interpreter.
 */
class NestedHandlersTest {
    private static final int DEEPEST = 120;
    private static final int TAGS = 6;
    private static final int RUNS = 300;
    private static final Features FEATURES = Features.WASM_3.with(Feature.LEGACY_EXCEPTIONS);

    /** $throw throws now and then, as a generator of numbers says; the last two tags are caught in few places only. */
    private static final String BEGINNING = """
            (module
              (tag $t0 (export "t0") (param i32)) (tag $t1 (export "t1") (param i32))
              (tag $t2 (export "t2") (param i32)) (tag $t3 (export "t3") (param i32))
              (tag $t4 (export "t4") (param i32)) (tag $t5 (export "t5") (param i32))
              (global $state (mut i32) (i32.const 0))
              (func $throw (param $value i32)
                (global.set $state
                  (i32.add (i32.mul (global.get $state) (i32.const 1103515245)) (i32.const 12345)))
                (block (block (block (block (block (block (block
                  (br_table 0 1 2 3 4 5 6 (i32.rem_u (i32.shr_u (global.get $state) (i32.const 16)) (i32.const 80))))
                  (throw $t0 (local.get $value))) (throw $t1 (local.get $value))) (throw $t2 (local.get $value)))
                  (throw $t3 (local.get $value))) (throw $t4 (local.get $value))) (throw $t5 (local.get $value))))
              (func (export "run") (param $seed i32) (result i32) (local $trail i32)
                (global.set $state (local.get $seed))
                (local.set $trail (i32.const 1))
            """;

    @Test
    void areAskedInTheirOrder() {
        Config.Builder config = Config.builder().features(FEATURES);
        int returned = 0;
        int thrown = 0;
        for (int program = 0; program < 4; program++) {
            byte[] bytes = WatParser.parse(program(new Random(program))).bytes();
            List<String> expected = outcomes(config.tier(Tier.REFERENCE).build(), bytes);
            assertEquals(expected, outcomes(config.tier(Tier.OPTIMIZING).build(), bytes), "program " + program);
            returned += (int) expected.stream()
                    .filter(each -> each.startsWith("returned"))
                    .count();
            thrown += (int)
                    expected.stream().filter(each -> each.startsWith("thrown")).count();
        }
        assertTrue(returned > RUNS, "only " + returned + " runs returned");
        assertTrue(thrown > RUNS, "only " + thrown + " runs ended with an exception");
    }

    private static List<String> outcomes(Config config, byte[] bytes) {
        List<String> outcomes = new ArrayList<>();
        try (Engine engine = Engine.start(config);
                Store store = engine.newStore()) {
            Instance instance = engine.compile(bytes).instantiate(store, Imports.of());
            for (int seed = 0; seed < RUNS; seed++) {
                try {
                    outcomes.add("returned " + instance.function("run").call(seed * 7919));
                } catch (WasmException exception) {
                    outcomes.add("thrown " + name(instance, exception.tag()) + " " + exception.values());
                }
            }
            assertEquals(Map.of(), engine.statistics().declined());
        }
        return outcomes;
    }

    private static String name(Instance instance, Tag tag) {
        for (int i = 0; i < TAGS; i++) {
            if (instance.export("t" + i).equals(tag)) {
                return "t" + i;
            }
        }
        throw new AssertionError("another tag");
    }

    private static String program(Random random) {
        StringBuilder text = new StringBuilder(BEGINNING);
        level(0, random, text);
        return text.append("(local.get $trail)))\n").toString();
    }

    /** Statements that leave the operands as they are, and change the trail. */
    private static void level(int depth, Random random, StringBuilder text) {
        if (depth == DEEPEST) {
            return;
        }
        int tag = random.nextInt(10 * TAGS) == 0 ? 4 + random.nextInt(2) : random.nextInt(4);
        String mark =
                "(local.set $trail (i32.add (i32.mul (local.get $trail) (i32.const 31)) (i32.const " + depth + ")))";
        String call = "(call $throw (local.get $trail))";
        String keep = "(local.get $trail) (i32.const 17) (i32.mul) (i32.add) (local.set $trail)";
        switch (random.nextInt(8)) {
            case 0 -> {
                text.append("(i32.const 1) (try (result i32) (do ").append(mark);
                level(depth + 1, random, text);
                text.append(call).append("(i32.const 5)) (catch $t").append(tag).append(mark);
                if (random.nextBoolean()) {
                    text.append(call);
                }
                text.append(")) (i32.add) ").append(keep).append("\n");
            }
            case 1 -> {
                text.append("(try (do ").append(mark);
                level(depth + 1, random, text);
                text.append(call)
                        .append(") (delegate ")
                        .append(random.nextInt(depth + 1))
                        .append("))\n");
            }
            case 2 -> {
                text.append("(block $all (block $caught (result i32 exnref) (try_table (catch_ref $t")
                        .append(tag)
                        .append(" $caught)")
                        .append(mark);
                level(depth + 1, random, text);
                text.append(call).append(") (br $all)) (drop) ").append(keep).append(")\n");
            }
            default -> {
                text.append("(block $caught (result i32) (try_table (catch $t")
                        .append(tag)
                        .append(" $caught)")
                        .append(mark)
                        .append(random.nextBoolean() ? call : "");
                level(depth + 1, random, text);
                text.append(call).append(") (i32.const 3)) ").append(keep).append("\n");
            }
        }
    }
}
