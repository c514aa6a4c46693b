package emberwall.wasm.reference;

import emberwall.wasm.ConstantExpression;
import emberwall.wasm.DataSegment;
import emberwall.wasm.ElementSegment;
import emberwall.wasm.FunctionType;
import emberwall.wasm.GlobalType;
import emberwall.wasm.Import;
import emberwall.wasm.Module;
import emberwall.wasm.SegmentMode;
import emberwall.wasm.TableType;
import emberwall.wasm.TypeRegistry;
import emberwall.wasm.TypeRegistry.Registration;

/** How an instance comes to be (WebAssembly 3.0, section 4.7.3), step by step. */
final class Instantiation {
    private final Store store;
    private final Program program;
    private final Module module;
    private final TypeRegistry registry;
    private final Registration types;
    private final ModuleInstance instance;
    private final ConstantEvaluator constants;

    Instantiation(Store store, Program program) {
        this.store = store;
        this.program = program;
        this.module = program.module();
        this.registry = store.types();
        this.types = store.keep(registry.register(module.types()));
        this.instance = new ModuleInstance(store, program, types.ids());
        this.constants = new ConstantEvaluator(instance);
    }

    ModuleInstance run(ImportResolver imports) {
        for (Import wanted : module.imports()) {
            link(wanted, imports.resolve(wanted));
        }
        defineFunctions();
        defineTags();
        defineGlobals();
        defineMemories();
        defineTables();
        evaluateElements();
        try {
            initialiseTables();
            initialiseMemories();
        } catch (TrapSignal signal) {
            throw new GuestTrap(signal.reason());
        }
        if (module.startFunction() >= 0) {
            store.invoke(instance.functions[module.startFunction()], Values.NONE);
        }
        return instance;
    }

    // --- imports

    private void link(Import wanted, Extern given) {
        int index = wanted.index();
        boolean fits = switch (wanted.kind()) {
            case FUNCTION -> given instanceof FunctionInstance function && fits(function, index);
            case TABLE -> given instanceof TableInstance table && fits(table, index);
            case MEMORY -> given instanceof MemoryInstance memory && fits(memory, index);
            case GLOBAL -> given instanceof GlobalInstance global && fits(global, index);
            case TAG -> given instanceof TagInstance tag && fits(tag, index);
        };
        if (!fits) {
            throw new UnlinkableException(wanted, wantedText(wanted), given == null ? null : given.typeText());
        }
    }

    private String wantedText(Import wanted) {
        int index = wanted.index();
        return switch (wanted.kind()) {
            case FUNCTION -> "function " + module.functionType(index);
            case TABLE -> TableInstance.text(module.table(index));
            case MEMORY -> MemoryInstance.text(module.memory(index));
            case GLOBAL -> GlobalInstance.text(module.global(index));
            case TAG -> TagInstance.text(module.types().function(module.tagTypeIndex(index)));
        };
    }

    private boolean fits(FunctionInstance function, int index) {
        instance.functions[index] = function;
        return registry.isSubtype(function.canonicalType, instance.typeIds[module.functionTypeIndex(index)]);
    }

    private boolean fits(TableInstance table, int index) {
        instance.tables[index] = table;
        TableType wanted = module.table(index);
        return wanted.admits(table.type(), table.size()) && sameType(table.canonicalType, wanted.element());
    }

    private boolean fits(MemoryInstance memory, int index) {
        instance.memories[index] = memory;
        return module.memory(index).admits(memory.type(), memory.pages());
    }

    private boolean fits(GlobalInstance global, int index) {
        instance.globals[index] = global;
        GlobalType wanted = module.global(index);
        if (global.type().mutable() != wanted.mutable()) {
            return false;
        }
        return wanted.mutable()
                ? sameType(global.canonicalType, wanted.type())
                : registry.isValueSubtype(global.canonicalType, types.canonical(wanted.type()));
    }

    private boolean fits(TagInstance tag, int index) {
        instance.tags[index] = tag;
        return tag.canonicalType == instance.typeIds[module.tagTypeIndex(index)];
    }

