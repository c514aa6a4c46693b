package emberwall.wasi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.testing.WasmBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What embedders give to guests, and get back from them. */
class WorldsTest {
    private static final int I32 = WasmBuilder.I32;
    private static final int I64 = WasmBuilder.I64;
    private static final int TEXT = 64;
    private static final int DATA = 1024;

    @TempDir
    Path place;

    static List<Programs.Way> ways() {
        return Programs.ways();
    }

    // ---- files in memory, used by Java

    @Test
    void javaFillsAndReadsAFileSystem() throws IOException {
        long[] time = {5};
        MemoryFileSystem files = new MemoryFileSystem().clock(() -> time[0]);
        files.writeString("/a/b/ä.txt", "grüße");
        files.createDirectories("a/b");
        files.createDirectories("empty/one/");
        files.createSymbolicLink("a/link", "b/ä.txt");
        assertEquals("grüße", files.readString("a/link"));
        assertEquals(7, files.size("a/link"));
        assertEquals(Instant.ofEpochSecond(0, 5), files.lastModified("a/b/ä.txt"));
        time[0] = 1_000_000_007;
        files.write("a/link", new byte[3]);
        assertArrayEquals(new byte[3], files.read("a/b/ä.txt"));
        assertEquals(Instant.ofEpochSecond(1, 7), files.lastModified("a/b/ä.txt"));
        assertEquals(List.of("a", "empty"), files.list(""));
        assertEquals(List.of("b", "link"), files.list("/a/"));
        assertTrue(files.exists("a/link") && files.isDirectory("empty/one") && !files.isDirectory("a/link"));
        assertThrows(NoSuchFileException.class, () -> files.read("b"));
        assertThrows(FileSystemException.class, () -> files.read("a"));
        assertThrows(NotDirectoryException.class, () -> files.list("a/link"));
        assertThrows(FileAlreadyExistsException.class, () -> files.createDirectories("a/link"));
        assertThrows(FileAlreadyExistsException.class, () -> files.createSymbolicLink("a/link", "x"));
        assertThrows(FileSystemException.class, () -> files.createSymbolicLink("out", "/etc"));
        files.createSymbolicLink("up", "../../etc/passwd");
        assertThrows(FileSystemException.class, () -> files.read("up"));
        assertThrows(FileSystemException.class, () -> files.delete("/"));
        files.delete("a");
        files.delete("up");
        files.delete("empty");
        assertEquals(0, files.usedBytes());
        assertEquals(0, files.usedNames());
    }

    @Test
    void quotasHoldAndWhatIsDeletedIsGivenBack() throws IOException {
        MemoryFileSystem files = new MemoryFileSystem(1000, 3);
        files.write("a", new byte[600]);
        assertThrows(FileSystemException.class, () -> files.write("b", new byte[401]));
        files.write("b", new byte[400]);
        assertEquals(1000, files.usedBytes());
        assertThrows(FileSystemException.class, () -> files.createSymbolicLink("c", "a"));
        files.write("a", new byte[10]);
        files.createSymbolicLink("c", "a");
        assertEquals(411, files.usedBytes());
        assertThrows(FileSystemException.class, () -> files.write("d", new byte[0]));
        files.delete("c");
        files.createDirectories("d");
        assertEquals(3, files.usedNames());
        assertThrows(IllegalArgumentException.class, () -> new MemoryFileSystem(-1, 1));
    }

    @Test
    void deepTreesAreNoTroubleForJava() throws IOException {
        MemoryFileSystem files = new MemoryFileSystem(1 << 20, 200_000);
        var at = files.open(false);
        byte[] name = {'d'};
        for (int depth = 0; depth < 100_000; depth++) {
            at.createDirectory(name);
            at = (emberwall.wasi.file.MemoryDirectory)
                    at.open(name, true, 2, true, false, 0).directory();
        }
        assertEquals(100_000, files.usedNames());
        files.delete("d");
        assertEquals(0, files.usedNames());
    }

