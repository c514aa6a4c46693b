package emberwall.engine.optimizing;

import emberwall.engine.code.ModuleContext;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.MappingBudget;
import emberwall.engine.store.ObjectType;
import emberwall.engine.store.OffHeap;
import emberwall.engine.store.RuntimeFunction;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.TypeRegistry;

/** What a compiler is told of a module that nobody instantiates. */
final class Facts implements ModuleContext, AutoCloseable {
    private final Module module;
    private final boolean guarded;
    private final TypeRegistry registry = new TypeRegistry();
    private final TypeRegistry.Registration registration;
    private final MappingBudget budget = new MappingBudget();
    private final OffHeap heap = new OffHeap(budget);
    private final ObjectType[] objects;

    Facts(byte[] bytes, boolean guarded) {
        this(ModuleParser.parse(bytes), guarded);
    }

    Facts(Module module, boolean guarded) {
        this.module = module;
        this.guarded = guarded;
        registration = registry.register(module.types());
        objects = new ObjectType[module.types().count()];
    }

    @Override
    public Module module() {
        return module;
    }

    @Override
    public InstanceLayout layout() {
        return new InstanceLayout(
                module.importedFunctions(),
                module.tableCount(),
                module.memoryCount(),
                module.importedGlobals(),
                module.globalCount() - module.importedGlobals());
    }

    @Override
    public long cellAddress(int function) {
        return 0x10_0000 + 8L * function;
    }

    @Override
    public long runtimeCell(RuntimeFunction function) {
        return 0;
    }

    @Override
    public int canonicalType(int typeIndex) {
        return registration.id(typeIndex);
    }

    @Override
    public ObjectType objectType(int typeIndex) {
        if (objects[typeIndex] == null) {
            objects[typeIndex] = new ObjectType(heap, registry, registration.id(typeIndex), module.types(), typeIndex);
        }
        return objects[typeIndex];
    }

    @Override
    public boolean isShort(int memory) {
        return false;
    }

    @Override
    public boolean guarded(int memory) {
        return guarded
                && !module.memory(memory).address64()
                && module.memory(memory).pageSizeLog2() == 16;
    }

    @Override
    public boolean tailCallsLeave() {
        return false;
    }

    @Override
    public boolean polls() {
        return true;
    }

    @Override
    public boolean moves(int memory) {
        return !guarded(memory);
    }

    @Override
    public boolean masking() {
        return !guarded;
    }

    @Override
    public long cpuFeatures() {
        return -1;
    }

    @Override
    public void close() {
        registration.close();
        heap.close();
        budget.close();
    }
}
