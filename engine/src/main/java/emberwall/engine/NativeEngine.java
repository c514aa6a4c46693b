package emberwall.engine;

import emberwall.engine.baseline.BaselineCompiler;
import emberwall.engine.cc.CCompiler;
import emberwall.engine.cc.CCompilerException;
import emberwall.engine.cc.CLibraries;
import emberwall.engine.cc.CLibrary;
import emberwall.engine.cc.CTranslator;
import emberwall.engine.code.CodeCache;
import emberwall.engine.store.LinearMemory;
import emberwall.engine.store.MappingBudget;
import emberwall.engine.store.MemoryPool;
import emberwall.engine.store.ObjectType;
import emberwall.engine.store.OffHeap;
import emberwall.engine.store.TableStorage;
import emberwall.fiber.FaultHandler;
import emberwall.fiber.Fiber;
import emberwall.os.OsException;
import emberwall.wasm.Features;
import emberwall.wasm.MemoryType;
import emberwall.wasm.TableType;
import emberwall.wasm.TypeRegistry;
import emberwall.wasm.Validator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** The engine that makes machine code. */
final class NativeEngine extends Engine {
    /** What its compilers ask of the validator. */
    static final int WANTED = Validator.LOOPS;

    private static final int POOLED_FIBERS = 16;
    private static final int CODE_MAPPINGS = 2;
    private static final long MOST_ELEMENTS = 0xFFFF_FFFFL;
    private static final String[] EXIT_NAMES = {
        "return", "host call", "runtime", "trap", "fault", "poll", "stack", "compile"
    };

    /** A system property for tests: if "true", engines collect what guests no longer refer to whenever they could. */
    static final String COLLECT_ALWAYS = "emberwall.collect.always";

    private final Config config;
    private final Bounds bounds;
    final boolean collectsAlways = Boolean.getBoolean(COLLECT_ALWAYS);
    final CodeCache code;
    /** Who compiles, in the tier that a C compiler makes; else null. */
    final CCompiler compiler;

    /** What it has compiled; null in other tiers. */
    final CLibraries libraries;

    final TypeRegistry types = new TypeRegistry();
    final MappingBudget budget = new MappingBudget();
    final OffHeap heap = new OffHeap(budget);
    final MemoryPool pool;
    final LongAdder loadNanos = new LongAdder();
    final LongAdder moduleBytes = new LongAdder();

    private final Reachables<NativeStore, NativeHoldings> stores = new Reachables<>();
    /** Views of memories whose stores are forgotten. */
    private final Reachables<LinearMemory.Lease, Abandoned> leases = new Reachables<>();

    // Guarded by this.
    private final Set<NativeModule> modules = new HashSet<>();
    private final ArrayDeque<Fiber> fibers = new ArrayDeque<>();
    private final long[] exits = new long[NativeStore.exitKinds()];
    private boolean closed;

    /**
     * An engine.
     *
     * @throws OsException if the system refuses code memory
     * @throws EngineLimitException if too many mappings are in use
     */
    NativeEngine(Config config) {
        this.config = config;
        boolean guard = config.bounds() != Bounds.EXPLICIT && FaultHandler.available();
        if (config.bounds() == Bounds.GUARD && !guard) {
            throw new IllegalStateException("guard pages do not work here: the fault handler's proof failed");
        }
        bounds = guard ? Bounds.GUARD : Bounds.EXPLICIT;
        compiler = config.tier() == Tier.CC ? compiler() : null;
        libraries = compiler != null ? new CLibraries() : null;
        code = newCodeCache(guard);
        pool = new MemoryPool(budget);
    }

    private static CCompiler compiler() {
        try {
            return CCompiler.find();
        } catch (CCompilerException missing) {
            throw new IllegalStateException(missing.getMessage());
        }
    }

    private CodeCache newCodeCache(boolean guard) {
        boolean made = false;
        try {
            budget.take(CODE_MAPPINGS);
            CodeCache cache = new CodeCache(
                    isOptimizing(),
                    config.recordedStates() != RecordedStates.NONE,
                    config.recordedStates() == RecordedStates.TRAPS,
                    compiler != null,
                    config.polls(),
                    config.masking(),
                    config.cpuMask(),
                    guard);
            made = true;
            return cache;
        } catch (MappingBudget.ExceededException exceeded) {
            throw new EngineLimitException(exceeded.getMessage());
        } finally {
            if (!made) {
                budget.close();
            }
        }
    }

