package emberwall.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.engine.Bounds;
import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Store;
import emberwall.engine.Tier;
import emberwall.os.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs WASI programs in every way that this machine has. */
final class Programs {
    private static final Duration LIMIT = Duration.ofSeconds(300);

    private Programs() {}

    /** A way to run programs. */
    record Way(String name, Config config) {
        @Override
        public String toString() {
            return name;
        }

        boolean isReference() {
            return config.tier() == Tier.REFERENCE;
        }
    }

    /** What a program did: its exit code and what it printed. */
    record Result(int code, byte[] printed, byte[] errors) {
        String errorText() {
            return new String(errors, StandardCharsets.UTF_8);
        }
    }

    /** All ways that work here. */
    static List<Way> ways() {
        List<Way> ways = new ArrayList<>();
        Config.Builder config = Config.builder();
        ways.add(new Way("reference", config.tier(Tier.REFERENCE).build()));
        if (Platform.supported()) {
            config.tier(Tier.BASELINE);
            ways.add(new Way("baseline, guard", config.bounds(Bounds.GUARD).build()));
            ways.add(
                    new Way("baseline, explicit", config.bounds(Bounds.EXPLICIT).build()));
            config.tier(Tier.OPTIMIZING);
            ways.add(new Way("optimizing, guard", config.bounds(Bounds.GUARD).build()));
            ways.add(new Way(
                    "optimizing, explicit", config.bounds(Bounds.EXPLICIT).build()));
        }
        return ways;
    }

    /** The tier that the machine's C compiler makes; null, and a line that says so, where there is none. */
    static Way throughC() {
        Config config = Config.builder().tier(Tier.CC).bounds(Bounds.GUARD).build();
        try (Engine _ = Engine.start(config)) {
            return new Way("cc", config);
        } catch (IllegalStateException missing) {
            System.out.println("skipped: " + missing.getMessage());
            return null;
        }
    }

    /** An engine that runs programs this way and no other. */
    static Engine start(Way way) {
        Engine engine = Engine.start(way.config());
        assertEquals(way.config().tier(), engine.tier());
        if (!way.isReference()) {
            assertEquals(way.config().bounds(), engine.bounds());
        }
        return engine;
    }

    /** Runs a command; standard output and error are kept. */
    static Result run(Engine engine, CompiledModule module, WasiBuilder guest) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (Wasi wasi = guest.stdout(printed).stderr(errors).build();
                Store store = engine.newStore()) {
            store.timeout(LIMIT);
            Instance instance = module.instantiate(store, wasi.addTo(Imports.of()));
            int code = wasi.run(instance);
            return new Result(code, printed.toByteArray(), errors.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles and runs a command from a file. */
    static Result run(Engine engine, Path file, WasiBuilder guest) throws IOException {
        try (CompiledModule module = engine.compile(file)) {
            return run(engine, module, guest);
        }
    }
}
