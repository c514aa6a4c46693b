package emberwall.engine;

import emberwall.engine.code.GuestCode;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.LinearMemory;
import emberwall.engine.store.MemoryStrategy;
import emberwall.engine.store.TableStorage;
import emberwall.op.TrapReason;
import emberwall.os.OsException;
import emberwall.os.RawMemory;
import emberwall.wasm.ConstantExpression;
import emberwall.wasm.DataSegment;
import emberwall.wasm.ElementSegment;
import emberwall.wasm.Import;
import emberwall.wasm.Module;
import emberwall.wasm.SegmentMode;
import emberwall.wasm.TableType;
import emberwall.wasm.TypeRegistry;
import emberwall.wasm.ValueType;
import java.util.List;

/**
 * Makes one instance, in the order of the specification (4.7.2): imports are matched before anything else happens, then
 * everything is allocated, then active segments are copied one after the other, then the start function runs. What
 * segments did stays done if a later step fails.
 */
final class Instantiation {
    private final NativeStore store;
    private final NativeModule module;
    private final Module wasm;
    private final Imports imports;
    private final boolean ownsStore;

    private final Function[] functions;
    private final NativeMemory[] memories;
    private final NativeTable[] tables;
    private final NativeGlobal[] globals;
    private final NativeTag[] tags;
    private NativeInstance instance;
    private ConstantEvaluator constants;

    Instantiation(NativeStore store, NativeModule module, Imports imports, boolean ownsStore) {
        this.store = store;
        this.module = module;
        this.imports = imports;
        this.ownsStore = ownsStore;
        wasm = module.module;
        functions = new Function[wasm.importedFunctions()];
        memories = new NativeMemory[wasm.memoryCount()];
        tables = new NativeTable[wasm.tableCount()];
        globals = new NativeGlobal[wasm.globalCount()];
        tags = new NativeTag[wasm.tagCount()];
    }

    NativeInstance perform() {
        Ownership owner = store.enterHost();
        try {
            module.use(); // its types must not go away while they are compared
            try {
                make();
            } finally {
                module.releaseCode();
            }
        } catch (OsException refused) {
            throw new EngineLimitException(refused.getMessage());
        } finally {
            store.leave(owner, owner.depth - 1);
        }
        start();
        return instance;
    }

    private void make() {
        matchImports();
        allocate();
        fillElements();
        fillData();
    }

    // ---- imports

    private void matchImports() {
        List<Import> wanted = wasm.imports();
        for (Import entry : wanted) {
            Object given = imports.find(entry.module(), entry.name());
            switch (entry.kind()) {
                case FUNCTION -> functions[entry.index()] = function(entry, given);
                case MEMORY -> memories[entry.index()] = memory(entry, given);
                case TABLE -> tables[entry.index()] = table(entry, given);
                case GLOBAL -> globals[entry.index()] = global(entry, given);
                case TAG -> tags[entry.index()] = tag(entry, given);
            }
        }
    }

    private Function function(Import entry, Object given) {
        int wanted = module.canonicalTypes[wasm.functionTypeIndex(entry.index())];
        Function function = null;
        if (given instanceof HostEntry host) {
            // Its type is compared before it is made, so that a mismatch leaves nothing behind.
            try (TypeRegistry.Registration type = store.engine.types.register(Types.wasm(host.type()))) {
                if (type.id(0) == wanted) {
                    String name = entry.module() + "." + entry.name();
                    function = store.newHostFunction(name, host.type(), HostAdapter.of(host));
                }
            }
        } else if (given instanceof Function known
                && known instanceof NativeReference reference
                && store.engine.types.isSubtype(reference.canonicalType(), wanted)) {
            function = ours(entry, known);
        }
        if (function == null) {
            throw mismatch(entry, given);
        }
        return function;
    }

    private NativeMemory memory(Import entry, Object given) {
        if (given instanceof NativeMemory memory
                && wasm.memory(entry.index()).admits(memory.declared, memory.bytes.pages())) {
            return isShared(memory) ? store.adopt(memory) : ours(entry, memory);
        }
        throw mismatch(entry, given);
    }

    /** Whether a memory is of another store, and may be of this one too. */
    private boolean isShared(NativeMemory memory) {
        return memory.store() != store
                && memory.bytes.isShared()
                && memory.store().engine() == store.engine;
    }

    private NativeTable table(Import entry, Object given) {
        TableType wanted = wasm.table(entry.index());
        if (given instanceof NativeTable table
                && table.words.elementType() == module.canonical(wanted.element())
                && wanted.admits(table.declared, table.words.size())) {
            return ours(entry, table);
        }
        throw mismatch(entry, given);
    }

    private NativeTag tag(Import entry, Object given) {
        int wanted = module.canonicalTypes[wasm.tagTypeIndex(entry.index())];
        if (given instanceof NativeTag tag && tag.canonicalType == wanted) {
            return ours(entry, tag);
        }
        throw mismatch(entry, given);
    }

    private NativeGlobal global(Import entry, Object given) {
        emberwall.wasm.GlobalType wanted = wasm.global(entry.index());
        int type = module.canonical(wanted.type());
        if (given instanceof NativeGlobal global
                && global.type().mutable() == wanted.mutable()
                && (wanted.mutable()
                        ? global.canonicalType == type
                        : store.engine.types.isValueSubtype(global.canonicalType, type))) {
            return ours(entry, global);
        }
        throw mismatch(entry, given);
    }

    private <T extends Extern> T ours(Import entry, T object) {
        if (object.store() != store) {
            throw new IllegalArgumentException(
                    "import \"" + entry.module() + "\" \"" + entry.name() + "\" belongs to another store");
        }
        return object;
    }

