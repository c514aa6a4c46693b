package emberwall.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.cli.Command.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules as text on the command line: {@code wat2wasm}, {@code wasm2wat}, {@code validate}, and where else text may stand. */
class TextCommandsIT {
    private static final String ADD = """
        (module
          (type (;0;) (func (param i32 i32) (result i32)))
          (export "add" (func $add))
          (func $add (;0;) (type 0) (param $a i32) (param $b i32) (result i32)
            local.get $a
            local.get $b
            i32.add)
        )
        """;

    private static final String FOLDED = """
        (module
          (type (;0;) (func (param i32 i32) (result i32)))
          (export "add" (func $add))
          (func $add (;0;) (type 0) (param $a i32) (param $b i32) (result i32)
            (i32.add
              (local.get $a)
              (local.get $b)))
        )
        """;

    private static final String SURPLUS = """
        (module
          (func (export "_start")
            i32.const 1
          )
        )
        """;

    @TempDir
    private Path folder;

    private String file(String name, String text) {
        return Command.file(folder, name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Result run(String... arguments) {
        return Command.emberwall(arguments).run();
    }

    private void assertError(int status, String words, Result result) {
        assertEquals(status, result.status(), result.err());
        assertTrue(result.err().startsWith("emberwall: "), result.err());
        assertTrue(result.err().contains(words), () -> "no '" + words + "' in: " + result.err());
        assertEquals("", result.out());
    }

    @Test
    void goesFromTextToBinaryAndBack() throws IOException {
        String text = file("add.wat", ADD);
        String binary = folder.resolve("add.wasm").toString();
        assertEquals(new Result(0, "", ""), run("wat2wasm", text));
        assertEquals(new Result(0, ADD, ""), run("wasm2wat", binary));
        assertEquals(new Result(0, FOLDED, ""), run("wasm2wat", binary, "--fold"));
        assertEquals(new Result(0, FOLDED, ""), run("wasm2wat", "--fold", text));

        String other = folder.resolve("other.wat").toString();
        assertEquals(new Result(0, "", ""), run("wasm2wat", "--fold", "-o", other, binary));
        String again = folder.resolve("again").toString();
        assertEquals(new Result(0, "", ""), run("wat2wasm", other, "-o", again));
        assertArrayEquals(Files.readAllBytes(Path.of(binary)), Files.readAllBytes(Path.of(again)));
    }

    @Test
    void worksInPipes() {
        byte[] text = ADD.getBytes(StandardCharsets.UTF_8);
        assertTrue(Command.emberwall("wat2wasm", "-").input(text).run().out().startsWith("\0asm"));
        assertEquals(
                new Result(0, FOLDED, ""),
                Command.emberwall("wasm2wat", "--fold", "-").input(text).run());
        assertEquals(
                new Result(0, "", ""),
                Command.emberwall("validate", "-").input(text).run());
    }

    @Test
    void saysWhatIsWrongAndWhere() {
        String surplus = file("surplus.wat", SURPLUS);
        String words =
                "surplus.wat: type mismatch: block requires [] but stack has [i32] (at line 4, column 3)\n  )\n  ^";
        for (String command : new String[] {"validate", "wat2wasm", "run", "inspect"}) {
            assertError(65, words, run(command, surplus));
        }
        String unknown = file("unknown.wat", "(module\n  (func i32.cnst))\n");
        for (String command : new String[] {"validate", "wat2wasm", "wasm2wat", "run", "inspect"}) {
            assertError(65, "(at line 2, column 9)\n  (func i32.cnst))\n        ^", run(command, unknown));
        }
        assertEquals(0, run("wat2wasm", "--no-check", surplus).status());
        String encoded = folder.resolve("surplus.wasm").toString();
        assertError(65, "surplus.wasm: type mismatch", run("validate", encoded));
        assertTrue(run("wasm2wat", encoded).out().contains("i32.const 1"));
        assertError(66, "nowhere", run("wasm2wat", "nowhere"));
        assertError(71, "no such folder", run("wat2wasm", file("add.wat", ADD), "-o", folder + "/nowhere/add.wasm"));
    }

    @Test
    void validatesSeveralFiles() {
        String good = file("good.wat", ADD);
        String bad = file("bad.wat", SURPLUS);
        assertEquals(new Result(0, "", ""), run("validate", good, good));
        Result result = run("validate", bad, good, "nowhere", bad);
        assertError(65, "bad.wat", result);
        assertEquals(7, result.err().lines().count(), result.err());
        assertError(66, "nowhere", run("validate", good, "nowhere"));
        assertError(64, "FILE", run("validate"));
    }

    @Test
    void runsAndInspectsText() {
        String text = file("add.wat", ";; a comment first\n" + ADD);
        assertEquals(new Result(0, "42\n", ""), run("run", "--invoke", "add", text, "40", "2"));
        Result inspected = run("inspect", text, "--function", "add");
        assertTrue(inspected.out().contains("local.get $a"), inspected.out() + inspected.err());
    }
}
