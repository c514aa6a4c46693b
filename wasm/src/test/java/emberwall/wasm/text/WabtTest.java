package emberwall.wasm.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.Shared;
import emberwall.wasm.Feature;
import emberwall.wasm.FeatureScan;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import emberwall.wasm.text.WatPrinter.Form;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WABT reads what the printer writes, and makes an equal module of it: an independent reader of the text format. */
class WabtTest {
    /**
     * What WABT's reader knows of WebAssembly: not typed references, collected objects, the new exceptions, nor
     * large offsets and tables.
     */
    private static final Features KNOWN = new Features(Feature.ALL
            & ~Feature.mask(
                    Feature.FUNCTION_REFERENCES,
                    Feature.GC,
                    Feature.EXCEPTIONS,
                    Feature.LEGACY_EXCEPTIONS,
                    Feature.MEMORY64,
                    Feature.RELAXED_SIMD,
                    Feature.WIDE_ARITHMETIC,
                    Feature.CUSTOM_PAGE_SIZES));

    @TempDir
    private Path folder;

    private record Case(String name, Module module) {}

    @ParameterizedTest
    @CsvSource({"core, 1900", "proposals/threads, 100"})
    void readsTheSuite(String group, int atLeast) throws IOException, InterruptedException {
        List<Case> cases = cases(Shared.path("spec/wasm/json/" + group));
        assertTrue(cases.size() >= atLeast, () -> cases.size() + " modules that WABT knows the features of");
        for (Form form : Form.values()) {
            compare(cases, form);
        }
    }

    @Test
    void readsThePrograms() throws IOException, InterruptedException {
        List<Case> programs = new ArrayList<>();
        for (String name : List.of("hello", "calls", "kern_f64", "kern_int", "lua")) {
            Path file = Shared.path("bench/wasm/" + name + ".wasm");
            programs.add(new Case(name, ModuleParser.parse(Files.readAllBytes(file))));
        }
        for (Form form : Form.values()) {
            compare(programs, form);
        }
    }

    private static List<Case> cases(Path root) throws IOException {
        List<Case> cases = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".wasm"))
                    .sorted()
                    .toList()) {
                try {
                    Module module = ModuleParser.parse(Files.readAllBytes(file), Limits.DEFAULT, Features.ALL);
                    Validator.validateAll(module, Limits.DEFAULT, 0, 1);
                    if (FeatureScan.first(module, KNOWN) == null && isReadable(WatPrinter.print(module))) {
                        cases.add(new Case(file.toString(), module));
                    }
                } catch (ModuleException refused) {
                    // The suite has many of them.
                }
            }
        }
        return cases;
    }

    /** Some instructions and identifiers in quotes WABT does not read; a string that looks so costs a module, no more. */
    private static boolean isReadable(String text) {
        return !text.contains(" $\"") && !text.contains("return_call_ref");
    }

    /** Prints the modules into one script, which WABT takes apart again: a process for each of them would take minutes. */
    private void compare(List<Case> cases, Form form) throws IOException, InterruptedException {
        Path script = folder.resolve("all.wast");
        try (Writer out = Files.newBufferedWriter(script)) {
            for (Case each : cases) {
                new WatPrinter(each.module, form).print(out);
            }
        }
        String errors = wabt(script);
        for (int i = 0; i < cases.size(); i++) {
            Path made = folder.resolve("all." + i + ".wasm");
            String name = cases.get(i).name;
            assertTrue(Files.exists(made), () -> "nothing made of " + name + ": " + errors);
            Module actual = ModuleParser.parse(Files.readAllBytes(made), Limits.DEFAULT, Features.ALL);
            assertEquals(null, ModuleComparison.difference(cases.get(i).module, actual, false), name);
            Files.delete(made);
        }
    }

    private String wabt(Path script) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(
                        "wast2json", "--enable-all", "--no-check", "-o", "all.json", script.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(errors.toFile());
        Process process = null;
        try {
            process = builder.start();
        } catch (IOException absent) {
            Assumptions.abort("WABT is absent: install the package wabt");
        }
        assertTrue(process.waitFor(5, TimeUnit.MINUTES), "WABT does not end");
        String text = Files.readString(errors, StandardCharsets.UTF_8);
        return text.length() < 3000 ? text : text.substring(0, 3000);
    }
}
