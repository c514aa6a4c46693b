package emberwall.engine;

import emberwall.op.V128;
import emberwall.wasm.Export;
import emberwall.wasm.ExternalKind;
import emberwall.wasm.Import;
import emberwall.wasm.Module;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;

/** Between the types of modules and those that programs see, and between values and both. */
final class Types {
    private Types() {}

    static FunctionType api(emberwall.wasm.FunctionType type) {
        return new FunctionType(type);
    }

    /** The type of a host function. */
    static emberwall.wasm.FunctionType wasm(FunctionType type) {
        checkHostFunction(type);
        return type.wasm();
    }

    /** Refuses type indices: they mean something in the module that they come from, and something else everywhere else. */
    static void checkHostFunction(FunctionType type) {
        for (int index = 0; index < type.parameterCount(); index++) {
            checkHostValue(type.parameter(index));
        }
        for (int index = 0; index < type.resultCount(); index++) {
            checkHostValue(type.result(index));
        }
    }

    private static void checkHostValue(int type) {
        if (ValueType.isReference(type) && ValueType.isConcrete(type)) {
            throw new IllegalArgumentException(
                    "a host function cannot have " + ValueType.text(type) + ", a type by its index in a module");
        }
    }

    static MemoryType api(emberwall.wasm.MemoryType type) {
        return new MemoryType(
                type.minimum(),
                type.hasMaximum() ? type.maximum() : -1,
                type.address64(),
                type.shared(),
                type.pageSizeLog2());
    }

    static emberwall.wasm.MemoryType wasm(MemoryType type) {
        boolean bounded = type.maximum() != -1;
        return new emberwall.wasm.MemoryType(
                type.address64(),
                type.shared(),
                type.pageSizeLog2(),
                type.minimum(),
                bounded ? type.maximum() : 0,
                bounded);
    }

    static TableType api(emberwall.wasm.TableType type) {
        return new TableType(type.element(), type.address64(), type.minimum(), type.hasMaximum() ? type.maximum() : -1);
    }

    static emberwall.wasm.TableType wasm(TableType type) {
        boolean bounded = type.maximum() != -1;
        return new emberwall.wasm.TableType(
                type.element(), type.address64(), type.minimum(), bounded ? type.maximum() : 0, bounded);
    }

    static GlobalType api(emberwall.wasm.GlobalType type) {
        return new GlobalType(type.type(), type.mutable());
    }

    /** The type of something that a module imports or exports. */
    static ExternType of(Module module, ExternalKind kind, int index) {
        return switch (kind) {
            case FUNCTION -> api(module.functionType(index));
            case TABLE -> api(module.table(index));
            case MEMORY -> api(module.memory(index));
            case GLOBAL -> api(module.global(index));
            case TAG -> new TagType(api(module.types().function(module.tagTypeIndex(index))));
        };
    }

    static List<ImportType> imports(Module module) {
        List<ImportType> imports = new ArrayList<>();
        for (Import entry : module.imports()) {
            imports.add(new ImportType(entry.module(), entry.name(), of(module, entry.kind(), entry.index())));
        }
        return List.copyOf(imports);
    }

    static List<ExportType> exports(Module module) {
        List<ExportType> exports = new ArrayList<>();
        for (Export entry : module.exports()) {
            exports.add(new ExportType(entry.name(), of(module, entry.kind(), entry.index())));
        }
        return List.copyOf(exports);
    }

    static String text(ExternType type) {
        return type instanceof FunctionType ? "function " + type : type.toString();
    }

    /** What to say when an import does not fit what is given for it: an {@link Extern}, a {@link HostEntry}, or null. */
    static LinkException mismatch(Module module, Import wanted, Object given) {
        String text = null;
        if (given instanceof Extern object) {
            text = text(object.type());
        } else if (given instanceof HostEntry host) {
            text = text(host.type());
        }
        return new LinkException(wanted.module(), wanted.name(), text(of(module, wanted.kind(), wanted.index())), text);
    }

    static void checkArguments(FunctionType type, Object[] arguments) {
        if (arguments.length != type.parameterCount()) {
            throw new IllegalArgumentException(arguments.length + " arguments for " + type);
        }
        for (int index = 0; index < arguments.length; index++) {
            check(type.parameter(index), arguments[index]);
        }
    }

    /** Refuses a value that is not of a type. */
    static void check(int type, Object value) {
        boolean fits = switch (type) {
            case ValueType.I32 -> value instanceof Integer;
            case ValueType.I64 -> value instanceof Long;
            case ValueType.F32 -> value instanceof Float;
            case ValueType.F64 -> value instanceof Double;
            case ValueType.V128 -> value instanceof V128;
            case ValueType.FUNCREF -> value == null || value instanceof Function;
            case ValueType.EXTERNREF -> true;
            default -> ValueType.isReference(type) && fitsReference(type, value);
        };
        if (!fits) {
            String given = value == null ? "null" : value.getClass().getName();
            throw new IllegalArgumentException(given + " given for " + ValueType.text(type));
        }
    }

    /**
     * Whether a value can be of a reference type other than funcref and externref; the store knows more. Of the host's own
     * objects externs can be made, and of these anys.
     */
    private static boolean fitsReference(int type, Object value) {
        if (value == null) {
            return ValueType.isNullable(type);
        }
        int heapType = ValueType.heapType(type);
        return heapType == ValueType.EXTERN
                || heapType == ValueType.ANY
                || value instanceof Function
                || value instanceof GuestReference
                || value instanceof WasmException;
    }
}
