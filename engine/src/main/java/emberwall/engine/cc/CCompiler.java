package emberwall.engine.cc;

import emberwall.os.Cpu;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The machine's C compiler, run in a directory that nobody else can read and that is deleted afterwards.
 *
 * <p>Which one it is says the system property {@value #COMMAND}: a file, or a name to be found in {@code PATH}; without it,
 * it is the first of gcc and cc. It must be GCC. {@value #OPTIONS} says how it shall optimize, {@code -O2} if it is not set.
 */
public final class CCompiler {
    /** System property: the compiler. */
    public static final String COMMAND = "emberwall.cc";
    /** System property: options for optimizing, between blanks. */
    public static final String OPTIONS = "emberwall.cc.options";

    /** The largest frame whose function is safe: it is checked when it has been made, and the red zone has room for it. */
    private static final int LARGEST_FRAME = 32 << 10;

    private static final int WAIT_MILLIS = 20;

    private static final String[] FIXED = {
        "-x",
        "c",
        "-std=gnu11",
        "-w",
        // A library that stands alone.
        "-shared",
        "-fPIC",
        "-fvisibility=hidden",
        "-ffreestanding",
        "-nostdlib",
        "-Wl,--no-undefined,-z,now,-z,noexecstack,--build-id=none",
        // Frames that stack walks and exits understand: chained, complete, nothing below the stack pointer.
        "-fno-omit-frame-pointer",
        "-mno-omit-leaf-frame-pointer",
        "-mno-red-zone",
        "-fno-optimize-sibling-calls",
        "-fno-shrink-wrap",
        "-fno-stack-protector",
        "-fcf-protection=none",
        "-fno-asynchronous-unwind-tables",
        "-fstack-usage",
        // A function of the module is one stretch of code.
        "-fno-ipa-cp",
        "-fno-ipa-sra",
        "-fno-ipa-icf",
        "-fno-partial-inlining",
        "-fno-reorder-blocks-and-partition",
        // What programs mean: integers wrap, a NaN is made quiet, nothing becomes a call of memcpy.
        "-fwrapv",
        "-fsignaling-nans",
        "-ffp-contract=off",
        "-fno-tree-loop-distribute-patterns",
    };

    private final String command;

    private CCompiler(String command) {
        this.command = command;
    }

    /**
     * The compiler of this machine.
     *
     * @throws CCompilerException if there is none
     */
    public static CCompiler find() {
        String wanted = System.getProperty(COMMAND);
        for (String name : wanted != null ? new String[] {wanted} : new String[] {"gcc", "cc"}) {
            String found = find(name);
            if (found != null) {
                return new CCompiler(found);
            }
        }
        throw new CCompilerException("no C compiler: there is no " + (wanted != null ? wanted : "gcc or cc in PATH"));
    }

    private static String find(String name) {
        if (name.indexOf(File.separatorChar) >= 0) {
            return new File(name).canExecute() ? name : null;
        }
        String path = System.getenv("PATH");
        for (String folder : path == null ? new String[0] : path.split(File.pathSeparator)) {
            File file = new File(folder, name);
            if (file.isFile() && file.canExecute()) {
                return file.getPath();
            }
        }
        return null;
    }

    /** The file that is run. */
    @Override
    public String toString() {
        return command;
    }

    /** What becomes of the library, which is deleted as soon as this is done. */
    interface Loader<T> {
        T load(String path);
    }

    /**
     * Makes a library.
     *
     * @param cpuFeatures features that code may use, as bits of {@link Cpu.Feature}
     * @param interrupted asked now and then whether to give up
     * @throws CCompilerException if the compiler does not make it
     * @throws CancellationException if it was interrupted
     */
    <T> T compile(CModule module, long cpuFeatures, BooleanSupplier interrupted, Loader<T> loader) {
        try {
            Path folder = Files.createTempDirectory("emberwall-cc-");
            try {
                Path source = folder.resolve("module.c");
                try (Writer out = Files.newBufferedWriter(source, StandardCharsets.US_ASCII)) {
                    CTranslator.translate(module, out, interrupted);
                }
                run(folder, cpuFeatures, interrupted);
                checkFrames(module, folder);
                return loader.load(folder.resolve("module.so").toString());
            } finally {
                delete(folder);
            }
        } catch (IOException failure) {
            throw new CCompilerException("running the C compiler " + command + ": " + failure.getMessage());
        }
    }

    private void run(Path folder, long cpuFeatures, BooleanSupplier interrupted) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(command);
        line.addAll(List.of(System.getProperty(OPTIONS, "-O2").trim().split("\\s+")));
        line.addAll(List.of(FIXED));
        line.addAll(processor(cpuFeatures));
        line.addAll(List.of("-o", "module.so", "module.c"));
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            process.getOutputStream().close();
            while (!process.waitFor(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                if (interrupted.getAsBoolean()) {
                    throw new CancellationException("compilation interrupted");
                }
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new CancellationException("compilation interrupted");
        } finally {
            end(process);
        }
        if (process.exitValue() != 0 && !isGcc()) {
            throw new CCompilerException("the C compiler " + command + " is not GCC, which this tier needs");
        }
        if (process.exitValue() != 0) {
            throw new CCompilerException("the C compiler " + command + " failed: " + complaint(said));
        }
    }

    /** Asked when it has failed: others refuse some option of ours, in words that do not help. */
    private boolean isGcc() throws IOException {
        Process process = new ProcessBuilder(command, "--version")
                .redirectErrorStream(true)
                .start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
                    .matches("(?s).*\\bg?cc\\b.*Free Software Foundation.*");
        } finally {
            end(process);
        }
    }

    /** The compiler is a driver, whose children do the work. */
    private static void end(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }

    private static String complaint(Path said) throws IOException {
        List<String> lines = Files.readAllLines(said, StandardCharsets.ISO_8859_1);
        for (String line : lines) {
            if (line.contains("error")) {
                return line;
            }
        }
        return lines.isEmpty() ? "it did not say why" : lines.getFirst();
    }

    private static List<String> processor(long features) {
        List<String> options = new ArrayList<>();
        option(options, features, Cpu.Feature.SSSE3, "-mssse3");
        option(options, features, Cpu.Feature.SSE4_1, "-msse4.1");
        option(options, features, Cpu.Feature.SSE4_2, "-msse4.2");
        option(options, features, Cpu.Feature.POPCNT, "-mpopcnt");
        option(options, features, Cpu.Feature.LZCNT, "-mlzcnt");
        option(options, features, Cpu.Feature.BMI1, "-mbmi");
        option(options, features, Cpu.Feature.BMI2, "-mbmi2");
        return options;
    }

    private static void option(List<String> options, long features, Cpu.Feature feature, String option) {
        if ((features & feature.bit()) != 0) {
            options.add(option);
        }
    }

    /** Reads what the compiler noted: file, line, column and name between colons, then bytes, then a word. */
    private static void checkFrames(CModule module, Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".su")).toList()) {
                for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                    String[] columns = line.split("\t");
                    String name = columns[0].substring(columns[0].lastIndexOf(':') + 1);
                    if (Long.parseLong(columns[1]) > LARGEST_FRAME) {
                        int function = Integer.parseInt(name.substring(1));
                        throw new CCompilerException("implementation limit: the C compiler gives "
                                + module.module().functionName(function) + " a frame of " + columns[1] + " bytes");
                    }
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
