package emberwall.engine.baseline;

import emberwall.wasm.BodyReader;
import emberwall.wasm.Feature;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import java.util.Arrays;
import java.util.BitSet;

/** Which {@code try} blocks of a function catch what a {@code rethrow} may throw again: it must be kept meanwhile. */
final class Rethrows {
    private static final int NO_TRY = -1;

    private final BitSet rethrown = new BitSet();
    /** By open block: the number of its {@code try}, and how many exceptions are kept at once further in. */
    private int[] tries = new int[64];

    private int[] kept = new int[64];
    private int depth;

    /**
     * Walks through a function's body; how many operands more than validation counted there are at most: exceptions that are
     * kept at the same time, and a copy of one.
     */
    int scan(FunctionInfo info, Module module) {
        if ((info.features() & Feature.LEGACY_EXCEPTIONS.bit()) == 0) {
            return 0;
        }
        rethrown.clear();
        depth = 0;
        push(NO_TRY);
        int count = 0;
        BodyReader in = new BodyReader(module.bytes(), info.codeOffset(), module.bodyEnd(info.function()));
        while (depth > 0) {
            Opcode opcode = in.opcode();
            switch (opcode) {
                case BLOCK, LOOP, IF, TRY_TABLE -> push(NO_TRY);
                case TRY -> push(count++);
                case DELEGATE -> pop();
                case END -> pop();
                case RETHROW -> {
                    int label = in.u32();
                    rethrown.set(tries[depth - 1 - label]);
                    continue;
                }
                default -> {}
            }
            in.skip(opcode.immediate());
        }
        return rethrown.isEmpty() ? 0 : kept[0] + 1;
    }

    /** Whether what this {@code try}, in the order of the code, catches is thrown again. */
    boolean has(int number) {
        return rethrown.get(number);
    }

    private void push(int number) {
        if (depth == tries.length) {
            tries = Arrays.copyOf(tries, depth * 2);
            kept = Arrays.copyOf(kept, depth * 2);
        }
        tries[depth] = number;
        kept[depth++] = 0;
    }

    private void pop() {
        depth--;
        if (depth > 0) {
            int number = tries[depth];
            int here = kept[depth] + (number != NO_TRY && rethrown.get(number) ? 1 : 0);
            kept[depth - 1] = Math.max(kept[depth - 1], here);
        }
    }
}
