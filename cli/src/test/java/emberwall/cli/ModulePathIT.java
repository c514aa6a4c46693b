package emberwall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The modules work as modules: strong encapsulation, native access for one of them only, nothing on the class path. */
class ModulePathIT {
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
        String source = """
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
                """;
        String module = """
                (module $guest
                  (import "host" "f" (func $f (param i32) (result v128)))
                  (export "f" (func $f))
                  (func $fail (export "fail") unreachable))""";
        Command.Result result = runModule("embedder", "emberwall.engine", source, module);
        assertEquals(
                new Command.Result(
                        0,
                        "i32x4 0x00000002 0x00000000 0x00000007 0x00000000\ntrue guest fail\nunknown operator no.such 16\n",
                        ""),
                result);
    }

    /** The same for programs that make functions. */
    @Test
    void makersOfFunctionsRequireTheCompilerAlone() throws IOException {
        String source = """
                package maker;

                import emberwall.asm.x64.Reg;
                import emberwall.jit.*;
                import emberwall.op.*;
                import java.lang.foreign.*;
                import java.lang.invoke.*;

                public class Main {
                    public static void hello(long number) {
                        System.out.println(number);
                    }

                    public static void main(String[] arguments) throws Throwable {
                        try (Jit jit = Jit.open()) {
                            FunctionBuilder f = jit.function("f", MethodType.methodType(void.class, long.class));
                            MethodHandle hello = MethodHandles.lookup().findStatic(Main.class, "hello", f.type());
                            f.callJava(hello, f.ir().compute(Op.ADD, Type.I64, f.parameter(0), f.ir().i64(4)));
                            f.ir().returns();
                            f.compile().handle().invokeExact(2L);
                            FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_INT);
                            MethodHandle raw = jit.assemble(a -> {
                                a.movi(Reg.RAX, 0x30);
                                a.ret();
                            }, type);
                            System.out.println((int) raw.invokeExact());
                        }
                    }
                }
                """;
        Command.Result result = runModule("maker", "emberwall.jit", source);
        assertEquals(new Command.Result(0, "6\n48\n", ""), result);
    }

    /** Runs {@code Main} of a module that requires one other. */
    private Command.Result runModule(String name, String required, String source, String... arguments)
            throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources").resolve(name));
        Path declaration = Files.writeString(
                folder.resolve("sources/module-info.java"), "module " + name + " { requires " + required + "; }");
        Path program = Files.writeString(sources.resolve("Main.java"), source);
        Path classes = folder.resolve("classes");
        String[] options = {
            "--module-path", jars(), "-d", classes.toString(), declaration.toString(), program.toString()
        };
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, options));
        return Command.java("--module-path", jars() + File.pathSeparator + classes)
                .and("--enable-native-access=emberwall.os", "--illegal-native-access=deny")
                .and("-m", name + "/" + name + ".Main")
                .and(arguments)
                .run();
    }

    /** All that there are by now: who comes later in the build has no jar yet. */
    private static String jars() throws IOException {
        try (var folders = Files.list(Command.root())) {
            return folders.filter(folder -> Files.exists(folder.resolve("src/main/java/module-info.java")))
                    .map(folder -> folder.resolve("target"))
                    .filter(Files::isDirectory)
                    .flatMap(ModulePathIT::jar)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static Stream<String> jar(Path target) {
        try (var files = Files.list(target)) {
            return files
                    .map(Path::toString)
                    .filter(file -> file.matches(".*emberwall-[a-z]+-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String jarOf(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }
}
