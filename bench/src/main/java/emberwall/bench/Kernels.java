package emberwall.bench;

import emberwall.engine.Bounds;
import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What safety costs: the same programs with guard pages or explicit checks, with and without polls and masking. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 7)
@Fork(2)
public class Kernels {
    /** The program, in its quick size. */
    @Param({"kern_int", "kern_f64", "lua", "zstd"})
    public String program;

    /** What differs from the default, which is guard pages, polls and masking. */
    @Param({"default", "no-polls", "no-masking", "explicit", "explicit-no-masking"})
    public String variant;

    private Engine engine;
    private CompiledModule module;
    private Programs.Case chosen;
    private byte[] input;

    @Setup
    public void load() throws IOException {
        chosen = Programs.find(program, "quick");
        input = Files.readAllBytes(chosen.input());
        engine = Engine.start(config(variant));
        module = engine.compile(chosen.module());
        module.compileAll();
    }

    private static Config config(String variant) {
        Config.Builder config = Config.builder();
        switch (variant) {
            case "default" -> config.bounds(Bounds.GUARD);
            case "no-polls" -> config.bounds(Bounds.GUARD).polls(false);
            case "no-masking" -> config.bounds(Bounds.GUARD).masking(false);
            case "explicit" -> config.bounds(Bounds.EXPLICIT);
            case "explicit-no-masking" -> config.bounds(Bounds.EXPLICIT).masking(false);
            default -> throw new IllegalArgumentException(variant);
        }
        return config.build();
    }

    @Benchmark
    public int run() throws IOException {
        Runner.Result result = Runner.run(engine, module, input, chosen.arguments());
        if (!result.sha256().equals(chosen.sha256())) throw new IllegalStateException("wrong output of " + program);
        return result.code();
    }

    @TearDown
    public void unload() {
        module.close();
        engine.close();
    }
}
