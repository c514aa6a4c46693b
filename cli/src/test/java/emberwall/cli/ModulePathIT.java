package emberwall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The modules work as modules: strong encapsulation, native access for one of them only, nothing on the class path. */
class ModulePathIT {
    private static final String[] MODULES = {
        "op", "asm", "os", "wasm", "ir", "codegen", "link", "fiber", "engine", "script", "wasi", "cli"
    };

    @TempDir
    Path folder;

    @Test
    void runsAProgramOnTheModulePath() throws IOException {
        String path = jarOf(picocli.CommandLine.class)
                + File.pathSeparator
                + jarOf(com.google.gson.Gson.class)
                + File.pathSeparator
                + jars();
        String guest = Command.file(folder, "hello.wasm", Guests.hello("hello from a module\n"));
        Command.Result result = Command.java("--module-path", path, "--enable-native-access=emberwall.os")
                .and("--illegal-native-access=deny", "-m", "emberwall.cli/emberwall.cli.Main", "run", guest)
                .run();
        assertEquals(new Command.Result(0, "hello from a module\n", ""), result);
    }

    /** The names that a program needs for modules, functions, memories and what can go wrong, behind one requirement. */
    @Test
    void embeddersRequireTheEngineAlone() throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources/embedder"));
        Path declaration = Files.writeString(
                folder.resolve("sources/module-info.java"), "module embedder { requires emberwall.engine; }");
        Path program = Files.writeString(sources.resolve("Main.java"), """
                package embedder;

                import emberwall.engine.*;
                import emberwall.op.TrapReason;
                import emberwall.op.V128;
                import emberwall.wasm.ModuleException;
                import emberwall.wasm.ValueType;

                public class Main {
                    public static void main(String[] arguments) {
                        try (Engine engine = Engine.start();
                                CompiledModule module = engine.compileText(arguments[0]);
                                Store store = engine.newStore()) {
                            FunctionType type = FunctionType.of(ValueType.I32).returning(ValueType.V128);
                            Instance instance = module.instantiate(store, Imports.of().function(
                                    "host", "f", type, call -> call.result(new V128(call.i32(0), 7))));
                            System.out.println(instance.function("f").call(2));
                            try {
                                instance.function("fail").call();
                            } catch (Trap trap) {
                                GuestFrame frame = trap.trace().getFirst();
                                boolean same = trap.reason() == TrapReason.UNREACHABLE;
                                System.out.println(same + " " + frame.module() + " " + frame.name());
                            }
                            engine.compileText("(module (func (no.such)))");
                        } catch (ModuleException refused) {
                            System.out.println(refused.problem() + " " + refused.position().column());
                        }
                    }
                }
                """);
        Path classes = folder.resolve("classes");
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "--module-path",
                        jars(),
                        "-d",
                        classes.toString(),
                        declaration.toString(),
                        program.toString());
        assertEquals(0, compiled);
        String module = """
                (module $guest
                  (import "host" "f" (func $f (param i32) (result v128)))
                  (export "f" (func $f))
                  (func $fail (export "fail") unreachable))""";
        Command.Result result = Command.java("--module-path", jars() + File.pathSeparator + classes)
                .and("--enable-native-access=emberwall.os", "--illegal-native-access=deny")
                .and("-m", "embedder/embedder.Main", module)
                .run();
        assertEquals(
                new Command.Result(
                        0,
                        "i32x4 0x00000002 0x00000000 0x00000007 0x00000000\ntrue guest fail\nunknown operator no.such 16\n",
                        ""),
                result);
    }

    private static String jars() throws IOException {
        StringBuilder path = new StringBuilder();
        for (String module : MODULES) {
            path.append(path.isEmpty() ? "" : File.pathSeparator)
                    .append(jar(Command.root().resolve(module).resolve("target")));
        }
        return path.toString();
    }

    private static Path jar(Path target) throws IOException {
        try (var files = Files.list(target)) {
            return files.filter(
                            file -> file.getFileName().toString().matches("emberwall-[a-z]+-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String jarOf(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }
}
