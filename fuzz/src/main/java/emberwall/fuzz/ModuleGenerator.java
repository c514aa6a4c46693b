package emberwall.fuzz;

import emberwall.fuzz.Draft.Data;
import emberwall.fuzz.Draft.Elements;
import emberwall.fuzz.Draft.Function;
import emberwall.fuzz.Draft.Global;
import emberwall.fuzz.Draft.Local;
import emberwall.fuzz.Draft.Memory;
import emberwall.fuzz.Draft.Mode;
import emberwall.fuzz.Draft.Part;
import emberwall.fuzz.Draft.Source;
import emberwall.fuzz.Draft.Table;
import emberwall.fuzz.Draft.Tag;
import emberwall.wasm.Feature;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Modules that are valid by construction, made for each other: a later one imports what earlier ones export. The same seed
 * makes the same modules.
 */
final class ModuleGenerator {
    /** Under this name each module exports its store of fuel, a global of type i32. */
    static final String FUEL = "fuel";

    static final int FUEL_AT_START = 120;

    private static final int MOST_MODULES = 3;
    private static final int[] NONE = {};
    private static final int[] TYPES = {
        ValueType.I32,
        ValueType.I64,
        ValueType.F32,
        ValueType.F64,
        ValueType.FUNCREF,
        ValueType.EXTERNREF,
        ValueType.V128
    };
    private static final int[] SEEN = {ValueType.I32, ValueType.V128, ValueType.I64, ValueType.F32, ValueType.F64};
    private static final int[] NUMBERS = {ValueType.I32, ValueType.I64, ValueType.F32, ValueType.F64};
    /** How often a type is chosen, in the order of {@link #TYPES}. */
    private static final int[] WEIGHTS = {38, 24, 14, 14, 5, 5, 12};
    /** Of how many types one is a reference of those that came later. */
    private static final int OBJECTS = 3;

    private static final int[] ABSTRACT = {
        ValueType.ANYREF,
        ValueType.EQREF,
        ValueType.I31REF,
        ValueType.STRUCTREF,
        ValueType.ARRAYREF,
        ValueType.reference(true, ValueType.NONE),
        ValueType.asNonNull(ValueType.I31REF),
        ValueType.asNonNull(ValueType.ANYREF),
    };

    final SplittableRandom random;
    final Rows rows;
    final Draft draft;
    /** The opcodes that were used. */
    final Set<Opcode> generated;

    Global fuel;
    /** What active segments put into tables, from index 0 on; null where nothing is. */
    final Map<Table, List<Function>> contents = new HashMap<>();

    /** The reference types that may be used, and without which other types may be. */
    final List<Integer> references = new ArrayList<>();

    private final List<Draft> earlier;
    private boolean hasGiant;

    private ModuleGenerator(
            SplittableRandom random,
            Rows rows,
            String name,
            HeapTypes types,
            List<Draft> earlier,
            Set<Opcode> generated) {
        this.random = random;
        this.rows = rows;
        this.earlier = earlier;
        this.generated = generated;
        draft = new Draft(name);
        draft.types = types;
        references();
    }

    private void references() {
        references.addAll(List.of(ValueType.FUNCREF, ValueType.EXTERNREF));
        if (has(Feature.GC)) {
            for (int type : ABSTRACT) {
                references.add(type);
            }
        }
        if (has(Feature.EXCEPTIONS)) {
            references.add(ValueType.EXNREF);
        }
        for (int index = 0; index < draft.types.count(); index++) {
            references.add(ValueType.reference(true, ValueType.concrete(index)));
            references.add(ValueType.reference(!chance(2), ValueType.concrete(index)));
        }
    }

    private boolean has(Feature feature) {
        return rows.abilities.has(feature);
    }

    /**
     * Modules that belong together, each named {@code m} and its number.
     *
     * @param modules the modules in the order of their instantiation
     * @param generated the opcodes in them
     */
    record Scenario(List<Draft> modules, Set<Opcode> generated) {
        int functions() {
            int count = 0;
            for (Draft module : modules) {
                count += module.definedFunctions();
            }
            return count;
        }

        List<byte[]> encode() {
            List<byte[]> encoded = new ArrayList<>();
            for (Draft module : modules) {
                encoded.add(Encoder.encode(module));
            }
            return encoded;
        }
    }

