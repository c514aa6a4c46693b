package emberwall.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.engine.Function;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Store;
import emberwall.engine.Trap;
import emberwall.os.Platform;
import emberwall.testing.WasmBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** WASI under a real guest: a module that imports every function and exports each again. */
class GuestTest {
    private static final int ITERATIONS = 3000;

    @TempDir
    Path place;

    static Stream<Programs.Way> ways() {
        return Programs.ways().stream();
    }

    /** Imports all functions; each is exported under its name. With a memory of two pages, or without memory. */
    static byte[] module(boolean memory) {
        WasmBuilder module = new WasmBuilder();
        int[] types = new int[Row.all().length];
        for (Row row : Row.all()) {
            int[] parameters = parameters(row);
            types[row.ordinal()] = module.type(parameters, row.returns() ? new int[] {WasmBuilder.I32} : new int[0]);
            module.importFunction(Wasi.MODULE, row.text(), types[row.ordinal()]);
        }
        for (Row row : Row.all()) {
            WasmBuilder.Code body = WasmBuilder.code();
            for (int i = 0; i < row.parameters().length(); i++) {
                body.get(i);
            }
            int function = module.function(
                    types[row.ordinal()], new int[0], body.call(row.ordinal()).end());
            module.exportFunction(row.text(), function);
        }
        if (memory) {
            module.memory(2, 2);
            module.exportMemory("memory", 0);
        }
        return module.build();
    }

    private static int[] parameters(Row row) {
        int[] parameters = new int[row.parameters().length()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = row.parameters().charAt(i) == 'l' ? WasmBuilder.I64 : WasmBuilder.I32;
        }
        return parameters;
    }

    /** A guest that was instantiated. */
    private record Running(Engine engine, Store store, Instance instance, Wasi wasi) implements AutoCloseable {
        static Running start(Programs.Way way, boolean memory, WasiBuilder guest) throws IOException {
            Engine engine = Programs.start(way);
            CompiledModule compiled = engine.compile(module(memory));
            Store store = engine.newStore();
            Wasi wasi = guest.build();
            return new Running(engine, store, compiled.instantiate(store, wasi.addTo(Imports.of())), wasi);
        }

        Object call(Row row, Object... arguments) {
            return instance.function(row.text()).call(arguments);
        }

        @Override
        public void close() {
            wasi.close();
            engine.close();
        }
    }

    /** Whatever a guest passes, it gets an error number; nothing outside of its directory changes. */
    @ParameterizedTest
    @MethodSource("ways")
    void hostileArguments(Programs.Way way) throws IOException {
        Path inside = Files.createDirectory(place.resolve("inside"));
        Path outside = Files.createDirectory(place.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "theirs");
        WasiBuilder guest = Wasi.builder()
                .args("a", "b")
                .env("k", "v")
                .stdin("input".getBytes(StandardCharsets.UTF_8))
                .preopen(inside, "/", false)
                .maxDescriptors(20);
        Random random = new Random(5);
        try (Running running = Running.start(way, true, guest)) {
            running.store.timeout(Duration.ofSeconds(60));
            String[] paths = {"x", "../outside/secret", "/etc/passwd", "a/b", ".", "..", "x/", "\0", "\u00e9", ""};
            for (int i = 0; i < ITERATIONS; i++) {
                byte[] path = paths[random.nextInt(paths.length)].getBytes(StandardCharsets.UTF_8);
                running.instance.memory("memory").write(1024, path);
                Row row = Row.all()[random.nextInt(Row.all().length)];
                if (row == Row.PROC_EXIT || row == Row.PROC_RAISE || row == Row.POLL_ONEOFF) {
                    continue; // these may end the guest, or wait
                }
                Object[] arguments = new Object[row.parameters().length()];
                for (int k = 0; k < arguments.length; k++) {
                    boolean wide = row.parameters().charAt(k) == 'l';
                    arguments[k] = wide ? (Object) hostileLong(random) : (Object) hostileInt(random, path.length);
                }
                int errno = (int) running.call(row, arguments);
                assertTrue(errno >= 0 && errno <= 76, row + ": " + errno);
            }
        }
        assertEquals("theirs", Files.readString(outside.resolve("secret")));
        try (Stream<Path> files = Files.list(place)) {
            assertEquals(2, files.count());
        }
    }

