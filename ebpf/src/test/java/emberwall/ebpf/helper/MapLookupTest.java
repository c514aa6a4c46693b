package emberwall.ebpf.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.insn.Assembler;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapKind;
import emberwall.ebpf.map.MapSpace;
import emberwall.ebpf.run.CompiledProgram;
import emberwall.ebpf.run.Interpreter;
import emberwall.ebpf.run.ProgramSpace;
import emberwall.ebpf.run.Regions;
import java.util.List;
import org.junit.jupiter.api.Test;

class MapLookupTest {
    private static final int ENTRIES = 5;

    /** Adds r2 to the value of key r1, and returns what it was; -1 if there is none. */
    private static final String COUNTER = """
            stxw [%r10-4], %r1
            mov %r6, %r2
            lddw %r1, map 0
            mov %r2, %r10
            add %r2, -4
            call 1
            jeq %r0, 0, none
            mov %r1, %r0
            ldxdw %r0, [%r1]
            lock add [%r1], %r6
            exit
            none: mov %r0, -1
            exit
            """;

    /** The same, with r1 from two places. */
    private static final String TWO_WAYS =
            COUNTER.replace("lddw %r1, map 0", "lddw %r1, map 0\njne %r6, 3, +2\nlddw %r1, map 0");

    @Test
    void arraysAreLookedUpInMachineCode() {
        for (MapKind kind : List.of(MapKind.ARRAY, MapKind.HASH)) {
            try (MapSpace space = new MapSpace();
                    ProgramSpace programs = ProgramSpace.open()) {
                BpfMap map = space.create(new MapDefinition("counters", kind, 4, 12, ENTRIES, 0));
                ProgramEnvironment environment =
                        new ProgramEnvironment(space, List.of(map), StandardHelpers.of(space, text -> {}), null);
                ProgramSpace.Options options = ProgramSpace.Options.DEFAULT.bound(20);
                CompiledProgram program = programs.load(Assembler.assemble(COUNTER), environment, options);
                Instructions other = Assembler.assemble(TWO_WAYS);
                CompiledProgram general = programs.load(other, environment, options);
                assertEquals(kind == MapKind.ARRAY, program.isCritical());
                assertFalse(general.isCritical()); // nobody knows the map there
                int lane = space.lanes().enter();
                try {
                    check(program, general, new Interpreter(other, environment), environment.regions(), map);
                } finally {
                    space.lanes().leave(lane);
                }
            }
        }
    }

    private static void check(
            CompiledProgram program, CompiledProgram general, Interpreter interpreter, Regions regions, BpfMap map) {
        if (map.definition().kind() == MapKind.HASH) {
            for (int key = 0; key < ENTRIES; key++) {
                assertEquals(0, map.put(new byte[] {(byte) key, 0, 0, 0}, new byte[12], 0));
            }
        }
        long[] model = new long[ENTRIES];
        for (int key = -1; key <= ENTRIES; key++) {
            for (long amount = 2; amount < 5; amount++) {
                boolean there = key >= 0 && key < ENTRIES;
                for (int engine = 0; engine < 3; engine++) {
                    long was = switch (engine) {
                        case 0 -> program.run(key, amount);
                        case 1 -> general.run(key, amount);
                        default -> interpreter.run(regions, 100, key, amount);
                    };
                    assertEquals(there ? model[key] : -1, was);
                    if (there) {
                        model[key] += amount;
                    }
                }
            }
        }
        assertTrue(model[ENTRIES - 1] > 0);
    }
}
