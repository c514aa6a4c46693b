package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.TrapReason;
import emberwall.testing.WasmBuilder;
import emberwall.wasm.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Guests that trap, recurse and spin beside a JVM that collects garbage, catches its own null pointers and overflows its
 * own stacks: neither may notice the other.
 */
class HostStressTest {
    private static final int[] NONE = {};
    private static final int[] I32 = {WasmBuilder.I32};

    /** Every way to trap that needs no host: the name of the function, its body, what it must end with. */
    enum Fault {
        UNREACHABLE(TrapReason.UNREACHABLE, body().op(0x00)),
        LOAD(
                TrapReason.MEMORY_OUT_OF_BOUNDS,
                body().i32(0x7FFF_0000).memory(0x28, 2, 0).op(0x1A)),
        LOAD_FAR(
                TrapReason.MEMORY_OUT_OF_BOUNDS,
                body().i32(-1).memory(0x29, 3, 0xFFFF_FFFFL).op(0x1A)),
        LOAD_ACROSS(
                TrapReason.MEMORY_OUT_OF_BOUNDS,
                body().i32(65_533).memory(0x28, 2, 0).op(0x1A)),
        STORE(TrapReason.MEMORY_OUT_OF_BOUNDS, body().i32(-8).i64(1).memory(0x37, 3, 0)),
        FILL(
                TrapReason.MEMORY_OUT_OF_BOUNDS,
                body().i32(65_000).i32(1).i32(1_000).op(0xFC, 0x0B, 0x00)),
        DIVIDE(TrapReason.INTEGER_DIVIDE_BY_ZERO, body().i32(1).get(0).op(0x6D, 0x1A)),
        REMAINDER(TrapReason.INTEGER_DIVIDE_BY_ZERO, body().i64(1).get(0).op(0xAD, 0x82, 0x1A)),
        OVERFLOW(
                TrapReason.INTEGER_OVERFLOW,
                body().i32(Integer.MIN_VALUE).i32(-1).op(0x6D, 0x1A)),
        TRUNCATE_NAN(TrapReason.INVALID_CONVERSION, body().f64(Double.NaN).op(0xAA, 0x1A)),
        TRUNCATE_LARGE(TrapReason.INTEGER_OVERFLOW, body().f32(1e30f).op(0xAE, 0x1A)),
        NO_ELEMENT(TrapReason.UNDEFINED_ELEMENT, body().i32(99).op(0x11, 0x00, 0x00)),
        NULL_ELEMENT(TrapReason.UNINITIALIZED_ELEMENT, body().i32(5).op(0x11, 0x00, 0x00)),
        WRONG_TYPE(TrapReason.INDIRECT_CALL_TYPE_MISMATCH, body().i32(0).op(0x11, 0x00, 0x00)),
        TABLE(TrapReason.TABLE_OUT_OF_BOUNDS, body().i32(10).op(0x25, 0x00, 0x1A)),
        RECURSION(TrapReason.STACK_EXHAUSTED, body().op(0x10, 0x00));

        final TrapReason reason;
        final WasmBuilder.Code code;

        Fault(TrapReason reason, WasmBuilder.Code code) {
            this.reason = reason;
            this.code = code;
        }

        private static WasmBuilder.Code body() {
            return WasmBuilder.code();
        }
    }

    /** Exports one function for each {@link Fault}, by its name. */
    static byte[] faults() {
        WasmBuilder m = new WasmBuilder();
        int nothing = m.type(NONE, NONE);
        int number = m.type(NONE, I32);
        m.memory(1, 1);
        m.table(WasmBuilder.FUNCREF, 10, 10);
        // Function 0 calls itself; the type of function 1 is not the type that is asked for.
        m.function(nothing, NONE, WasmBuilder.code().call(0).end());
        int other = m.function(number, NONE, WasmBuilder.code().i32(1).end());
        m.elements(0, other);
        for (Fault fault : Fault.values()) {
            WasmBuilder.Code code = WasmBuilder.code().append(fault.code).end();
            m.exportFunction(fault.name(), m.function(nothing, I32, code));
        }
        return m.build();
    }

