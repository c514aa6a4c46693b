package emberwall.engine;

import emberwall.os.Errno;
import emberwall.os.Pages;
import emberwall.testing.WasmBuilder;
import emberwall.wasm.ValueType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Programs that close things while others use them, each in a JVM of its own: {@link ClosingTest}. */
final class Closings {
    private static final int[] NONE = {};
    private static final int[] I32 = {WasmBuilder.I32};

    private static final AtomicReference<Throwable> FAILURE = new AtomicReference<>();

    private Closings() {}

    public static void main(String[] arguments) throws Exception {
        Config config = Config.builder()
                .tier(Tier.BASELINE)
                .bounds(Bounds.valueOf(arguments[1]))
                .build();
        int rounds = Integer.parseInt(arguments[2]);
        switch (arguments[0]) {
            case "exports" -> exports(config, rounds);
            case "twice" -> twice(config, rounds);
            case "inside" -> inside(config);
            case "modules" -> modules(config, rounds);
            case "anytime" -> anytime(config, rounds);
            case "growing" -> growing(config, rounds);
            case "views" -> views(config, rounds);
            case "calls" -> calls(config, rounds);
            case "shutdown" -> shutdown(config);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        if (FAILURE.get() != null) throw new AssertionError(FAILURE.get());
        System.out.println("fine");
    }

    private static void check(boolean condition, String what) {
        if (!condition) throw new AssertionError(what);
    }

    /** Runs on a thread of its own; what it throws fails the program. */
    private interface Work {
        void run() throws Exception;
    }

    private static Thread start(Work work) {
        return Thread.ofPlatform().start(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                FAILURE.compareAndSet(null, e);
            }
        });
    }

    /** Whether closing something is a legal answer to what {@code work} does: it ended so, or well. */
    private static boolean survives(Work work) {
        try {
            work.run();
            return true;
        } catch (IllegalStateException closed) {
            return false;
        } catch (Trap trap) {
            return false;
        } catch (Exception other) {
            throw new AssertionError(other);
        }
    }

    /** {@code spin} tells the host and never returns, {@code wait} lets the host wait; many more functions for records. */
    private static byte[] module() {
        WasmBuilder m = new WasmBuilder();
        int nothing = m.type(NONE, NONE);
        int unary = m.type(I32, I32);
        int tell = m.importFunction("env", "tell", nothing);
        m.memory(1, 2000);
        m.exportMemory("memory", 0);
        WasmBuilder.Code spin =
                WasmBuilder.code().call(tell).op(0x03, 0x40, 0x0C, 0x00, 0x0B).end();
        m.exportFunction("spin", m.function(nothing, NONE, spin));
        m.exportFunction(
                "wait", m.function(nothing, NONE, WasmBuilder.code().call(tell).end()));
        WasmBuilder.Code grow = WasmBuilder.code().get(0).op(0x40, 0x00).end();
        m.exportFunction("grow", m.function(unary, NONE, grow));
        for (int i = 0; i < 200; i++) {
            WasmBuilder.Code add = WasmBuilder.code().get(0).i32(i).op(0x6A).end();
            m.exportFunction("f" + i, m.function(unary, NONE, add));
        }
        return m.build();
    }

    private static Imports imports(HostFunction tell) {
        return Imports.of().function("env", "tell", FunctionType.of(), tell);
    }

    /** Exports that nobody asked for before the store closed, and while it closes. */
    private static void exports(Config config, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            Engine engine = Engine.start(config);
            Instance late = engine.compile(module()).instantiate(imports(call -> {}));
            List<Instance> racing = new ArrayList<>();
            for (int i = 0; i < 20; i++) racing.add(late.module().instantiate(imports(call -> {})));
            Thread looking = start(() -> {
                for (Instance instance : racing) survives(instance::exports);
            });
            for (Instance instance : racing) instance.close();
            engine.close();
            looking.join();
            check(!survives(() -> late.function("f1").call(1)), "a call after the end");
            check(!survives(late::exports), "records after the end");
        }
    }

    /** A guest waits in the host while two threads close its store and its engine. */
    private static void twice(Config config, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            CountDownLatch inside = new CountDownLatch(1);
            AtomicBoolean left = new AtomicBoolean();
            Engine engine = Engine.start(config);
            Instance instance = engine.compile(module()).instantiate(imports(call -> {
                inside.countDown();
                Thread.sleep(20);
            }));
            Thread guest = start(() -> {
                survives(() -> instance.function(ThreadLocalRandom.current().nextBoolean() ? "spin" : "wait")
                        .call());
                left.set(true);
            });
            inside.await();
            List<Thread> closing = new ArrayList<>();
            for (AutoCloseable owner : new AutoCloseable[] {instance, engine, instance.store(), engine}) {
                closing.add(start(owner::close));
            }
            instance.store().close();
            engine.close();
            for (Thread thread : closing) thread.join();
            guest.join();
            check(left.get(), "the guest is gone");
        }
    }

    /** A guest's host function may not close what the guest stands on, not even while another thread does. */
    private static void inside(Config config) throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        AtomicLong refused = new AtomicLong();
        Engine engine = Engine.start(config);
        Instance instance = engine.compile(module()).instantiate(imports(call -> {
            for (int i = 0; i < 2; i++) {
                if (!survives(call.store()::close)) refused.incrementAndGet();
                if (!survives(call.store().engine()::close)) refused.incrementAndGet();
                inside.countDown();
                Thread.sleep(50);
            }
        }));
        Thread guest = start(() -> survives(() -> instance.function("wait").call()));
        inside.await();
        instance.close();
        guest.join();
        check(refused.get() == 4, refused + " of 4 refused");
        engine.close();
    }

    /** Modules close while other threads instantiate them, and the engine closes while modules compile and close. */
    private static void modules(Config config, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            Engine engine = Engine.start(config);
            List<CompiledModule> modules = new ArrayList<>();
            for (int i = 0; i < 6; i++) modules.add(engine.compile(module()));
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int seed = t;
                threads.add(start(() -> {
                    for (int i = 0; i < modules.size(); i++) {
                        CompiledModule module = modules.get((i + seed) % modules.size());
                        survives(() -> {
                            if (seed == 0) {
                                module.compileAll();
                            } else if (seed == 1) {
                                module.inspect(5);
                            } else if (seed == 2) {
                                module.instantiate(imports(call -> {}))
                                        .function("f7")
                                        .call(1);
                            } else {
                                module.close();
                            }
                        });
                    }
                }));
            }
            Thread.sleep(ThreadLocalRandom.current().nextInt(4));
            engine.close();
            for (Thread thread : threads) thread.join();
        }
    }

    /** Guests of many kinds, ended at random moments: by interruption, from another thread, by closing this or that. */
    private static void anytime(Config config, int rounds) throws Exception {
        Imports imports = imports(call -> {});
        Engine engine = Engine.start(config);
        CompiledModule module = engine.compile(module());
        String[] functions = {"spin", "grow", "f3", "spin", "wait"};
        for (int round = 0; round < rounds; round++) {
            Instance instance = module.instantiate(imports);
            CountDownLatch running = new CountDownLatch(1);
            AtomicBoolean over = new AtomicBoolean();
            int first = round;
            Thread guest = start(() -> {
                running.countDown();
                for (int i = first; !over.get(); i++) {
                    String name = functions[i % functions.length];
                    Function function;
                    try {
                        function = instance.function(name);
                        if (function.type().parameterCount() == 0) function.call();
                        else function.call(1);
                    } catch (Trap | IllegalStateException stopped) {
                        Thread.interrupted();
                    }
                }
            });
            running.await();
            long nanos = ThreadLocalRandom.current().nextLong(300_000);
            for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) Thread.onSpinWait();
            for (int i = 0; i < 4; i++) {
                switch ((round + i) % 4) {
                    case 0 -> instance.store().interrupt();
                    case 1 -> guest.interrupt();
                    case 2 -> Thread.yield();
                    default -> instance.store().interrupt();
                }
            }
            over.set(true);
            instance.close();
            guest.join();
            if (FAILURE.get() != null) return;
        }
        engine.close();
    }

    /** Other threads read through the memory and through views of it while it grows, and moves where it can. */
    private static void growing(Config config, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            Engine engine = Engine.start(config);
            if (config.bounds() == Bounds.EXPLICIT) {
                Pages.inject((operation, bytes) -> bytes > 1 << 20 && operation.equals("reserve") ? Errno.ENOMEM : 0);
            }
            Instance instance = engine.compile(module()).instantiate(imports(call -> {}));
            Pages.inject(null);
            Memory memory = instance.memory("memory");
            memory.putInt(8, 77);
            AtomicBoolean over = new AtomicBoolean();
            AtomicLong reads = new AtomicLong();
            List<Thread> readers = new ArrayList<>();
            for (int t = 0; t < 3; t++) readers.add(start(() -> read(memory, over, reads)));
            while (reads.get() < 100) Thread.onSpinWait();
            for (int pages = 1; pages <= 300; pages += 1 + pages / 4)
                instance.function("grow").call(pages);
            check(memory.getInt(8) == 77, "what was stored");
            if (round % 2 == 0) instance.close();
            else engine.close();
            over.set(true);
            for (Thread reader : readers) reader.join();
            engine.close();
        }
    }

    /** Reads the last bytes there are, in each way, until it is over. */
    private static void read(Memory memory, AtomicBoolean over, AtomicLong reads) {
        while (!over.get()) {
            try {
                MemorySegment view = memory.segment();
                for (int i = 0; i < 100; i++) {
                    int last = view.get(ValueLayout.JAVA_INT_UNALIGNED, view.byteSize() - 4);
                    check(last == 0 && memory.getInt(8) == 77, "what was stored");
                    reads.incrementAndGet();
                }
                memory.read(memory.bytes() - 8, new byte[8], 0, 8);
                view.asSlice(16, 4096).copyFrom(view.asSlice(8192, 4096));
            } catch (IllegalStateException closed) {
                // moved or closed: look again
            }
        }
    }

    /** Readers keep views of memories whose stores close, and whose place the next store gets. */
    private static void views(Config config, int rounds) throws Exception {
        Engine engine = Engine.start(config);
        CompiledModule module = engine.compile(module());
        AtomicReference<MemorySegment> last = new AtomicReference<>();
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong ended = new AtomicLong();
        List<Thread> readers = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            readers.add(start(() -> {
                while (!over.get()) {
                    MemorySegment view = last.get();
                    if (view == null) continue;
                    long first = -1;
                    try {
                        while (true) {
                            int value = view.get(ValueLayout.JAVA_INT_UNALIGNED, 8);
                            if (first < 0) first = value;
                            check(value == first, "another store's memory");
                        }
                    } catch (IllegalStateException closed) {
                        ended.incrementAndGet();
                        last.compareAndSet(view, null);
                    }
                }
            }));
        }
        for (int round = 0; round < rounds; round++) {
            Instance instance = module.instantiate(imports(call -> {}));
            Memory memory = instance.memory("memory");
            memory.putInt(8, round);
            last.set(memory.segment());
            if (round % 3 == 0) memory.grow(1);
            for (int i = 0; i < 50; i++) Thread.onSpinWait();
            instance.close();
            MemorySegment old = last.get();
            check(old == null || !survives(() -> old.get(ValueLayout.JAVA_BYTE, 0)), "a former owner's view");
        }
        over.set(true);
        for (Thread reader : readers) reader.join();
        check(ended.get() > 0, "no reader met the end");
        engine.close();
    }

    /** A host function lends its call to another thread, which goes on using it when the guest's stack is gone. */
    private static void calls(Config config, int rounds) throws Exception {
        AtomicReference<Call> lent = new AtomicReference<>();
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong tries = new AtomicLong();
        Thread borrower = start(() -> {
            while (!over.get()) {
                Call call = lent.get();
                if (call == null) continue;
                check(!survives(() -> call.i32(0)), "a call in the hands of another thread");
                tries.incrementAndGet();
            }
        });
        FunctionType type = FunctionType.of(ValueType.I32).returning(ValueType.I32);
        WasmBuilder m = new WasmBuilder();
        int unary = m.type(I32, I32);
        int host = m.importFunction("env", "host", unary);
        m.exportFunction(
                "f",
                m.function(unary, NONE, WasmBuilder.code().get(0).call(host).end()));
        for (int round = 0; round < rounds; round++) {
            try (Engine engine = Engine.start(config)) {
                Instance instance = engine.compile(m.build())
                        .instantiate(Imports.of().function("env", "host", type, call -> {
                            lent.set(call);
                            Thread.yield();
                            call.result(call.i32(0) + 1);
                        }));
                for (int i = 0; i < 20; i++)
                    check(instance.function("f").call(i).equals(i + 1), "a result");
            }
        }
        over.set(true);
        borrower.join();
        check(tries.get() > 0, "the borrower never tried");
    }

    /** The JVM ends while guests run. */
    private static void shutdown(Config config) throws Exception {
        CountDownLatch running = new CountDownLatch(6);
        Engine engine = Engine.start(config);
        CompiledModule module = engine.compile(module());
        for (int t = 0; t < 6; t++) {
            Thread.ofPlatform()
                    .daemon(t % 2 == 0)
                    .start(() -> module.instantiate(imports(call -> running.countDown()))
                            .function("spin")
                            .call());
        }
        running.await();
        System.out.println("fine");
        System.exit(0);
    }
}
