package emberwall.bench;

import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The benchmark programs, as the table {@code cases.tsv} in their folder lists them. The folder is
 * {@code ../shared/bench} beside the repository; {@code EMBERWALL_SHARED} names another {@code shared}.
 */
final class Programs {
    /**
     * One run of one program.
     *
     * @param file the module's name in the folder of modules
     * @param size {@code full} or {@code quick}
     * @param stdin the input's name in that folder, or null
     * @param sha256 what standard output hashes to, in hexadecimal
     * @param arguments {@code argv}, the program's own name first
     */
    record Case(String file, String size, String stdin, String sha256, List<String> arguments) {
        String name() {
            return file.substring(0, file.length() - ".wasm".length());
        }

        Path module() {
            return folder().resolve("wasm").resolve(file);
        }

        /** Bytes of the module's code section, what compile throughput counts. */
        int codeBytes() throws IOException {
            Module parsed = ModuleParser.parse(Files.readAllBytes(module()));
            return parsed.codeEnd() - parsed.codeOffset();
        }

        Path input() {
            return stdin == null
                    ? Path.of("/dev/null")
                    : folder().resolve("wasm").resolve(stdin);
        }
    }

    private Programs() {}

    /** What the hash column of the table says of a program's output. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static Path folder() {
        String shared = System.getenv("EMBERWALL_SHARED");
        Path folder = Path.of(shared == null || shared.isEmpty() ? "../shared" : shared, "bench");
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException("the benchmark programs are not at "
                    + folder.toAbsolutePath().normalize() + ": start this in the repository, or set EMBERWALL_SHARED");
        }
        return folder;
    }

    static List<Case> all(String size) throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String line : Files.readAllLines(folder().resolve("wasm/cases.tsv"))) {
            if (line.startsWith("#") || line.isBlank()) continue;
            String[] cells = line.split("\t");
            if (!cells[1].equals(size)) continue;
            String stdin = cells[2].equals("-") ? null : cells[2];
            cases.add(new Case(cells[0], cells[1], stdin, cells[3], List.of(cells[4].split(" "))));
        }
        return cases;
    }

    static Case find(String name, String size) throws IOException {
        for (Case each : all(size)) {
            if (each.name().equals(name)) return each;
        }
        throw new IllegalArgumentException("no program " + name + " of size " + size);
    }
}
