package emberwall.wasm.reference;

import emberwall.testing.WasmBuilder;
import emberwall.wasm.Import;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.TypeRegistry;
import emberwall.wasm.Validator;
import java.util.HashMap;
import java.util.Map;

/** A store, and what the tests of this package do with it. */
final class Guests implements AutoCloseable {
    static final int[] NONE = {};

    final Store store;
    private final Map<String, Extern> imports = new HashMap<>();

    Guests() {
        this(StoreLimits.DEFAULT);
    }

    Guests(StoreLimits limits) {
        store = new Store(new TypeRegistry(), limits);
    }

    /** Lets modules import this under any module's name. */
    Guests with(String name, Extern extern) {
        imports.put(name, extern);
        return this;
    }

    ModuleInstance instantiate(WasmBuilder builder) {
        return store.instantiate(program(builder), this::resolve);
    }

    static Program program(WasmBuilder builder) {
        Module module = ModuleParser.parse(builder.build());
        return Program.of(module, Validator.validateAll(module, Limits.DEFAULT, Validator.SIDE_TABLE, 1));
    }

    private Extern resolve(Import wanted) {
        return imports.get(wanted.name());
    }

    long[] call(ModuleInstance instance, String function, long... arguments) {
        return store.invoke((FunctionInstance) instance.export(function), arguments);
    }

    @Override
    public void close() {
        store.close();
    }
}
