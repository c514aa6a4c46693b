package emberwall.engine;

import emberwall.wasm.Features;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.LimitException;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import emberwall.wasm.text.WatModule;
import emberwall.wasm.text.WatParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A module that was decoded and validated, and belongs to no engine yet: reading one needs nothing of the system, and can
 * go on while {@link Engine#prepare} does. Immutable; any number of engines may compile it.
 */
public final class ValidModule {
    final Module module;
    final Features features;
    /** How long it took. */
    final long nanos;

    private final int wanted;
    private final FunctionInfo[] functions;

    private ValidModule(Module module, Features features, int wanted, FunctionInfo[] functions, long nanos) {
        this.module = module;
        this.features = features;
        this.wanted = wanted;
        this.functions = functions;
        this.nanos = nanos;
    }

    /**
     * Decodes and validates a module.
     *
     * @param bytes the module in the binary format; copied
     * @param config what modules may use
     * @return the module
     * @throws ModuleException if it is malformed, invalid or beyond a limit, with the byte offset
     * @throws java.util.concurrent.CancellationException if validation takes long and the thread is interrupted
     */
    public static ValidModule of(byte[] bytes, Config config) throws ModuleException {
        return load(bytes.clone(), false, config.features(), wanted(config));
    }

    /**
     * Parses and validates a module in the text format.
     *
     * @param text the module in the text format
     * @param config what modules may use
     * @return the module
     * @throws ModuleException if it is malformed, invalid or beyond a limit, with line and column
     */
    public static ValidModule ofText(String text, Config config) throws ModuleException {
        return load(text.getBytes(StandardCharsets.UTF_8), true, config.features(), wanted(config));
    }

    /**
     * Reads and validates a module from a file in either format: text if the file is called {@code .wat} or begins like one.
     *
     * @param file the module in either format
     * @param config what modules may use
     * @return the module
     * @throws IOException if the file cannot be read
     * @throws ModuleException if it is malformed, invalid or beyond a limit, with byte offset or line and column
     */
    public static ValidModule of(Path file, Config config) throws IOException, ModuleException {
        byte[] bytes = Files.readAllBytes(file);
        boolean text = file.toString().endsWith(".wat") || WatParser.isText(bytes);
        return load(bytes, text, config.features(), wanted(config));
    }

    /**
     * Reads and validates a module from a stream in either format, told by its beginning.
     *
     * @param in read to its end, and not closed
     * @param config what modules may use
     * @return the module
     * @throws IOException if the stream cannot be read
     * @throws ModuleException if it is malformed, invalid or beyond a limit, with byte offset or line and column
     */
    public static ValidModule of(InputStream in, Config config) throws IOException, ModuleException {
        byte[] bytes = in.readAllBytes();
        return load(bytes, WatParser.isText(bytes), config.features(), wanted(config));
    }

    /** What an engine with a configuration will most likely ask of the validator. */
    private static int wanted(Config config) {
        return config.tier() == Tier.REFERENCE ? ReferenceEngine.WANTED : NativeEngine.WANTED;
    }

    private static ValidModule load(byte[] bytes, boolean text, Features features, int wanted) {
        try {
            return text ? parse(bytes, features, wanted) : decode(bytes, features, wanted);
        } catch (OutOfMemoryError e) {
            // What the module made us allocate is garbage by now: its author's doing, and no reason to end the host.
            throw new LimitException(
                    "implementation limit: a module of " + bytes.length + " bytes that needs more heap than there is",
                    0);
        }
    }

    private static ValidModule parse(byte[] text, Features features, int wanted) {
        WatModule module = WatParser.parse(text);
        try {
            return decode(module.bytes(), features, wanted);
        } catch (ModuleException problem) {
            throw module.map().locate(problem);
        }
    }

    private static ValidModule decode(byte[] bytes, Features features, int wanted) {
        long start = System.nanoTime();
        Module module = ModuleParser.parse(bytes, Limits.DEFAULT, features);
        FunctionInfo[] functions = validate(module, wanted);
        return new ValidModule(module, features, wanted, functions, System.nanoTime() - start);
    }

    private static FunctionInfo[] validate(Module module, int wanted) {
        return Validator.validateAll(module, Limits.DEFAULT, wanted, 1);
    }

    /**
     * What the validator found out about the functions that are not imported.
     *
     * @param needed what an engine asks of it, which is looked for now if nobody did before
     */
    FunctionInfo[] functions(int needed) {
        return (needed & ~wanted) == 0 ? functions : validate(module, needed);
    }
}
