package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.wasm.InvalidException;
import emberwall.wasm.MalformedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that embedders give as text. */
class TextModuleTest {
    private static final String ADD =
            "(module (func (export \"add\") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))";

    @Test
    void textRunsLikeItsBinary() {
        try (Engine engine = Engine.start()) {
            Instance instance = engine.compileText(ADD).instantiate(Imports.of());
            assertEquals(42, instance.function("add").call(40, 2));
        }
    }

    @Test
    void filesAreToldByNameOrContent(@TempDir Path folder) throws Exception {
        try (Engine engine = Engine.start()) {
            for (String name : new String[] {"add.wat", "add.wasm", "add"}) {
                Path file = Files.writeString(folder.resolve(name), " ;; sums\n" + ADD);
                assertEquals(1, engine.compile(file).exports().size(), name);
            }
            Path empty = Files.writeString(folder.resolve("empty.wat"), "");
            assertEquals(0, engine.compile(empty).exports().size());
        }
    }

    @Test
    void errorsAreSaidOfTheText() {
        try (Engine engine = Engine.start()) {
            var malformed = assertThrows(MalformedException.class, () -> engine.compileText("(module\n (fnc))"));
            assertTrue(malformed.getMessage().startsWith("unknown operator fnc (at line 2, column 3)\n (fnc))\n  ^"));
            var invalid = assertThrows(InvalidException.class, () -> engine.compileText("(module\n (func i32.add))"));
            assertEquals(2, invalid.position().line());
            assertEquals(8, invalid.position().column());
        }
    }
}
