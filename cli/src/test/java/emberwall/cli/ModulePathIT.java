package emberwall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The modules work as modules: strong encapsulation, native access for one of them only, nothing on the class path. */
class ModulePathIT {
    private static final String[] MODULES = {
        "op", "asm", "os", "wasm", "codegen", "link", "fiber", "engine", "script", "wasi", "cli"
    };

    @TempDir
    Path folder;

    @Test
    void runsAProgramOnTheModulePath() throws IOException {
        StringBuilder path = new StringBuilder(jarOf(picocli.CommandLine.class))
                .append(File.pathSeparator)
                .append(jarOf(com.google.gson.Gson.class));
        for (String module : MODULES) {
            path.append(File.pathSeparator)
                    .append(jar(Command.root().resolve(module).resolve("target")));
        }
        String guest = Command.file(folder, "hello.wasm", Guests.hello("hello from a module\n"));
        Command.Result result = Command.java("--module-path", path.toString(), "--enable-native-access=emberwall.os")
                .and("--illegal-native-access=deny", "-m", "emberwall.cli/emberwall.cli.Main", "run", guest)
                .run();
        assertEquals(new Command.Result(0, "hello from a module\n", ""), result);
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
