package emberwall.engine.optimizing;

import static emberwall.testing.WasmBuilder.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Instance;
import emberwall.engine.Statistics;
import emberwall.engine.Tier;
import emberwall.testing.WasmBuilder;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Functions of a megabyte are optimized, and rightly; larger ones are left to the baseline compiler. */
class LargeFunctionsTest {
    private static final int MEGABYTE = 1_000_000;
    private static final int FIRST = 2;
    private static final int COUNTER = 1500;

    /** A body of statements on locals, which are parameters at first and end in a sum. */
    private static final class Body {
        private final Random random = new Random(7);
        private final Code code = code();
        private final int locals;

        Body(int locals) {
            this.locals = locals;
            for (int i = 0; i < locals; i++) {
                code.get(i % FIRST).i32(i * 77 + 1).op(0x6A).set(FIRST + i);
            }
        }

        private int local() {
            return FIRST + random.nextInt(locals);
        }

        void add() {
            code.get(local()).get(local()).op(0x6A + random.nextInt(3)).set(local());
        }

        void choose() {
            code.get(local()).get(local()).op(0x48, 0x04, EMPTY);
            add();
            code.op(0x05).get(local()).set(local()).op(0x0B);
        }

        void call() {
            code.get(local()).call(0).set(local());
        }

        /** Three rounds. */
        void loop() {
            code.i32(0).set(COUNTER).op(0x03, EMPTY);
            add();
            code.get(COUNTER).i32(1).op(0x6A, 0x22).u(COUNTER).i32(3).op(0x48, 0x0D, 0, 0x0B);
        }

        void access() {
            code.get(local()).i32(0xFFFC).op(0x71).memory(0x28, 2, 0).set(local());
            code.get(local()).i32(0xFFFC).op(0x71).get(local()).memory(0x36, 2, 0);
        }

        /** A block from which many others lead out. */
        void nest(int depth) {
            for (int i = 0; i < depth; i++) {
                code.op(i % 3 == 2 ? 0x03 : 0x02, EMPTY).get(local()).i32(i).op(0x46, 0x0D);
                code.u(random.nextInt(i + 1));
            }
            for (int i = 0; i < depth; i++) {
                code.get(local()).set(local()).end();
            }
        }

        Code end() {
            code.get(FIRST);
            for (int i = 1; i < locals; i++) {
                code.get(FIRST + i).op(0x73);
            }
            return code.end();
        }
    }

    private static byte[] module(Body body) {
        WasmBuilder builder = new WasmBuilder();
        builder.memory(1, 1);
        int unary = builder.type(new int[] {I32}, new int[] {I32});
        Code leaf = code().get(0)
                .op(0x04, I32)
                .get(0)
                .i32(1)
                .op(0x76)
                .call(0)
                .get(0)
                .op(0x6A, 0x05);
        builder.function(unary, new int[0], leaf.i32(7).op(0x0B).end());
        int binary = builder.type(new int[] {I32, I32}, new int[] {I32});
        int[] types = new int[COUNTER];
        Arrays.fill(types, I32);
        builder.exportFunction("f", builder.function(binary, types, body.end()));
        return builder.build();
    }

    private static int run(byte[] module, Tier tier, Map<String, Long> declined) {
        Config config = Config.builder().tier(tier).build();
        try (Engine engine = Engine.start(config);
                CompiledModule compiled = engine.compile(module)) {
            compiled.compileAll();
            Statistics statistics = engine.statistics();
            assertEquals(declined, statistics.declined());
            try (Instance instance = compiled.instantiate()) {
                return (int) instance.function("f").call(3, 1234567);
            }
        }
    }

    private static void compare(Body body, Map<String, Long> declined) {
        byte[] module = module(body);
        assertEquals(run(module, Tier.BASELINE, Map.of()), run(module, Tier.OPTIMIZING, declined));
    }

    @Test
    void aMegabyteOfAll() {
        Body body = new Body(40);
        while (body.code.bytes().length < MEGABYTE) {
            for (int i = 0; i < 2000; i++) {
                body.add();
                body.choose();
                body.loop();
                body.access();
                if (i % 8 == 0) {
                    body.call();
                }
            }
        }
        compare(body, Map.of());
    }

    @Test
    void aThousandValuesAlive() {
        Body body = new Body(1000);
        while (body.code.bytes().length < MEGABYTE / 8) {
            for (int i = 0; i < 500; i++) {
                body.loop();
                body.choose();
            }
        }
        compare(body, Map.of());
    }

    @Test
    void loopsInEachOther() {
        Body body = new Body(8);
        body.nest(4000);
        compare(body, Map.of());
    }

    @Test
    void moreThanTwoMegabytes() {
        Body body = new Body(40);
        while (body.code.bytes().length < 2.2 * MEGABYTE) {
            for (int i = 0; i < 20_000; i++) {
                body.add();
            }
        }
        compare(body, Map.of("too large", 1L));
    }
}
