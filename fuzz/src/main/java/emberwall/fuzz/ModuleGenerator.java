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
    /** How often a type is chosen, in the order of {@link #TYPES}. */
    private static final int[] WEIGHTS = {38, 24, 14, 14, 5, 5, 12};

    final SplittableRandom random;
    final Rows rows;
    final Draft draft;
    /** The opcodes that were used. */
    final Set<Opcode> generated;

    Global fuel;
    /** What active segments put into tables, from index 0 on; null where nothing is. */
    final Map<Table, List<Function>> contents = new HashMap<>();

    private final List<Draft> earlier;
    private boolean hasGiant;

    private ModuleGenerator(
            SplittableRandom random, Rows rows, String name, List<Draft> earlier, Set<Opcode> generated) {
        this.random = random;
        this.rows = rows;
        this.earlier = earlier;
        this.generated = generated;
        draft = new Draft(name);
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
        for (int i = 0; i < count; i++) {
            ModuleGenerator generator = new ModuleGenerator(random, rows, "m" + i, modules, generated);
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

    int type() {
        return typeOf(rows.has(Opcode.V128_CONST) ? TYPES.length : TYPES.length - 1);
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
        return FunctionType.of(types(parameters), types(results));
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
        tables();
        int defined = random.nextInt(3, 11);
        List<Function> functions = new ArrayList<>();
        for (int i = 0; i < defined; i++) {
            functions.add(function("f" + i, signature()));
        }
        if (chance(6)) {
            draft.start = function("start", FunctionType.of(NONE, NONE));
            functions.add(draft.start);
        }
        globals();
        segments();
        Steps steps = new Steps(this);
        for (Function function : functions) {
            steps.function(function, random.nextInt(6, chance(8) ? 160 : 50), !chance(1500));
        }
    }

    private Function function(String name, FunctionType type) {
        Function function = new Function(type);
        for (int parameter : type.parameters()) {
            function.parameters.add(new Local(parameter));
        }
        int most = chance(60) ? 700 : chance(10) ? 100 : 8;
        for (int local : types(most)) {
            function.locals.add(new Local(local));
        }
        function.export = canCross(type) ? name : null;
        draft.functions.add(function);
        return function;
    }

    private static boolean canCross(FunctionType type) {
        for (int parameter : type.parameters()) {
            if (!HostImport.canCross(parameter)) {
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
                draft.functions.add(from(module, function, new Function(function.type)));
            }
        }
        for (Table table : module.tables) {
            if (table.export != null && chance(2)) {
                draft.tables.add(from(module, table, new Table(table.element, table.minimum, table.maximum)));
            }
        }
        for (Memory memory : module.memories) {
            if (memory.export != null && chance(2) && (rows.abilities.memories() || draft.memories.isEmpty())) {
                draft.memories.add(from(module, memory, new Memory(memory.minimum, memory.maximum)));
            }
        }
        for (Global global : module.globals) {
            if (global.export != null && chance(2) && !global.export.equals(FUEL)) {
                draft.globals.add(from(module, global, new Global(global.type, global.mutable, null)));
            }
        }
    }

    private static <T extends Part> T from(Draft module, T exported, T imported) {
        imported.source = new Source(module.name, exported.export);
        return imported;
    }

    private void memories() {
        int count = draft.memories.isEmpty() ? chance(15) ? 0 : 1 : 0;
        if (rows.abilities.memories() && chance(5)) {
            count++;
        }
        for (int i = 0; i < count; i++) {
            long minimum = chance(12) ? 0 : random.nextInt(1, 3);
            Memory memory = new Memory(minimum, chance(3) ? -1 : minimum + random.nextInt(6));
            memory.export = chance(20) ? null : "memory" + i;
            draft.memories.add(memory);
        }
    }

    private void tables() {
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            long minimum = chance(10) ? random.nextInt(2) : random.nextInt(3, 24);
            int element = i == 0 || chance(2) ? ValueType.FUNCREF : ValueType.EXTERNREF;
            Table table = new Table(element, minimum, chance(3) ? -1 : minimum + random.nextInt(20));
            table.export = chance(10) ? null : "table" + i;
            draft.tables.add(table);
        }
    }

    private void globals() {
        int count = random.nextInt(3, 9);
        for (int i = 0; i < count; i++) {
            int type = i < 4 ? TYPES[i] : type();
            Global global = new Global(type, i < 4 || !chance(4), List.of());
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
        if (type == ValueType.FUNCREF && chance(2)) {
            return List.of(made(Opcode.REF_FUNC, NONE, one, anyFunction()));
        }
        if (ValueType.isReference(type)) {
            return List.of(made(Opcode.REF_NULL, NONE, one, ValueType.heapType(type)));
        }
        if (type == ValueType.V128) {
            return List.of(made(Opcode.V128_CONST, NONE, one, random.nextLong(), random.nextLong()));
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

    private List<Instruction> offset(long size, int length) {
        long most = Math.max(0, size - length);
        long at = chance(60) ? size : chance(3) ? most : random.nextLong(most + 1);
        return List.of(word(ValueType.I32, (int) at));
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
                        List.of(word(ValueType.I32, chance(80) ? table.minimum : 0)));
                draft.elements.add(elements);
                contents.put(table, fill(elements, length));
            }
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            int type = chance(3) ? ValueType.EXTERNREF : ValueType.FUNCREF;
            Elements elements = new Elements(chance(5) ? Mode.DECLARED : Mode.PASSIVE, type, null, null);
            fill(elements, random.nextInt(8));
            draft.elements.add(elements);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            byte[] bytes = new byte[chance(10) ? random.nextInt(70_000) : random.nextInt(40)];
            random.nextBytes(bytes);
            if (draft.memories.isEmpty() || chance(2)) {
                draft.data.add(new Data(Mode.PASSIVE, null, null, bytes));
            } else {
                Memory memory = draft.memories.get(random.nextInt(draft.memories.size()));
                draft.data.add(new Data(Mode.ACTIVE, memory, offset(memory.minimum << 16, bytes.length), bytes));
            }
        }
    }

    /** Fills a segment; answers the functions in it. */
    private List<Function> fill(Elements elements, int length) {
        List<Function> functions = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            boolean isNull = elements.type != ValueType.FUNCREF || chance(12);
            Function function = isNull ? null : anyFunction();
            int[] one = {elements.type};
            elements.items.add(List.of(
                    isNull
                            ? made(Opcode.REF_NULL, NONE, one, ValueType.heapType(elements.type))
                            : made(Opcode.REF_FUNC, NONE, one, function)));
            functions.add(function);
        }
        return functions;
    }

    private Function anyFunction() {
        return draft.functions.get(random.nextInt(draft.functions.size()));
    }
}
