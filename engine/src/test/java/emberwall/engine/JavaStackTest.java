package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.op.TrapReason;
import emberwall.testing.WasmBuilder;
import emberwall.wasm.ValueType;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java code that calls guests until its own stack overflows, wherever that happens to be: going in, out or between. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JavaStackTest {
    private static final int ENGINES = 12;
    private static final int OVERFLOWS = 15;
    private static final int WAKES = 12;
    private static final int LONGER_THAN_IT_WATCHES = 250;

    private static final int[] I32 = {WasmBuilder.I32};

    /** {@code next(x)} calls the host with x; {@code sum(x)} is x + 1. */
    private static byte[] module() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(I32, I32);
        int host = m.importFunction("env", "host", type);
        m.exportFunction(
                "next",
                m.function(
                        type, new int[0], WasmBuilder.code().get(0).call(host).end()));
        WasmBuilder.Code sum = WasmBuilder.code().get(0).i32(1).op(0x6A).end();
        m.exportFunction("sum", m.function(type, new int[0], sum));
        WasmBuilder.Code spin =
                WasmBuilder.code().op(0x03, 0x40, 0x0C, 0x00, 0x0B, 0x00).end();
        m.exportFunction("spin", m.function(type, new int[0], spin));
        return m.build();
    }

    /** A program with its own ways to call. */
    private static final class Program {
        final Instance instance;
        final MethodHandle next;
        final MethodHandle sum;

        Program(Engine engine) {
            FunctionType type = FunctionType.of(ValueType.I32).returning(ValueType.I32);
            instance = engine.compile(module())
                    .instantiate(Imports.of().function("env", "host", type, call -> call.result(call.i32(0) + 1)));
            next = instance.function("next").handle();
            sum = instance.function("sum").handle();
        }

        int call(int x, boolean quickly) {
            try {
                return quickly
                        ? (int) next.invokeExact(x) + (int) sum.invokeExact(x)
                        : (Integer) instance.function("next").call(x) + (int) sum.invokeExact(x);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }

        int onTheWayDown(int depth, boolean quickly) {
            call(depth, quickly);
            return depth == Integer.MAX_VALUE ? 0 : onTheWayDown(depth + 1, quickly) + 1;
        }

        int onTheWayUp(int depth, boolean quickly) {
            try {
                return depth == Integer.MAX_VALUE ? 0 : onTheWayUp(depth + 1, quickly) + 1;
            } finally {
                call(depth, quickly);
            }
        }

        void overflow(boolean down) {
            for (int i = 0; i < OVERFLOWS; i++) {
                boolean quickly = (i & 1) == 0;
                assertThrows(StackOverflowError.class, () -> {
                    if (down) {
                        onTheWayDown(0, quickly);
                    } else {
                        onTheWayUp(0, quickly);
                    }
                });
                assertEquals(42 + 42, call(41, quickly));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavesNothingBehind(boolean down) throws InterruptedException {
        for (int i = 0; i < ENGINES; i++) {
            Engine engine = Engine.start();
            Program program = new Program(engine);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread thread = new Thread(
                    null,
                    () -> {
                        try {
                            program.overflow(down);
                        } catch (Throwable e) {
                            failure.set(e);
                        }
                    },
                    "small stack",
                    (256 + 16 * i) << 10);
            thread.start();
            thread.join();
            if (failure.get() != null) {
                throw new AssertionError("engine " + i, failure.get());
            }
            // Another thread takes over, and closing does not wait for guests that are not there.
            assertEquals(2 + 2, program.call(1, true));
            engine.close();
        }
    }

    /** Whoever finds the watchdog asleep wakes it, and may have no Java stack for that. */
    @Test
    void deadlinesHoldAfterwards() throws Exception {
        for (int i = 0; i < WAKES; i++) {
            try (Engine engine = Engine.start()) {
                Program program = new Program(engine);
                Thread.sleep(LONGER_THAN_IT_WATCHES);
                int kibibytes = 200 + 8 * i;
                Thread thread = new Thread(null, () -> deepest(program), "small stack", kibibytes << 10);
                thread.start();
                thread.join();
                program.instance.store().timeout(Duration.ofMillis(20));
                Trap trap = assertThrows(
                        Trap.class, () -> program.instance.function("spin").call(1));
                assertSame(TrapReason.DEADLINE, trap.reason());
            }
        }
    }

    /** Calls the guest for the first time where the stack ends, and then ever farther from its end. */
    private static void deepest(Program program) {
        assertThrows(StackOverflowError.class, () -> program.onTheWayUp(0, true));
    }
}
