package emberwall.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/** The Java examples of a document, compiled and run as they stand there. */
public final class JavaExamples {
    private static final Pattern BLOCK = Pattern.compile("(?s)```java\\n(.*?)```");

    private JavaExamples() {}

    /**
     * The examples of a document in the repository, in order.
     *
     * @param document its path from the repository
     * @param mark what an example has that is meant
     */
    public static List<String> with(String mark, String document) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(Shared.repository().resolve(document)));
        while (matcher.find()) {
            if (matcher.group(1).contains(mark)) {
                blocks.add(matcher.group(1));
            }
        }
        return blocks;
    }

    /**
     * What an example prints, compiled and run from its source in a process of its own, which has to end well.
     *
     * @param example imports, then statements
     * @param name what the class is called
     * @param place the folder where it runs
     */
    public static String run(String example, String name, Path place) throws IOException, InterruptedException {
        StringBuilder imports = new StringBuilder();
        StringBuilder body = new StringBuilder();
        for (String line : example.lines().toList()) {
            (line.startsWith("import ") ? imports : body).append(line).append('\n');
        }
        Path source = place.resolve(name + ".java");
        Files.writeString(
                source,
                imports + "class " + name + " {\n    public static void main(String[] arguments) throws Throwable {\n"
                        + body + "    }\n}\n");
        String classPath = System.getProperty("java.class.path");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path output = place.resolve(name + ".txt");
        Process process = new ProcessBuilder(
                        java.toString(), "--enable-native-access=ALL-UNNAMED", "-cp", classPath, source.toString())
                .directory(place.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String printed = Files.readString(output);
        Assertions.assertTrue(ended && process.exitValue() == 0, printed);
        return printed;
    }
}
