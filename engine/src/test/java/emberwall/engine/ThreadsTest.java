package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.TrapReason;
import emberwall.testing.WasmBuilder;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads of both kinds around stores: who may go in, who waits, and what closing does to those inside. */
@ParameterizedClass
@EnumSource(EngineTest.Kind.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadsTest {
    private static final int[] NONE = {};
    private static final FunctionType STEP = FunctionType.of(ValueType.I32).returning(ValueType.I32);

    private final Engine engine;
    private final CompiledModule module;
    private final ExecutorService platform =
            Executors.newCachedThreadPool(task -> new Thread(task, "the other thread"));
    private final ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();

    ThreadsTest(EngineTest.Kind kind) {
        engine = Engine.start(kind.config);
        module = engine.compile(module());
    }

    @AfterEach
    void close() {
        platform.shutdownNow(); // whoever waits still: a test has failed
        virtual.shutdownNow();
        engine.close();
    }

    /** {@code call(x)} is what the host says to x; {@code spin()} never ends. */
    private static byte[] module() {
        int[] one = {WasmBuilder.I32};
        WasmBuilder m = new WasmBuilder();
        int step = m.type(one, one);
        int none = m.type(NONE, NONE);
        int host = m.importFunction("env", "host", step);
        m.memory(1, 10);
        m.exportMemory("memory", 0);
        m.table(WasmBuilder.EXTERNREF, 1, 1);
        m.exportTable("table", 0);
        m.exportFunction(
                "call",
                m.function(step, NONE, WasmBuilder.code().get(0).call(host).end()));
        m.exportFunction("spin", m.function(none, NONE, WasmBuilder.code().op(0x03, 0x40, 0x0C, 0x00, 0x0B, 0x0B)));
        return m.build();
    }

    private Instance instance(HostFunction host) {
        return module.instantiate(Imports.of().function("env", "host", STEP, host));
    }

    private static <E extends Throwable> E failure(Class<E> type, Future<?> future) {
        Throwable cause = assertThrows(ExecutionException.class, () -> future.get(60, TimeUnit.SECONDS))
                .getCause();
        return assertThrows(type, () -> {
            throw cause;
        });
    }

    @Test
    void blockedHostFunctionsHoldNoCarrier() throws Exception {
        int guests = 300; // many more than carriers: each must wait in its host function for all others to be there
        CyclicBarrier all = new CyclicBarrier(guests);
        List<Future<Object>> results = new ArrayList<>();
        for (int guest = 0; guest < guests; guest++) {
            Instance instance = instance(call -> {
                int x = call.i32(0);
                all.await();
                call.result(x + 1);
            });
            int x = guest;
            results.add(virtual.submit(() -> instance.function("call").call(x)));
        }
        for (int guest = 0; guest < guests; guest++) {
            assertEquals(guest + 1, results.get(guest).get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void othersAreKeptOutByNameWhileAGuestRuns() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Instance instance = instance(call -> {
            inside.countDown();
            goOn.await();
        });
        Memory memory = instance.memory("memory");
        memory.segment(); // the bytes have their place now
        Future<Object> running = platform.submit(() -> instance.function("call").call(1));
        inside.await();
        List<Runnable> forbidden = List.of(
                () -> instance.function("call").call(1),
                () -> memory.grow(1),
                () -> instance.table("table").get(0),
                () -> instance.store().newMemory(MemoryType.of(1)),
                () -> instance.store().timeout(null),
                () -> module.instantiate(instance.store(), Imports.of()));
        for (Runnable action : forbidden) {
            String message =
                    assertThrows(IllegalStateException.class, action::run).getMessage();
            assertEquals("another thread is inside the store: \"the other thread\"", message);
        }
        memory.putInt(8, 77); // bytes are for every thread
        assertEquals(77, memory.segment().get(java.lang.foreign.ValueLayout.JAVA_INT, 8));
        goOn.countDown();
        assertEquals(0, running.get(60, TimeUnit.SECONDS));
        assertEquals(1, memory.grow(1), "and now it is our turn");
    }

    @Test
    void callBacksOfAnotherThreadAreRefused() {
        Instance[] self = new Instance[1];
        self[0] = instance(call -> {
            int x = call.i32(0);
            call.result(
                    x == 0
                            ? 1
                            : platform.submit(() ->
                                            (Integer) self[0].function("call").call(0))
                                    .get());
        });
        assertThrows(ExecutionException.class, () -> self[0].function("call").call(1));
        assertEquals(1, self[0].function("call").call(0));
    }

    @Test
    void closingStopsAGuestThatWouldNeverEnd() throws Exception {
        for (ExecutorService threads : List.of(platform, virtual)) {
            for (int turn = 0; turn < 5; turn++) {
                Instance instance = instance(call -> {});
                CountDownLatch begun = new CountDownLatch(1);
                Future<Object> running = threads.submit(() -> {
                    instance.function("call").call(1);
                    begun.countDown();
                    return instance.function("spin").call();
                });
                begun.await();
                if (turn % 2 == 0) {
                    Thread.sleep(2); // inside for sure, or on its way in
                }
                List<Future<?>> closers = new ArrayList<>();
                for (int closer = 0; closer < 3; closer++) {
                    closers.add(platform.submit(instance::close));
                }
                for (Future<?> closer : closers) {
                    closer.get(60, TimeUnit.SECONDS);
                }
                instance.close();
                RuntimeException end = failure(RuntimeException.class, running);
                if (end instanceof Trap trap) {
                    assertSame(TrapReason.INTERRUPTED, trap.reason());
                } else {
                    assertEquals("the store is closed", end.getMessage());
                }
                assertThrows(
                        IllegalStateException.class,
                        () -> instance.function("spin").call());
            }
        }
    }

    @Test
    void closingWaitsForHostFunctionsThatLookAround() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        Instance instance = instance(call -> {
            inside.countDown();
            while (true) {
                call.attention().check();
                Thread.sleep(1);
            }
        });
        Future<Object> running = virtual.submit(() -> instance.function("call").call(1));
        inside.await();
        engine.close();
        assertSame(TrapReason.INTERRUPTED, failure(Trap.class, running).reason());
    }

    @Test
    void nobodyClosesWhatHeStandsOn() {
        Instance[] self = new Instance[1];
        List<String> refusals = new ArrayList<>();
        self[0] = instance(call -> {
            for (AutoCloseable owner : List.of(self[0], self[0].store(), engine)) {
                refusals.add(
                        assertThrows(IllegalStateException.class, owner::close).getMessage());
            }
            module.close(); // gives its code back when the store closes
            call.result(5);
        });
        assertEquals(5, self[0].function("call").call(1));
        assertEquals(3, refusals.size());
        assertFalse(refusals.contains(null));
        assertEquals(5, self[0].function("call").call(1), "the code is still there");
        assertEquals(6, refusals.size());
    }

    @Test
    void modulesAreClosedWhileTheirCodeRuns() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Instance instance = instance(call -> begun.countDown());
        Future<Object> running = platform.submit(() -> {
            instance.function("call").call(1);
            return instance.function("spin").call();
        });
        begun.await();
        module.close();
        module.close();
        if (engine.tier() != Tier.REFERENCE) {
            assertThrows(IllegalStateException.class, () -> instance(call -> {}));
        }
        instance.store().interrupt();
        while (!running.isDone()) { // the request ends what runs, and it may not have run yet
            instance.store().interrupt();
            Thread.sleep(1);
        }
        assertSame(TrapReason.INTERRUPTED, failure(Trap.class, running).reason());
        assertEquals(0, instance.function("call").call(3), "the store is fine");
        assertTrue(instance.exports().containsKey("spin"));
    }
}
