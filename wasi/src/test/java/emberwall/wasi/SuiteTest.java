package emberwall.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import emberwall.engine.Engine;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The open test programs for WASI preview 1 (WebAssembly/wasi-testsuite), each on a fresh copy of its directory. */
class SuiteTest {
    private static final int PROGRAMS = 36;
    private static final int WITH_DIRECTORY = 24;
    /**
     * A build plays every sixth program in the tier that the C compiler makes, which takes seconds for each;
     * {@code -Dtest.jvm.options=-Demberwall.test.cc.suite=all} all of them.
     */
    private static final int STEP = 6;

    @TempDir
    Path place;

    static Stream<Programs.Way> ways() {
        return Programs.ways().stream();
    }

    /** Those, and the tier that the machine's C compiler makes, where there is one. */
    static Stream<Programs.Way> waysAndC() {
        return Stream.concat(ways(), Stream.ofNullable(Programs.throughC()));
    }

    @ParameterizedTest
    @MethodSource("waysAndC")
    void allProgramsPass(Programs.Way way) throws IOException {
        Path suite = Shared.path("spec/wasi");
        boolean all = !way.name().equals("cc") || "all".equals(System.getProperty("emberwall.test.cc.suite"));
        int seen = 0;
        int passed = 0;
        StringBuilder failures = new StringBuilder();
        try (Engine engine = Programs.start(way)) {
            for (String language : new String[] {"assemblyscript", "c", "rust"}) {
                for (Path program : programs(suite.resolve(language))) {
                    if (seen++ % STEP != 0 && !all) continue;
                    Path copy = place.resolve(language + passed + failures.length());
                    String failure = attempt(engine, program, description(program), copy);
                    if (failure == null) {
                        passed++;
                    } else {
                        failures.append('\n')
                                .append(program.getFileName())
                                .append(": ")
                                .append(failure);
                    }
                }
            }
        }
        int wanted = all ? PROGRAMS : (PROGRAMS + STEP - 1) / STEP;
        System.out.println("WASI preview 1, " + way + ": " + passed + " of " + wanted + " programs pass");
        assertEquals("", failures.toString());
        assertEquals(PROGRAMS, seen);
        assertEquals(wanted, passed);
    }

    /** All programs that want a directory need nothing else of the host: they pass in a file system in memory too. */
    @ParameterizedTest
    @MethodSource("ways")
    void programsWithDirectoriesPassInMemory(Programs.Way way) throws IOException {
        Path suite = Shared.path("spec/wasi");
        int passed = 0;
        StringBuilder failures = new StringBuilder();
        try (Engine engine = Programs.start(way)) {
            for (String language : new String[] {"assemblyscript", "c", "rust"}) {
                for (Path program : programs(suite.resolve(language))) {
                    JsonObject description = description(program);
                    String failure = description.has("root") ? attempt(engine, program, description, null) : null;
                    if (failure != null) {
                        failures.append('\n')
                                .append(program.getFileName())
                                .append(": ")
                                .append(failure);
                    } else if (description.has("root")) {
                        passed++;
                    }
                }
            }
        }
        assertEquals("", failures.toString());
        assertEquals(WITH_DIRECTORY, passed);
    }

    private static Path[] programs(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".wasm"))
                    .sorted()
                    .toArray(Path[]::new);
        }
    }

    /**
     * Runs one program as its description says; what was wrong, or null.
     *
     * @param copy where to copy its directory to; null for a file system in memory
     */
    private static String attempt(Engine engine, Path program, JsonObject description, Path copy) throws IOException {
        WasiBuilder guest = Wasi.builder().args(program.getFileName().toString());
        if (description.has("args")) {
            for (JsonElement argument : description.getAsJsonArray("args")) {
                guest.args(argument.getAsString());
            }
        }
        if (description.has("env")) {
            for (Map.Entry<String, JsonElement> variable :
                    description.getAsJsonObject("env").entrySet()) {
                guest.env(variable.getKey(), variable.getValue().getAsString());
            }
        }
        if (description.has("root")) {
            String root = description.get("root").getAsString();
            if (copy == null) {
                guest.preopen(inMemory(program.resolveSibling(root)), "/", false);
            } else {
                copy(program.resolveSibling(root), copy);
                guest.preopen(copy, "/", false);
            }
        }
        Programs.Result result;
        try {
            result = Programs.run(engine, program, guest);
        } catch (RuntimeException | LinkageError e) {
            return e.toString();
        }
        int wanted = description.has("exit_code") ? description.get("exit_code").getAsInt() : 0;
        if (result.code() != wanted) {
            return "exit code " + result.code() + " " + result.errorText();
        }
        String printed = new String(result.printed(), StandardCharsets.UTF_8);
        if (description.has("stdout")
                && !description.get("stdout").getAsString().equals(printed)) {
            return "printed " + printed;
        }
        return null;
    }

    private static JsonObject description(Path program) throws IOException {
        Path file = Path.of(program.toString().replaceAll("wasm$", "json"));
        return Files.exists(file)
                ? JsonParser.parseString(Files.readString(file)).getAsJsonObject()
                : new JsonObject();
    }

    private static MemoryFileSystem inMemory(Path root) throws IOException {
        MemoryFileSystem files = new MemoryFileSystem();
        files.copyFrom(root, "/");
        return files;
    }

    /** A copy that can be written, whatever the original says. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else if (!path.toString().endsWith(".cleanup")) {
                    Files.write(copy, Files.readAllBytes(path));
                }
            }
        }
    }
}
