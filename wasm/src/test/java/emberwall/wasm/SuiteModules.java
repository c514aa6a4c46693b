package emberwall.wasm;

import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Valid modules for tests that want many. */
final class SuiteModules {
    private static final Pattern MODULE_FILE = Pattern.compile("filename\":\"([^\"]+\\.wasm)\"");

    private SuiteModules() {}

    /**
     * The bytes of every module of a group of the suite that is to be accepted: those of commands that are no assertions. In
     * the converted scripts each command is a line.
     */
    static List<byte[]> valid(String group) throws IOException {
        List<Path> scripts;
        try (Stream<Path> files = Files.walk(Shared.path("spec/wasm/json/" + group))) {
            scripts = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        List<byte[]> modules = new ArrayList<>();
        for (Path script : scripts) {
            for (String line : Files.readAllLines(script)) {
                Matcher file = MODULE_FILE.matcher(line);
                if (!line.contains("\"type\":\"assert_") && file.find()) {
                    modules.add(Files.readAllBytes(script.resolveSibling(file.group(1))));
                }
            }
        }
        return modules;
    }

    /** The benchmark programs. */
    static List<byte[]> programs() throws IOException {
        List<byte[]> modules = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Shared.path("bench/wasm"), "*.wasm")) {
            for (Path file : files) {
                modules.add(Files.readAllBytes(file));
            }
        }
        return modules;
    }

    static Module parse(byte[] bytes) {
        return ModuleParser.parse(bytes, Limits.DEFAULT, Features.ALL);
    }
}
