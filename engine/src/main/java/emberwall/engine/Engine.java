package emberwall.engine;

import emberwall.os.Errno;
import emberwall.os.OsException;
import emberwall.os.Platform;
import emberwall.wasm.ModuleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Compiles modules and runs them. Thread-safe. Owns the code of its modules. */
public abstract class Engine implements AutoCloseable {
    Engine() {}

    /**
     * {@return an engine with the default configuration}
     *
     * @throws EngineLimitException if the system does not give the memory for it now
     */
    public static Engine start() {
        return start(Config.DEFAULT);
    }

    /**
     * An engine.
     *
     * @param config what it shall be like
     * @return the engine, to be closed
     * @throws IllegalStateException if the configuration asks for what this machine cannot do
     * @throws EngineLimitException if the system does not give the memory for it now
     */
    public static Engine start(Config config) {
        if (config.tier() == Tier.REFERENCE) {
            return new ReferenceEngine(config);
        }
        String reason = Platform.unavailable();
        if (reason == null) {
            try {
                return new NativeEngine(config);
            } catch (OsException refused) {
                if (refused.errno() != Errno.EACCES && refused.errno() != Errno.EPERM) {
                    throw EngineLimitException.noCodeMemory(refused);
                }
                reason = refused.getMessage(); // memory must not be executable here
            }
        }
        if (config.tier() != Tier.AUTO) {
            throw new IllegalStateException("machine code cannot run here: " + reason);
        }
        Warning.once(reason);
        return new ReferenceEngine(config);
    }

    /**
     * Begins, on a thread of its own, what the first native engine of this JVM waits for: the foreign linker takes tens of
     * milliseconds. Returns at once; whoever starts an engine meanwhile waits for the rest only.
     */
    public static void prepare() {
        new Preparation().start();
    }

    /** No lambda: cold Java takes milliseconds for its first one. */
    private static final class Preparation extends Thread {
        Preparation() {
            super("emberwall-prepare");
            setDaemon(true);
        }

        @Override
        public void run() {
            Platform.unavailable();
        }
    }

    /** {@return what it was told at its start} */
    public abstract Config config();

    /** {@return the tier in use: REFERENCE, BASELINE, OPTIMIZING or CC} */
    public abstract Tier tier();

    /** {@return the strategy for memories that allow it: GUARD or EXPLICIT} */
    public abstract Bounds bounds();

    /**
     * Decodes and validates a module.
     *
     * @param bytes the module in the binary format; copied
     * @return the module, checked
     * @throws ModuleException if it is malformed, invalid or beyond a limit, with the byte offset
     * @throws java.util.concurrent.CancellationException if validation takes long and the thread is interrupted
     */
    public final CompiledModule compile(byte[] bytes) throws ModuleException {
        return compile(ValidModule.of(bytes, config()));
    }

    /**
     * Parses and validates a module in the text format.
     *
     * @param text the module in the text format
     * @return the module, checked
     * @throws ModuleException if it is malformed, invalid or beyond a limit, with line and column
     */
    public final CompiledModule compileText(String text) throws ModuleException {
        return compile(ValidModule.ofText(text, config()));
    }

    /**
     * Reads and validates a module from a file in either format: text if the file is called {@code .wat} or begins like one.
     *
     * @param file the module in either format
     * @return the module, checked
     * @throws IOException if the file cannot be read
     * @throws ModuleException if it is malformed, invalid or beyond a limit, with byte offset or line and column
     */
    public final CompiledModule compile(Path file) throws IOException, ModuleException {
        return compile(ValidModule.of(file, config()));
    }

    /**
     * Reads and validates a module from a stream in either format, told by its beginning.
     *
     * @param in read to its end, and not closed
     * @return the module, checked
     * @throws IOException if the stream cannot be read
     * @throws ModuleException if it is malformed, invalid or beyond a limit, with byte offset or line and column
     */
    public final CompiledModule compile(InputStream in) throws IOException, ModuleException {
        return compile(ValidModule.of(in, config()));
    }

    /**
     * Takes a module that was read before.
     *
     * @param module the module, read with the features that this engine allows
     * @return the module, ready to be instantiated here
     * @throws IllegalArgumentException if it was read with other features
     */
    public final CompiledModule compile(ValidModule module) {
        // Not equals: a record's own costs a cold JVM ten milliseconds.
        if (module.features.mask() != config().features().mask()) {
            throw new IllegalArgumentException("the module was read with other features than the engine's");
        }
        return add(module);
    }

    /** Makes a module one of this engine's. */
    abstract CompiledModule add(ValidModule module);

    /**
     * {@return an empty store, with no other limits than the engine's}
     *
     * @throws IllegalStateException if the engine is closed
     */
    public final Store newStore() {
        return newStore(StoreLimits.NONE);
    }

    /**
     * An empty store with limits of its own.
     *
     * @param limits how much all its guests may have together
     * @return the store, to be closed
     * @throws IllegalStateException if the engine is closed
     */
    public abstract Store newStore(StoreLimits limits);

    /** {@return what was done so far} */
    public abstract Statistics statistics();

    /** Closes all stores and modules and frees all code. */
    @Override
    public abstract void close();
}