    @Test
    void treesAreCopiedFromAndToTheHost() throws IOException {
        Path source = Files.createDirectories(place.resolve("source"));
        Files.createDirectories(source.resolve("x/y"));
        Files.writeString(source.resolve("x/y/z"), "deep");
        Files.createSymbolicLink(source.resolve("link"), Path.of("x/y/z"));
        MemoryFileSystem files = new MemoryFileSystem();
        files.copyFrom(source, "in");
        assertEquals("deep", files.readString("in/x/y/z"));
        assertEquals("deep", files.readString("in/link"));
        files.createSymbolicLink("in/evil", "../../../etc");
        Path target = place.resolve("target");
        files.copyTo("in", target);
        assertEquals("deep", Files.readString(target.resolve("x/y/z")));
        assertFalse(Files.exists(target.resolve("evil"), java.nio.file.LinkOption.NOFOLLOW_LINKS));
        assertThrows(FileAlreadyExistsException.class, () -> files.copyTo("in", target));
    }

    @Test
    void outputIsKeptUpToItsLimit() {
        CapturedOutput output = new CapturedOutput(5);
        output.write('a');
        output.write("bcdefg".getBytes(StandardCharsets.UTF_8), 1, 5);
        assertEquals("acdef", output.text());
        assertEquals(6, output.total());
        assertTrue(output.truncated());
        assertEquals(5, output.bytes().length);
        assertFalse(new CapturedOutput(0).truncated());
    }

    // ---- guests

    /**
     * A command that copies its standard input to {@code out} in its first directory, prints the real-time clock's time
     * and eight random bytes, and exits with the number of its arguments.
     */
    private static byte[] command() {
        WasmBuilder m = new WasmBuilder();
        int four = m.type(new int[] {I32, I32, I32, I32}, new int[] {I32});
        int two = m.type(new int[] {I32, I32}, new int[] {I32});
        int open = m.type(new int[] {I32, I32, I32, I32, I32, I64, I64, I32, I32}, new int[] {I32});
        int clock = m.type(new int[] {I32, I64, I32}, new int[] {I32});
        int one = m.type(new int[] {I32}, new int[0]);
        int start = m.type(new int[0], new int[0]);
        int read = m.importFunction(Wasi.MODULE, "fd_read", four);
        int write = m.importFunction(Wasi.MODULE, "fd_write", four);
        int sizes = m.importFunction(Wasi.MODULE, "args_sizes_get", two);
        int random = m.importFunction(Wasi.MODULE, "random_get", two);
        int pathOpen = m.importFunction(Wasi.MODULE, "path_open", open);
        int time = m.importFunction(Wasi.MODULE, "clock_time_get", clock);
        int exit = m.importFunction(Wasi.MODULE, "proc_exit", one);
        m.memory(1, 1);
        m.exportMemory("memory", 0);
        m.data(TEXT, "out".getBytes(StandardCharsets.UTF_8));
        WasmBuilder.Code code = WasmBuilder.code();
        store(code, 0, DATA);
        store(code, 4, 4096);
        code.i32(0).i32(0).i32(1).i32(4).call(read).op(0x1A); // how many: at 4, the piece's own length
        code.i32(3).i32(0).i32(TEXT).i32(3).i32(1).i64(-1).i64(-1).i32(0).i32(8).call(pathOpen);
        code.op(0x04, WasmBuilder.EMPTY).op(0x00).op(0x0B); // unreachable if that failed
        code.i32(8).memory(0x28, 2, 0).i32(0).i32(1).i32(12).call(write).op(0x1A);
        code.i32(0).i64(1).i32(DATA).call(time).op(0x1A);
        code.i32(DATA + 8).i32(8).call(random).op(0x1A);
        store(code, 4, 16);
        code.i32(1).i32(0).i32(1).i32(12).call(write).op(0x1A);
        code.i32(16).i32(20).call(sizes).op(0x1A);
        code.i32(16).memory(0x28, 2, 0).call(exit).op(0x0B);
        m.exportFunction("_start", m.function(start, new int[0], code));
        return m.build();
    }

