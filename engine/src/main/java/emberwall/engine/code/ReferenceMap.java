package emberwall.engine.code;

import emberwall.codegen.Convention;
import emberwall.os.RawMemory;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Locals;
import emberwall.wasm.ValueType;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Which slots of a frame hold references while its function waits for a call: those locals whose type says so, wherever it
 * stands, and the operands below those of the call, by return address. While a function waits, all of them are in memory.
 *
 * <p>The operands at one call are a list, topmost first, whose tail other calls share:
 *
 * <pre>
 *   call at 0x40 ──► slot 9 ─┐
 *   call at 0x66 ────────────┴► slot 7 ──► slot 4
 * </pre>
 *
 * So the map is as large as the calls and the pushes of a function, however deep its stack is.
 */
public final class ReferenceMap {
    /** The list without operands. */
    public static final int NONE = -1;

    /** Runs of locals, as first slot and count in turn. */
    private final int[] locals;
    /** Return addresses, ascending, and their lists in turn. Where there is none, no operand is a reference. */
    private final int[] calls;
    /** Slot and rest of each list in turn. */
    private final int[] nodes;

    private final boolean wide;

    private ReferenceMap(int[] locals, int[] calls, int[] nodes, boolean wide) {
        this.locals = locals;
        this.calls = calls;
        this.nodes = nodes;
        this.wide = wide;
    }

    /** Reads the references in the frame at {@code framePointer} that waits at a return address of a call. */
    public void forEach(int codeOffset, long framePointer, LongConsumer words) {
        for (int run = 0; run < locals.length; run += 2) {
            for (int slot = locals[run], end = slot + locals[run + 1]; slot < end; slot++) {
                words.accept(RawMemory.getLong(framePointer + offset(slot)));
            }
        }
        for (int node = find(codeOffset); node != NONE; node = nodes[2 * node + 1]) {
            words.accept(RawMemory.getLong(framePointer + offset(nodes[2 * node])));
        }
    }

    private int offset(int slot) {
        return wide ? Convention.wideSlot(slot) : Convention.slot(slot);
    }

    private int find(int codeOffset) {
        int low = 0;
        int high = calls.length / 2 - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int found = calls[2 * middle];
            if (found == codeOffset) {
                return calls[2 * middle + 1];
            }
            if (found < codeOffset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return NONE;
    }

    /** How many numbers it consists of. */
    public int size() {
        return locals.length + calls.length + nodes.length;
    }

    /** Collects what is known of one function; to be used again for the next. */
    public static final class Builder {
        private static final int LARGE = 1 << 16;
        private static final int[] EMPTY = {};

        private int[] calls = new int[64];
        private int callCount;
        private int[] nodes = new int[64];
        private int nodeCount;
        private int[] runs = new int[16];
        private int runEnd;

        /** Forgets everything. */
        public void reset() {
            callCount = 0;
            nodeCount = 0;
            if (calls.length > LARGE || nodes.length > LARGE) {
                calls = new int[64];
                nodes = new int[64];
            }
        }

        /** The list of a slot and those that another list holds. */
        public int node(int slot, int rest) {
            if (2 * nodeCount == nodes.length) {
                nodes = Arrays.copyOf(nodes, nodes.length * 2);
            }
            nodes[2 * nodeCount] = slot;
            nodes[2 * nodeCount + 1] = rest;
            return nodeCount++;
        }

        /** The return address of a call, behind all those before it, and the operands that are references. */
        public void call(int codeOffset, int node) {
            if (2 * callCount == calls.length) {
                calls = Arrays.copyOf(calls, calls.length * 2);
            }
            calls[2 * callCount] = codeOffset;
            calls[2 * callCount++ + 1] = node;
        }

        /** The map of a function of a type with locals. */
        public ReferenceMap build(FunctionType type, Locals declared, boolean wide) {
            return new ReferenceMap(locals(type, declared), copy(calls, callCount), copy(nodes, nodeCount), wide);
        }

        /** The map of a function whose references are all listed at its calls, in slots of 8 bytes. */
        public ReferenceMap build() {
            return new ReferenceMap(EMPTY, copy(calls, callCount), copy(nodes, nodeCount), false);
        }

        private static int[] copy(int[] pairs, int count) {
            return count == 0 ? EMPTY : Arrays.copyOf(pairs, 2 * count);
        }

        private int[] locals(FunctionType type, Locals declared) {
            int parameters = type.parameterCount();
            runEnd = 0;
            for (int parameter = 0; parameter < parameters; parameter++) {
                local(type.parameter(parameter), parameter, 1);
            }
            int slot = parameters;
            for (int run = 0; run < declared.runs(); run++) {
                local(declared.type(run), slot, declared.length(run));
                slot += declared.length(run);
            }
            return runEnd == 0 ? EMPTY : Arrays.copyOf(runs, runEnd);
        }

        /** Adds locals if they are references; what touches becomes one run. */
        private void local(int type, int first, int count) {
            if (!ValueType.isReference(type)) {
                return;
            }
            if (runEnd > 0 && runs[runEnd - 2] + runs[runEnd - 1] == first) {
                runs[runEnd - 1] += count;
                return;
            }
            if (runEnd == runs.length) {
                runs = Arrays.copyOf(runs, runEnd * 2);
            }
            runs[runEnd++] = first;
            runs[runEnd++] = count;
        }
    }
}