    private static Integer hostileInt(Random random, int length) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextInt(20);
            case 2 -> 1024;
            case 3 -> length;
            case 4 -> 3;
            case 5 -> 0x20000 - random.nextInt(16);
            case 6 -> -random.nextInt(16);
            default -> 1 << random.nextInt(32);
        };
    }

    private static Long hostileLong(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> (long) random.nextInt(100);
            case 2 -> Long.MIN_VALUE;
            default -> -1L >>> random.nextInt(64);
        };
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aGuestWithoutMemory(Programs.Way way) throws IOException {
        try (Running running = Running.start(way, false, Wasi.builder())) {
            assertEquals(21, running.call(Row.ARGS_SIZES_GET, 0, 0), "FAULT");
            assertEquals(0, running.call(Row.FD_CLOSE, 1));
            assertEquals(8, running.call(Row.FD_CLOSE, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void exitUnwinds(Programs.Way way) throws IOException {
        try (Running running = Running.start(way, true, Wasi.builder())) {
            assertTrue(running.wasi.exitCode().isEmpty());
            ExitException exit = assertThrows(ExitException.class, () -> running.call(Row.PROC_EXIT, 42));
            assertEquals(42, exit.code());
            assertEquals(42, running.wasi.exitCode().getAsInt());
            exit.endProcess(); // does nothing for who exited
            assertEquals(0, exit.signal());
            exit = assertThrows(ExitException.class, () -> running.call(Row.PROC_RAISE, 6));
            assertEquals(134, exit.code());
            assertEquals(134, running.wasi.exitCode().getAsInt());
            assertEquals(0, running.call(Row.SCHED_YIELD), "and can be called again");
        }
    }

    /** A guest that waits ends soon after its time is over, and soon after an interruption. */
    @ParameterizedTest
    @MethodSource("ways")
    void waitingEnds(Programs.Way way) throws IOException {
        WasiBuilder guest = Wasi.builder();
        if (Platform.supported()) {
            guest.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }
        try (Running running = Running.start(way, true, guest)) {
            var memory = running.instance.memory("memory");
            memory.putInt(64 + 16, 1); // a clock, monotonic, in a year
            memory.putLong(64 + 24, 365L * 24 * 3600 * 1_000_000_000L);
            Object[] poll = {64, 256, 1, 8};
            running.store.timeout(Duration.ofMillis(50));
            assertThrows(Trap.class, () -> running.call(Row.POLL_ONEOFF, poll));
            running.store.timeout(null);
            interruptSoon(Thread.currentThread());
            assertThrows(Trap.class, () -> running.call(Row.POLL_ONEOFF, poll));
            Thread.interrupted();
            if (Platform.supported()) {
                running.store.timeout(Duration.ofMillis(50));
                assertThrows(Trap.class, () -> running.call(Row.SOCK_ACCEPT, 3, 0, 8));
                running.store.timeout(null);
                interruptSoon(Thread.currentThread());
                assertThrows(Trap.class, () -> running.call(Row.SOCK_ACCEPT, 3, 0, 8));
                Thread.interrupted();
            }
        }
    }

    private static void interruptSoon(Thread thread) {
        Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            thread.interrupt();
        });
    }

    @ParameterizedTest
    @MethodSource("ways")
    void connectionsAreAccepted(Programs.Way way) throws IOException {
        if (!Platform.supported()) {
            return;
        }
        WasiBuilder guest = Wasi.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try (Running running = Running.start(way, true, guest);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), running.wasi.port(0))) {
            assertEquals(0, running.call(Row.SOCK_ACCEPT, 3, 0, 8));
            var memory = running.instance.memory("memory");
            int peer = memory.getInt(8);
            memory.putInt(16, 1000);
            memory.putInt(20, 5);
            client.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            assertEquals(0, running.call(Row.SOCK_RECV, peer, 16, 1, 2, 8, 12));
            assertEquals(0, running.call(Row.SOCK_SEND, peer, 16, 1, 0, 8));
            assertEquals("hello", new String(client.getInputStream().readNBytes(5), StandardCharsets.UTF_8));
            assertEquals(0, running.call(Row.SOCK_SHUTDOWN, peer, 3));
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void closedStatesAreRefused(Programs.Way way) throws IOException {
        try (Running running = Running.start(way, true, Wasi.builder().preopen(place, "/", false))) {
            running.wasi.close();
            running.wasi.close();
            assertThrows(IllegalStateException.class, () -> running.call(Row.SCHED_YIELD));
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void overriddenClocksAndRandomness(Programs.Way way) throws IOException {
        WasiBuilder guest =
                Wasi.builder().realtime(() -> 111).monotonic(() -> 222).random(new Random(7));
        byte[] wanted = new byte[100];
        new Random(7).nextBytes(wanted);
        try (Running running = Running.start(way, true, guest)) {
            var memory = running.instance.memory("memory");
            assertEquals(0, running.call(Row.CLOCK_TIME_GET, 0, 0L, 8));
            assertEquals(111, memory.getLong(8));
            assertEquals(0, running.call(Row.CLOCK_TIME_GET, 1, 0L, 8));
            assertEquals(222, memory.getLong(8));
            assertEquals(0, running.call(Row.RANDOM_GET, 1000, 100));
            org.junit.jupiter.api.Assertions.assertArrayEquals(wanted, memory.read(1000, 100));
        }
    }

    /** Where there is no native access, streams still work, and directories are refused in words. */
    @Test
    void withoutNativeAccess() throws IOException {
        String property = "emberwall.platform.unavailable";
        System.setProperty(property, "the test says so");
        try {
            var refused = assertThrows(
                    UnsupportedOperationException.class,
                    () -> Wasi.builder().preopen(place, "/", true).build());
            assertTrue(refused.getMessage().contains("the test says so"), refused.getMessage());
            assertEquals("none", Wasi.pathResolution());
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            WasiBuilder guest =
                    Wasi.builder().stdin("in".getBytes(StandardCharsets.UTF_8)).stdout(printed);
            try (Running running = Running.start(Programs.ways().getFirst(), true, guest)) {
                var memory = running.instance.memory("memory");
                memory.putInt(16, 1000);
                memory.putInt(20, 5);
                assertEquals(0, running.call(Row.FD_READ, 0, 16, 1, 8));
                assertEquals(2, memory.getInt(8));
                memory.putInt(20, 2);
                assertEquals(0, running.call(Row.FD_WRITE, 1, 16, 1, 8));
                assertEquals("in", printed.toString(StandardCharsets.UTF_8));
                assertEquals(0, running.call(Row.RANDOM_GET, 5000, 100));
                assertEquals(58, running.call(Row.CLOCK_TIME_GET, 2, 0L, 8), "NOTSUP");
                memory.putInt(64 + 16, 1);
                memory.putLong(64 + 24, 1_000_000);
                assertEquals(0, running.call(Row.POLL_ONEOFF, 64, 256, 1, 8));
                assertEquals(1, memory.getInt(8));
            }
        } finally {
            System.clearProperty(property);
        }
    }

    @Test
    void builderRefusesNonsense() {
        assertThrows(IllegalArgumentException.class, () -> Wasi.builder().args("a\0b"));
        assertThrows(IllegalArgumentException.class, () -> Wasi.builder().env("", "x"));
        assertThrows(IllegalArgumentException.class, () -> Wasi.builder().env("a=b", "x"));
        assertThrows(IllegalArgumentException.class, () -> Wasi.builder().env("a", "\0"));
        Path missing = place.resolve("missing");
        IOException refused = assertThrows(
                IOException.class,
                () -> Wasi.builder().preopen(missing, "/", false).build());
        assertTrue(refused.getMessage().contains("no such file or directory"), refused.getMessage());
    }

    @Test
    void initializeIsOptional() throws IOException {
        WasmBuilder module = new WasmBuilder();
        int type = module.type(new int[0], new int[0]);
        module.global(WasmBuilder.I32, true, WasmBuilder.code().i32(0).end());
        module.exportGlobal("ready", 0);
        int function = module.function(
                type, new int[0], WasmBuilder.code().i32(1).op(0x24).u(0).end());
        module.exportFunction("_initialize", function);
        try (Engine engine = Programs.start(Programs.ways().getFirst());
                Wasi wasi = Wasi.builder().build()) {
            Instance reactor = engine.compile(module.build()).instantiate(Imports.of());
            wasi.initialize(reactor);
            assertEquals(1, reactor.global("ready").get());
            assertThrows(IllegalArgumentException.class, () -> wasi.run(reactor));
            Instance other = engine.compile(new WasmBuilder().build()).instantiate(Imports.of());
            try (Wasi another = Wasi.builder().build()) {
                another.initialize(other);
                assertNotNull(other);
            }
        }
    }

    /** The exported function of the engine agrees with the row about its type. */
    @ParameterizedTest
    @MethodSource("ways")
    void typesAreThoseOfTheRows(Programs.Way way) throws IOException {
        try (Running running = Running.start(way, true, Wasi.builder())) {
            assertEquals(46, Row.all().length);
            for (Row row : Row.all()) {
                Function function = running.instance.function(row.text());
                assertEquals(row.parameters().length(), function.type().parameterCount(), row.text());
            }
        }
    }
}