    private static void store(WasmBuilder.Code code, int address, int value) {
        code.i32(address).i32(value).memory(0x36, 2, 0);
    }

    private static byte[] expected(long time, long seed) {
        byte[] bytes = new byte[8];
        new Random(seed).nextBytes(bytes);
        byte[] all = new byte[16];
        for (int i = 0; i < 8; i++) {
            all[i] = (byte) (time >>> 8 * i);
            all[8 + i] = bytes[i];
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("ways")
    void everyGuestHasAWorldOfItsOwn(Programs.Way way) throws Exception {
        MemoryFileSystem shared = new MemoryFileSystem();
        try (Engine engine = Programs.start(way);
                CompiledModule module = engine.compile(command());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> codes = new ArrayList<>();
            List<CapturedOutput> outputs = new ArrayList<>();
            for (int guest = 0; guest < 40; guest++) {
                CapturedOutput output = new CapturedOutput(100);
                outputs.add(output);
                String input = "guest " + guest;
                long number = guest;
                shared.createDirectories("of" + guest);
                codes.add(threads.submit(() -> {
                    MemoryFileSystem own = new MemoryFileSystem(100, 1);
                    WasiBuilder world = Wasi.builder()
                            .args(arguments((int) number % 7))
                            .stdin(input.getBytes(StandardCharsets.UTF_8))
                            .stdout(output)
                            .realtime(() -> number * 1_000)
                            .random(new Random(number))
                            .preopen(own, "/", false)
                            .preopen(shared, "/shared", true);
                    try (Wasi wasi = world.build();
                            Instance instance = module.instantiate(wasi.addTo(Imports.of()))) {
                        int code = wasi.run(instance);
                        assertEquals(code, wasi.exitCode().getAsInt());
                        assertEquals(input, own.readString("out"));
                        return code;
                    }
                }));
            }
            for (int guest = 0; guest < codes.size(); guest++) {
                assertEquals(guest % 7, codes.get(guest).get());
                assertArrayEquals(
                        expected(guest * 1_000L, guest), outputs.get(guest).bytes());
            }
            assertEquals(40, shared.usedNames());
        }
    }

    private static List<String> arguments(int count) {
        return java.util.Collections.nCopies(count, "argument");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void quotasAreTheGuestsEndOfSpace(Programs.Way way) throws Exception {
        try (Engine engine = Programs.start(way);
                CompiledModule module = engine.compile(command())) {
            MemoryFileSystem full = new MemoryFileSystem(100, 0);
            try (Wasi wasi = Wasi.builder().preopen(full, "/", false).build();
                    Instance instance = module.instantiate(wasi.addTo(Imports.of()))) {
                assertThrows(emberwall.engine.Trap.class, () -> wasi.run(instance), "no file could be opened");
                assertTrue(wasi.exitCode().isEmpty(), "a trap is no exit");
            }
            MemoryFileSystem readOnly = new MemoryFileSystem();
            try (Wasi wasi = Wasi.builder().preopen(readOnly, "/", true).build();
                    Instance instance = module.instantiate(wasi.addTo(Imports.of()))) {
                assertThrows(emberwall.engine.Trap.class, () -> wasi.run(instance), "no file could be made");
            }
            assertEquals(0, readOnly.usedNames());
            MemoryFileSystem small = new MemoryFileSystem(4, 1);
            try (Wasi wasi = Wasi.builder()
                            .stdin(new byte[20])
                            .preopen(small, "/", false)
                            .build();
                    Instance instance = module.instantiate(wasi.addTo(Imports.of()))) {
                assertEquals(0, wasi.run(instance));
            }
            assertEquals(0, small.size("out"), "twenty bytes do not fit, and no part of them was written");
        }
    }
}