    static Scenario generate(long seed, Rows rows) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = random.nextInt(3) == 0 ? random.nextInt(2, MOST_MODULES + 1) : 1;
        List<Draft> modules = new ArrayList<>();
        Set<Opcode> generated = EnumSet.noneOf(Opcode.class);
        HeapTypes types = HeapTypeGenerator.generate(random, rows.abilities);
        for (int i = 0; i < count; i++) {
            ModuleGenerator generator = new ModuleGenerator(random, rows, "m" + i, types, modules, generated);
            generator.module();
            modules.add(generator.draft);
        }
        return new Scenario(modules, generated);
    }

    // ---- types

    private int typeOf(int kinds) {
        int total = 0;
        for (int i = 0; i < kinds; i++) {
            total += WEIGHTS[i];
        }
        int ticket = random.nextInt(total);
        int kind = 0;
        while ((ticket -= WEIGHTS[kind]) >= 0) {
            kind++;
        }
        return TYPES[kind];
    }

    /** Any type of value. */
    int type() {
        if (references.size() > 2 && chance(OBJECTS)) {
            return references.get(random.nextInt(references.size()));
        }
        return typeOf(rows.has(Opcode.V128_CONST) ? TYPES.length : TYPES.length - 1);
    }

    /** A type of which there is a value without anyone giving one. */
    private int defaultableType() {
        int type = type();
        return ValueType.isReference(type) ? ValueType.asNullable(type) : type;
    }

    /** What a reference to a function is, as far as it is known before it is encoded. */
    int reference(Function function) {
        return function.declared < 0
                ? ValueType.FUNCREF
                : ValueType.reference(false, ValueType.concrete(function.declared));
    }

    int numericType() {
        return typeOf(4);
    }

    int[] types(int most) {
        int[] types = new int[random.nextInt(most + 1)];
        for (int i = 0; i < types.length; i++) {
            types[i] = type();
        }
        return types;
    }

    private FunctionType signature() {
        int parameters = chance(12) ? 20 : 5;
        int results = chance(12) ? 16 : 3;
        if (!hasGiant && chance(120)) {
            hasGiant = true;
            parameters = chance(2) ? 1000 : 200;
        } else if (chance(150)) {
            results = 120;
        }
        // Who calls in the place of a return needs somebody with the same results.
        int[] same = !draft.functions.isEmpty() && chance(3)
                ? draft.functions
                        .get(random.nextInt(draft.functions.size()))
                        .type
                        .results()
                : null;
        return FunctionType.of(types(parameters), same == null ? types(results) : same);
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    // ---- parts

    private void module() {
        hostFunctions();
        for (Draft module : earlier) {
            importFrom(module);
        }
        fuel = new Global(ValueType.I32, true, List.of(word(ValueType.I32, FUEL_AT_START)));
        fuel.export = FUEL;
        draft.globals.add(fuel);
        memories();
        tags();
        tables();
        int defined = random.nextInt(3, 11);
        List<Function> functions = new ArrayList<>();
        for (int i = 0; i < defined; i++) {
            functions.add(function("f" + i));
        }
        fillTables();
        if (chance(6)) {
            draft.start = function("start", new Function(FunctionType.of(NONE, NONE)));
            functions.add(draft.start);
        }
        globals();
        segments();
        Steps steps = new Steps(this);
        for (Function function : functions) {
            steps.function(function, random.nextInt(6, chance(8) ? 160 : 50), !chance(1500));
        }
    }

    private Function function(String name) {
        List<Integer> declared = draft.types.of(HeapTypes.Kind.FUNCTION);
        if (declared.isEmpty() || chance(2)) {
            return function(name, new Function(signature()));
        }
        int type = declared.get(random.nextInt(declared.size()));
        return function(name, new Function(draft.types.function(type), type));
    }

    private Function function(String name, Function function) {
        FunctionType type = function.type;
        for (int parameter : type.parameters()) {
            function.parameters.add(new Local(parameter));
        }
        int most = chance(60) ? 700 : chance(10) ? 100 : 8;
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            function.locals.add(new Local(defaultableType()));
        }
        function.export = canCross(type) ? name : null;
        draft.functions.add(function);
        return function;
    }

    private static boolean canCross(FunctionType type) {
        for (int parameter : type.parameters()) {
            if (!HostImport.canCross(parameter) || !ValueType.isDefaultable(parameter)) {
                return false;
            }
        }
        for (int result : type.results()) {
            if (!HostImport.canCross(result)) {
                return false;
            }
        }
        return true;
    }

    private void hostFunctions() {
        for (HostImport host : HostImport.values()) {
            if (chance(2)) {
                Function function = new Function(host.wasmType());
                function.source = new Source(HostImport.MODULE, host.text());
                draft.functions.add(function);
            }
        }
    }

    /** Imports some of what a module exports; its memory stays the only one unless there may be several. */
    private void importFrom(Draft module) {
        for (Function function : module.functions) {
            if (function.export != null && chance(2)) {
                draft.functions.add(from(module, function, new Function(function.type, function.declared)));
            }
        }
        for (Table table : module.tables) {
            if (table.export != null && chance(2)) {
                Table imported = new Table(table.element, table.isWide, table.minimum, table.maximum);
                draft.tables.add(from(module, table, imported));
            }
        }
        for (Memory memory : module.memories) {
            if (memory.export != null && chance(2) && (has(Feature.MULTI_MEMORY) || draft.memories.isEmpty())) {
                Memory imported =
                        new Memory(memory.isWide, memory.isShared, memory.hasBytePages, memory.minimum, memory.maximum);
                draft.memories.add(from(module, memory, imported));
            }
        }
        for (Global global : module.globals) {
            if (global.export != null && chance(2) && !global.export.equals(FUEL)) {
                draft.globals.add(from(module, global, new Global(global.type, global.mutable, null)));
            }
        }
        for (Tag tag : module.tags) {
            if (tag.export != null && !chance(3)) {
                draft.tags.add(from(module, tag, new Tag(tag.type)));
            }
        }
    }

    private static <T extends Part> T from(Draft module, T exported, T imported) {
        imported.source = new Source(module.name, exported.export);
        return imported;
    }

    private void memories() {
        int count = draft.memories.isEmpty() ? chance(15) ? 0 : 1 : 0;
        if (has(Feature.MULTI_MEMORY) && chance(4)) {
            count++;
        }
        for (int i = 0; i < count; i++) {
            boolean hasBytePages = has(Feature.CUSTOM_PAGE_SIZES) && chance(6);
            boolean isShared = has(Feature.THREADS) && chance(3);
            long minimum = chance(12) ? 0 : hasBytePages ? random.nextInt(70_000) : random.nextInt(1, 3);
            long maximum = minimum + random.nextInt(hasBytePages ? 200_000 : 6);
            Memory memory = new Memory(
                    has(Feature.MEMORY64) && chance(4),
                    isShared,
                    hasBytePages,
                    minimum,
                    isShared || !chance(3) ? maximum : -1);
            memory.export = chance(20) ? null : "memory" + i;
            draft.memories.add(memory);
        }
    }

    private void tags() {
        for (int i = has(Feature.EXCEPTIONS) ? random.nextInt(1, 5) : 0; i > 0; i--) {
            Tag tag = new Tag(FunctionType.of(types(chance(8) ? 12 : 3), NONE));
            tag.export = chance(8) ? null : "tag" + i;
            draft.tags.add(tag);
        }
    }

    private void tables() {
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            long minimum = chance(10) ? random.nextInt(2) : random.nextInt(3, 24);
            int element = i == 0 || chance(2)
                    ? ValueType.FUNCREF
                    : ValueType.asNullable(references.get(random.nextInt(references.size())));
            boolean isWide = has(Feature.MEMORY64) && chance(5);
            Table table = new Table(element, isWide, minimum, chance(3) ? -1 : minimum + random.nextInt(20));
            table.export = chance(10) ? null : "table" + i;
            draft.tables.add(table);
        }
    }

    /** Some tables begin with something else than nulls. */
    private void fillTables() {
        for (Table table : draft.tables) {
            if (!table.isImported() && has(Feature.FUNCTION_REFERENCES) && chance(6)) {
                table.initial = constant(table.element);
            }
        }
    }

    private void globals() {
        // What is computed is seen there, whatever type it has.
        int[] seen = rows.has(Opcode.V128_CONST) ? SEEN : NUMBERS;
        int count = random.nextInt(4, 9);
        for (int i = 0; i < count; i++) {
            int type = i < seen.length ? seen[i] : defaultableType();
            Global global = new Global(type, i < seen.length || !chance(4), List.of());
            global.initial = constant(type);
            global.export = HostImport.canCross(type) ? "global" + i : null;
            draft.globals.add(global);
        }
    }

    // ---- constant expressions

    private Instruction word(int type, long word) {
        return made(BodyGenerator.constantOf(type), NONE, new int[] {type}, word);
    }

    private Instruction made(Opcode opcode, int[] operands, int[] results, Object... immediates) {
        generated.add(opcode);
        return new Instruction(opcode, operands, results, immediates);
    }

    /** An expression of a type, perhaps of several instructions. */
    private List<Instruction> constant(int type) {
        int[] one = {type};
        if (chance(4)) {
            for (Global global : draft.globals) {
                if (global.isImported() && !global.mutable && global.type == type) {
                    return List.of(made(Opcode.GLOBAL_GET, NONE, one, global));
                }
            }
        }
        if (ValueType.isReference(type)) {
            return constantReference(type);
        }
        if (type == ValueType.V128) {
            return List.of(made(Opcode.V128_CONST, NONE, one, Edges.lanes(random), Edges.lanes(random)));
        }
        boolean isI32 = type == ValueType.I32;
        long word = Edges.word(type, random);
        Instruction first = word(type, isI32 ? (int) word : word);
        if (!isI32 && type != ValueType.I64 || !chance(3)) {
            return List.of(first);
        }
        Opcode[] operators = isI32
                ? new Opcode[] {Opcode.I32_ADD, Opcode.I32_SUB, Opcode.I32_MUL}
                : new Opcode[] {Opcode.I64_ADD, Opcode.I64_SUB, Opcode.I64_MUL};
        long other = Edges.word(type, random);
        return List.of(
                first,
                word(type, isI32 ? (int) other : other),
                made(operators[random.nextInt(3)], new int[] {type, type}, one));
    }

    private List<Instruction> constantReference(int type) {
        int[] one = {type};
        Function function = chance(2) ? functionOf(type) : null;
        if (function != null) {
            return List.of(made(Opcode.REF_FUNC, NONE, one, function));
        }
        if (draft.types.isSubtype(ValueType.asNonNull(ValueType.I31REF), type) && chance(2)) {
            Instruction number = word(ValueType.I32, random.nextInt());
            return List.of(number, made(Opcode.REF_I31, number.results, one));
        }
        for (int index = 0; index < draft.types.count() && chance(2); index++) {
            boolean isStruct = draft.types.types().isStruct(index) && draft.types.isDefaultable(index);
            if (isStruct && draft.types.isSubtype(ValueType.reference(false, ValueType.concrete(index)), type)) {
                return List.of(made(Opcode.STRUCT_NEW_DEFAULT, NONE, one, index));
            }
        }
        return List.of(made(Opcode.REF_NULL, NONE, one, ValueType.heapType(type)));
    }

    private List<Instruction> offset(Memory memory, int length) {
        long size = memory.bytes();
        long most = Math.max(0, size - length);
        long at = chance(60) ? size : chance(3) ? most : random.nextLong(most + 1);
        return List.of(word(memory.addressType(), memory.isWide ? at : (int) at));
    }

    // ---- segments

    private void segments() {
        for (Table table : draft.tables) {
            int length = (int) Math.min(table.minimum, random.nextInt(16));
            if (!chance(5) && length > 0) {
                Elements elements = new Elements(
                        Mode.ACTIVE,
                        table.element,
                        table,
                        List.of(word(table.addressType(), chance(80) ? table.minimum : 0)));
                draft.elements.add(elements);
                contents.put(table, fill(elements, length));
            }
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            int type = chance(2)
                    ? ValueType.FUNCREF
                    : ValueType.asNullable(references.get(random.nextInt(references.size())));
            Elements elements = new Elements(chance(5) ? Mode.DECLARED : Mode.PASSIVE, type, null, null);
            fill(elements, random.nextInt(8));
            draft.elements.add(elements);
        }
        for (int type : draft.types.of(HeapTypes.Kind.ARRAY)) {
            int element = draft.types.types().field(type, 0);
            if (ValueType.isReference(element) && ValueType.isNullable(element) && chance(2)) {
                Elements elements = new Elements(Mode.PASSIVE, element, null, null);
                fill(elements, random.nextInt(4, 12));
                draft.elements.add(elements);
            }
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            byte[] bytes = new byte[chance(10) ? random.nextInt(70_000) : random.nextInt(40)];
            random.nextBytes(bytes);
            if (draft.memories.isEmpty() || chance(2)) {
                draft.data.add(new Data(Mode.PASSIVE, null, null, bytes));
            } else {
                Memory memory = draft.memories.get(random.nextInt(draft.memories.size()));
                draft.data.add(new Data(Mode.ACTIVE, memory, offset(memory, bytes.length), bytes));
            }
        }
    }

    /** Fills a segment; answers the functions in it. */
    private List<Function> fill(Elements elements, int length) {
        List<Function> functions = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            Function function = chance(12) ? null : functionOf(elements.type);
            elements.items.add(
                    function == null
                            ? constantReference(elements.type)
                            : List.of(made(Opcode.REF_FUNC, NONE, new int[] {elements.type}, function)));
            functions.add(function);
        }
        return functions;
    }

    /** A function to which references of a type may refer, or null. */
    private Function functionOf(int type) {
        int count = draft.functions.size();
        int start = random.nextInt(count);
        for (int i = 0; i < count; i++) {
            Function function = draft.functions.get((start + i) % count);
            if (draft.types.isSubtype(reference(function), type)) {
                return function;
            }
        }
        return null;
    }
}
