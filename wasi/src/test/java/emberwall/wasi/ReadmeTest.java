package emberwall.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.testing.JavaExamples;
import emberwall.testing.Shared;
import emberwall.testing.WasmBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's examples of embedding, compiled and run as they stand there. */
class ReadmeTest {
    private static final int I32 = WasmBuilder.I32;

    @TempDir
    Path place;

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

    @Test
    void theExamplesRun() throws Exception {
        List<String> examples = JavaExamples.with("import emberwall.engine.", "README.md");
        assertEquals(2, examples.size(), "examples in the README: say here what they print");
        Files.write(place.resolve("plugin.wasm"), plugin());
        Files.createDirectory(place.resolve("examples"));
        Files.copy(
                Shared.repository().resolve("examples/wordcount.wasm"),
                place.resolve("examples").resolve("wordcount.wasm"));
        assertEquals("adding\n5\nadding\n", JavaExamples.run(examples.get(0), "Embedding", place));
        assertEquals(
                "status 0:       1        6       19 text.txt\n", JavaExamples.run(examples.get(1), "World", place));
    }
}
