package emberwall.ebpf.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.testing.JavaExamples;
import emberwall.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example of eBPF in Java, compiled and run as it stands there. */
class ReadmeTest {
    @TempDir
    Path place;

    @Test
    void theExampleRuns() throws Exception {
        List<String> examples = JavaExamples.with("import emberwall.ebpf.host.", "README.md");
        assertEquals(1, examples.size(), "examples in the README: say here what they print");
        Path folder = Files.createDirectories(place.resolve("examples/bpf"));
        Files.copy(Shared.repository().resolve("examples/bpf/limiter.o"), folder.resolve("limiter.o"));
        assertEquals("2\n2 1\n3\n[0]\n", JavaExamples.run(examples.getFirst(), "Limit", place));
    }
}
