package emberwall.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.testing.JavaExamples;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's examples of making functions, compiled and run as they stand there. */
class ReadmeTest {
    @TempDir
    Path place;

    @Test
    void theExamplesRun() throws Exception {
        List<String> examples = JavaExamples.with("import emberwall.jit.", "README.md");
        assertEquals(2, examples.size(), "examples in the README: say here what they print");
        assertEquals("""
                6
                6
                6
                0000  55                             push   rbp
                0001  48 89 e5                       mov    rbp,rsp
                0004  48 89 f8                       mov    rax,rdi
                0007  48 83 c0 04                    add    rax,0x4
                000b  c9                             leave
                000c  c3                             ret
                """, JavaExamples.run(examples.get(0), "ThreeWays", place));
        assertEquals(
                "5.0\nout of bounds memory access in length\n", JavaExamples.run(examples.get(1), "Length", place));
    }
}
