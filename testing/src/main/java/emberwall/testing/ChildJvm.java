package emberwall.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a main class in a JVM of its own, of the same kind and with the same class path as this one: for code that may
 * take the JVM down with it, or that wants other options.
 */
public final class ChildJvm {
    private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    private final String main;
    private final List<String> options = new ArrayList<>();
    private boolean nativeAccess = true;
    private int seconds = 60;
    private String ulimit;

    private ChildJvm(String main) {
        this.main = main;
    }

    /** A JVM that runs {@code main}, with native access and assertions. */
    public static ChildJvm of(Class<?> main) {
        return new ChildJvm(main.getName());
    }

    /** The same for a class that is known by its name alone. */
    public static ChildJvm of(String main) {
        return new ChildJvm(main);
    }

    /** With more JVM options. */
    public ChildJvm options(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** Without the option that allows native access. */
    public ChildJvm withoutNativeAccess() {
        nativeAccess = false;
        return this;
    }

    /** Under a limit of the shell's, like {@code -v 2000000}. */
    public ChildJvm ulimit(String arguments) {
        ulimit = arguments;
        return this;
    }

    /** It is killed after this time; 60 seconds unless said. */
    public ChildJvm seconds(int seconds) {
        this.seconds = seconds;
        return this;
    }

    /** How it ended (a signal counts 128 more), and what it printed, errors included. */
    public record Result(int status, String output) {
        /** The output, if the JVM ended well; otherwise fails with all that is known. */
        public String ok() {
            if (status != 0) {
                throw new AssertionError("the child ended with status " + status + ":\n" + output);
            }
            return output;
        }
    }

    /** Runs it to its end. */
    public Result run(String... arguments) {
        List<String> command = new ArrayList<>();
        if (ulimit != null) {
            command.addAll(List.of("sh", "-c", "ulimit " + ulimit + " && exec \"$@\"", "sh"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-ea", "-Xmx256m", "-XX:-CreateCoredumpOnCrash"));
        if (nativeAccess) {
            command.add(NATIVE_ACCESS);
        }
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        Path output = null;
        try {
            output = Files.createTempFile("child", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .directory(output.getParent().toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                String text = Files.readString(output, StandardCharsets.UTF_8);
                throw new AssertionError("the child did not end in " + seconds + " s:\n" + text);
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            delete(output);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException ignored) {
            // it is in the directory for temporary files
        }
    }
}
