package emberwall.engine;

import emberwall.wasm.TypeRegistry;
import emberwall.wasm.Validator;
import emberwall.wasm.reference.Program;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The engine that interprets in plain Java. Touches nothing that needs native access. */
final class ReferenceEngine extends Engine {
    /** What the interpreter asks of the validator. */
    static final int WANTED = Validator.SIDE_TABLE;

    private final Config config;
    final TypeRegistry types = new TypeRegistry();
    final ReferenceWatchdog watchdog = new ReferenceWatchdog();
    private final LongAdder loadNanos = new LongAdder();
    private final LongAdder moduleBytes = new LongAdder();

    private final Reachables<ReferenceStore, KeptTypes> stores = new Reachables<>();
    private boolean closed; // guarded by this

    ReferenceEngine(Config config) {
        this.config = config;
    }

    /** How the interpreter knows the limits of a store. */
    emberwall.wasm.reference.StoreLimits limits(StoreLimits own) {
        // Crossings are counted by thread, and before the store could count one more than there may be.
        int most = Math.min(config.maxNesting(), Integer.MAX_VALUE - 1) + 1;
        return new emberwall.wasm.reference.StoreLimits(
                config.maxMemory(), config.maxTable(), config.maxStack(), most, own.memoryBytes(), own.tableElements());
    }

    @Override
    public Config config() {
        return config;
    }

    @Override
    public Tier tier() {
        return Tier.REFERENCE;
    }

    @Override
    public Bounds bounds() {
        return Bounds.EXPLICIT;
    }

    @Override
    CompiledModule add(ValidModule module) {
        checkOpen();
        long start = System.nanoTime();
        Program program = Program.of(module.module, module.functions(WANTED));
        if (config.counting()) {
            program.count();
        }
        loadNanos.add(module.nanos + System.nanoTime() - start);
        moduleBytes.add(module.module.bytes().length);
        return new ReferenceModule(this, program);
    }

    private synchronized void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
    }

    @Override
    public ReferenceStore newStore(StoreLimits limits) {
        stores.releaseForgotten();
        synchronized (this) {
            checkOpen();
            ReferenceStore store = new ReferenceStore(this, limits);
            stores.add(store, store.types);
            return store;
        }
    }

    void forget(ReferenceStore store) {
        stores.remove(store.types);
    }

    /** The types that a store keeps in the engine; what else it has is Java's to free. */
    static final class KeptTypes implements Reachables.Remains {
        private final List<TypeRegistry.Registration> registrations;

        KeptTypes(List<TypeRegistry.Registration> registrations) {
            this.registrations = registrations;
        }

        @Override
        public void release() {
            for (TypeRegistry.Registration registration : registrations) {
                registration.close();
            }
        }
    }

    @Override
    public Statistics statistics() {
        return new Statistics(0, 0, Map.of(), 0, 0, 0, Map.of(), loadNanos.sum(), moduleBytes.sum(), 0, Map.of());
    }

    @Override
    public void close() {
        List<ReferenceStore> open;
        synchronized (this) {
            if (closed) {
                return;
            }
            open = stores.objects();
            for (ReferenceStore store : open) {
                store.checkNotInside();
            }
            closed = true;
        }
        try {
            for (ReferenceStore store : open) {
                store.close();
            }
        } catch (IllegalStateException waiting) {
            reopen();
            throw waiting;
        }
        stores.releaseAll();
        watchdog.close();
    }

    /** A store cannot be closed now: whoever closes the engine again goes on with it. */
    private synchronized void reopen() {
        closed = false;
    }
}
