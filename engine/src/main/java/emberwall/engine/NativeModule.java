package emberwall.engine;

import emberwall.engine.cc.CCompilerException;
import emberwall.engine.cc.CLibrary;
import emberwall.engine.cc.CModule;
import emberwall.engine.code.FunctionCode;
import emberwall.engine.code.GuestCode;
import emberwall.engine.code.Heat;
import emberwall.engine.code.ModuleCode;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.LinearMemory;
import emberwall.engine.store.MappingBudget;
import emberwall.engine.store.MemoryStrategy;
import emberwall.engine.store.ObjectType;
import emberwall.engine.store.TypeDisplay;
import emberwall.os.OsException;
import emberwall.os.RawMemory;
import emberwall.wasm.CounterTable;
import emberwall.wasm.Feature;
import emberwall.wasm.FeatureScan;
import emberwall.wasm.Features;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Module;
import emberwall.wasm.Profile;
import emberwall.wasm.TypeRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** A module of the native tier: its types in the engine, and its code for each choice of bounds strategies. */
final class NativeModule extends CompiledModule {
    final NativeEngine engine;
    final InstanceLayout layout;
    final int[] canonicalTypes;
    private final TypeRegistry.Registration registration;
    private final FunctionInfo[] infos;
    private final FeatureScan.Use unsupported;
    /** How often its functions run. */
    final Heat heat;
    /** Whether its instances may make structures or arrays. */
    final boolean usesHeap;

    // Guarded by this.
    private final List<GuestCode> codes = new ArrayList<>(1);
    private ObjectType[] objectTypes; // by type, made when objects of the type may be
    private long[] displays; // by type, made when a function of the type escapes
    private int users;
    private boolean closed;
    private boolean released;

    /**
     * A module of an engine.
     *
     * @param runnable what the compiler knows
     */
    NativeModule(NativeEngine engine, ValidModule valid, Features runnable) {
        super(valid.module);
        this.engine = engine;
        infos = valid.functions(NativeEngine.WANTED);
        long features = 0;
        for (FunctionInfo info : infos) {
            features |= info.features();
        }
        usesHeap = (features & Feature.GC.bit()) != 0 || module.uses(Feature.GC);
        unsupported = isKnown(module, features, runnable) ? null : FeatureScan.first(module, runnable);
        layout = new InstanceLayout(
                module.importedFunctions(),
                module.tableCount(),
                module.memoryCount(),
                module.importedGlobals(),
                module.globalCount() - module.importedGlobals());
        heat = engine.counts() ? newCounters() : Heat.uncounted();
        registration = engine.types.register(module.types());
        canonicalTypes = registration.ids();
    }

    private Heat newCounters() {
        CounterTable table = CounterTable.of(module);
        return table.size() == 0
                ? Heat.uncounted()
                : Heat.counted(table, engine.heap, engine.allocate(8L * table.size()));
    }

    /** Whether nothing outside of bodies, nor these features of bodies, is beyond the compiler. */
    private static boolean isKnown(Module module, long features, Features runnable) {
        for (Feature feature : Feature.values()) {
            if (!runnable.has(feature) && ((features & feature.bit()) != 0 || module.uses(feature))) {
                return false;
            }
        }
        return true;
    }

    /** A function type of the module in terms of the engine's ids. */
    emberwall.wasm.FunctionType canonical(emberwall.wasm.FunctionType type) {
        return registration.canonical(type);
    }

    /** Address of a type's {@link TypeDisplay}, or 0 if it has no supertype. Some instance uses the module. */
    synchronized long display(int type) {
        int depth = module.types().depth(type);
        if (depth == 0) {
            return 0;
        }
        if (displays == null) {
            displays = new long[canonicalTypes.length];
        }
        if (displays[type] == 0) {
            long display = engine.allocate(TypeDisplay.bytes(depth + 1));
            TypeDisplay.initialise(display, depth + 1);
            for (int above = depth; above >= 0; above--) {
                int id = engine.types.supertypeAt(canonicalTypes[type], above);
                RawMemory.putInt(display + TypeDisplay.id(above), id);
            }
            displays[type] = display;
        }
        return displays[type];
    }

    /** How objects of a type lie in the heap. Some instance uses the module. */
    synchronized ObjectType objectType(int type) {
        if (objectTypes == null) {
            objectTypes = new ObjectType[canonicalTypes.length];
        }
        if (objectTypes[type] == null) {
            objectTypes[type] = engine.objectType(canonicalTypes[type], module.types(), type);
        }
        return objectTypes[type];
    }

    private void freeTypes() {
        for (int type = 0; objectTypes != null && type < objectTypes.length; type++) {
            if (objectTypes[type] != null) {
                objectTypes[type].free(engine.heap);
            }
        }
        for (int type = 0; displays != null && type < displays.length; type++) {
            if (displays[type] != 0) {
                engine.heap.free(
                        displays[type], TypeDisplay.bytes(module.types().depth(type) + 1));
            }
        }
    }

    /** A value type of the module in terms of the engine's ids. */
    int canonical(int valueType) {
        return registration.canonical(valueType);
    }

    /** The code for a choice of strategies; to be given back by {@link #releaseCode}. */
    synchronized GuestCode useCode(MemoryStrategy[] strategies) {
        checkUsable();
        users++;
        for (GuestCode code : codes) {
            if (Arrays.equals(code.strategies(), strategies)) {
                return code;
            }
        }
        boolean made = false;
        try {
            GuestCode code = engine.compiler != null && infos.length > 0
                    ? newLibrary(strategies)
                    : new ModuleCode(
                            engine.code, module, layout, infos, canonicalTypes, this::objectType, strategies, heat);
            codes.add(code);
            made = true;
            return code;
        } catch (OsException refused) {
            throw EngineLimitException.noCodeMemory(refused);
        } catch (CCompilerException failed) {
            throw new EngineLimitException(failed.getMessage());
        } catch (MappingBudget.ExceededException exceeded) {
            throw new EngineLimitException(exceeded.getMessage());
        } finally {
            if (!made) {
                users--;
            }
        }
    }