    private LinkException mismatch(Import entry, Object given) {
        return Types.mismatch(wasm, entry, given);
    }

    // ---- allocation

    private void allocate() {
        for (int index = wasm.importedTags(); index < tags.length; index++) {
            int type = wasm.tagTypeIndex(index);
            TagType carried =
                    new TagType(Types.api(module.canonical(wasm.types().function(type))));
            tags[index] = new NativeTag(store, carried, module.canonicalTypes[type]);
        }
        for (int index = wasm.importedMemories(); index < memories.length; index++) {
            memories[index] = store.newMemory(wasm.memory(index));
        }
        MemoryStrategy[] strategies = new MemoryStrategy[memories.length];
        for (int index = 0; index < strategies.length; index++) {
            strategies[index] = memories[index].bytes.strategy();
        }
        GuestCode code = module.useCode(strategies);
        boolean used = false;
        long block;
        try {
            block = store.allocate(module.layout.size());
            instance = new NativeInstance(
                    module, store, code, block, ownsStore, functions, memories, tables, globals, tags);
            RawMemory.putInt(block + InstanceLayout.ID, store.add(instance));
            used = true;
        } finally {
            if (!used) {
                module.releaseCode();
            }
        }
        code.addListener(instance.records);
        constants = new ConstantEvaluator(instance);
        fillBlock(block);
    }

    private void fillBlock(long block) {
        InstanceLayout layout = module.layout;
        if (module.usesHeap) {
            RawMemory.putLong(block + InstanceLayout.HEAP, store.objects.record());
        }
        RawMemory.putLong(block + layout.counters(), module.heat.address());
        if (memories.length > 0) {
            memories[0].bytes.addDependent(block);
        }
        for (int index = 0; index < memories.length; index++) {
            RawMemory.putLong(block + layout.memoryRecord(index), memories[index].bytes.record());
        }
        for (int index = 0; index < functions.length; index++) {
            RawMemory.putLong(block + layout.functionRecord(index), ((NativeReference) functions[index]).record());
        }
        for (int index = 0; index < globals.length; index++) {
            if (index < wasm.importedGlobals()) {
                RawMemory.putLong(block + layout.globalCell(index), globals[index].cell);
            } else {
                newGlobal(index, block + layout.globalCell(index));
            }
        }
        for (int index = 0; index < tables.length; index++) {
            if (index >= wasm.importedTables()) {
                newTable(index);
            }
            RawMemory.putLong(block + layout.tableRecord(index), tables[index].words.record());
        }
    }

    private void newGlobal(int index, long cell) {
        emberwall.wasm.GlobalType type = wasm.global(index);
        RawMemory.putLong(cell, constants.word(wasm.globalInitial(index)));
        if (type.type() == ValueType.V128) {
            RawMemory.putLong(cell + Long.BYTES, constants.high());
        }
        globals[index] = new NativeGlobal(store, Types.api(type), module.canonical(type.type()), cell);
        store.add(globals[index]);
    }

    private void newTable(int index) {
        TableType type = wasm.table(index);
        ConstantExpression initial = wasm.tableInitial(index);
        long word = initial == null ? 0 : constants.word(initial);
        tables[index] = store.newTable(type, module.canonical(type.element()), word);
    }

    // ---- segments

    private void fillElements() {
        List<ElementSegment> segments = wasm.elements();
        for (int index = 0; index < segments.size(); index++) {
            fill(index, segments.get(index));
        }
        for (int index = 0; index < segments.size(); index++) {
            ElementSegment segment = segments.get(index);
            if (segment.mode() == SegmentMode.ACTIVE) {
                long target = constants.word(segment.place());
                long[] words = instance.elementWords(index);
                TableStorage table = instance.table(segment.table());
                if (!table.contains(target, words.length)) {
                    throw trap(TrapReason.TABLE_OUT_OF_BOUNDS, segment.offset());
                }
                for (int element = 0; element < words.length; element++) {
                    table.set(target + element, words[element]);
                }
            }
            if (segment.mode() != SegmentMode.PASSIVE) {
                instance.dropElements(index);
            }
        }
    }

    private void fill(int index, ElementSegment segment) {
        long[] words = new long[segment.mode() == SegmentMode.DECLARATIVE ? 0 : segment.count()];
        instance.setElements(index, words); // first: what is there already has to survive what comes
        for (int element = 0; element < words.length; element++) {
            words[element] = segment.isFunctions()
                    ? instance.funcref(segment.function(element))
                    : constants.word(segment.expression(element));
        }
    }

    private void fillData() {
        List<DataSegment> segments = wasm.data();
        for (int index = 0; index < segments.size(); index++) {
            DataSegment segment = segments.get(index);
            if (segment.mode() == SegmentMode.ACTIVE) {
                long target = constants.word(segment.place());
                LinearMemory memory = instance.memory(segment.memory());
                if (!memory.contains(target, segment.length())) {
                    throw trap(TrapReason.MEMORY_OUT_OF_BOUNDS, segment.offset());
                }
                RawMemory.copy(wasm.bytes(), segment.offset(), memory.base() + target, segment.length());
                instance.dropData(index);
            }
        }
    }

    private Trap trap(TrapReason reason, int offset) {
        String name = wasm.names().module();
        return new Trap(reason, List.of(new GuestFrame(name == null ? "" : name, -1, "instantiation", offset)));
    }

    private void start() {
        if (wasm.startFunction() >= 0) {
            instance.function(wasm.startFunction()).call();
        }
    }
}
