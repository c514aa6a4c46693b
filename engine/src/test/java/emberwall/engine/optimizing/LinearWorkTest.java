package emberwall.engine.optimizing;

import static emberwall.testing.WasmBuilder.*;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import emberwall.engine.code.FunctionCode;
import emberwall.testing.WasmBuilder;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What compiling takes grows as functions do, to a megabyte and whatever they look like: the memory of all stages together, the turns
 * of those that ask from time to time whether to go on, and the code.
 */
class LinearWorkTest {
    private static final int SMALL = 60_000;
    private static final int LARGE = 1_000_000;
    /** How much more a byte of the large function may take than one of the small one. */
    private static final double MOST = 1.5;

    private static final int FIRST = 2;
    private static final int LOCALS = 1000;
    private static final int COUNTER = FIRST + LOCALS;

    /** What makes functions large. */
    enum Kind {
        /** The loop of an interpreter. */
        SWITCH {
            @Override
            void write(Body body, int size) {
                body.dispatch(size / 60);
            }
        },
        /** A thousand values that live over all loops. */
        LIVE_OVER_LOOPS {
            @Override
            void write(Body body, int size) {
                while (body.code.bytes().length < size) {
                    for (int i = 0; i < 200; i++) {
                        body.loop();
                    }
                }
            }
        },
        /** Blocks and loops inside of each other, from which branches lead anywhere. */
        NESTS {
            @Override
            void write(Body body, int size) {
                while (body.code.bytes().length < size) {
                    for (int i = 0; i < 10; i++) {
                        body.nest(200);
                    }
                }
            }
        };

        abstract void write(Body body, int size);
    }

    private static final class Body {
        private final Random random = new Random(7);
        private final Code code = code();

        Body() {
            for (int i = 0; i < LOCALS; i++) {
                code.get(i % FIRST).i32(i * 77 + 1).op(0x6A).set(FIRST + i);
            }
        }

        private int local(int locals) {
            return FIRST + random.nextInt(locals);
        }

        void add(int locals) {
            code.get(local(locals))
                    .get(local(locals))
                    .op(0x6A + random.nextInt(3))
                    .set(local(locals));
        }

        void loop() {
            code.i32(0).set(COUNTER).op(0x03, EMPTY);
            add(LOCALS);
            code.get(COUNTER).i32(1).op(0x6A, 0x22).u(COUNTER).i32(3).op(0x48, 0x0D, 0, 0x0B);
        }

        void nest(int depth) {
            for (int i = 0; i < depth; i++) {
                code.op(i % 3 == 2 ? 0x03 : 0x02, EMPTY).get(local(30)).i32(i).op(0x46, 0x0D);
                code.u(random.nextInt(i + 1));
            }
            for (int i = 0; i < depth; i++) {
                add(30);
                code.end();
            }
        }

        void dispatch(int cases) {
            code.op(0x03, EMPTY);
            for (int i = 0; i <= cases; i++) {
                code.op(0x02, EMPTY);
            }
            code.get(0)
                    .memory(0x2D, 0, 0)
                    .get(0)
                    .i32(1)
                    .op(0x6A)
                    .set(0)
                    .op(0x0E)
                    .u(cases);
            for (int i = 0; i <= cases; i++) {
                code.u(i);
            }
            code.end();
            for (int i = 0; i < cases; i++) {
                for (int statement = 0; statement < 4; statement++) {
                    add(16);
                }
                code.get(local(16)).i32(0xFFFC).op(0x71).get(local(16)).memory(0x36, 2, 16);
                code.op(0x0C).u(cases - i).end();
            }
            code.end();
        }

        byte[] module() {
            code.get(FIRST);
            for (int i = 1; i < LOCALS; i++) {
                code.get(FIRST + i).op(0x73);
            }
            WasmBuilder builder = new WasmBuilder();
            builder.memory(1, 1);
            int[] types = new int[LOCALS + 1];
            Arrays.fill(types, I32);
            builder.function(builder.type(new int[] {I32, I32}, new int[] {I32}), types, code.end());
            return builder.build();
        }
    }

    /** What one byte of a body took. */
    private record Work(double memory, double turns, double code) {
        boolean isLittleMoreThan(Work other) {
            return memory <= MOST * other.memory && turns <= MOST * other.turns && code <= MOST * other.code;
        }
    }

    private static Work compile(Kind kind, int size) {
        Body body = new Body();
        kind.write(body, size);
        Module module = ModuleParser.parse(body.module());
        FunctionInfo info = new Validator(module, Limits.DEFAULT, Validator.LOOPS).validate(0);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] turns = new long[1];
        OptimizingCompiler compiler = new OptimizingCompiler(() -> turns[0]++ < 0, new StageTimes());
        try (Facts facts = new Facts(module, true)) {
            long before = threads.getCurrentThreadAllocatedBytes();
            FunctionCode code = compiler.compile(facts, info, false);
            long memory = threads.getCurrentThreadAllocatedBytes() - before;
            double bytes = module.bodyEnd(0) - info.codeOffset();
            return new Work(memory / bytes, turns[0] / bytes, code.length() / bytes);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void growsAsTheFunctionDoes(Kind kind) {
        Work small = compile(kind, SMALL);
        Work large = compile(kind, LARGE);
        assertTrue(
                large.isLittleMoreThan(small), large + " for a byte of a large function, " + small + " of a small one");
    }
}
