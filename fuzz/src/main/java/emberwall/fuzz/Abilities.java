package emberwall.fuzz;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.fuzz.Draft.Data;
import emberwall.fuzz.Draft.Elements;
import emberwall.fuzz.Draft.Function;
import emberwall.fuzz.Draft.Global;
import emberwall.fuzz.Draft.Local;
import emberwall.fuzz.Draft.Memory;
import emberwall.fuzz.Draft.Mode;
import emberwall.fuzz.Draft.Table;
import emberwall.fuzz.Draft.Tag;
import emberwall.fuzz.HeapTypes.Definition;
import emberwall.fuzz.HeapTypes.Kind;
import emberwall.wasm.Feature;
import emberwall.wasm.FunctionType;
import emberwall.wasm.ModuleException;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What an engine runs, found out by asking it: each row of the opcode table is put, with the simplest immediates, into a
 * function where nothing is reached and every operand type fits.
 *
 * @param rows the instructions that it accepts, {@code else} and {@code end} left out, which belong to others
 * @param features the features of which it accepts types, memories or tables
 */
record Abilities(Set<Opcode> rows, Set<Feature> features) {
    private static final int[] NONE = {};
    private static final FunctionType NOTHING = FunctionType.of(NONE, NONE);

    static Abilities of(Engine engine) {
        Set<Opcode> rows = EnumSet.noneOf(Opcode.class);
        for (Opcode opcode : Opcode.values()) {
            if (opcode != Opcode.ELSE && opcode != Opcode.END && runs(engine, probe(opcode))) {
                rows.add(opcode);
            }
        }
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (Feature feature : Feature.values()) {
            if (runs(engine, probe(feature))) {
                features.add(feature);
            }
        }
        return new Abilities(rows, features);
    }

    boolean has(Feature feature) {
        return features.contains(feature);
    }

    /** What both run. */
    Abilities and(Abilities other) {
        Set<Opcode> commonRows = EnumSet.copyOf(rows);
        commonRows.retainAll(other.rows);
        Set<Feature> commonFeatures = EnumSet.copyOf(features);
        commonFeatures.retainAll(other.features);
        return new Abilities(commonRows, commonFeatures);
    }

    private static boolean runs(Engine engine, Draft draft) {
        try (CompiledModule module = engine.compile(Encoder.encode(draft))) {
            return module.unsupported() == null;
        } catch (ModuleException refused) {
            return false;
        }
    }

    /** A module that needs a feature outside of bodies; an empty one if the feature has nothing there. */
    private static Draft probe(Feature feature) {
        Draft draft = new Draft("");
        switch (feature) {
            case MULTI_MEMORY -> draft.memories.addAll(List.of(new Memory(1, 1), new Memory(1, 1)));
            case MEMORY64 -> draft.memories.add(new Memory(true, false, false, 1, 1));
            case THREADS -> draft.memories.add(new Memory(false, true, false, 1, 1));
            case CUSTOM_PAGE_SIZES -> draft.memories.add(new Memory(false, false, true, 1, 1));
            case EXCEPTIONS, LEGACY_EXCEPTIONS -> draft.tags.add(new Tag(NOTHING));
            case GC -> draft.types = objects();
            case FUNCTION_REFERENCES ->
                draft.globals.add(
                        new Global(ValueType.reference(true, ValueType.NOFUNC), true, nullOf(ValueType.NOFUNC)));
            case SIMD -> draft.globals.add(new Global(ValueType.V128, true, List.of(Neutral.zero(ValueType.V128))));
            default -> {}
        }
        return draft;
    }

    private static List<Instruction> nullOf(int heapType) {
        return List.of(new Instruction(Opcode.REF_NULL, NONE, NONE, heapType));
    }

    /** A structure, an array of bytes, one of i32, one of functions. */
    private static HeapTypes objects() {
        List<List<Definition>> groups = new ArrayList<>();
        groups.add(List.of(object(Kind.STRUCT, ValueType.I32)));
        groups.add(List.of(object(Kind.STRUCT, ValueType.I8)));
        groups.add(List.of(object(Kind.ARRAY, ValueType.I32)));
        groups.add(List.of(object(Kind.ARRAY, ValueType.I8)));
        groups.add(List.of(object(Kind.ARRAY, ValueType.FUNCREF)));
        return HeapTypes.of(groups);
    }

    private static Definition object(Kind kind, int field) {
        return new Definition(-1, true, kind, new int[] {field}, new boolean[] {true}, NONE);
    }

