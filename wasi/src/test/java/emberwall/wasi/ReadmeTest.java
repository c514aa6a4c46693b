package emberwall.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.WasmBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java examples of the README, compiled and run as they stand there. */
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("(?s)```java\\n(.*?)```");
    private static final int I32 = WasmBuilder.I32;

    @TempDir
    Path place;

    private static Path repository() {
        String root = System.getProperty("emberwall.root", "");
        if (!root.isEmpty()) {
            return Path.of(root);
        }
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("README.md"))) {
            at = at.getParent();
        }
        return at;
    }

    private static List<String> examples() throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(repository().resolve("README.md")));
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }

    /** {@code add} tells the host "adding" and adds. */
    private static byte[] plugin() {
        WasmBuilder m = new WasmBuilder();
        int two = m.type(new int[] {I32, I32}, new int[0]);
        int add = m.type(new int[] {I32, I32}, new int[] {I32});
        int log = m.importFunction("env", "log", two);
        m.memory(1, 1);
        m.exportMemory("memory", 0);
        m.data(16, "adding".getBytes(StandardCharsets.UTF_8));
        WasmBuilder.Code code = WasmBuilder.code().i32(16).i32(6).call(log);
        m.exportFunction(
                "add", m.function(add, new int[0], code.get(0).get(1).op(0x6A).end()));
        return m.build();
    }

    /** What the example prints, compiled and run from its source in a process of its own. */
    private String run(String example, String name) throws Exception {
        StringBuilder imports = new StringBuilder();
        StringBuilder body = new StringBuilder();
        for (String line : example.lines().toList()) {
            (line.startsWith("import ") ? imports : body).append(line).append('\n');
        }
        Path source = place.resolve(name + ".java");
        Files.writeString(
                source,
                imports + "class " + name + " {\n    public static void main(String[] arguments) throws Exception {\n"
                        + body + "    }\n}\n");
        String classPath = System.getProperty("java.class.path");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path output = place.resolve(name + ".txt");
        Process process = new ProcessBuilder(
                        java.toString(), "--enable-native-access=ALL-UNNAMED", "-cp", classPath, source.toString())
                .directory(place.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String printed = Files.readString(output);
        assertTrue(ended && process.exitValue() == 0, printed);
        return printed;
    }

    @Test
    void theExamplesRun() throws Exception {
        List<String> examples = examples();
        assertEquals(2, examples.size(), "examples in the README: say here what they print");
        Files.write(place.resolve("plugin.wasm"), plugin());
        Files.createDirectory(place.resolve("examples"));
        Files.copy(
                repository().resolve("examples/wordcount.wasm"),
                place.resolve("examples").resolve("wordcount.wasm"));
        assertEquals("adding\n5\nadding\n", run(examples.get(0), "Embedding"));
        assertEquals("status 0:       1        6       19 text.txt\n", run(examples.get(1), "World"));
    }
}
