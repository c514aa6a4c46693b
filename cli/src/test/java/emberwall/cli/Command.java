package emberwall.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the command line as users do: as a process of its own. */
final class Command {
    private static final long PATIENCE = 60;

    /** What a process left behind; 128 + n as its status if signal n ended it. */
    record Result(int status, String out, String err) {}

    private final List<String> words = new ArrayList<>();
    private byte[] input = {};

    private Command() {}

    /** The jar that the build has packaged, in a JVM that leaves signals to the system, as the launcher starts it. */
    static Command emberwall(String... arguments) {
        return java("--enable-native-access=ALL-UNNAMED", "-cp", jar().toString(), "emberwall.cli.Main")
                .and(arguments);
    }

    /** A JVM with the options that keep its start short. */
    static Command java(String... options) {
        return program(Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .and("-Xrs", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .and(options);
    }

    static Command program(String... words) {
        return new Command().and(words);
    }

    Command and(String... more) {
        words.addAll(List.of(more));
        return this;
    }

    /** Gives it bytes to read; nothing otherwise. */
    Command input(byte[] bytes) {
        input = bytes;
        return this;
    }

    static Path jar() {
        return root().resolve("cli/target/emberwall.jar");
    }

    static Path root() {
        return Path.of(System.getProperty("emberwall.root"));
    }

    List<String> words() {
        return words;
    }

    /** The process, for those who want to do something to it. */
    Process start() {
        try {
            ProcessBuilder builder = new ProcessBuilder(words);
            builder.environment().put("LC_ALL", "C.UTF-8");
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Result run() {
        Process process = start();
        CompletableFuture<String> out = text(process.getInputStream());
        CompletableFuture<String> err = text(process.getErrorStream());
        try (var in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException closed) {
            // It ended without reading all of it.
        }
        return result(process, out, err);
    }

    static Result result(Process process, CompletableFuture<String> out, CompletableFuture<String> err) {
        try {
            if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running after " + PATIENCE + " s: " + err.join());
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return new Result(process.exitValue(), out.join(), err.join());
    }

    static CompletableFuture<String> text(InputStream in) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** A file with a guest in it. */
    static String file(Path folder, String name, byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