    private boolean isOptimizing() {
        return config.tier() == Tier.OPTIMIZING;
    }

    /** Whether the code of its modules counts how often it runs. */
    boolean counts() {
        return config.counting() && tier() == Tier.BASELINE;
    }

    @Override
    public Config config() {
        return config;
    }

    @Override
    public Tier tier() {
        if (compiler != null) return Tier.CC;
        return isOptimizing() ? Tier.OPTIMIZING : Tier.BASELINE;
    }

    @Override
    public Bounds bounds() {
        return bounds;
    }

    @Override
    CompiledModule add(ValidModule module) {
        long start = System.nanoTime();
        Features runnable = compiler != null ? CTranslator.FEATURES : BaselineCompiler.FEATURES;
        NativeModule made = new NativeModule(this, module, runnable);
        loadNanos.add(module.nanos + System.nanoTime() - start);
        moduleBytes.add(module.module.bytes().length);
        synchronized (this) {
            if (closed) {
                made.close();
                throw new IllegalStateException("the engine is closed");
            }
            modules.add(made);
        }
        return made;
    }

    @Override
    public NativeStore newStore(StoreLimits limits) {
        releaseForgotten();
        NativeStore store = new NativeStore(this, limits);
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the engine is closed");
            }
            stores.add(store, store.holdings);
        }
        return store;
    }

    private void releaseForgotten() {
        stores.releaseForgotten();
        leases.releaseForgotten();
    }

    /** A memory whose stores are forgotten, kept for its views. */
    private record Abandoned(LinearMemory memory) implements Reachables.Remains {
        @Override
        public void release() {
            memory.close();
        }
    }

    /** A store that uses a memory was forgotten. */
    void abandon(LinearMemory memory) {
        LinearMemory.Lease views = memory.abandon();
        if (views != null) {
            leases.add(views, new Abandoned(memory));
        }
    }

    /** How many memories are kept for their views alone. */
    int abandoned() {
        return leases.remains().size();
    }

    // ---- for stores

    /** The library of C that an address lies in, or null. */
    CLibrary library(long pc) {
        return libraries == null ? null : libraries.find(pc);
    }

    /** Zeroed native memory. */
    long allocate(long bytes) {
        try {
            return heap.allocate(bytes);
        } catch (OsException refused) {
            throw new EngineLimitException("no memory for the store: " + refused.getMessage());
        } catch (MappingBudget.ExceededException exceeded) {
            throw new EngineLimitException(exceeded.getMessage());
        }
    }

    /** How objects of a type lie in the heap, in a block to be given back. */
    ObjectType objectType(int id, emberwall.wasm.Types types, int type) {
        try {
            return new ObjectType(heap, this.types, id, types, type);
        } catch (OsException refused) {
            throw new EngineLimitException("no memory for a type: " + refused.getMessage());
        } catch (MappingBudget.ExceededException exceeded) {
            throw new EngineLimitException(exceeded.getMessage());
        }
    }

    Fiber takeFiber() {
        synchronized (this) {
            Fiber pooled = fibers.poll();
            if (pooled != null) {
                return pooled;
            }
        }
        try {
            budget.take(2);
        } catch (MappingBudget.ExceededException exceeded) {
            throw new EngineLimitException(exceeded.getMessage());
        }
        try {
            return Fiber.create(config.maxStack());
        } catch (OsException refused) {
            budget.give(2);
            throw new EngineLimitException("no guest stack: " + refused.getMessage());
        }
    }

    /** A store has closed, or was forgotten. */
    void giveBack(NativeHoldings store, Fiber fiber) {
        if (fiber != null) {
            fiber.recycle();
        }
        synchronized (this) {
            for (int kind = 0; kind < exits.length; kind++) {
                exits[kind] += store.exits[kind];
            }
            stores.remove(store);
            if (fiber == null || (!closed && fibers.size() < POOLED_FIBERS)) {
                if (fiber != null) {
                    fibers.add(fiber);
                }
                return;
            }
        }
        fiber.close();
        budget.give(2);
    }

    void forget(NativeModule module) {
        synchronized (this) {
            modules.remove(module);
        }
    }

    /** A memory: with guard pages if its type and this engine allow it. */
    LinearMemory newMemory(MemoryType type) {
        long maximum = leastUnsigned(config.maxMemory() >>> type.pageSizeLog2(), type.most());
        long minimum = type.minimum();
        String what = "a memory of " + Long.toUnsignedString(minimum) + " pages";
        if (Long.compareUnsigned(minimum, maximum) > 0) {
            throw new EngineLimitException(what + ", at most " + maximum + " are allowed");
        }
        boolean guardable = LinearMemory.isGuardable(type);
        LinearMemory made = null;
        try {
            if (bounds == Bounds.GUARD && guardable) {
                made = LinearMemory.create(pool, heap, budget, minimum, maximum, type, true);
            }
            if (made == null && (config.bounds() != Bounds.GUARD || !guardable)) {
                made = LinearMemory.create(pool, heap, budget, minimum, maximum, type, false);
            }
        } catch (OsException refused) {
            throw new EngineLimitException(what + ": " + refused.getMessage());
        } catch (MappingBudget.ExceededException exceeded) {
            throw new EngineLimitException(exceeded.getMessage());
        }
        if (made == null) {
            throw new EngineLimitException(what + ": the system does not give so much");
        }
        return made;
    }

    private static long leastUnsigned(long x, long y) {
        return Long.compareUnsigned(x, y) < 0 ? x : y;
    }

    /** A table filled with a word; the type of its elements with canonical ids, too. */
    TableStorage newTable(TableType type, int canonicalElement, long word) {
        long most = Math.min(MOST_ELEMENTS, config.maxTable());
        long minimum = type.minimum();
        String what = "a table of " + Long.toUnsignedString(minimum) + " elements";
        long maximum = type.hasMaximum() ? leastUnsigned(type.maximum(), most) : most;
        if (Long.compareUnsigned(minimum, maximum) > 0) {
            throw new EngineLimitException(what + ", at most " + most + " are allowed");
        }
        try {
            return new TableStorage(heap, canonicalElement, minimum, maximum, word);
        } catch (OsException refused) {
            throw new EngineLimitException(what + ": " + refused.getMessage());
        } catch (MappingBudget.ExceededException exceeded) {
            throw new EngineLimitException(exceeded.getMessage());
        }
    }

    // ---- API

    @Override
    public Statistics statistics() {
        Map<String, Long> counts = new LinkedHashMap<>();
        if (config.statistics()) {
            synchronized (this) {
                for (int kind = 1; kind < exits.length; kind++) {
                    long count = exits[kind];
                    for (NativeHoldings store : stores.remains()) {
                        count += store.exits[kind];
                    }
                    counts.put(EXIT_NAMES[kind], count);
                }
            }
        }
        return new Statistics(
                code.functions(),
                code.optimized(),
                code.declined(),
                code.bytecodeBytes(),
                code.codeBytes(),
                code.nanos(),
                code.stageNanos(),
                loadNanos.sum(),
                moduleBytes.sum(),
                code.space().codeBytes(),
                counts);
    }

    @Override
    public void close() {
        List<NativeStore> openStores;
        List<NativeModule> openModules;
        List<Fiber> pooled;
        synchronized (this) {
            if (closed) {
                return;
            }
            openStores = stores.objects();
            for (NativeStore store : openStores) {
                store.checkNotInside();
            }
            closed = true;
        }
        try {
            for (NativeStore store : openStores) {
                store.close();
            }
        } catch (IllegalStateException waiting) {
            reopen();
            throw waiting;
        }
        stores.releaseAll();
        for (LinearMemory.Lease views : leases.objects()) {
            views.close();
        }
        leases.releaseAll();
        synchronized (this) {
            openModules = new ArrayList<>(modules);
            pooled = new ArrayList<>(fibers);
            fibers.clear();
        }
        for (NativeModule module : openModules) {
            module.close();
        }
        for (Fiber fiber : pooled) {
            fiber.close();
        }
        code.close();
        pool.close();
        heap.close();
        budget.close();
    }

    /** A store cannot be closed now: whoever closes the engine again goes on with it. */
    private synchronized void reopen() {
        closed = false;
    }
}
