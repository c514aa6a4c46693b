package emberwall.fuzz.mutate;

import emberwall.testing.Shared;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    public static List<byte[]> under(String directory, String ending) throws IOException {
        List<Path> paths;
        try (Stream<Path> found = Files.walk(Shared.path(directory))) {
            paths = new ArrayList<>(
                    found.filter(path -> path.toString().endsWith(ending)).toList());
        }
        Collections.sort(paths);
        List<byte[]> files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.size(path) <= LONGEST) {
                files.add(Files.readAllBytes(path));
            }
        }
        return files;
    }
}
