package emberwall.bench;

import io.github.kawamuray.wasmtime.Config;
import io.github.kawamuray.wasmtime.Engine;
import io.github.kawamuray.wasmtime.Func;
import io.github.kawamuray.wasmtime.Linker;
import io.github.kawamuray.wasmtime.Module;
import io.github.kawamuray.wasmtime.OptLevel;
import io.github.kawamuray.wasmtime.Store;
import io.github.kawamuray.wasmtime.Strategy;
import io.github.kawamuray.wasmtime.WasmFunctionError;
import io.github.kawamuray.wasmtime.wasi.WasiCtx;
import io.github.kawamuray.wasmtime.wasi.WasiCtxBuilder;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What {@link Runner} does, in Wasmtime: its Cranelift at the optimization level "speed", through the binding of Maven
 * Central whose JAR carries the library. Both ways to call it print the same lines; compiling counts the processor time
 * of the whole process, since Wasmtime compiles on as many threads as {@code RAYON_NUM_THREADS} says.
 *
 * <p>The program's input must be the standard input of this process, too: the binding empties each file that it is given
 * for that.
 */
public final class WasmtimeRunner {
    private static final boolean CPU_CLOCK = "cpu".equals(System.getProperty("clock"));

    private WasmtimeRunner() {}

    public static void main(String[] arguments) throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
        Engine engine = new Engine(new Config().strategy(Strategy.CRANELIFT).craneliftOptLevel(OptLevel.SPEED));
        if (arguments.length == 2) {
            for (int i = 0; i < 2; i++) compile(engine, bytes).dispose();
        } else {
            run(engine, compile(engine, bytes), arguments);
        }
    }

    private static Module compile(Engine engine, byte[] bytes) {
        long start = processTime();
        Module module = Module.fromBinary(engine, bytes);
        System.out.println("compile_ms " + milliseconds(processTime() - start));
        return module;
    }

    private static void run(Engine engine, Module module, String[] arguments) throws IOException {
        int iterations = Integer.parseInt(arguments[1]);
        double seconds = Double.parseDouble(arguments[2]);
        List<String> argv = List.of(arguments).subList(4, arguments.length);
        Path output = Files.createTempFile("emberwall-wasmtime", ".out");
        StringBuilder times = new StringBuilder("iter_ms");
        long began = System.nanoTime();
        for (int i = 0; i < iterations && (i == 0 || System.nanoTime() - began < seconds * 1e9); i++) {
            WasiCtx wasi = new WasiCtxBuilder()
                    .args(argv)
                    .inheritStdin()
                    .stdout(output)
                    .inheritStderr()
                    .build();
            if (!arguments[3].equals("-")) rewindInput();
            long start = now();
            int code = once(engine, module, wasi);
            times.append(' ').append(milliseconds(now() - start));
            if (code != 0) times.append("(rc=").append(code).append(')');
        }
        System.out.println(times);
        System.out.println("sha " + Programs.sha256(Files.readAllBytes(output)));
        Files.delete(output);
    }

    /** The stream is the process's and stays open. */
    @SuppressWarnings("resource")
    private static void rewindInput() throws IOException {
        new FileInputStream(FileDescriptor.in).getChannel().position(0);
    }

    /** Runs a command in a store of its own; asking a linker for the start of a command makes its instance. */
    private static int once(Engine engine, Module module, WasiCtx wasi) {
        try (Store<Void> store = new Store<>(null, engine, wasi);
                Linker linker = new Linker(engine)) {
            WasiCtx.addToLinker(linker);
            linker.module(store, "", module);
            try (Func start = linker.get(store, "", "_start").orElseThrow().func()) {
                start.call(store);
                return 0;
            } catch (WasmFunctionError.I32ExitError e) {
                return e.exitCode();
            }
        }
    }

    private static long now() {
        return CPU_CLOCK ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() : System.nanoTime();
    }

    private static long processTime() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime();
    }

    private static String milliseconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 1e6);
    }
}
