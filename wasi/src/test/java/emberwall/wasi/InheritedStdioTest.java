package emberwall.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Tier;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Standard input and output as a process really has them: redirected, piped, closed. Each case is a process of its own. */
class InheritedStdioTest {
    private static final int BYTES = 300_000;

    @TempDir
    Path place;

    /** What runs in the process: a guest that copies its input to its output until something ends it, then says so. */
    static final class Copy {
        public static void main(String[] arguments) throws IOException {
            try (Engine engine = Engine.start(
                            Config.DEFAULT.toBuilder().tier(Tier.REFERENCE).build());
                    Wasi wasi =
                            Wasi.builder().inheritStdio().endOnClosedPipe(true).build()) {
                Instance guest = engine.compile(GuestTest.module(true)).instantiate(wasi.addTo(Imports.of()));
                System.err.print(copy(guest));
            } catch (ExitException e) {
                System.err.print("signal " + e.signal());
            }
        }

        private static String copy(Instance guest) {
            var memory = guest.memory("memory");
            while (true) {
                memory.putInt(16, 1024);
                memory.putInt(20, 50_000);
                int errno = (int) guest.function("fd_read").call(0, 16, 1, 8);
                if (errno != 0 || memory.getInt(8) == 0) {
                    return "read " + errno;
                }
                memory.putInt(20, memory.getInt(8));
                errno = (int) guest.function("fd_write").call(1, 16, 1, 8);
                if (errno != 0) {
                    return "write " + errno;
                }
            }
        }
    }

    /** Runs the guest by a shell, which redirects; what the guest said at its end. */
    private String shell(String line) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", line);
        shell.environment()
                .put(
                        "COPY",
                        java + " -Xshare:auto -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
                                + " --enable-native-access=ALL-UNNAMED -cp " + System.getProperty("java.class.path")
                                + " "
                                + Copy.class.getName());
        File errors = place.resolve("errors").toFile();
        Process process = shell.directory(place.toFile()).redirectError(errors).start();
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
        process.waitFor();
        return Files.readString(errors.toPath());
    }

    @Test
    void filesAndPipes() throws Exception {
        byte[] content = "0123456789".repeat(BYTES / 10).getBytes(StandardCharsets.US_ASCII);
        Files.write(place.resolve("in"), content);
        assertEquals("read 0", shell("$COPY < in > out"));
        assertEquals(-1, Files.mismatch(place.resolve("in"), place.resolve("out")));
        assertEquals("read 0", shell("cat in | $COPY | cat > out2"));
        assertEquals(-1, Files.mismatch(place.resolve("in"), place.resolve("out2")));
        assertEquals("read 0", shell("$COPY < in >> out"));
        assertEquals(2 * BYTES, Files.size(place.resolve("out")), "appended");
    }

    @Test
    void closed() throws Exception {
        Files.write(place.resolve("in"), new byte[BYTES]);
        assertEquals("signal 13", shell("$COPY < in | true"));
        // The virtual machine opens files of its own under the numbers that are free: those are not the guest's.
        assertEquals("read 8", shell("$COPY <&- > out"));
        assertEquals(0, Files.size(place.resolve("out")));
        assertEquals("write 8", shell("$COPY < in >&-"));
    }
}
