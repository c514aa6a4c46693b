package emberwall.wasm;

import java.util.Arrays;

/**
 * Where the counters of a module's functions stand in one row: for each function that is not imported one for its entries, then
 * one for each of its loops, in the order of their opcodes; loops that cannot be reached have one, too.
 */
public final class CounterTable {
    private final int imported;
    /** By function that is not imported, and behind the last one: the number of its first counter. */
    private final int[] first;

    private CounterTable(int imported, int[] first) {
        this.imported = imported;
        this.first = first;
    }

    /** The counters of a valid module. */
    public static CounterTable of(Module module) {
        int imported = module.importedFunctions();
        int[] first = new int[module.functionCount() - imported + 1];
        for (int i = 0; i + 1 < first.length; i++) {
            first[i + 1] = first[i] + 1 + loops(module, imported + i);
        }
        return new CounterTable(imported, first);
    }

    private static int loops(Module module, int function) {
        BodyReader in = new BodyReader(module.bytes(), module.locals(function).codeOffset(), module.bodyEnd(function));
        int loops = 0;
        while (in.hasMore()) {
            Opcode opcode = in.opcode();
            loops += opcode == Opcode.LOOP ? 1 : 0;
            in.skip(opcode.immediate());
        }
        return loops;
    }

    /** How many counters there are. */
    public int size() {
        return first[first.length - 1];
    }

    /** Whether a function of the module has counters: it exists, and is not imported. */
    public boolean has(int function) {
        return function >= imported && function - imported < first.length - 1;
    }

    /** How many loops a function has. */
    public int loops(int function) {
        return first[function - imported + 1] - first[function - imported] - 1;
    }

    /** The counter of a function's entries. */
    public int entries(int function) {
        return first[function - imported];
    }

    /** The counter of the rounds of a function's loop. */
    public int rounds(int function, int loop) {
        assert loop >= 0 && loop < loops(function) : loop;
        return first[function - imported] + 1 + loop;
    }

    /** The functions with counters: from the first one of these numbers up to, without it, the second. */
    int[] functions() {
        return new int[] {imported, imported + first.length - 1};
    }

    /** Whether another table, perhaps of another module, is the same. */
    public boolean isLike(CounterTable other) {
        return imported == other.imported && Arrays.equals(first, other.first);
    }
}
