package emberwall.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * GNU binutils as an oracle for machine code: {@code objdump} tells what bytes mean, {@code as} what text becomes.
 *
 * <p>Starting a process is dear, so both take many instructions at once. Without binutils a test is skipped by
 * {@link #require()}, which names the package to install.
 */
public final class ObjdumpOracle {
    private static final String[] OBJDUMP = {
        "objdump", "-D", "-b", "binary", "-m", "i386:x86-64", "-M", "intel", "--insn-width=16", "-z"
    };

    private ObjdumpOracle() {}

    /** An instruction: where it lies, its bytes, its text with single spaces. */
    public record Line(int offset, int length, String text) {}

    /** Skips the test where {@code objdump} or {@code as} is missing. */
    public static void require() {
        boolean present = runs("objdump") && runs("as");
        Assumptions.assumeTrue(present, "skipped: objdump and as are needed, install the package binutils");
    }

    private static boolean runs(String tool) {
        try {
            Process process = new ProcessBuilder(tool, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Disassembles x86-64 code in Intel's syntax. */
    public static List<Line> disassemble(byte[] code) {
        try {
            Path file = Files.createTempFile("emberwall", ".bin");
            try {
                Files.write(file, code);
                List<String> command = new ArrayList<>(List.of(OBJDUMP));
                command.add(file.toString());
                List<Line> lines = new ArrayList<>();
                for (String line : run(command).split("\n")) {
                    if (line.indexOf(":\t") > 0) {
                        lines.add(parse(line));
                    }
                }
                return lines;
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line is {@code offset:TAB hex bytes TAB text}. */
    private static Line parse(String line) {
        String[] parts = line.split("\t", 3);
        int offset = Integer.parseInt(parts[0].replace(":", "").trim(), 16);
        int length = parts[1].trim().split(" +").length;
        return new Line(offset, length, parts.length < 3 ? "" : normalize(parts[2]));
    }

    /** Text with single spaces, which is how lines are compared. */
    public static String normalize(String text) {
        return text.trim().replaceAll("\\s+", " ");
    }

    /** Assembles x86-64 text in Intel's syntax without a {@code %} before registers; one instruction a line. */
    public static byte[] assemble(List<String> lines) {
        try {
            Path directory = Files.createTempDirectory("emberwall");
            Path source = directory.resolve("text.s");
            Path object = directory.resolve("text.o");
            Path binary = directory.resolve("text.bin");
            try {
                Files.writeString(source, ".intel_syntax noprefix\n" + String.join("\n", lines) + "\n");
                run(List.of("as", "--64", "-mmnemonic=intel", "-o", object.toString(), source.toString()));
                run(List.of("objcopy", "-O", "binary", "-j", ".text", object.toString(), binary.toString()));
                return Files.readAllBytes(binary);
            } finally {
                Files.deleteIfExists(source);
                Files.deleteIfExists(object);
                Files.deleteIfExists(binary);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(List<String> command) throws IOException {
        Path errors = Files.createTempFile("emberwall", ".err");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException(command.getFirst() + ": " + Files.readString(errors));
            }
            return output;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            Files.delete(errors);
        }
    }
}
