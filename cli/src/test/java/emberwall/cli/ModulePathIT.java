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
        "op", "asm", "os", "wasm", "ir", "codegen", "link", "fiber", "jit", "engine", "script", "wasi", "cli"
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
        Path classes = compile(declaration, program);
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

    /** The same for programs that make functions. */
    @Test
    void makersOfFunctionsRequireTheCompilerAlone() throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources/maker"));
        Path declaration = Files.writeString(
                folder.resolve("sources/module-info.java"), "module maker { requires emberwall.jit; }");
        Path program = Files.writeString(sources.resolve("Main.java"), """
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
                """);
        Command.Result result = Command.java(
                        "--module-path", jars() + File.pathSeparator + compile(declaration, program))
                .and("--enable-native-access=emberwall.os", "--illegal-native-access=deny", "-m", "maker/maker.Main")
                .run();
        assertEquals(new Command.Result(0, "6\n48\n", ""), result);
    }

    /** Where the classes of a module are. */
    private Path compile(Path declaration, Path program) throws IOException {
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
        return classes;
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
