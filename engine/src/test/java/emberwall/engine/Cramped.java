package emberwall.engine;

import emberwall.testing.WasmBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A program for JVMs with little address space: {@link AddressSpaceTest}. It says how far it came. */
final class Cramped {
    private static final int THREADS = 8;

    private Cramped() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "guests" -> guests();
            case "mappings" -> mappings();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.out.println("fine");
    }

    private static void guests() throws InterruptedException {
        try (Engine engine = Engine.start(Config.DEFAULT)) {
            System.out.println("tier " + engine.tier());
            try (CompiledModule module = engine.compile(Refusals.module())) {
                List<Instance> open = new ArrayList<>();
                try {
                    for (int i = 0; i < 20; i++) {
                        Instance instance = module.instantiate(Refusals.imports());
                        open.add(instance);
                        instance.function("call").call(8);
                        fill(instance);
                    }
                } catch (EngineLimitException limit) {
                    System.out.println("limit: " + limit.getMessage());
                }
                System.out.println("instances " + open.size());
                javaLives();
                open.forEach(Instance::close);
            }
        } catch (EngineLimitException limit) {
            System.out.println("limit: " + limit.getMessage());
        }
        javaLives();
    }

    /** Instances of one engine until it refuses; another engine has no more then, and all it wants later. */
    private static void mappings() throws IOException, InterruptedException {
        Config config = Config.builder().bounds(Bounds.EXPLICIT).build();
        WasmBuilder m = new WasmBuilder();
        m.memory(1, 2);
        byte[] bytes = m.build();
        long allowed = allowedMappings();
        try (Engine other = Engine.start(config)) {
            try (Engine engine = Engine.start(config);
                    CompiledModule module = engine.compile(bytes)) {
                List<Instance> open = new ArrayList<>(); // what is forgotten would make room
                try {
                    while (open.size() < allowed) open.add(module.instantiate(Imports.of()));
                    throw new AssertionError("no limit");
                } catch (EngineLimitException limit) {
                    Refusals.check(limit.getMessage().contains("vm.max_map_count"));
                }
                try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
                    long used = maps.count();
                    if (used > allowed / 10 * 9) throw new AssertionError(used + " mappings are used");
                }
                javaLives();
                refused(() -> other.compile(Refusals.module()).instantiate(Refusals.imports()));
                refused(() -> Engine.start(config));
                Refusals.check(open.size() > allowed / 8);
            }
            Instance instance = other.compile(Refusals.module()).instantiate(Refusals.imports());
            Refusals.check(instance.function("call").call(8).equals(42));
        }
    }

    /** The kernel gives the number to one read only, of more than a byte. */
    private static long allowedMappings() throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(Path.of("/proc/sys/vm/max_map_count"))) {
            return Long.parseLong(reader.readLine());
        }
    }

    private static void refused(Runnable work) {
        try {
            work.run();
            throw new AssertionError("no limit");
        } catch (EngineLimitException expected) {
            Refusals.check(expected.getMessage().contains("vm.max_map_count"));
        }
    }

    /** Takes all the memory that the guest is given. */
    private static void fill(Instance instance) {
        int step = 256;
        while (step > 0) {
            if ((int) instance.function("grow").call(step) == -1) step /= 2;
        }
        Memory memory = instance.memory("memory");
        Refusals.check(memory.getInt(memory.bytes() - 4) == 0);
        Refusals.check(instance.function("store").call(16).equals(42));
    }

    /** What others of the process need still can be had: threads, compiled code, memory of the JVM's own. */
    private static void javaLives() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                byte[][] garbage = new byte[50][];
                for (int i = 0; i < 2000; i++) garbage[i % 50] = new byte[10_000];
                Refusals.check(garbage[0].length == 10_000);
            }));
        }
        for (Thread thread : threads) thread.join();
        System.gc();
    }
}
