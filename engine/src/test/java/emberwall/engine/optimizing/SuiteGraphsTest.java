package emberwall.engine.optimizing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ir.Interpreter;
import emberwall.op.V128;
import emberwall.testing.Shared;
import emberwall.wasm.Export;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.ValueType;
import emberwall.wasm.text.Script;
import emberwall.wasm.text.ScriptValue;
import emberwall.wasm.text.WastParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The official suite on graphs that are interpreted: whatever scripts say of modules that import nothing is so, with guard
 * pages and with checks. No machine code is made.
 */
class SuiteGraphsTest {
    private static final long STACK = 32 << 20;

    private final List<String> wrong = new ArrayList<>();
    private int right;
    private GraphInstance current;
    private final Map<String, GraphInstance> named = new HashMap<>();

    @Test
    void withGuardPages() throws Exception {
        play(true, "", 50_000);
    }

    @Test
    void memoriesWithChecks() throws Exception {
        play(false, ".*(mem|load|store|address|align|data|imports).*", 3_000);
    }

    private void play(boolean guarded, String names, int least) throws Exception {
        Path suite = Shared.path("spec/wasm/wast");
        Thread thread = new Thread(null, () -> scripts(suite, guarded, names), "scripts", STACK);
        thread.start();
        thread.join();
        assertEquals("", String.join("\n", wrong));
        assertTrue(right > least, right + " assertions");
    }

    private void scripts(Path suite, boolean guarded, String names) {
        try (Stream<Path> files = Files.walk(suite)) {
            for (Path file : files.filter(it -> it.toString().endsWith(".wast"))
                    .filter(it -> names.isEmpty() || it.getFileName().toString().matches(names))
                    .sorted()
                    .toList()) {
                script(WastParser.parse(file.toString(), Files.readAllBytes(file)), guarded);
            }
        } catch (IOException | RuntimeException e) {
            wrong.add(e.toString());
        }
    }

    private void script(Script script, boolean guarded) {
        named.clear();
        current = null;
        for (Script.Command command : script.commands()) {
            try {
                command(command, guarded);
            } catch (GraphInstance.NotHere | Unsupported | StackOverflowError skipped) {
                // Others test it.
            } catch (RuntimeException | AssertionError e) {
                StackTraceElement at = e.getStackTrace().length > 0 ? e.getStackTrace()[0] : null;
                wrong.add(script.name() + " " + command + ": " + e + " " + at);
            }
        }
    }

    private void command(Script.Command command, boolean guarded) {
        switch (command) {
            case Script.ModuleCommand it -> {
                current = null;
                if (it.name() != null) {
                    named.remove(it.name());
                }
                current = instance(it, guarded);
                if (current == null) {
                    named.clear(); // it may change what others see
                    return;
                }
                if (it.name() != null) {
                    named.put(it.name(), current);
                }
            }
            case Script.Perform it -> perform(it.action());
            case Script.AssertRefusal it -> named.clear(); // it may do so, too, before it fails
            case Script.AssertReturn it -> {
                List<V128> results = perform(it.action());
                if (results != null) {
                    check(it.expected(), results, it);
                }
            }
            case Script.AssertFailure it -> {
                if (it.failure() == Script.Failure.EXHAUSTION) {
                    return;
                }
                String outcome;
                try {
                    List<V128> results = perform(it.action());
                    outcome = results == null ? it.text() : results.toString();
                } catch (Interpreter.TrapException trap) {
                    outcome = trap.reason().text();
                    assertTrue(trap.origin() >= 0, "no origin");
                } catch (GraphInstance.GuestException exception) {
                    outcome = it.text() == null ? "" : it.text();
                }
                String expected = it.text() == null ? "" : it.text();
                assertTrue(expected.startsWith(outcome) || outcome.startsWith(expected), outcome);
                right++;
            }
            default -> {}
        }
    }

    private static GraphInstance instance(Script.ModuleCommand command, boolean guarded) {
        Module module;
        try {
            module = ModuleParser.parse(command.module().bytes(), Limits.DEFAULT, Features.ALL);
            if (!module.imports().isEmpty()) {
                return null;
            }
            return new GraphInstance(module, guarded);
        } catch (ModuleException | GraphInstance.NotHere other) {
            return null;
        }
    }

    /** What an action gives; null if the instance is not here. */
    private List<V128> perform(Script.Action action) {
        GraphInstance instance = action.instance() == null ? current : named.get(action.instance());
        if (instance == null) {
            return null;
        }
        Export export = instance.module.export(action.field());
        return switch (action) {
            case Script.Get get -> List.of(instance.global(export.index()));
            case Script.Invoke invoke -> {
                List<V128> arguments = new ArrayList<>();
                for (ScriptValue argument : invoke.arguments()) {
                    arguments.add(value(argument));
                }
                yield instance.run(export.index(), arguments);
            }
        };
    }

    private static V128 value(ScriptValue value) {
        return switch (value) {
            case ScriptValue.Scalar scalar -> new V128(scalar.bits(), 0);
            case ScriptValue.Vector vector -> new V128(vector.low(), vector.high());
            case ScriptValue.Null nothing -> V128.ZERO;
            case ScriptValue.HostReference host -> new V128((host.number() + 1_000_000L) << 3 | 2, 0);
            default -> throw new GraphInstance.NotHere();
        };
    }

    private void check(List<ScriptValue> expected, List<V128> results, Script.AssertReturn command) {
        assertEquals(expected.size(), results.size(), command::toString);
        for (int i = 0; i < expected.size(); i++) {
            V128 result = results.get(i);
            assertTrue(matches(expected.get(i), result), () -> "got " + result);
        }
        right++;
    }

    private static boolean matches(ScriptValue expected, V128 result) {
        return switch (expected) {
            case ScriptValue.Scalar scalar -> {
                int width = scalar.type() == ValueType.I32 || scalar.type() == ValueType.F32 ? 32 : 64;
                yield (result.low() & -1L >>> 64 - width) == scalar.bits();
            }
            case ScriptValue.Nan nan -> isNan(nan, result.low(), nan.type() == ValueType.F32 ? 23 : 52);
            case ScriptValue.Vector vector -> {
                int width = 128 / vector.lanes().size();
                boolean all = true;
                for (int lane = 0; lane < vector.lanes().size(); lane++) {
                    long word = lane * width < 64 ? result.low() : result.high();
                    long bits = word >>> lane * width % 64 & -1L >>> 64 - width;
                    all &= switch (vector.lanes().get(lane)) {
                        case ScriptValue.Scalar scalar -> bits == (scalar.bits() & -1L >>> 64 - width);
                        case ScriptValue.Nan nan -> isNan(nan, bits, width == 32 ? 23 : 52);
                        default -> throw new GraphInstance.NotHere();
                    };
                }
                yield all;
            }
            case ScriptValue.Either either -> either.alternatives().stream().anyMatch(one -> matches(one, result));
            case ScriptValue.Null nothing -> result.low() == 0;
            case ScriptValue.AnyReference any -> result.low() != 0;
            case ScriptValue.HostReference host -> result.equals(value(host));
        };
    }

    private static boolean isNan(ScriptValue.Nan nan, long bits, int fraction) {
        int exponent = fraction == 23 ? 8 : 11;
        boolean isNan = (bits >>> fraction - 1 & (1L << exponent + 1) - 1) == (1L << exponent + 1) - 1;
        return isNan && (!nan.isCanonical() || (bits & (1L << fraction - 1) - 1) == 0);
    }
}
