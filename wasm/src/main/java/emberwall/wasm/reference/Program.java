package emberwall.wasm.reference;

import emberwall.wasm.CounterTable;
import emberwall.wasm.Feature;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Module;
import emberwall.wasm.Profile;
import emberwall.wasm.Types;

/** A module all of whose functions have been checked, ready to be instantiated any number of times, in any store. */
public final class Program {
    /** Features whose opcodes may put objects on the stack. */
    private static final long OBJECTS = Feature.mask(
            Feature.REFERENCE_TYPES,
            Feature.FUNCTION_REFERENCES,
            Feature.GC,
            Feature.EXCEPTIONS,
            Feature.LEGACY_EXCEPTIONS,
            Feature.SIMD,
            Feature.RELAXED_SIMD);

    private final Module module;
    private final FunctionCode[] codes;

    // What counts, and what it counted; null unless somebody wants to know.
    private CounterTable counters;
    private long[] counts;

    private Program(Module module, FunctionCode[] codes) {
        this.module = module;
        this.codes = codes;
    }

    /**
     * A module whose function bodies have been checked.
     *
     * @param functions what the validator found out, side tables included, of the functions that are not imported
     */
    public static Program of(Module module, FunctionInfo[] functions) {
        int imported = module.importedFunctions();
        FunctionCode[] codes = new FunctionCode[functions.length];
        boolean everywhere = mentionsObjects(module);
        for (int i = 0; i < codes.length; i++) {
            FunctionInfo info = functions[i];
            boolean objects = everywhere || (info.features() & OBJECTS) != 0 || declaresObjects(module, imported + i);
            codes[i] = new FunctionCode(module, info, objects);
        }
        return new Program(module, codes);
    }

    /** Whether calls or globals may put objects on any function's stack. */
    private static boolean mentionsObjects(Module module) {
        Types types = module.types();
        for (int type = 0; type < types.count(); type++) {
            if (types.isFunction(type) && hasObjects(types, type)) {
                return true;
            }
        }
        for (int global = 0; global < module.globalCount(); global++) {
            if (Values.isObject(module.global(global).type())) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasObjects(Types types, int type) {
        for (int i = types.parameterCount(type) - 1; i >= 0; i--) {
            if (Values.isObject(types.parameter(type, i))) {
                return true;
            }
        }
        for (int i = types.resultCount(type) - 1; i >= 0; i--) {
            if (Values.isObject(types.result(type, i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean declaresObjects(Module module, int function) {
        var locals = module.locals(function);
        for (int run = locals.runs() - 1; run >= 0; run--) {
            if (Values.isObject(locals.type(run))) {
                return true;
            }
        }
        return false;
    }

    /** Counts from now on how often functions run. To be called before anything runs. */
    public void count() {
        counters = CounterTable.of(module);
        counts = new long[counters.size()];
        for (FunctionCode code : codes) {
            code.count(counts, counters);
        }
    }

    /** What was counted so far, or null if nobody counts. */
    public Profile profile() {
        return counters == null ? null : new Profile(counters, counts.clone());
    }

    public Module module() {
        return module;
    }

    /** The code of a function that is not imported. */
    FunctionCode code(int function) {
        return codes[function - module.importedFunctions()];
    }
}
