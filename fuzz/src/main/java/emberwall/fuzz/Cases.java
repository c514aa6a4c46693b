package emberwall.fuzz;

import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.text.WatParser;
import emberwall.wasm.text.WatPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Modules on which engines once disagreed: files {@code NAME.N.wat}, the modules of a case in the order N of their
 * instantiation.
 */
final class Cases {
    private static final String TEXT = ".wat";

    private Cases() {}

    /**
     * A case.
     *
     * @param name what its files begin with
     * @param modules in the binary format, in order
     */
    record Case(String name, List<byte[]> modules) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Keeps a case; answers its first file. */
    static Path write(Path directory, Case found) throws IOException {
        Files.createDirectories(directory);
        Path first = null;
        for (int i = 0; i < found.modules.size(); i++) {
            byte[] module = found.modules.get(i);
            Path file = directory.resolve(found.name + "." + i + TEXT);
            Files.writeString(file, WatPrinter.print(ModuleParser.parse(module, Limits.DEFAULT, Features.ALL)));
            first = first == null ? file : first;
        }
        return first;
    }

    /** The cases in a directory, by name. */
    static List<Case> read(Path directory) throws IOException {
        Map<String, List<byte[]>> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(TEXT)) {
                    String stem = name.substring(0, name.lastIndexOf('.', name.length() - TEXT.length() - 1));
                    found.computeIfAbsent(stem, key -> new ArrayList<>())
                            .add(WatParser.parse(Files.readAllBytes(file)).bytes());
                }
            }
        }
        List<Case> cases = new ArrayList<>();
        found.forEach((name, modules) -> cases.add(new Case(name, modules)));
        return cases;
    }
}
