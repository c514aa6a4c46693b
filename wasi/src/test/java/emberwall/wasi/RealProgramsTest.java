package emberwall.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.engine.Engine;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The benchmark programs at their small size: all in machine code, the smaller ones in the reference interpreter too. */
class RealProgramsTest {
    /** What the reference interpreter does within seconds. */
    private static final Set<String> SMALL =
            Set.of("hello.wasm", "lua.wasm", "kern_f64.wasm", "kern_int.wasm", "rust_text.wasm");

    static Stream<Programs.Way> ways() {
        return Programs.ways().stream();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void printsWhatItShould(Programs.Way way) throws IOException {
        Path folder = Shared.path("bench/wasm");
        int run = 0;
        try (Engine engine = Programs.start(way)) {
            for (String line : Files.readAllLines(folder.resolve("cases.tsv"))) {
                String[] column = line.split("\t");
                if (line.startsWith("#") || !column[1].equals("quick")) {
                    continue;
                }
                if (way.isReference() && !SMALL.contains(column[0])) {
                    continue;
                }
                WasiBuilder guest = Wasi.builder().args(Arrays.asList(column[4].split(" ")));
                if (!column[2].equals("-")) {
                    guest.stdin(Files.readAllBytes(folder.resolve(column[2])));
                }
                Programs.Result result = Programs.run(engine, folder.resolve(column[0]), guest);
                assertEquals(0, result.code(), column[0] + ": " + result.errorText());
                assertEquals(column[3], sha256(result.printed()), column[0]);
                run++;
            }
        }
        System.out.println("programs, " + way + ": " + run + " print what they should");
        assertEquals(way.isReference() ? SMALL.size() : 8, run);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
