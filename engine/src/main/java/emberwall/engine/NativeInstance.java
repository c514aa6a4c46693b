package emberwall.engine;

import emberwall.engine.code.GuestCode;
import emberwall.engine.store.LinearMemory;
import emberwall.engine.store.TableStorage;
import emberwall.wasm.Export;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/** An instance of the native tier: what belongs to it beside its block. Filled by {@link Instantiation}. */
final class NativeInstance extends Instance {
    private static final long[] DROPPED = {};

    final NativeModule module;
    final NativeStore store;
    final GuestCode code;
    /** The block that guest code finds everything by. */
    final long block;

    final Function[] importedFunctions;
    final NativeMemory[] memories;
    final NativeTable[] tables;
    final NativeGlobal[] globals;
    final NativeTag[] tags;
    private final boolean ownsStore;
    /** Per element segment, the words of its elements. */
    private final long[][] elements;
    /** Per data segment, whether it was dropped. */
    private final boolean[] droppedData;
    /** Records of own functions that escaped: compilers patch them, any thread may ask for one. */
    final FunctionRecords records;

    private NativeFunction[] functions;
    private Map<String, Extern> exports;

    NativeInstance(
            NativeModule module,
            NativeStore store,
            GuestCode code,
            long block,
            boolean ownsStore,
            Function[] importedFunctions,
            NativeMemory[] memories,
            NativeTable[] tables,
            NativeGlobal[] globals,
            NativeTag[] tags) {
        this.module = module;
        this.store = store;
        this.code = code;
        this.block = block;
        this.ownsStore = ownsStore;
        this.importedFunctions = importedFunctions;
        this.memories = memories;
        this.tables = tables;
        this.globals = globals;
        this.tags = tags;
        records =
                new FunctionRecords(importedFunctions.length, module.module.functionCount() - importedFunctions.length);
        elements = new long[module.module.elements().size()][];
        droppedData = new boolean[module.module.data().size()];
    }

    // ---- functions

    /** The word that refers to a function; makes its record if there is none. */
    long funcref(int index) {
        if (index < importedFunctions.length) {
            return ((NativeReference) importedFunctions[index]).record();
        }
        synchronized (records) {
            long record = records.get(index);
            if (record == 0) {
                int type = module.module.functionTypeIndex(index);
                record = store.holdings.newRecord(
                        code.entry(index), block, module.canonicalTypes[type], module.display(type), index);
                records.set(index, record);
            }
            return record;
        }
    }

    /** A function as an object. */
    synchronized Function function(int index) {
        int imported = importedFunctions.length;
        if (index < imported) {
            return importedFunctions[index];
        }
        if (functions == null) {
            functions = new NativeFunction[module.module.functionCount() - imported];
        }
        NativeFunction known = functions[index - imported];
        if (known == null) {
            known = new NativeFunction(this, index, funcref(index));
            functions[index - imported] = known;
        }
        return known;
    }

    // ---- for running code

    LinearMemory memory(int index) {
        return memories[index].bytes;
    }

    TableStorage table(int index) {
        return tables[index].words;
    }

    /** Bytes of a data segment, none if it was dropped. */
    long dataLength(int segment) {
        return droppedData[segment] ? 0 : module.module.data(segment).length();
    }

    void dropData(int segment) {
        droppedData[segment] = true;
    }

    /** The words of an element segment, none if it was dropped. */
    long[] elementWords(int segment) {
        return elements[segment];
    }

    void setElements(int segment, long[] words) {
        elements[segment] = words;
    }

    void dropElements(int segment) {
        elements[segment] = DROPPED;
    }

    /** Reads the references in its element segments, but for functions. */
    void forEachElement(LongConsumer words) {
        for (int segment = 0; segment < elements.length; segment++) {
            if (elements[segment] != null && !module.module.element(segment).isFunctions()) {
                for (long word : elements[segment]) {
                    words.accept(word);
                }
            }
        }
    }

    /** What is to be ended when the store closes. */
    NativeHoldings.Use use() {
        return new NativeHoldings.Use(module, code, records, memories.length > 0 ? memories[0].bytes : null, block);
    }

    // ---- API

    @Override
    public CompiledModule module() {
        return module;
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public synchronized Map<String, Extern> exports() {
        if (exports == null) {
            Map<String, Extern> made = new LinkedHashMap<>();
            for (Export export : module.module.exports()) {
                made.put(export.name(), object(export));
            }
            exports = Collections.unmodifiableMap(made);
        }
        return exports;
    }

    private Extern object(Export export) {
        return switch (export.kind()) {
            case FUNCTION -> function(export.index());
            case TABLE -> tables[export.index()];
            case MEMORY -> memories[export.index()];
            case GLOBAL -> globals[export.index()];
            case TAG -> tags[export.index()];
        };
    }

    @Override
    public void close() {
        if (ownsStore) {
            store.close();
        }
    }
}
