package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The classic litmus tests of memory models (Alglave, Maranget, Tautschnig, "Herding Cats"), with atomic accesses, which are
 * sequentially consistent: outcomes that no interleaving gives must not be seen. Threads walk over arrays of
 * variables side by side, so that one run is thousands of tries.
 */
@ParameterizedClass
@EnumSource(EngineTest.Kind.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LitmusTest {
    /** Tries of a run; variables and registers have one page of cells each. */
    private static final int TRIES = 16_384;

    private static final int PAGE = 65_536;
    private static final int FIRST_REGISTER = 3;

    private final Engine engine;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    LitmusTest(EngineTest.Kind kind) {
        engine = Engine.start(kind.config);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        engine.close();
    }

    /** An outcome: what the registers hold after a try. */
    private interface Forbidden {
        boolean is(int r0, int r1, int r2, int r3);
    }

    @Test
    void storeBuffering() throws Exception {
        run((a, b, c, d) -> a == 0 && b == 0, "x=1 r0=y", "y=1 r1=x");
    }

    @Test
    void storeBufferingBehindAFence() throws Exception {
        run((a, b, c, d) -> a == 0 && b == 0, "X=1 fence R0=Y", "Y=1 fence R1=X");
    }

    @Test
    void messagePassing() throws Exception {
        run((a, b, c, d) -> a == 1 && b == 0, "x=1 y=1", "r0=y r1=x");
    }

    @Test
    void loadBuffering() throws Exception {
        run((a, b, c, d) -> a == 1 && b == 1, "r0=x y=1", "r1=y x=1");
    }

    @Test
    void independentReadsOfIndependentWrites() throws Exception {
        run((a, b, c, d) -> a == 1 && b == 0 && c == 1 && d == 0, "x=1", "y=1", "r0=x r1=y", "r2=y r3=x");
    }

    @Test
    void coherenceOfReads() throws Exception {
        run((a, b, c, d) -> a == 1 && b == 0, "x=1", "r0=x r1=x");
    }

    @Test
    void updatesAreInOnePiece() throws Exception {
        run((a, b, c, d) -> a + b + c + d != 6, "r0+x", "r1+x", "r2+x", "r3+x");
    }

    private void run(Forbidden forbidden, String... programs) throws Exception {
        int rounds = engine.tier() == Tier.REFERENCE ? 1 : 12;
        for (int round = 0; round < rounds; round++) {
            Memory memory = engine.newStore().newMemory(MemoryType.shared(8, 8));
            List<Future<?>> running = new ArrayList<>();
            List<Store> stores = new ArrayList<>(List.of(memory.store()));
            for (String program : programs) {
                Store store = engine.newStore();
                stores.add(store);
                Instance instance = engine.compileText(text(program, programs.length))
                        .instantiate(store, Imports.of().memory("env", "memory", memory));
                running.add(threads.submit(() -> instance.function("run").call()));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
            for (int at = 4; at < 4 * TRIES; at += 4) {
                int[] r = new int[4];
                for (int i = 0; i < r.length; i++) {
                    r[i] = memory.getInt((long) (FIRST_REGISTER + i) * PAGE + at);
                }
                assertFalse(
                        forbidden.is(r[0], r[1], r[2], r[3]),
                        () -> String.join(" || ", programs) + " gave " + Arrays.toString(r));
            }
            stores.forEach(Store::close);
        }
    }

    /** A thread waits for the others, then does its program on one try after the other. */
    private static String text(String program, int threads) {
        StringBuilder body = new StringBuilder();
        for (String step : program.split(" ")) {
            body.append(step(step)).append('\n');
        }
        return """
                (module
                  (memory (import "env" "memory") 8 8 shared)
                  (func (export "run") (local $i i32)
                    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
                    (loop $wait (br_if $wait (i32.ne (i32.atomic.load (i32.const 0)) (i32.const %d))))
                    (loop $more
                      (local.set $i (i32.add (local.get $i) (i32.const 4)))
                      %s
                      (br_if $more (i32.lt_u (local.get $i) (i32.const %d))))))
                """.formatted(threads, body, 4 * (TRIES - 1));
    }

    /** {@code x=1}, {@code r0=x} or {@code r0+x}, which adds one and gives what was there; plain accesses in capitals. */
    private static String step(String step) {
        if (step.equals("fence")) {
            return "(atomic.fence)";
        }
        boolean isRead = Character.toLowerCase(step.charAt(0)) == 'r';
        String access = Character.isUpperCase(step.charAt(0)) ? "i32." : "i32.atomic.";
        if (!isRead) {
            return "(" + access + "store offset=" + place(step.charAt(0)) + " (local.get $i) (i32.const 1))";
        }
        int register = (FIRST_REGISTER + step.charAt(1) - '0') * PAGE;
        String value = step.charAt(2) == '+'
                ? "(i32.atomic.rmw.add offset=" + place(step.charAt(3)) + " (local.get $i) (i32.const 1))"
                : "(" + access + "load offset=" + place(step.charAt(3)) + " (local.get $i))";
        return "(i32.store offset=" + register + " (local.get $i) " + value + ")";
    }

    private static int place(char variable) {
        return (Character.toLowerCase(variable) - 'x' + 1) * PAGE;
    }
}
