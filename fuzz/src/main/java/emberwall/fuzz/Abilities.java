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
 * @param memories whether a module may have several memories
 */
record Abilities(Set<Opcode> rows, boolean memories) {
    private static final int[] NONE = {};

    static Abilities of(Engine engine) {
        Set<Opcode> rows = EnumSet.noneOf(Opcode.class);
        for (Opcode opcode : Opcode.values()) {
            if (opcode != Opcode.ELSE && opcode != Opcode.END && runs(engine, probe(opcode))) {
                rows.add(opcode);
            }
        }
        Draft two = new Draft("");
        two.memories.add(new Memory(1, 1));
        two.memories.add(new Memory(1, 1));
        return new Abilities(rows, runs(engine, two));
    }

    private static boolean runs(Engine engine, Draft draft) {
        if (draft == null) {
            return false;
        }
        try (CompiledModule module = engine.compile(Encoder.encode(draft))) {
            return module.unsupported() == null;
        } catch (ModuleException refused) {
            return false;
        }
    }

    private static Draft probe(Opcode opcode) {
        Draft draft = new Draft("");
        FunctionType nothing = FunctionType.of(NONE, NONE);
        Function function = new Function(nothing);
        function.locals.add(new Local(ValueType.I32));
        draft.functions.add(function);
        Table table = new Table(ValueType.FUNCREF, 1, 1);
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
        Object[] immediates = switch (opcode.immediate()) {
            case NONE -> new Object[0];
            case BLOCK_TYPE -> new Object[] {nothing};
            case LABEL, LABEL_TABLE, FUNCTION -> new Object[] {function};
            case TYPE_TABLE -> new Object[] {nothing, table};
            case HEAP_TYPE -> new Object[] {ValueType.FUNC};
            case SELECT_TYPES -> new Object[] {ValueType.I32};
            case LOCAL -> new Object[] {function.locals.getFirst()};
            case GLOBAL -> new Object[] {global};
            case TABLE -> new Object[] {table};
            case TABLE_TABLE -> new Object[] {table, table};
            case ELEMENT -> new Object[] {elements};
            case ELEMENT_TABLE -> new Object[] {elements, table};
            case MEMORY -> new Object[] {memory};
            case MEMORY_MEMORY -> new Object[] {memory, memory};
            case DATA -> new Object[] {data};
            case DATA_MEMORY -> new Object[] {data, memory};
            case MEMARG -> new Object[] {memory, 0, 0L};
            case MEMARG_LANE -> new Object[] {memory, 0, 0L, 0};
            case LANE -> new Object[] {0};
            case SHUFFLE -> new Object[] {new byte[16]};
            case I32, I64, F32, F64 -> new Object[] {0L};
            case V128 -> new Object[] {0L, 0L};
            default -> null;
        };
        if (immediates == null) {
            return null;
        }
        Instruction instruction = new Instruction(opcode, NONE, NONE, immediates);
        if (opcode == Opcode.BLOCK || opcode == Opcode.LOOP || opcode == Opcode.IF) {
            instruction.body = new ArrayList<>();
        }
        Instruction unreachable = new Instruction(Opcode.UNREACHABLE, NONE, NONE);
        function.body.addAll(List.of(unreachable, instruction, unreachable));
        return draft;
    }
}
