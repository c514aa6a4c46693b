package emberwall.fuzz;

import emberwall.fuzz.Draft.Function;
import emberwall.fuzz.Draft.Memory;
import emberwall.fuzz.ModuleGenerator.Scenario;
import emberwall.wasm.Opcode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which rows of the opcode table were executed, not merely generated: scenarios run once more with marks, which are stores
 * into a memory of their own before and behind every instruction.
 */
final class Coverage {
    private static final String EXPORT = "coverage";
    private static final int[] NONE = {};
    /** Where the marks of instructions begin that were done with. */
    private static final int COMPLETED = 1024;

    /**
     * In how many scenarios a row was met.
     *
     * @param begun in how many it was begun
     * @param completed in how many the instruction behind it was reached
     */
    record Count(long begun, long completed) {
        static final Count ZERO = new Count(0, 0);

        Count plus(Count other) {
            return new Count(begun + other.begun, completed + other.completed);
        }
    }

    private final Map<Opcode, Count> counts = new EnumMap<>(Opcode.class);

    /** What is expected to be executed: the rows that can be, and what stands between the parts of blocks. */
    Coverage(Set<Opcode> rows) {
        for (Opcode row : rows) {
            counts.put(row, Count.ZERO);
        }
        counts.put(Opcode.ELSE, Count.ZERO);
        counts.put(Opcode.END, Count.ZERO);
    }

    Map<Opcode, Count> counts() {
        return counts;
    }

    /** Whether the instruction behind one of this row can be reached. */
    static boolean goesOn(Opcode row) {
        return switch (row) {
            case UNREACHABLE, BR, BR_TABLE, RETURN, RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> false;
            case THROW, THROW_REF, RETHROW -> false;
            default -> true;
        };
    }

    // ---- measuring

    /** Runs a scenario with marks, and counts. */
    void measure(Scenario scenario, Differential engines) {
        Journal journal = new Journal();
        for (Draft module : scenario.modules()) {
            // Where there is no other memory, hosts would look into this one.
            if (!module.memories.isEmpty()) {
                mark(module, journal);
            }
        }
        try (World world = engines.play(scenario.encode())) {
            byte[] marks = new byte[2 * COMPLETED];
            for (Draft module : scenario.modules()) {
                world.collect(module.name + "." + EXPORT, marks);
            }
            counts.replaceAll(
                    (row, count) -> count.plus(new Count(marks[row.ordinal()], marks[COMPLETED + row.ordinal()])));
        } finally {
            journal.rollback();
        }
    }

    private static void mark(Draft module, Journal journal) {
        Memory memory = new Memory(1, 1);
        memory.export = EXPORT;
        List<Memory> memories = new ArrayList<>(module.memories);
        memories.add(memory);
        journal.replace(module.memories, memories);
        for (Function function : module.functions) {
            mark(function.body, List.of(), memory, journal);
        }
    }

    /** Marks the instructions of a sequence, and rows that are done with where it begins. */
    private static void mark(List<Instruction> sequence, List<Opcode> before, Memory memory, Journal journal) {
        List<Instruction> marked = new ArrayList<>();
        for (Opcode row : before) {
            mark(marked, row.ordinal(), memory);
            mark(marked, COMPLETED + row.ordinal(), memory);
        }
        for (Instruction instruction : sequence) {
            Opcode row = instruction.opcode;
            mark(marked, row.ordinal(), memory);
            marked.add(instruction);
            mark(marked, COMPLETED + row.ordinal(), memory);
            if (instruction.isBlock()) {
                mark(marked, Opcode.END.ordinal(), memory);
                mark(marked, COMPLETED + Opcode.END.ordinal(), memory);
                parts(instruction, memory, journal);
            }
        }
        journal.replace(sequence, marked);
    }

    private static void parts(Instruction block, Memory memory, Journal journal) {
        boolean delegates = !block.handlers.isEmpty() && block.handlers.getFirst().opcode == Opcode.DELEGATE;
        mark(block.body, delegates ? List.of(Opcode.DELEGATE) : List.of(), memory, journal);
        if (block.otherwise != null) {
            mark(block.otherwise, List.of(Opcode.ELSE), memory, journal);
        }
        for (Instruction handler : block.handlers) {
            if (handler.isBlock()) {
                mark(handler.body, List.of(handler.opcode), memory, journal);
            }
        }
    }

    private static void mark(List<Instruction> out, int address, Memory memory) {
        out.add(new Instruction(Opcode.I32_CONST, NONE, NONE, (long) address));
        out.add(new Instruction(Opcode.I32_CONST, NONE, NONE, 1L));
        out.add(new Instruction(Opcode.I32_STORE8, NONE, NONE, memory, 0, 0L));
    }

    // ---- reporting

    /** The rows that were never executed, or never to their end. */
    static Set<String> missing(Map<Opcode, Count> counts) {
        Set<String> missing = new TreeSet<>();
        counts.forEach((row, count) -> {
            if (count.begun == 0 || count.completed == 0 && goesOn(row)) {
                missing.add(row.toString());
            }
        });
        return missing;
    }

    /** A line for each row: its name, then in how many scenarios it was begun and completed. */
    static List<String> table(Map<Opcode, Count> counts) {
        List<String> lines = new ArrayList<>();
        counts.forEach((row, count) -> lines.add(row + " " + count.begun + " " + count.completed));
        return lines;
    }

    /** A line for each feature: how many rows it has, and which of them was met least. */
    static List<String> summary(Map<Opcode, Count> counts) {
        Map<String, List<Opcode>> features = new TreeMap<>();
        counts.keySet()
                .forEach(row -> features.computeIfAbsent(row.feature().text(), key -> new ArrayList<>())
                        .add(row));
        List<String> lines = new ArrayList<>();
        features.forEach((feature, rows) -> {
            Opcode rarest = rarest(rows, counts);
            lines.add(feature + ": " + rows.size() + " rows, the rarest is " + rarest.text() + " ("
                    + counts.get(rarest).begun + " scenarios)");
        });
        return lines;
    }

    private static Opcode rarest(Collection<Opcode> rows, Map<Opcode, Count> counts) {
        Opcode rarest = rows.iterator().next();
        for (Opcode row : rows) {
            rarest = counts.get(row).begun < counts.get(rarest).begun ? row : rarest;
        }
        return rarest;
    }
}
