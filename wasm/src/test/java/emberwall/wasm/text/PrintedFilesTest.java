package emberwall.wasm.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import emberwall.wasm.text.WatPrinter.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files as the printer writes them, to be read: {@code NAME.wat} in plain form prints as itself, and in folded form as
 * {@code NAME.folded.wat}, which means the same. After a change that is meant, this writes them anew, whatever form the
 * first one was written in:
 *
 * <pre>
 *   ./mvnw -pl wasm -am test -Dtest=PrintedFilesTest -Dsurefire.failIfNoSpecifiedTests=false -Dbless
 * </pre>
 */
class PrintedFilesTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("emberwall.root", "")).resolve("wasm/src/test/resources/emberwall/wasm/text");

    @ParameterizedTest
    @ValueSource(strings = {"fields", "names", "control", "immediates"})
    void printsAsItself(String name) throws IOException {
        Path plain = FOLDER.resolve(name + ".wat");
        Path folded = FOLDER.resolve(name + ".folded.wat");
        Module module = module(plain);
        if (System.getProperty("bless") != null) {
            Files.writeString(plain, WatPrinter.print(module, Form.PLAIN));
            Files.writeString(folded, WatPrinter.print(module, Form.FOLDED));
        }
        assertEquals(Files.readString(plain), WatPrinter.print(module, Form.PLAIN));
        assertEquals(Files.readString(folded), WatPrinter.print(module, Form.FOLDED));
        assertEquals(null, ModuleComparison.difference(module, module(folded), true));
    }

    private static Module module(Path file) throws IOException {
        WatModule module = WatParser.parse(Files.readAllBytes(file));
        Module parsed = ModuleParser.parse(module.bytes(), Limits.DEFAULT, Features.ALL);
        Validator.validateAll(parsed, Limits.DEFAULT, 0, 1);
        return parsed;
    }
}
