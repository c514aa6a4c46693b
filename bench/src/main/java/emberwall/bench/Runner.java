package emberwall.bench;

import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Store;
import emberwall.wasi.Wasi;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Runs one program again and again in one process, each time in a new instance, and prints how long compiling and each
 * run took: {@code Runner FILE ITERATIONS SECONDS STDIN|- ARGV...}. Ends after that many iterations or seconds. What it
 * prints is what the peers print: {@code compile_ms}, {@code iter_ms} with all times, {@code sha} of standard output.
 *
 * <p>{@code Runner FILE SECONDS} only compiles, again and again for so many seconds but at least twice, and prints a line
 * {@code compile_ms} of processor time for each: the last ones are those of a warm JVM.
 *
 * <p>System properties: {@code bounds}, {@code tier}, {@code polls}, {@code masking} as in {@link Config}; {@code clock}.
 */
public final class Runner {
    private static final boolean CPU_CLOCK = "cpu".equals(System.getProperty("clock"));

    private Runner() {}

    /** What a run left behind. */
    record Result(int code, String sha256, long nanos) {}

    public static void main(String[] arguments) throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
        if (arguments.length == 2) {
            compile(bytes, Double.parseDouble(arguments[1]));
            return;
        }
        int iterations = Integer.parseInt(arguments[1]);
        double seconds = Double.parseDouble(arguments[2]);
        byte[] input = arguments[3].equals("-") ? new byte[0] : Files.readAllBytes(Path.of(arguments[3]));
        List<String> argv = List.of(arguments).subList(4, arguments.length);
        try (Engine engine = Engine.start(config())) {
            long start = now();
            long startOnTheWall = System.nanoTime();
            CompiledModule module = engine.compile(bytes);
            module.compileAll();
            System.out.println("compile_ms " + milliseconds(now() - start));
            System.out.println("compile_wall_ms " + milliseconds(System.nanoTime() - startOnTheWall));
            StringBuilder times = new StringBuilder("iter_ms");
            String sha = null;
            long began = System.nanoTime();
            for (int i = 0; i < iterations && (i == 0 || System.nanoTime() - began < seconds * 1e9); i++) {
                Result result = run(engine, module, input, argv);
                times.append(' ').append(milliseconds(result.nanos()));
                if (result.code() != 0)
                    times.append("(rc=").append(result.code()).append(')');
                if (sha != null && !sha.equals(result.sha256())) System.out.println("DIFF");
                sha = result.sha256();
            }
            System.out.println(times);
            System.out.println("sha " + sha);
        }
    }

    /** Compiles all of a module at least twice, each time for an engine of its own. */
    private static void compile(byte[] bytes, double seconds) {
        long began = System.nanoTime();
        for (int i = 0; i < 2 || System.nanoTime() - began < seconds * 1e9; i++) {
            try (Engine engine = Engine.start(config())) {
                long start = processorTime();
                engine.compile(bytes).compileAll();
                System.out.println("compile_ms " + milliseconds(processorTime() - start));
            }
        }
    }

    /** The configuration that system properties ask for. */
    static Config config() {
        Config.Builder config = Config.builder();
        String tier = System.getProperty("tier");
        if (tier != null) config.tier(emberwall.engine.Tier.valueOf(tier.toUpperCase(java.util.Locale.ROOT)));
        String bounds = System.getProperty("bounds");
        if (bounds != null) config.bounds(emberwall.engine.Bounds.valueOf(bounds.toUpperCase(java.util.Locale.ROOT)));
        config.polls(!"false".equals(System.getProperty("polls")));
        config.masking(!"false".equals(System.getProperty("masking")));
        return config.build();
    }

    /** Runs a command once, in an instance and a store of its own; the time is that of instantiation and run. */
    static Result run(Engine engine, CompiledModule module, byte[] input, List<String> argv) throws IOException {
        MessageDigest digest = sha256();
        OutputStream hashed = new OutputStream() {
            @Override
            public void write(int b) {
                digest.update((byte) b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                digest.update(bytes, offset, length);
            }
        };
        Wasi wasi = Wasi.builder()
                .args(argv)
                .stdin(input)
                .stdout(hashed)
                .inheritStderr()
                .build();
        long start = now();
        int code;
        try (Store store = engine.newStore()) {
            Instance instance = module.instantiate(store, wasi.addTo(Imports.of()));
            code = wasi.run(instance);
        }
        long nanos = now() - start;
        return new Result(code, HexFormat.of().formatHex(digest.digest()), nanos);
    }

    /** Nanoseconds by the clock on the wall, or with {@code -Dclock=cpu} those that this thread had the processor. */
    static long now() {
        return CPU_CLOCK ? processorTime() : System.nanoTime();
    }

    private static long processorTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String milliseconds(long nanos) {
        return String.format(java.util.Locale.ROOT, "%.2f", nanos / 1e6);
    }
}