    private static Draft probe(Opcode opcode) {
        Draft draft = new Draft("");
        Function function = new Function(NOTHING);
        function.locals.add(new Local(ValueType.I32));
        draft.functions.add(function);
        Table table = new Table(ValueType.FUNCREF, false, 1, 1);
        draft.tables.add(table);
        Memory memory = new Memory(1, 1);
        draft.memories.add(memory);
        Instruction zero = new Instruction(Opcode.I32_CONST, NONE, NONE, 0L);
        Global global = new Global(ValueType.I32, true, List.of(zero));
        draft.globals.add(global);
        Elements elements = new Elements(Mode.PASSIVE, ValueType.FUNCREF, null, null);
        draft.elements.add(elements);
        Data data = new Data(Mode.PASSIVE, null, null, new byte[0]);
        draft.data.add(data);
        Instruction instruction = new Instruction(opcode, NONE, NONE);
        instruction.immediates = switch (opcode.immediate()) {
            case NONE, ZERO_BYTE -> new Object[0];
            case BLOCK_TYPE, BLOCK_CATCHES -> new Object[] {NOTHING};
            case LABEL, LABEL_TABLE, FUNCTION -> new Object[] {function};
            case LABEL_CAST -> new Object[] {ValueType.ANYREF, ValueType.ANYREF, function};
            case TYPE, TYPE_FIELD, TYPE_COUNT, TYPE_TYPE, TYPE_DATA, TYPE_ELEMENT -> declared(opcode, draft);
            case TYPE_TABLE -> new Object[] {NOTHING, table};
            case HEAP_TYPE -> new Object[] {ValueType.FUNC};
            case SELECT_TYPES -> new Object[] {ValueType.I32};
            case LOCAL -> new Object[] {function.locals.getFirst()};
            case GLOBAL -> new Object[] {global};
            case TAG -> tag(draft);
            case TABLE -> new Object[] {table};
            case TABLE_TABLE -> new Object[] {table, table};
            case ELEMENT -> new Object[] {elements};
            case ELEMENT_TABLE -> new Object[] {elements, table};
            case MEMORY -> new Object[] {memory};
            case MEMORY_MEMORY -> new Object[] {memory, memory};
            case DATA -> new Object[] {data};
            case DATA_MEMORY -> new Object[] {data, memory};
            case MEMARG -> new Object[] {memory, natural(opcode), 0L};
            case MEMARG_LANE -> new Object[] {memory, natural(opcode), 0L, 0};
            case LANE -> new Object[] {0};
            case SHUFFLE -> new Object[] {new byte[16]};
            case I32, I64, F32, F64 -> new Object[] {0L};
            case V128 -> new Object[] {0L, 0L};
        };
        Instruction unreachable = new Instruction(Opcode.UNREACHABLE, NONE, NONE);
        function.body.addAll(List.of(unreachable, around(instruction), unreachable));
        return draft;
    }

    private static Object[] tag(Draft draft) {
        Tag tag = new Tag(NOTHING);
        draft.tags.add(tag);
        return new Object[] {tag};
    }

    /** Of which type an instruction says that it is, in a draft that declares it. */
    private static Object[] declared(Opcode opcode, Draft draft) {
        if (opcode == Opcode.CALL_REF || opcode == Opcode.RETURN_CALL_REF) {
            Definition type = new Definition(-1, true, Kind.FUNCTION, NONE, new boolean[0], NONE);
            draft.types = HeapTypes.of(List.of(List.of(type)));
            return new Object[] {0};
        }
        draft.types = objects();
        return switch (opcode) {
            case STRUCT_GET_S, STRUCT_GET_U -> new Object[] {1, 0};
            case ARRAY_GET_S, ARRAY_GET_U -> new Object[] {3};
            case ARRAY_COPY -> new Object[] {2, 2};
            case ARRAY_NEW_DATA, ARRAY_INIT_DATA -> new Object[] {2, draft.data.getFirst()};
            case ARRAY_NEW_ELEM, ARRAY_INIT_ELEM -> new Object[] {4, draft.elements.getFirst()};
            default -> new Object[] {opcode.text().startsWith("array") ? 2 : 0, 0};
        };
    }

    private static int natural(Opcode opcode) {
        return opcode.accessBytes() == 0 ? 0 : Integer.numberOfTrailingZeros(opcode.accessBytes());
    }

    /** The instruction, or the block without which it cannot be. */
    private static Instruction around(Instruction instruction) {
        Instruction block =
                instruction.opcode == Opcode.TRY ? instruction : new Instruction(Opcode.TRY, NONE, NONE, NOTHING);
        switch (instruction.opcode) {
            case BR_ON_NON_NULL, BR_ON_CAST, BR_ON_CAST_FAIL -> {
                Instruction target =
                        Instruction.block(Opcode.BLOCK, FunctionType.of(NONE, new int[] {ValueType.ANYREF}));
                instruction.immediates[instruction.immediates.length - 1] = target;
                Instruction unreachable = new Instruction(Opcode.UNREACHABLE, NONE, NONE);
                target.body.addAll(List.of(unreachable, instruction, unreachable));
                return target;
            }
            case BLOCK, LOOP, IF, TRY, TRY_TABLE -> {
                instruction.body = new ArrayList<>();
                return instruction;
            }
            case CATCH, CATCH_ALL -> {
                instruction.body = new ArrayList<>();
                block.handlers = List.of(instruction);
            }
            case DELEGATE -> block.handlers = List.of(instruction);
            case RETHROW -> {
                instruction.immediates = new Object[] {block};
                Instruction handler = new Instruction(Opcode.CATCH_ALL, NONE, NONE);
                handler.body = new ArrayList<>(List.of(instruction));
                block.handlers = List.of(handler);
            }
            default -> {
                return instruction;
            }
        }
        block.body = new ArrayList<>();
        return block;
    }
}
