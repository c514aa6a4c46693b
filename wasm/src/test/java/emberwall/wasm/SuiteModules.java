package emberwall.wasm;

import emberwall.testing.Shared;
import emberwall.testing.SuiteScript;
import emberwall.testing.SuiteScript.Command;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Valid modules for tests that want many. */
final class SuiteModules {
    private SuiteModules() {}

    /** The bytes of every module of a group of the suite that is to be accepted. */
    static List<byte[]> valid(String group) throws IOException {
        List<byte[]> modules = new ArrayList<>();
        for (SuiteScript script : SuiteScript.group(group)) {
            for (Command command : script.commands()) {
                if (command.binary() != null && !command.type().startsWith("assert_")) {
                    modules.add(script.bytes(command.binary()));
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