    private static Config config(Tier tier) {
        return Config.builder().tier(tier).maxStack(256 << 10).build();
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
    void everyFaultHasItsReason(Tier tier) throws Exception {
        try (Engine engine = Engine.start(config(tier));
                CompiledModule module = engine.compile(faults());
                Instance instance = module.instantiate(Imports.of())) {
            for (Fault fault : Fault.values()) {
                Function function = instance.function(fault.name());
                Trap trap = assertThrows(Trap.class, function::call, fault.name());
                assertEquals(fault.reason, trap.reason(), fault.name());
            }
        }
    }

    @Test
    void aMillionTrapsLeaveTheMachineAsItWas() throws Exception {
        int threads = 8;
        int trapsEach = 125_000;
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong caught = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Engine engine = Engine.start(config(Tier.AUTO));
                CompiledModule module = engine.compile(faults())) {
            Thread collector = Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    byte[][] garbage = new byte[64][];
                    for (int i = 0; i < garbage.length; i++) garbage[i] = new byte[64 << 10];
                    System.gc();
                }
            });
            List<Thread> workers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int seed = t;
                workers.add(Thread.ofPlatform().start(() -> {
                    try (Instance instance = module.instantiate(Imports.of())) {
                        caught.addAndGet(trap(instance, seed, trapsEach));
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                    }
                }));
            }
            for (Thread worker : workers) worker.join();
            done.set(true);
            collector.join();
        }
        if (failure.get() != null) throw new AssertionError(failure.get());
        assertEquals((long) threads * trapsEach, caught.get());
        assertEquals(10_000, nullPointers(10_000));
        for (int i = 0; i < 20; i++) assertThrows(StackOverflowError.class, () -> overflow(0));
    }

    static long trap(Instance instance, int seed, int count) {
        Fault[] faults = Fault.values();
        Function[] functions = new Function[faults.length];
        for (Fault fault : faults) functions[fault.ordinal()] = instance.function(fault.name());
        long caught = 0;
        for (int i = 0; i < count; i++) {
            // Recursion is a thousand times dearer than the rest: every fault in turn, but that one seldom.
            Fault fault = faults[(i + seed) % faults.length];
            if (fault == Fault.RECURSION && i % 100 != 0) fault = Fault.LOAD;
            try {
                functions[fault.ordinal()].call();
            } catch (Trap trap) {
                assertSame(fault.reason, trap.reason());
                caught++;
            }
        }
        return caught;
    }

    private static int nullPointers(int count) {
        int caught = 0;
        for (int i = 0; i < count; i++) {
            Object object = i % 3 == 4 ? "never" : null;
            try {
                caught += object.hashCode() & 0;
            } catch (NullPointerException e) {
                caught++;
            }
        }
        return caught;
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
    void recursionWithHugeFramesIsATrap(Tier tier) throws Exception {
        for (int locals : new int[] {0, 1, 100, 2_000, 2_100, 20_000, 49_999}) {
            WasmBuilder m = new WasmBuilder();
            int type = m.type(I32, I32);
            int[] types = new int[locals];
            for (int i = 0; i < locals; i++) types[i] = i % 3 == 0 ? WasmBuilder.F64 : WasmBuilder.I64;
            m.function(
                    type,
                    types,
                    WasmBuilder.code().get(0).call(0).i32(1).op(0x6A).end());
            m.exportFunction("f", 0);
            try (Engine engine = Engine.start(config(tier));
                    CompiledModule module = engine.compile(m.build());
                    Instance instance = module.instantiate(Imports.of())) {
                for (int i = 0; i < 3; i++) {
                    Trap trap = assertThrows(
                            Trap.class, () -> instance.function("f").call(1), locals + " locals");
                    assertSame(TrapReason.STACK_EXHAUSTED, trap.reason(), locals + " locals");
                }
            }
        }
    }

    /** Exports {@code spin}, which never returns, and {@code tell}, which calls the host first. */
    private static byte[] spinner() {
        WasmBuilder m = new WasmBuilder();
        int nothing = m.type(NONE, NONE);
        int tell = m.importFunction("env", "started", nothing);
        WasmBuilder.Code spin =
                WasmBuilder.code().call(tell).op(0x03, 0x40, 0x0C, 0x00, 0x0B).end();
        m.exportFunction("spin", m.function(nothing, NONE, spin));
        return m.build();
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
    void anEndlessLoopEndsAtItsDeadline(Tier tier) throws Exception {
        Imports imports = Imports.of().function("env", "started", FunctionType.of(), call -> {});
        try (Engine engine = Engine.start(config(tier));
                CompiledModule module = engine.compile(spinner());
                Instance instance = module.instantiate(imports)) {
            for (int i = 0; i < 3; i++) {
                instance.store().timeout(Duration.ofMillis(30));
                Trap trap =
                        assertThrows(Trap.class, () -> instance.function("spin").call());
                assertSame(TrapReason.DEADLINE, trap.reason());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
    void anEndlessLoopEndsWhenItsThreadIsInterrupted(Tier tier) throws Exception {
        for (boolean virtual : new boolean[] {false, true}) {
            CountDownLatch started = new CountDownLatch(1);
            AtomicReference<Throwable> end = new AtomicReference<>();
            Imports imports = Imports.of().function("env", "started", FunctionType.of(), call -> started.countDown());
            try (Engine engine = Engine.start(config(tier));
                    CompiledModule module = engine.compile(spinner());
                    Instance instance = module.instantiate(imports)) {
                Runnable run = () -> {
                    try {
                        instance.function("spin").call();
                    } catch (Throwable e) {
                        end.set(e);
                    }
                };
                Thread thread = virtual
                        ? Thread.ofVirtual().start(run)
                        : Thread.ofPlatform().start(run);
                started.await();
                thread.interrupt();
                thread.join();
            }
            assertTrue(end.get() instanceof Trap, () -> "ended by " + end.get());
            assertSame(TrapReason.INTERRUPTED, ((Trap) end.get()).reason());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
    void closingTheStoreEndsTheGuestFirst(Tier tier) throws Exception {
        for (int i = 0; i < 20; i++) {
            CountDownLatch started = new CountDownLatch(1);
            AtomicReference<Throwable> end = new AtomicReference<>();
            Imports imports = Imports.of().function("env", "started", FunctionType.of(), call -> started.countDown());
            try (Engine engine = Engine.start(config(tier));
                    CompiledModule module = engine.compile(spinner())) {
                Instance instance = module.instantiate(imports);
                Thread thread = Thread.ofPlatform().start(() -> {
                    try {
                        instance.function("spin").call();
                    } catch (Throwable e) {
                        end.set(e);
                    }
                });
                started.await();
                instance.close();
                thread.join();
                instance.close();
                assertThrows(
                        IllegalStateException.class,
                        () -> instance.function("spin").call());
            }
            assertTrue(end.get() instanceof Trap, () -> "ended by " + end.get());
        }
    }

    @Test
    void virtualThreadsTakeTurnsInHostFunctions() throws Exception {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(I32, I32);
        int host = m.importFunction("env", "host", type);
        WasmBuilder.Code twice = WasmBuilder.code().get(0).call(host).call(host).end();
        m.exportFunction("twice", m.function(type, NONE, twice));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Imports imports = Imports.of()
                .function("env", "host", FunctionType.of(ValueType.I32).returning(ValueType.I32), call -> {
                    int value = call.i32(0);
                    Thread.sleep(1);
                    call.result(value + 1);
                });
        try (Engine engine = Engine.start();
                CompiledModule module = engine.compile(m.build())) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 200; t++) {
                int seed = t;
                threads.add(Thread.ofVirtual().start(() -> {
                    try (Instance instance = module.instantiate(imports)) {
                        for (int i = 0; i < 20; i++) {
                            assertEquals(
                                    seed + i + 2, instance.function("twice").call(seed + i));
                        }
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                    }
                }));
            }
            for (Thread thread : threads) thread.join();
        }
        if (failure.get() != null) throw new AssertionError(failure.get());
    }
}
