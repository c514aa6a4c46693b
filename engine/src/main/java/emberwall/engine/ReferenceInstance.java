package emberwall.engine;

import emberwall.wasm.Export;
import emberwall.wasm.reference.ModuleInstance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** An instance of the reference tier. */
final class ReferenceInstance extends Instance {
    private final ReferenceModule module;
    private final ReferenceStore store;
    private final ModuleInstance instance;
    private Map<String, Extern> exports;
    private volatile boolean ownsStore;

    ReferenceInstance(ReferenceModule module, ReferenceStore store, ModuleInstance instance) {
        this.module = module;
        this.store = store;
        this.instance = instance;
    }

    /** The store was made for this instance alone. */
    void ownStore() {
        ownsStore = true;
    }

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
                made.put(export.name(), store.wrap(instance.export(export)));
            }
            exports = Collections.unmodifiableMap(made);
        }
        return exports;
    }

    /** Memory 0, or null. */
    Memory memory() {
        return module.module.memoryCount() == 0 ? null : (Memory) store.wrap(instance.memory(0));
    }

    @Override
    public void close() {
        if (ownsStore) {
            store.close();
        }
    }
}
