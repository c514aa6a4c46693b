package emberwall.engine;

import emberwall.testing.WasmBuilder;
import emberwall.wasm.ValueType;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Opens, runs and closes without end, and says what the process takes at a third of the way and at its end. */
final class Streams {
    private static final int[] NONE = {};
    private static final int[] I32 = {WasmBuilder.I32};

    /** How many stores are forgotten between two collections; divides the turns before what is said. */
    private static final int FORGOTTEN = 32;

    private Streams() {}

    /** What a process has. Heap is what a collection leaves; all memory in KiB. */
    record Taken(long resident, long virtual, long heap, long mappings, long descriptors, long threads) {
        static Taken now() throws IOException, InterruptedException {
            for (int i = 0; i < 3; i++) {
                System.gc();
                Thread.sleep(20);
            }
            Runtime runtime = Runtime.getRuntime();
            try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
                return new Taken(
                        status("VmRSS:"),
                        status("VmSize:"),
                        runtime.totalMemory() - runtime.freeMemory() >> 10,
                        maps.count(),
                        new File("/proc/self/fd").list().length,
                        ManagementFactory.getThreadMXBean().getThreadCount());
            }
        }

        private static long status(String label) throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(label)) return Long.parseLong(line.replaceAll("\\D+", ""));
            }
            throw new IOException("no " + label);
        }

        String text() {
            return resident + " " + virtual + " " + heap + " " + mappings + " " + descriptors + " " + threads;
        }

        static Taken of(String text) {
            String[] numbers = text.split(" ");
            long[] n = new long[numbers.length];
            for (int i = 0; i < n.length; i++) n[i] = Long.parseLong(numbers[i]);
            return new Taken(n[0], n[1], n[2], n[3], n[4], n[5]);
        }
    }

    /** Arguments: what to open, which bounds, and how many. */
    public static void main(String[] arguments) throws Exception {
        Config config = Config.builder().bounds(Bounds.valueOf(arguments[1])).build();
        int count = Integer.parseInt(arguments[2]);
        byte[] bytes = module();
        switch (arguments[0]) {
            case "instances" -> {
                try (Engine engine = Engine.start(config);
                        CompiledModule module = engine.compile(bytes)) {
                    repeat(count, turn -> instance(module, turn));
                }
            }
            case "forgotten" -> {
                try (Engine engine = Engine.start(config);
                        CompiledModule module = engine.compile(bytes)) {
                    repeat(count, turn -> {
                        use(module.instantiate(imports(turn)), turn);
                        if (turn % FORGOTTEN == FORGOTTEN - 1) releaseForgotten(engine);
                    });
                }
            }
            case "engines" ->
                repeat(count, turn -> {
                    try (Engine engine = Engine.start(config);
                            CompiledModule module = engine.compile(bytes)) {
                        instance(module, turn);
                    }
                });
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void releaseForgotten(Engine engine) throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            ReferenceQueue<Object> queue = new ReferenceQueue<>();
            Reference<Object> forgotten = new PhantomReference<>(new Object(), queue);
            do {
                System.gc();
            } while (queue.remove(1000)
                    == null); // the collector's thread has told queues what it found the time before
            Reference.reachabilityFence(forgotten);
            engine.newStore().close();
        }
    }

    private interface Turn {
        void run(int turn) throws Exception;
    }

    private static void repeat(int count, Turn turn) throws Exception {
        for (int i = 0; i < count; i++) {
            if (i == count / 3) System.out.println(Taken.now().text());
            turn.run(i);
        }
        System.out.println(Taken.now().text());
    }

    /** A guest that calls the host, grows, goes deep, and now and then traps or waits on a descriptor. */
    private static void instance(CompiledModule module, int turn) {
        try (Instance instance = module.instantiate(imports(turn))) {
            use(instance, turn);
        }
    }

    private static Imports imports(int turn) {
        FunctionType type = FunctionType.of(ValueType.I32).returning(ValueType.I32);
        return Imports.of().function("env", "host", type, call -> {
            if (turn % 16 == 0) call.store().attention().eventfd();
            call.result(call.i32(0) + 1);
        });
    }

    private static void use(Instance instance, int turn) {
        int grown = turn % 8 == 0 ? 20 : 1;
        Refusals.check(instance.function("run").call(grown).equals(grown + 1 + 1));
        instance.memory("memory").putInt(grown * 65_536, turn);
        if (turn % 4 == 0) {
            try {
                instance.function("deep").call(0);
                throw new AssertionError("no trap");
            } catch (Trap expected) {
                Refusals.check(expected.reason() == emberwall.op.TrapReason.STACK_EXHAUSTED);
            }
        }
    }

    /** {@code run(n)} grows by n, and answers what the host makes of n + 1; {@code deep} calls itself. */
    private static byte[] module() {
        WasmBuilder m = new WasmBuilder();
        int unary = m.type(I32, I32);
        int host = m.importFunction("env", "host", unary);
        m.memory(1, 100);
        m.table(WasmBuilder.FUNCREF, 10, 10);
        m.exportMemory("memory", 0);
        WasmBuilder.Code run = WasmBuilder.code()
                .get(0)
                .op(0x40, 0x00)
                .get(0)
                .op(0x6A)
                .call(host)
                .end();
        int first = m.function(unary, NONE, run);
        m.elements(0, first);
        m.exportFunction("run", first);
        m.exportFunction(
                "deep",
                m.function(unary, NONE, WasmBuilder.code().get(0).call(2).end()));
        return m.build();
    }
}
