package emberwall.engine.code;

import emberwall.asm.x64.Assembler;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.MemoryStrategy;
import emberwall.engine.store.ObjectType;
import emberwall.engine.store.RuntimeFunction;
import emberwall.fiber.CompileTable;
import emberwall.link.CodeBlob;
import emberwall.wasm.CounterTable;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Module;
import emberwall.wasm.Profile;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The machine code of a module under one choice of bounds strategies, shared by all instances that made the same choice.
 *
 * <pre>
 *   call [rip + cell i] ─► cell i ─► entry i of the table, lazy part ─► exit COMPILE       before the first call
 *                                 └► code of function i                                   afterwards
 *   FuncRecord.CODE ─► entry i of the table: jmp [cell i]
 * </pre>
 */
public final class ModuleCode implements ModuleContext, GuestCode {
    private static final int STRIPES = 16;
    private static final int WAIT_MILLIS = 2;

    private final CodeCache cache;
    private final Module module;
    private final InstanceLayout layout;
    private final FunctionInfo[] infos;
    private final int[] canonicalTypes;
    private final IntFunction<ObjectType> objectTypes;
    private final MemoryStrategy[] strategies;
    private final Heat heat;
    private final boolean tailCallsLeave;
    private final int imported;
    private final long cells;
    private final CodeBlob table;
    private final AtomicReferenceArray<CompiledFunction> compiled;
    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];
    private final Set<CodeListener> listeners = new HashSet<>();
    private boolean closed;

    /**
     * Code that is not there yet: every function will be compiled at its first call.
     *
     * @param infos what validation found out about the functions that are not imported
     * @param canonicalTypes ids of the module's types
     * @param objectTypes how objects of each of the module's types lie
     * @param strategies for each memory, how guests are kept inside
     * @param heat how hot functions are
     */
    public ModuleCode(
            CodeCache cache,
            Module module,
            InstanceLayout layout,
            FunctionInfo[] infos,
            int[] canonicalTypes,
            IntFunction<ObjectType> objectTypes,
            MemoryStrategy[] strategies,
            Heat heat) {
        this.cache = cache;
        this.module = module;
        this.layout = layout;
        this.infos = infos;
        this.canonicalTypes = canonicalTypes;
        this.objectTypes = objectTypes;
        this.strategies = strategies;
        this.heat = heat;
        tailCallsLeave = tailCallsLeave(infos);
        imported = module.importedFunctions();
        int count = infos.length;
        compiled = new AtomicReferenceArray<>(count);
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            locks[stripe] = new ReentrantLock();
        }
        if (count == 0) {
            cells = 0;
            table = null;
            return;
        }
        cells = cache.space().allocateCells(count);
        Assembler a = new Assembler(CompileTable.ENTRY_BYTES * (count + 1));
        CompileTable.emit(a, count, cells);
        table = cache.publish(a, this);
        for (int index = 0; index < count; index++) {
            cache.space().setCell(cells + 8L * index, CompileTable.lazyEntry(table.address(), index));
        }
    }

    private static boolean tailCallsLeave(FunctionInfo[] infos) {
        for (FunctionInfo info : infos) {
            if (info.hasLeavingTailCalls()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Module module() {
        return module;
    }

    @Override
    public InstanceLayout layout() {
        return layout;
    }

    @Override
    public long cellAddress(int function) {
        return cells + 8L * (function - imported);
    }

    @Override
    public long runtimeCell(RuntimeFunction function) {
        return cache.runtimeCell(function);
    }

    @Override
    public int canonicalType(int typeIndex) {
        return canonicalTypes[typeIndex];
    }

    @Override
    public ObjectType objectType(int typeIndex) {
        return objectTypes.apply(typeIndex);
    }

    @Override
    public boolean guarded(int memory) {
        return strategies[memory].isGuard();
    }

    @Override
    public boolean isShort(int memory) {
        return strategies[memory] == MemoryStrategy.SHORT_GUARD;
    }

    @Override
    public boolean moves(int memory) {
        return strategies[memory] == MemoryStrategy.CHECK;
    }

    @Override
    public boolean tailCallsLeave() {
        return tailCallsLeave;
    }

    @Override
    public boolean polls() {
        return cache.polls();
    }

    @Override
    public boolean masking() {
        return cache.masking();
    }

    @Override
    public boolean recordsStops() {
        return cache.recordsStops();
    }

    @Override
    public boolean recordsTraps() {
        return cache.recordsTraps();
    }

    @Override
    public CounterTable counters() {
        return heat.counters();
    }

    @Override
    public Profile profile() {
        return heat.profile();
    }

    @Override
    public long cpuFeatures() {
        return cache.cpuFeatures();
    }

    @Override
    public MemoryStrategy[] strategies() {
        return strategies;
    }

    @Override
    public long entry(int function) {
        CompiledFunction known = compiled.getAcquire(function - imported);
        return known != null ? known.blob.address() : CompileTable.entry(table.address(), function - imported);
    }

    /** The function that an exit COMPILE of this module's code means. */
    public int functionOf(long exitPc) {
        return CompileTable.function(table.address(), exitPc) + imported;
    }

    @Override
    public void addListener(CodeListener listener) {
        synchronized (listeners) {
            listeners.add(listener);
        }
    }

    @Override
    public void removeListener(CodeListener listener) {
        synchronized (listeners) {
            listeners.remove(listener);
        }
    }

    /**
     * Compiles a function, unless it is compiled.
     *
     * @param interrupted asked now and then whether to give up
     * @return where its code is
     * @throws CancellationException if it was interrupted
     */
    public long compile(int function, BooleanSupplier interrupted) {
        int index = function - imported;
        CompiledFunction known = compiled.getAcquire(index);
        if (known != null) {
            return known.blob.address();
        }
        ReentrantLock lock = locks[index % STRIPES];
        acquire(lock, interrupted);
        try {
            known = compiled.getAcquire(index);
            return known != null ? known.blob.address() : compileLocked(function, interrupted);
        } finally {
            lock.unlock();
        }
    }

    private static void acquire(ReentrantLock lock, BooleanSupplier interrupted) {
        try {
            while (!lock.tryLock(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                if (interrupted.getAsBoolean()) {
                    throw new CancellationException();
                }
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
    }

    private long compileLocked(int function, BooleanSupplier interrupted) {
        long start = System.nanoTime();
        // A compiler that threw is not used again: it may have stopped anywhere, for want of Java stack or memory.
        CodeCache.Worker worker = cache.takeWorker(interrupted);
        FunctionCode code = worker.compile(this, infos[function - imported], false);
        CompiledFunction made = new CompiledFunction(this, code);
        made.blob = cache.publish(code.buffer(), made);
        cache.count(worker);
        cache.giveWorker(worker);
        long address = made.blob.address();
        cache.space().setCell(cellAddress(function), address);
        compiled.setRelease(function - imported, made);
        synchronized (listeners) {
            for (CodeListener listener : listeners) {
                listener.compiled(function, address);
            }
        }
        cache.bytecodeBytes.add(module.bodyEnd(function) - module.bodyOffset(function));
        cache.codeBytes.add(made.blob.length());
        cache.nanos.add(System.nanoTime() - start);
        return address;
    }

    @Override
    public void compileAll(BooleanSupplier interrupted) {
        for (int index = 0; index < infos.length; index++) {
            compile(index + imported, interrupted);
        }
    }

    /**
     * Compiles a function to look at, without publishing.
     *
     * @param stages sees what it is on the way, or null
     */
    public <T> T inspect(int function, BiConsumer<String, String> stages, Function<FunctionCode, T> reader) {
        CodeCache.Worker worker = cache.takeWorker(() -> false);
        worker.watch(stages);
        T read = reader.apply(worker.compile(this, infos[function - imported], true));
        worker.watch(null);
        cache.giveWorker(worker);
        return read;
    }

    @Override
    public synchronized void close() {
        if (closed || table == null) {
            return;
        }
        closed = true;
        for (int index = 0; index < compiled.length(); index++) {
            CompiledFunction function = compiled.getAcquire(index);
            if (function != null) {
                cache.space().free(function.blob);
            }
        }
        cache.space().free(table);
        cache.space().freeCells(cells, compiled.length());
    }
}
