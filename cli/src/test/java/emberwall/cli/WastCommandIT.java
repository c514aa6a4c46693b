package emberwall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.cli.Command.Result;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code emberwall wast} as a process. */
class WastCommandIT {
    private static final String GOOD = """
            (module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
            (assert_return (invoke "add" (i32.const 1) (i32.const 2)) (i32.const 3))
            (assert_malformed (module quote "(func") "unexpected token")
            """;
    private static final String BAD = """
            (module (func (export "f") (result i32) (i32.const 1)))
            (assert_return (invoke "f")
              (i32.const 2))
            """;

    @TempDir
    Path folder;

    private String script(String name, String text) {
        return Command.file(folder, name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Result run(String... arguments) {
        return Command.emberwall(arguments).run();
    }

    @Test
    void playsFilesInEveryTier() {
        String good = script("good.wast", GOOD);
        for (String tier : new String[] {"reference", "baseline"}) {
            Result result = run("wast", "--tier", tier, "--bounds", "explicit", good);
            assertEquals(
                    new Result(0, good + ": 3 passed, 0 failed, 0 skipped\n3 passed, 0 failed, 0 skipped\n", ""),
                    result);
        }
    }

    @Test
    void playsFoldersInOrder() throws IOException {
        Path deeper = Files.createDirectory(folder.resolve("b"));
        String last = Command.file(deeper, "c.wast", GOOD.getBytes(StandardCharsets.UTF_8));
        String first = script("a.wast", GOOD);
        script("ignored.txt", BAD);
        String lines = first + ": 3 passed, 0 failed, 0 skipped\n" + last + ": 3 passed, 0 failed, 0 skipped\n";
        assertEquals(new Result(0, lines + "6 passed, 0 failed, 0 skipped\n", ""), run("wast", folder.toString()));
    }

    /** The suite's vectors, as processors would run them that have less than this one. */
    @ParameterizedTest
    @ValueSource(strings = {"sse2", "sse4.1", "avx"})
    void vectorsPassOnEveryProcessor(String cpu) {
        String simd = Shared.path("spec/wasm/wast/core/simd").toString();
        String relaxed = Shared.path("spec/wasm/wast/core/relaxed-simd").toString();
        Result result = run("wast", "--tier", "baseline", "--cpu", cpu, simd, relaxed);
        assertEquals("", result.err());
        assertTrue(result.out().endsWith("\n26067 passed, 0 failed, 0 skipped\n"), result.out());
    }

    @Test
    void featuresSayWhatScriptsMayUse() {
        String shared = script("shared.wast", "(module (memory 1 1 shared))");
        assertEquals(1, run("wast", "--tier", "reference", shared).status());
        Result result = run("wast", "--tier", "reference", "--features", "threads", shared);
        assertEquals(0, result.status());
        assertTrue(result.out().endsWith("\n1 passed, 0 failed, 0 skipped\n"), result.out());
        Result wrong = run("wast", "--features", "threats", shared);
        assertEquals(64, wrong.status());
        assertTrue(wrong.err().startsWith("emberwall: --features: 'threats' is not one of all, 3.0, "), wrong.err());
    }

    @Test
    void failuresNameFileAndLine() {
        String bad = script("bad.wast", BAD);
        Result result = run("wast", bad, script("broken.wast", "(assert_return"));
        assertEquals(1, result.status());
        assertTrue(result.out().endsWith("\n1 passed, 2 failed, 0 skipped\n"), result.out());
        assertTrue(result.err().startsWith(bad + ":2: assert_return: "), result.err());
        assertTrue(result.err().contains("expected [(i32.const 2)] but got [(i32.const 1)]\n"), result.err());
        assertTrue(result.err().contains("broken.wast:1: script: cannot be read: "), result.err());
    }

    @Test
    void refusesWrongCommandLines() {
        assertEquals(64, run("wast").status());
        assertEquals(64, run("wast", "--tier", "warp", folder.toString()).status());
        assertEquals(64, run("wast", script("a.txt", "")).status());
        assertEquals(66, run("wast", folder.resolve("nowhere").toString()).status());
    }
}
