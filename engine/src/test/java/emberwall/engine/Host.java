package emberwall.engine;

import emberwall.testing.WasmBuilder;
import emberwall.wasm.ValueType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntUnaryOperator;

/**
 * A JVM that has everything to do at once: guests trap in every way, run endlessly, are interrupted, and block in host
 * functions of virtual threads, while Java catches its own null pointers and stack overflows, collects garbage, dumps
 * threads, loads and unloads classes and throws away compiled code that these prove wrong. It counts what happened, and
 * nothing may be missing: {@link HostMatrixTest}.
 */
final class Host {
    private static final int[] NONE = {};
    private static final int[] I32 = {WasmBuilder.I32};

    private static final int TRAPPING = 3;
    private static final int CALLS = 20_000;

    private final int scale;
    private final Engine engine;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong traps = new AtomicLong();
    private final AtomicLong interrupted = new AtomicLong();
    private final AtomicLong nulls = new AtomicLong();
    private final AtomicLong overflows = new AtomicLong();
    private final AtomicLong called = new AtomicLong();
    private final AtomicLong blocked = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger mostWaiting = new AtomicInteger();

    private Host(int scale, Engine engine) {
        this.scale = scale;
        this.engine = engine;
    }

    /** The argument says how much of everything. */
    public static void main(String[] arguments) throws Exception {
        int scale = Integer.parseInt(arguments[0]);
        try (Engine engine = Engine.start(Config.builder().maxStack(256 << 10).build())) {
            if (engine.bounds() != Bounds.GUARD) throw new AssertionError("no guard pages");
            new Host(scale, engine).run();
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private Thread start(Thread.Builder builder, Work work) {
        return builder.start(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    private void run() throws Exception {
        List<Thread> background =
                List.of(start(Thread.ofPlatform(), this::collect), start(Thread.ofPlatform(), Host.this::dump));
        List<Thread> workers = new ArrayList<>();
        CompiledModule faults = engine.compile(HostStressTest.faults());
        CompiledModule others = engine.compile(module());
        for (int t = 0; t < TRAPPING; t++) {
            int seed = t;
            Thread.Builder builder = t == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
            workers.add(start(builder, () -> trap(faults, seed)));
        }
        workers.add(start(Thread.ofPlatform(), () -> interrupt(others)));
        workers.add(start(Thread.ofPlatform(), this::catchNulls));
        workers.add(start(Thread.ofPlatform(), () -> overflow(others)));
        workers.add(start(Thread.ofPlatform(), this::deoptimize));
        block(others);
        for (Thread worker : workers) worker.join();
        done.set(true);
        for (Thread thread : background) thread.join();
        if (failure.get() != null) throw new AssertionError(failure.get());
        report();
    }

    private void report() throws InterruptedException {
        var classes = ManagementFactory.getClassLoadingMXBean();
        for (int i = 0; i < 100 && classes.getUnloadedClassCount() == 0; i++) {
            System.gc();
            Thread.sleep(10);
        }
        System.out.println("traps " + traps + ", interrupted " + interrupted + ", nulls " + nulls + ", overflows "
                + overflows + ", called " + called + ", blocked " + blocked);
        System.out.println(classes.getUnloadedClassCount() > 0 ? "classes were unloaded" : "no class was unloaded");
        System.out.println(
                mostWaiting.get() > Runtime.getRuntime().availableProcessors() * 4
                        ? "virtual threads unmount"
                        : "virtual threads do not unmount: " + mostWaiting);
    }

    /** What {@link #main} prints first. */
    static String expected(int scale) {
        return "traps " + (long) TRAPPING * 1000 * scale + ", interrupted " + 50L * scale + ", nulls "
                + 20_000L * scale + ", overflows " + 6L * scale + ", called " + 5L * scale * 3 * CALLS + ", blocked "
                + 200L * scale * 2;
    }

    // ---- what everybody does

    private void collect() throws InterruptedException {
        byte[][] garbage = new byte[100][];
        for (int i = 0; !done.get(); i++) {
            garbage[i % 100] = new byte[50_000];
            if (i % 200 == 0) {
                System.gc();
                Thread.sleep(5);
            }
        }
    }

    private void dump() throws InterruptedException {
        while (!done.get()) {
            if (Thread.getAllStackTraces().isEmpty()) throw new AssertionError("no threads");
            Thread.sleep(5);
        }
    }

    private void trap(CompiledModule faults, int seed) {
        try (Instance instance = faults.instantiate(Imports.of())) {
            traps.addAndGet(HostStressTest.trap(instance, seed, 1000 * scale));
        }
    }

    /** {@code host} calls the host; {@code spin} does so, too, and never returns. */
    private static byte[] module() {
        WasmBuilder m = new WasmBuilder();
        int unary = m.type(I32, I32);
        int host = m.importFunction("env", "host", unary);
        WasmBuilder.Code call = WasmBuilder.code().get(0).call(host).end();
        m.exportFunction("host", m.function(unary, NONE, call));
        WasmBuilder.Code spin = WasmBuilder.code()
                .get(0)
                .call(host)
                .op(0x1A, 0x03, 0x40, 0x0C, 0x00, 0x0B, 0x00)
                .end();
        m.exportFunction("spin", m.function(unary, NONE, spin));
        return m.build();
    }

    private static Imports imports(HostFunction host) {
        return Imports.of()
                .function("env", "host", FunctionType.of(ValueType.I32).returning(ValueType.I32), host);
    }

    /** Endless loops, ended by each thread's interruption in turn. */
    private void interrupt(CompiledModule module) throws InterruptedException {
        for (int i = 0; i < 50 * scale; i++) {
            CountDownLatch running = new CountDownLatch(1);
            Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
            Thread guest = start(builder, () -> {
                try (Instance instance = module.instantiate(imports(call -> running.countDown()))) {
                    instance.function("spin").call(1);
                } catch (Trap trap) {
                    interrupted.incrementAndGet();
                }
            });
            running.await();
            guest.interrupt();
            guest.join();
        }
    }

    private void catchNulls() {
        Object[] objects = new Object[64];
        for (int i = 0; i < 20_000 * scale; i++) {
            try {
                nulls.addAndGet(-objects[i & 63].hashCode());
            } catch (NullPointerException e) {
                nulls.incrementAndGet();
            }
        }
    }

    /** Java's own stack, in Java alone and below a guest. */
    private void overflow(CompiledModule module) {
        try (Instance instance = module.instantiate(imports(call -> call.result(recurse(call.i32(0)))))) {
            Function host = instance.function("host");
            for (int i = 0; i < 3 * scale; i++) {
                try {
                    recurse(i);
                } catch (StackOverflowError e) {
                    overflows.incrementAndGet();
                }
                try {
                    host.call(i);
                } catch (StackOverflowError e) {
                    overflows.incrementAndGet();
                }
            }
        }
    }

    private static int recurse(int depth) {
        return depth == -1 ? 0 : recurse(depth + 1) + 1;
    }

    /** Guests wait in the host, on more virtual threads than there are carriers for. */
    private void block(CompiledModule module) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        HostFunction host = call -> {
            mostWaiting.accumulateAndGet(waiting.incrementAndGet(), Math::max);
            Thread.sleep(50);
            waiting.decrementAndGet();
            call.result(call.i32(0) + 1);
        };
        for (int t = 0; t < 200 * scale; t++) {
            int seed = t;
            threads.add(start(Thread.ofVirtual(), () -> {
                try (Instance instance = module.instantiate(imports(host))) {
                    for (int i = 0; i < 2; i++) {
                        if (instance.function("host").call(seed).equals(seed + 1)) blocked.incrementAndGet();
                    }
                }
            }));
        }
        for (Thread thread : threads) thread.join();
    }

    // ---- compiled code that turns out wrong

    /** Compiled while there is one target; then there are others, and null. */
    static final class Caller implements java.util.function.ToLongFunction<IntUnaryOperator> {
        @Override
        public long applyAsLong(IntUnaryOperator target) {
            long sum = 0;
            for (int i = 0; i < CALLS; i++) {
                try {
                    sum += target.applyAsInt(i);
                } catch (NullPointerException none) {
                    sum++;
                }
            }
            return sum;
        }
    }

    /** A target. */
    static final class One implements IntUnaryOperator {
        @Override
        public int applyAsInt(int operand) {
            return 1;
        }
    }

    @SuppressWarnings("unchecked")
    private void deoptimize() throws Exception {
        for (int i = 0; i < 5 * scale; i++) {
            var caller = (java.util.function.ToLongFunction<IntUnaryOperator>) newClass("Host$Caller");
            called.addAndGet(caller.applyAsLong((IntUnaryOperator) newClass("Host$One")));
            called.addAndGet(caller.applyAsLong((IntUnaryOperator) newClass("Host$One")));
            called.addAndGet(caller.applyAsLong(null));
        }
    }

    /** An object of a class of its own, which goes when the object goes. */
    private static Object newClass(String template) throws ReflectiveOperationException, IOException {
        try (InputStream bytes = Host.class.getResourceAsStream(template + ".class")) {
            return MethodHandles.lookup()
                    .defineHiddenClass(bytes.readAllBytes(), true)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance();
        }
    }
}
