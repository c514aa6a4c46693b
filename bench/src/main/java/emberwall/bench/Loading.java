package emberwall.bench;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How fast a module becomes machine code, the steps told apart, on one thread: {@code Loading [FILE [ROUNDS]]}. Prints
 * a line for each round, of which the first ones show a cold JVM and the last ones a warm one, in MB (10⁶ bytes) of code
 * section a second.
 */
public final class Loading {
    private Loading() {}

    public static void main(String[] arguments) throws IOException {
        Path file =
                arguments.length > 0 ? Path.of(arguments[0]) : Programs.folder().resolve("wasm/esbuild.wasm");
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
        byte[] bytes = Files.readAllBytes(file);
        System.out.println("round   decode MB/s   decode+validate MB/s   compile MB/s   code bytes per byte");
        for (int round = 1; round <= rounds; round++) {
            long start = System.nanoTime();
            Module parsed = ModuleParser.parse(bytes);
            long decoded = System.nanoTime() - start;
            double megabytes = (parsed.codeEnd() - parsed.codeOffset()) / 1e6;
            try (Engine engine = Engine.start()) {
                start = System.nanoTime();
                try (CompiledModule module = engine.compile(bytes)) {
                    long validated = System.nanoTime() - start;
                    start = System.nanoTime();
                    module.compileAll();
                    long compiled = System.nanoTime() - start;
                    System.out.printf(
                            "%5d %13.1f %22.1f %14.1f %21.2f%n",
                            round,
                            megabytes * 1e9 / decoded,
                            megabytes * 1e9 / validated,
                            megabytes * 1e9 / compiled,
                            engine.statistics().codeBytes() / (megabytes * 1e6));
                }
            }
        }
    }
}
