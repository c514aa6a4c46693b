package emberwall.wasm.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.Shared;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.text.WatPrinter.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the printer writes reads back as an equal module, in both forms and whether or not it is valid. */
class RoundTripTest {
    private final List<String> failures = new ArrayList<>();
    private int printed;
    private int identical;

    /** Modules of the suite, by group: how many can be printed, and how many come back byte for byte. */
    @ParameterizedTest
    @CsvSource({
        "core,                        5027, 4759",
        "custom,                         9,    9",
        "legacy,                        18,    0",
        "proposals/threads,            235,  232",
        "proposals/wide-arithmetic,     10,    9",
        "proposals/custom-page-sizes,   45,   18",
        "extra/threads,                 50,   50",
    })
    void suite(String group, int atLeast, int identicalAtLeast) throws IOException {
        try (Stream<Path> files = Files.walk(Shared.path("spec/wasm/json/" + group))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".wasm"))
                    .sorted()
                    .toList()) {
                roundTrip(file.toString(), Files.readAllBytes(file));
            }
        }
        assertEquals("", String.join("\n", failures));
        assertTrue(
                printed >= atLeast && identical >= identicalAtLeast,
                () -> printed + " printed, " + identical + " identical");
    }

    @ParameterizedTest
    @ValueSource(strings = {"calls", "hello", "kern_f64", "kern_int", "lua", "rust_text"})
    void program(String name) throws IOException {
        roundTrip(name, Files.readAllBytes(Shared.path("bench/wasm/" + name + ".wasm")));
        assertEquals("", String.join("\n", failures));
        assertEquals(1, printed);
    }

    /** Modules that went wrong in a byte or a few: whatever can be printed reads back, valid or not. */
    @Test
    void mutants() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Shared.path("spec/wasm/json/core"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".wasm"))
                    .sorted()
                    .toList()) {
                byte[] bytes = Files.readAllBytes(file);
                if (bytes.length > 8 && bytes.length < 10_000) {
                    seeds.add(bytes);
                }
            }
        }
        SplittableRandom random = new SplittableRandom(20_000);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                bytes[8 + random.nextInt(bytes.length - 8)] = (byte) random.nextInt(256);
            }
            roundTrip("mutant " + i, bytes);
        }
        assertEquals("", String.join("\n", failures));
        assertTrue(printed > 300, () -> printed + " printed");
    }

    private void roundTrip(String name, byte[] bytes) {
        Module module;
        try {
            module = ModuleParser.parse(bytes, Limits.DEFAULT, Features.ALL);
            WatPrinter.print(module);
        } catch (ModuleException refused) {
            return;
        }
        printed++;
        boolean same = true;
        for (Form form : Form.values()) {
            String text = WatPrinter.print(module, form);
            try {
                byte[] back = WatParser.parse(text).bytes();
                same &= Arrays.equals(bytes, back);
                Module actual = ModuleParser.parse(back, Limits.DEFAULT, Features.ALL);
                String difference = ModuleComparison.difference(module, actual, true);
                if (difference != null) {
                    failures.add(name + " " + form + ": " + difference);
                }
            } catch (ModuleException wrong) {
                failures.add(name + " " + form + ": " + wrong.getMessage());
            }
        }
        identical += same ? 1 : 0;
    }
}