    private CLibrary newLibrary(MemoryStrategy[] strategies) {
        long start = System.nanoTime();
        Config config = engine.config();
        CModule source =
                new CModule(module, layout, infos, canonicalTypes, strategies, config.polls(), config.masking());
        engine.budget.take(CLibrary.MAPPINGS);
        boolean made = false;
        try {
            boolean faults = engine.bounds() == Bounds.GUARD && strategies.length > 0;
            CLibrary library = CLibrary.make(
                    engine.compiler,
                    source,
                    engine.code.cpuFeatures(),
                    faults,
                    () -> Thread.currentThread().isInterrupted());
            engine.libraries.add(library);
            made = true;
            long bytes = module.codeEnd() - module.codeOffset();
            engine.code.count(infos.length, bytes, library.textBytes(), System.nanoTime() - start);
            return library;
        } finally {
            if (!made) {
                engine.budget.give(CLibrary.MAPPINGS);
            }
        }
    }

    private void close(GuestCode code) {
        if (code instanceof CLibrary library) {
            engine.libraries.remove(library);
            engine.budget.give(CLibrary.MAPPINGS);
        }
        code.close();
    }

    /** Keeps types and code until {@link #releaseCode}, whoever closes the module meanwhile. */
    synchronized void use() {
        checkUsable();
        users++;
    }

    private void checkUsable() {
        if (closed) {
            throw new IllegalStateException("the module is closed");
        }
        if (unsupported != null) {
            throw new UnsupportedFeatureException(unsupported.toString());
        }
    }

    /** An instance no longer uses the code, or what {@link #use} kept is no longer needed. */
    synchronized void releaseCode() {
        users--;
        releaseIfUnused();
    }

    private void releaseIfUnused() {
        if (closed && users == 0 && !released) {
            released = true;
            codes.forEach(this::close);
            heat.close();
            freeTypes();
            registration.close();
        }
    }

    @Override
    public NativeEngine engine() {
        return engine;
    }

    @Override
    public String unsupported() {
        return unsupported == null ? null : unsupported.toString();
    }

    @Override
    Instance instantiate(Store store, Imports imports, boolean ownsStore) {
        return new Instantiation((NativeStore) store, this, imports, ownsStore).perform();
    }

    @Override
    Profile counted() {
        use();
        try {
            return heat.read();
        } finally {
            releaseCode();
        }
    }

    @Override
    void goBy(Profile profile) {
        heat.setProfile(profile);
    }

    @Override
    public void compileAll() {
        GuestCode code = useCode(usualStrategies());
        try {
            code.compileAll(() -> Thread.currentThread().isInterrupted());
        } finally {
            releaseCode();
        }
    }

    /** What an instance will choose if it gets what it asks for. */
    private MemoryStrategy[] usualStrategies() {
        MemoryStrategy[] strategies = new MemoryStrategy[module.memoryCount()];
        for (int index = 0; index < strategies.length; index++) {
            strategies[index] = LinearMemory.usualStrategy(module.memory(index), engine.bounds() == Bounds.GUARD);
        }
        return strategies;
    }

    @Override
    public MachineCode inspect(int functionIndex, BiConsumer<String, String> stages) {
        if (functionIndex < module.importedFunctions() || functionIndex >= module.functionCount()) {
            throw new IllegalArgumentException("no function " + functionIndex + " with a body");
        }
        GuestCode code = useCode(usualStrategies());
        try {
            return switch (code) {
                case ModuleCode ours -> ours.inspect(functionIndex, stages, NativeModule::machineCode);
                case CLibrary library -> machineCode(functionIndex, library);
                default -> throw new InternalError(code.toString());
            };
        } finally {
            releaseCode();
        }
    }

    /** Of code that GCC made, what accesses memory, calls or leaves has a place in the module. */
    private static MachineCode machineCode(int functionIndex, CLibrary library) {
        byte[] code = library.code(functionIndex);
        int[] pairs = library.boundaries(functionIndex, code);
        int[] codeOffsets = new int[pairs.length / 2];
        int[] bytecodeOffsets = new int[codeOffsets.length];
        for (int index = 0; index < codeOffsets.length; index++) {
            codeOffsets[index] = pairs[2 * index];
            bytecodeOffsets[index] = pairs[2 * index + 1];
        }
        return new MachineCode(functionIndex, code, codeOffsets, bytecodeOffsets, code.length, List.of());
    }

    private static MachineCode machineCode(FunctionCode code) {
        int[] pairs = code.boundaries();
        int count = pairs.length / 2 - 1; // the last pair is the end of the body
        int[] codeOffsets = new int[count];
        int[] bytecodeOffsets = new int[count];
        for (int index = 0; index < count; index++) {
            codeOffsets[index] = pairs[2 * index];
            bytecodeOffsets[index] = pairs[2 * index + 1];
        }
        int length = code.buffer().finish();
        return new MachineCode(
                code.function(),
                Arrays.copyOf(code.buffer().bytes(), length),
                codeOffsets,
                bytecodeOffsets,
                pairs[2 * count],
                code.handlers().lines());
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            releaseIfUnused();
            engine.forget(this); // last: the engine, when it closes, waits for the modules that it knows
        }
    }
}
