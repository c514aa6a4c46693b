package emberwall.cli;

import emberwall.wasm.Export;
import emberwall.wasm.ExternalKind;
import emberwall.wasm.Import;
import emberwall.wasm.Module;
import java.util.HashMap;
import java.util.Map;

/** What functions of a module are called, gathered once: by the name section, by exports, and by imports. */
final class FunctionNames {
    private final Module module;
    private final Map<Integer, String> exports = new HashMap<>();
    private final Map<Integer, String> imports = new HashMap<>();
    private final Map<String, Integer> named = new HashMap<>();

    FunctionNames(Module module) {
        this.module = module;
        for (Export export : module.exports()) {
            if (export.kind() != ExternalKind.FUNCTION) continue;
            exports.putIfAbsent(export.index(), export.name());
            named.put(export.name(), export.index());
        }
        for (Import entry : module.imports()) {
            if (entry.kind() == ExternalKind.FUNCTION) imports.put(entry.index(), entry.module() + "." + entry.name());
        }
        for (int function = 0; function < module.functionCount(); function++) {
            String name = module.names().function(function);
            if (name != null) named.put(name, function);
        }
    }

    /** The name from the name section, or null. */
    String own(int function) {
        return module.names().function(function);
    }

    /** The first name that it is exported under, or null. */
    String exported(int function) {
        return exports.get(function);
    }

    /** What to call it. */
    String any(int function) {
        String name = own(function);
        if (name == null) name = exports.get(function);
        if (name == null) name = imports.get(function);
        return name == null ? "function " + function : name;
    }

    /** The function that a name, an export or an index means; -1 if there is none. */
    int find(String wanted) {
        Integer found = named.get(wanted);
        if (found != null) return found;
        try {
            int index = Integer.parseInt(wanted);
            return index >= 0 && index < module.functionCount() ? index : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
