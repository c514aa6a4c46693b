package emberwall.fuzz.targets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every target with all its seeds, then a while by Jazzer. Longer, or one target alone: {@code -Demberwall.fuzz.seconds=N},
 * {@code -Demberwall.fuzz.target=NAME}; then what Jazzer learns is kept from run to run under {@code target/corpus}.
 */
class JazzerTest {
    private static final int SHORT = 5;
    /** Seeds of a short run: reading them all would take all of its time. */
    private static final int FEW = 150;

    private static final int SECONDS = Integer.getInteger("emberwall.fuzz.seconds", SHORT);
    private static final String ONLY = System.getProperty("emberwall.fuzz.target", "");

    private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in (\\d+) second");

    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

    /** Guards against paths, commands and deserialization in Java programs, which cost time and watch what we do not do. */
    private static final String SANITIZERS = "com.code_intelligence.jazzer.sanitizers.";

    private static final List<String> UNUSED = List.of(
            "ClojureLangHooks",
            "Deserialization",
            "ExpressionLanguageInjection",
            "FilePathTraversal",
            "LdapInjection",
            "NamingContextLookup",
            "OsCommandInjection",
            "ReflectiveCall",
            "RegexInjection",
            "RegexRoadblocks",
            "ScriptEngineInjection",
            "ServerSideRequestForgery",
            "SqlInjection",
            "UnsafeSanitizer",
            "XPathInjection",
            "XmlParserSsrfGuidance");

    @TempDir
    Path scratch;

    @ParameterizedTest
    @MethodSource("wanted")
    void seedsFindNothing(Target target) throws IOException {
        for (byte[] seed : target.seeds()) {
            try {
                target.run(seed);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        target + " finds something in " + HexFormat.of().formatHex(seed), e);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("wanted")
    void jazzerFindsNothing(Target target) throws IOException {
        Path findings = Files.createDirectories(Path.of("target", "findings").toAbsolutePath());
        Path corpus = isShort()
                ? scratch.resolve("corpus")
                : Path.of("target", "corpus", target.name()).toAbsolutePath();
        Files.createDirectories(corpus);
        ChildJvm.Result result = ChildJvm.of(JAZZER)
                .options("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=" + (isShort() ? 1 : 4))
                .options("-XX:+EnableDynamicAgentLoading", "-Djava.io.tmpdir=" + scratch)
                .seconds(SECONDS + 300)
                .run(
                        "--target_class=" + target.type().getName(),
                        "--instrumentation_includes=" + target.watched(),
                        "--custom_hook_includes=" + target.watched(),
                        "--disabled_hooks=" + disabled(),
                        "--reproducer_path=" + findings,
                        "-artifact_prefix=" + findings + "/" + target + "-",
                        "-dict=" + Dictionary.write(scratch.resolve("words")),
                        "-max_total_time=" + SECONDS,
                        "-max_len=" + target.longest(),
                        "-timeout=60",
                        corpus.toString(),
                        writeSeeds(target).toString());
        Matcher done = DONE.matcher(result.output());
        assertEquals(0, result.status(), () -> "findings are in " + findings + "\n" + tail(result.output()));
        assertTrue(done.find(), () -> tail(result.output()));
        System.out.println(target + ": " + done.group(1) + " executions by Jazzer in " + done.group(2) + " s");
    }

    private static boolean isShort() {
        return SECONDS <= SHORT;
    }

    static List<Target> wanted() {
        return ONLY.isEmpty() ? List.of(Target.values()) : List.of(Target.valueOf(ONLY.toUpperCase(Locale.ROOT)));
    }

    private static String disabled() {
        return String.join(":", UNUSED.stream().map(SANITIZERS::concat).toList());
    }

    /** The seeds as files, named by what they hold, as libFuzzer does. */
    private Path writeSeeds(Target target) throws IOException {
        Path directory = Files.createDirectory(scratch.resolve("seeds"));
        List<byte[]> seeds = target.seeds();
        int step = isShort() ? Math.max(1, seeds.size() / FEW) : 1;
        for (int i = 0; i < seeds.size(); i += step) {
            byte[] seed = seeds.get(i);
            if (seed.length <= target.longest()) {
                Files.write(directory.resolve(name(seed)), seed);
            }
        }
        return directory;
    }

    private static String name(byte[] seed) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(seed));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String tail(String output) {
        return output.substring(Math.max(0, output.length() - 20_000));
    }
}
