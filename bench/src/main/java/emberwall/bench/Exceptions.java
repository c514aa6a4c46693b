package emberwall.bench;

import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.wasm.Feature;
import emberwall.wasm.Features;
import emberwall.wasm.text.WatParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What exceptions cost, beside Node's V8 without its optimizing compiler: {@code Exceptions [ROUNDS]}. Prints a table in
 * Markdown, in nanoseconds for one turn, the median of rounds that take turns. The program is in the old form, which Node
 * runs without a flag.
 */
public final class Exceptions {
    private static final int COUNT = 20_000;
    private static final int REPEATS = 5;

    private static final List<String> CASES = List.of(
            "call", "call inside try", "throw to the caller", "throw through 10 frames", "rethrow in 10 frames");

    private static final String PROGRAM = """
            (module
              (tag $tag (param i32))
              (func $no (param i32) (if (i32.lt_s (local.get 0) (i32.const 0)) (then (throw $tag (local.get 0)))))
              (func $throw (param i32) (throw $tag (local.get 0)))
              (func $deep (param $n i32) (param $depth i32)
                (if (local.get $depth)
                  (then (call $deep (local.get $n) (i32.sub (local.get $depth) (i32.const 1))))
                  (else (throw $tag (local.get $n)))))
              (func $again (param $n i32) (param $depth i32)
                (if (local.get $depth)
                  (then (try
                    (do (call $again (local.get $n) (i32.sub (local.get $depth) (i32.const 1))))
                    (catch_all (rethrow 0))))
                  (else (throw $tag (local.get $n)))))
              (func (export "0") (param $n i32) (result i32)
                (loop $next
                  (call $no (local.get $n))
                  (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (local.get $n))
              (func (export "1") (param $n i32) (result i32)
                (loop $next
                  (try (do (call $no (local.get $n))) (catch $tag (drop)))
                  (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (local.get $n))
              (func (export "2") (param $n i32) (result i32) (local $sum i32)
                (loop $next
                  (try (do (call $throw (local.get $n)))
                    (catch $tag (local.set $sum (i32.add (local.get $sum)))))
                  (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (local.get $sum))
              (func (export "3") (param $n i32) (result i32) (local $sum i32)
                (loop $next
                  (try (do (call $deep (local.get $n) (i32.const 9)))
                    (catch $tag (local.set $sum (i32.add (local.get $sum)))))
                  (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (local.get $sum))
              (func (export "4") (param $n i32) (result i32) (local $sum i32)
                (loop $next
                  (try (do (call $again (local.get $n) (i32.const 9)))
                    (catch $tag (local.set $sum (i32.add (local.get $sum)))))
                  (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (local.get $sum)))
            """;

    private static final String SCRIPT = """
            const instance = new WebAssembly.Instance(new WebAssembly.Module(require('fs').readFileSync(process.argv[2])));
            for (let i = 0; i < CASES; i++) {
              let best = Infinity;
              for (let r = 0; r < REPEATS; r++) {
                const start = process.hrtime.bigint();
                instance.exports[i](COUNT);
                best = Math.min(best, Number(process.hrtime.bigint() - start) / COUNT);
              }
              console.log(best);
            }
            """;

    private Exceptions() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        byte[] module = WatParser.parse(PROGRAM).bytes();
        double[][] ours = new double[CASES.size()][rounds];
        double[][] theirs = new double[CASES.size()][rounds];
        Path folder = Files.createTempDirectory("exceptions");
        Path wasm = Files.write(folder.resolve("program.wasm"), module);
        String text = SCRIPT.replace("CASES", "" + CASES.size())
                .replace("REPEATS", "" + REPEATS)
                .replace("COUNT", "" + COUNT);
        Path script = Files.writeString(folder.resolve("program.cjs"), text);
        Features features = Features.WASM_3.with(Feature.LEGACY_EXCEPTIONS);
        try (Engine engine = Engine.start(Config.builder().features(features).build());
                CompiledModule compiled = engine.compile(module);
                Instance instance = compiled.instantiate(Imports.of())) {
            run(instance); // Java's own compiler wants to see it first
            for (int round = 0; round < rounds; round++) {
                double[] mine = run(instance);
                double[] other = node(script, wasm);
                for (int i = 0; i < CASES.size(); i++) {
                    ours[i][round] = mine[i];
                    theirs[i][round] = other[i];
                }
            }
        } finally {
            Files.delete(script);
            Files.delete(wasm);
            Files.delete(folder);
        }
        System.out.println("| ns for one turn | Emberwall | V8 Liftoff |\n| --- | ---: | ---: |");
        for (int i = 0; i < CASES.size(); i++) {
            System.out.printf("| %s | %.1f | %.1f |%n", CASES.get(i), median(ours[i]), median(theirs[i]));
        }
    }

    private static double[] run(Instance instance) {
        double[] times = new double[CASES.size()];
        for (int i = 0; i < times.length; i++) {
            times[i] = Double.POSITIVE_INFINITY;
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                long start = System.nanoTime();
                instance.function("" + i).call(COUNT);
                times[i] = Math.min(times[i], (double) (System.nanoTime() - start) / COUNT);
            }
        }
        return times;
    }

    private static double[] node(Path script, Path wasm) throws IOException, InterruptedException {
        Process node = new ProcessBuilder("node", "--liftoff-only", script.toString(), wasm.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] lines = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split("\n");
        if (node.waitFor() != 0 || lines.length != CASES.size()) throw new IOException("node failed");
        return Arrays.stream(lines).mapToDouble(Double::parseDouble).toArray();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
