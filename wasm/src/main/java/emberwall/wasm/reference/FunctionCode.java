package emberwall.wasm.reference;

import emberwall.wasm.BodyReader;
import emberwall.wasm.CounterTable;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import java.util.Arrays;

/** What the interpreter wants to know of a validated function body. Shared by all instances of a module. */
final class FunctionCode {
    final int function;
    /** The first opcode and the byte after the last one, in the module's bytes. */
    final int start;

    final int end;
    final int parameters;
    final int results;
    /** Parameters included. */
    final int locals;

    final int maximumHeight;
    final int[] sideTable;
    /** Whether references or vectors may lie on its stack: then they are moved with the words beside them. */
    final boolean references;

    private final Module module;
    private Handlers handlers;

    /** Counters of the module, if somebody wants to know how often functions run; else null. */
    private long[] counts;
    /** The function's first one: its entries. */
    private int firstCount;
    /** Where rounds of its loops begin, ascending. */
    private int[] loops;

    FunctionCode(Module module, FunctionInfo info, boolean references) {
        this.function = info.function();
        this.start = info.codeOffset();
        this.end = module.bodyEnd(function);
        this.parameters = info.parameterCount();
        this.results = module.functionType(function).resultCount();
        this.locals = info.localCount();
        this.maximumHeight = info.maximumHeight();
        this.sideTable = info.sideTable().entries();
        this.references = references;
        this.module = module;
    }

    /** From now on counts how often it is entered, and how often rounds of its loops begin. */
    void count(long[] itsCounts, CounterTable table) {
        firstCount = table.entries(function);
        loops = new int[table.loops(function)];
        BodyReader in = new BodyReader(module.bytes(), start, end);
        for (int found = 0; found < loops.length; ) {
            Opcode opcode = in.opcode();
            in.skip(opcode.immediate());
            if (opcode == Opcode.LOOP) {
                loops[found++] = in.position();
            }
        }
        counts = itsCounts;
    }

    /** It is entered. */
    void entered() {
        if (counts != null) {
            counts[firstCount]++;
        }
    }

    /** A round of the loop begins whose first instruction stands at {@code pc}. */
    void round(int pc) {
        if (counts != null) {
            counts[firstCount + 1 + Arrays.binarySearch(loops, pc)]++;
        }
    }

    /** Where exceptions are caught. */
    synchronized Handlers handlers() {
        if (handlers == null) {
            handlers = new Handlers(module, this);
        }
        return handlers;
    }
}
