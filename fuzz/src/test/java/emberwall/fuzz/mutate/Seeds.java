package emberwall.fuzz.mutate;

import emberwall.testing.Shared;
import emberwall.wasm.CustomSection;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Modules to start from: those of the suite, the valid and the others, and small programs. */
public final class Seeds {
    /** Small ones are many, quick, and hold every rule; damage in big ones seldom meets anything. */
    private static final int LONGEST = 4_096;

    private static final List<String> PROGRAMS =
            List.of("bench/wasm/hello.wasm", "bench/wasm/calls.wasm", "bench/wasm/kern_int.wasm");

    private Seeds() {}

    /** All of them, always in the same order. Of the suite's modules that are no modules, one in sixteen. */
    public static List<byte[]> modules() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        int refused = 0;
        for (byte[] bytes : under("spec/wasm/json", ".wasm")) {
            if (isValid(bytes) || refused++ % 16 == 0) {
                seeds.add(bytes);
            }
        }
        for (String program : PROGRAMS) {
            seeds.add(Files.readAllBytes(Shared.path(program)));
        }
        return seeds;
    }

    private static boolean isValid(byte[] bytes) {
        try {
            Validator.validateAll(ModuleParser.parse(bytes, Limits.DEFAULT, Features.ALL), Limits.DEFAULT);
            return true;
        } catch (ModuleException e) {
            return false;
        }
    }

    /** The small files under a directory of the shared data whose names end so, in the order of their paths. */
    private static List<byte[]> under(String directory, String ending) throws IOException {
        return under(directory, ending, LONGEST);
    }

    private static List<byte[]> under(String directory, String ending, int longest) throws IOException {
        List<Path> paths;
        try (Stream<Path> found = Files.walk(Shared.path(directory))) {
            paths = new ArrayList<>(
                    found.filter(path -> path.toString().endsWith(ending)).toList());
        }
        Collections.sort(paths);
        List<byte[]> files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.size(path) <= longest) {
                files.add(Files.readAllBytes(path));
            }
        }
        return files;
    }

    /** What the name section of a module holds; null if it has none. */
    public static byte[] nameSection(byte[] module) {
        try {
            CustomSection section =
                    ModuleParser.parse(module, Limits.DEFAULT, Features.ALL).customSection("name");
            return section == null
                    ? null
                    : Arrays.copyOfRange(module, section.offset(), section.offset() + section.length());
        } catch (ModuleException e) {
            return null;
        }
    }

    /** Modules as text: those of the suite's scripts that begin a line and take few. */
    public static List<byte[]> texts() throws IOException {
        List<byte[]> texts = new ArrayList<>(under("spec/wasm/json", ".wat"));
        for (byte[] script : under("spec/wasm/wast", ".wast", Integer.MAX_VALUE)) {
            String[] forms = new String(script, StandardCharsets.UTF_8).split("\n(?=[(;])");
            for (String form : forms) {
                if (form.startsWith("(module") && form.length() <= LONGEST) {
                    texts.add(form.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return texts;
    }
}
