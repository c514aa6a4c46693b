package emberwall.wasm.reference;

import emberwall.wasm.Export;
import emberwall.wasm.Module;

/** An instantiated module. */
public final class ModuleInstance {
    private static final Object[] DROPPED = {};

    private final Store store;
    private final Program program;
    private final Module module;

    /** Canonical ids of the module's types. */
    final int[] typeIds;

    final FunctionInstance[] functions;
    final TableInstance[] tables;
    final MemoryInstance[] memories;
    final GlobalInstance[] globals;
    final TagInstance[] tags;
    /** The references of the element segments; null once dropped. */
    final Object[][] elements;

    private final boolean[] droppedData;

    ModuleInstance(Store store, Program program, int[] typeIds) {
        this.store = store;
        this.program = program;
        this.module = program.module();
        this.typeIds = typeIds;
        this.functions = new FunctionInstance[module.functionCount()];
        this.tables = new TableInstance[module.tableCount()];
        this.memories = new MemoryInstance[module.memoryCount()];
        this.globals = new GlobalInstance[module.globalCount()];
        this.tags = new TagInstance[module.tagCount()];
        this.elements = new Object[module.elements().size()][];
        this.droppedData = new boolean[module.data().size()];
    }

    public Store store() {
        return store;
    }

    public Program program() {
        return program;
    }

    public Module module() {
        return module;
    }

    public FunctionInstance function(int index) {
        return functions[index];
    }

    public TableInstance table(int index) {
        return tables[index];
    }

    public MemoryInstance memory(int index) {
        return memories[index];
    }

    public GlobalInstance global(int index) {
        return globals[index];
    }

    public TagInstance tag(int index) {
        return tags[index];
    }

    /** What is exported under this name, or null. */
    public Extern export(String name) {
        Export export = module.export(name);
        return export == null ? null : export(export);
    }

    /** What one of the module's exports is here. */
    public Extern export(Export export) {
        int index = export.index();
        return switch (export.kind()) {
            case FUNCTION -> functions[index];
            case TABLE -> tables[index];
            case MEMORY -> memories[index];
            case GLOBAL -> globals[index];
            case TAG -> tags[index];
        };
    }

    // --- what instructions do

    void initMemory(int segment, int memory, long to, long from, long count) {
        int offset = module.data(segment).offset();
        memories[memory].init(module.bytes(), offset, dataLength(segment), to, from, count);
    }

    /** How many bytes a data segment still has. */
    int dataLength(int segment) {
        return droppedData[segment] ? 0 : module.data(segment).length();
    }

    void dropData(int segment) {
        droppedData[segment] = true;
    }

    void initTable(int segment, int table, long to, long from, long count) {
        tables[table].init(elements(segment), to, from, count);
    }

    /** The references that an element segment still has. */
    Object[] elements(int segment) {
        return elements[segment] == null ? DROPPED : elements[segment];
    }

    void dropElements(int segment) {
        elements[segment] = null;
    }
}
