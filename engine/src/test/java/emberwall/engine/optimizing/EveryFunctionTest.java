package emberwall.engine.optimizing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ir.Graph;
import emberwall.ir.Pass;
import emberwall.ir.Schedule;
import emberwall.testing.Shared;
import emberwall.wasm.Features;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import emberwall.wasm.text.Script;
import emberwall.wasm.text.WastParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every function that we know of becomes a graph, and a good one. */
class EveryFunctionTest {
    /** Up to how many bytes a program is built once more, with checks of bounds. */
    private static final int SMALL = 2 << 20;

    /** One function of so many goes through the passes and gets an order, too. */
    private static final int SAMPLE = 5;

    /** What there is no graph of, and how many functions lack it. */
    private final Map<String, Integer> lacking = new TreeMap<>();

    private int functions;

    private void build(Module module, boolean guarded) {
        Validator validator = new Validator(module, Limits.DEFAULT, Validator.LOOPS);
        FunctionInfo[] infos = new FunctionInfo[module.functionCount()];
        for (int function = module.importedFunctions(); function < infos.length; function++) {
            infos[function] = validator.validate(function);
        }
        try (Facts facts = new Facts(module, guarded)) {
            GraphBuilder builder = new GraphBuilder(facts);
            for (int function = module.importedFunctions(); function < infos.length; function++) {
                build(builder, infos[function]);
            }
        }
    }

    private void build(GraphBuilder builder, FunctionInfo info) {
        functions++;
        try {
            Graph graph = builder.build(info); // which verifies it, since assertions are on
            if (functions % SAMPLE == 0) {
                Pass.runAll(graph, (pass, changed) -> {}); // each of which does
                Schedule.of(graph);
            }
        } catch (Unsupported missing) {
            lacking.merge(missing.getMessage(), 1, Integer::sum);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("function " + info.function() + " at " + info.codeOffset(), e);
        }
    }

    @Test
    void realPrograms() throws IOException {
        for (Path file : files("bench/wasm", ".wasm")) {
            Module module = ModuleParser.parse(Files.readAllBytes(file));
            build(module, true);
            if (module.bytes().length < SMALL) {
                build(module, false);
            }
        }
        assertTrue(functions > 10_000, functions + " functions");
        assertEquals(Map.of(), lacking);
    }

    @Test
    void suite() throws IOException {
        Features all = Features.ALL;
        for (Path file : files("spec/wasm/wast", ".wast")) {
            Script script = WastParser.parse(file.getFileName().toString(), Files.readAllBytes(file));
            for (Script.Command command : script.commands()) {
                try {
                    byte[] bytes = switch (command) {
                        case Script.ModuleCommand it -> it.module().bytes();
                        case Script.ModuleDefinition it -> it.module().bytes();
                        default -> null;
                    };
                    if (bytes != null) {
                        build(ModuleParser.parse(bytes, Limits.DEFAULT, all), true);
                        build(ModuleParser.parse(bytes, Limits.DEFAULT, all), false);
                    }
                } catch (ModuleException other) {
                    // What modules of proposals mean depends on which are switched on.
                } catch (AssertionError e) {
                    throw new AssertionError(file + ":" + command, e);
                }
            }
        }
        assertTrue(functions > 15_000, functions + " functions");
        assertEquals(Map.of(), lacking);
    }

    private static List<Path> files(String directory, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(Shared.path(directory))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }
}