    private boolean sameType(int canonicalType, int wantedType) {
        int wanted = types.canonical(wantedType);
        return registry.isValueSubtype(canonicalType, wanted) && registry.isValueSubtype(wanted, canonicalType);
    }

    // --- definitions

    private void defineFunctions() {
        FunctionType[] canonicalTypes = new FunctionType[module.types().count()];
        for (int index = module.importedFunctions(); index < instance.functions.length; index++) {
            int type = module.functionTypeIndex(index);
            FunctionType canonical = canonicalTypes[type];
            if (canonical == null) {
                canonical = types.canonical(module.functionType(index));
                canonicalTypes[type] = canonical;
            }
            instance.functions[index] = new FunctionInstance(canonical, types.id(type), instance, program.code(index));
        }
    }

    private void defineTags() {
        for (int index = module.importedTags(); index < instance.tags.length; index++) {
            int type = module.tagTypeIndex(index);
            FunctionType canonical = types.canonical(module.types().function(type));
            instance.tags[index] = new TagInstance(canonical, types.id(type));
        }
    }

    private void defineGlobals() {
        for (int index = module.importedGlobals(); index < instance.globals.length; index++) {
            GlobalType type = module.global(index);
            constants.evaluate(module.globalInitial(index));
            GlobalInstance global = new GlobalInstance(type, types.canonical(type.type()));
            global.word = constants.word();
            global.reference = constants.reference();
            instance.globals[index] = global;
        }
    }

    private void defineMemories() {
        for (int index = module.importedMemories(); index < instance.memories.length; index++) {
            instance.memories[index] = store.newMemory(module.memory(index));
        }
    }

    private void defineTables() {
        for (int index = module.importedTables(); index < instance.tables.length; index++) {
            TableType type = module.table(index);
            ConstantExpression initial = module.tableInitial(index);
            Object reference = null;
            if (initial != null) {
                constants.evaluate(initial);
                reference = constants.reference();
            }
            instance.tables[index] = new TableInstance(store, type, types.canonical(type.element()), reference);
        }
    }

    // --- segments

    private void evaluateElements() {
        for (int segment = 0; segment < instance.elements.length; segment++) {
            ElementSegment elements = module.element(segment);
            if (elements.mode() != SegmentMode.DECLARATIVE) {
                instance.elements[segment] = references(elements);
            }
        }
    }

    private Object[] references(ElementSegment elements) {
        Object[] references = new Object[elements.count()];
        for (int i = 0; i < references.length; i++) {
            if (elements.isFunctions()) {
                references[i] = instance.functions[elements.function(i)];
            } else {
                constants.evaluate(elements.expression(i));
                references[i] = constants.reference();
            }
        }
        return references;
    }

    private void initialiseTables() {
        for (int segment = 0; segment < instance.elements.length; segment++) {
            ElementSegment elements = module.element(segment);
            if (elements.mode() == SegmentMode.ACTIVE) {
                constants.evaluate(elements.place());
                try {
                    instance.initTable(segment, elements.table(), constants.word(), 0, elements.count());
                } catch (TrapSignal signal) {
                    throw trap(signal, elements.offset());
                }
                instance.dropElements(segment);
            }
        }
    }

    private void initialiseMemories() {
        int segment = 0;
        for (DataSegment data : module.data()) {
            if (data.mode() == SegmentMode.ACTIVE) {
                constants.evaluate(data.place());
                try {
                    instance.initMemory(segment, data.memory(), constants.word(), 0, data.length());
                } catch (TrapSignal signal) {
                    throw trap(signal, data.offset());
                }
                instance.dropData(segment);
            }
            segment++;
        }
    }

    /** An active segment does not fit; it begins at an offset of the module. */
    private GuestTrap trap(TrapSignal signal, int offset) {
        GuestTrap trap = new GuestTrap(signal.reason());
        trap.add(module, GuestTrap.INSTANTIATION, offset);
        return trap;
    }
}
