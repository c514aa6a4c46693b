package emberwall.wasm.reference;

import emberwall.wasm.Feature;
import emberwall.wasm.FeatureScan;
import emberwall.wasm.Features;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.Types;
import emberwall.wasm.Validator;

/** A module all of whose functions have been checked, ready to be instantiated any number of times, in any store. */
public final class Program {
    /** What this interpreter runs, as {@link Feature#bit}s. */
    public static final long FEATURES = Feature.mask(
            Feature.MVP,
            Feature.MUTABLE_GLOBALS,
            Feature.SIGN_EXTENSION,
            Feature.SATURATING_CONVERSIONS,
            Feature.MULTI_VALUE,
            Feature.BULK_MEMORY,
            Feature.REFERENCE_TYPES,
            Feature.EXTENDED_CONST,
            Feature.SIMD,
            Feature.RELAXED_SIMD,
            Feature.TAIL_CALL,
            Feature.FUNCTION_REFERENCES,
            Feature.GC,
            Feature.EXCEPTIONS,
            Feature.LEGACY_EXCEPTIONS,
            Feature.MEMORY64,
            Feature.MULTI_MEMORY,
            Feature.THREADS,
            Feature.WIDE_ARITHMETIC,
            Feature.CUSTOM_PAGE_SIZES);

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
    private boolean isScanned;
    /** What this interpreter does not have, once {@link #isScanned}; null if there is nothing. */
    private String unsupported;

    private Program(Module module, FunctionCode[] codes) {
        this.module = module;
        this.codes = codes;
    }

    /**
     * Checks all function bodies of a module.
     *
     * @throws emberwall.wasm.ModuleException if one of them is refused
     */
    public static Program of(Module module, Limits limits) {
        int imported = module.importedFunctions();
        FunctionCode[] codes = new FunctionCode[module.functionCount() - imported];
        boolean everywhere = mentionsObjects(module);
        Validator validator = new Validator(module, limits, Validator.SIDE_TABLE);
        for (int i = 0; i < codes.length; i++) {
            FunctionInfo info = validator.validate(imported + i);
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

    public Module module() {
        return module;
    }

    /** The first opcode or type that this interpreter does not have, with its place; null if there is none. */
    public synchronized String unsupported() {
        if (!isScanned) {
            unsupported = unsupported(FEATURES);
            isScanned = true;
        }
        return unsupported;
    }

    /** The first opcode or type that is outside a set of features, with its place; null if there is none. */
    public String unsupported(long features) {
        FeatureScan.Use use = FeatureScan.first(module, new Features(features));
        return use == null ? null : use.toString();
    }

    /**
     * Fails if the module needs what this interpreter does not have.
     *
     * @throws UnsupportedOperationException which names the first such opcode or type and its place
     */
    void checkSupported() {
        String missing = unsupported();
        if (missing != null) {
            throw new UnsupportedOperationException("not supported in this tier: " + missing);
        }
    }

    /** The code of a function that is not imported. */
    FunctionCode code(int function) {
        return codes[function - module.importedFunctions()];
    }
}
