package emberwall.bench;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long the largest shared module takes from bytes to machine code, the steps told apart, on one thread, after ten
 * rounds of warming up. {@link Loading} prints the same as bytes a second, and round by round.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 10)
@Fork(1)
public class Compilation {
    private byte[] bytes;
    private Engine engine;
    private CompiledModule module;

    @Setup
    public void read() throws IOException {
        bytes = Files.readAllBytes(Programs.folder().resolve("wasm/esbuild.wasm"));
    }

    @Setup(Level.Iteration)
    public void validated() {
        engine = Engine.start();
        module = engine.compile(bytes);
    }

    /** Reads the structure of the module; bodies are skipped. */
    @Benchmark
    public Module decode() {
        return ModuleParser.parse(bytes);
    }

    /** Reads the module and checks every body. */
    @Benchmark
    public CompiledModule decodeAndValidate() {
        return engine.compile(bytes);
    }

    /** Makes machine code of every function. */
    @Benchmark
    public long compile() {
        module.compileAll();
        return engine.statistics().codeBytes();
    }

    @TearDown(Level.Iteration)
    public void free() {
        engine.close();
    }
}
