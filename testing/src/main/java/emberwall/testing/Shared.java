package emberwall.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The data that tests read but the repository does not hold: the conformance suites and the benchmark programs.
 *
 * <p>It lies in a directory {@code shared} beside the repository; the environment variable {@code EMBERWALL_SHARED} names
 * another place. Where it is absent the test that needs it is skipped, unless {@code EMBERWALL_REQUIRE_SHARED=1} says that
 * it must be there.
 */
public final class Shared {
    private Shared() {}

    /** The file or directory {@code relative} to the data's root; ends the test (see above) where it does not exist. */
    public static Path path(String relative) {
        Path path = root().resolve(relative);
        if (!Files.exists(path)) {
            absent(path);
        }
        return path;
    }

    /** Ends the test (see above) where the data is absent. */
    public static void require() {
        if (!Files.isDirectory(root())) {
            absent(root());
        }
    }

    private static void absent(Path path) {
        String message = path + " is absent: put the data beside the repository (WebAssembly's suite as JSON: "
                + "github.com/WebAssembly/spec, converted by wasm-tools json-from-wast) or set EMBERWALL_SHARED";
        lacking(message);
    }

    /** Ends the test for want of something of the machine's: skipped, or failed where everything must be there (see above). */
    public static void lacking(String message) {
        if ("1".equals(System.getenv("EMBERWALL_REQUIRE_SHARED"))) {
            Assertions.fail(message);
        }
        Assumptions.abort(message);
    }

    private static Path root() {
        String configured = System.getenv("EMBERWALL_SHARED");
        if (configured != null && !configured.isEmpty()) {
            return Path.of(configured);
        }
        return repository().resolveSibling("shared");
    }

    /** The repository: the build says where it is; else the nearest directory upwards that holds the build's wrapper. */
    public static Path repository() {
        String property = System.getProperty("emberwall.root");
        if (property != null && !property.isEmpty()) {
            return Path.of(property).toAbsolutePath().normalize();
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path at = start; at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("mvnw"))) {
                return at;
            }
        }
        return start;
    }
}
