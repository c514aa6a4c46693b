package emberwall.codegen.alloc;

import java.util.Arrays;

/** Finds the words that hold references at safepoints: those of values that are live across. */
final class SafepointWords {
    /** Where a value is. */
    interface Words {
        /** The word that a value is in at a position where it is live, or -1: in none. */
        int wordAt(int value, int position);
    }

    private SafepointWords() {}

    static void tell(Code code, Lifetimes lifetimes, Allocation out, Words words) {
        int[] safepoints = safepoints(code);
        if (safepoints.length == 0) {
            return;
        }
        long[] pairs = new long[16];
        int count = 0;
        for (int value = 0; value < lifetimes.values(); value++) {
            if (!code.isReference(value + Code.FIRST_VIRTUAL)) {
                continue;
            }
            for (int range = lifetimes.firstRange(value); range < lifetimes.endOfRanges(value); range++) {
                for (int i = atOrBehind(safepoints, lifetimes.from(range)); i < safepoints.length; i++) {
                    int across = Lifetimes.gap(safepoints[i]) + 2;
                    if (across >= lifetimes.to(range)) {
                        break;
                    }
                    int word = across < lifetimes.from(range) ? -1 : words.wordAt(value, across);
                    if (word >= 0) {
                        pairs = count == pairs.length ? Arrays.copyOf(pairs, count * 2) : pairs;
                        pairs[count++] = (long) safepoints[i] << 32 | word;
                    }
                }
            }
        }
        Arrays.sort(pairs, 0, count);
        for (int i = 0; i < count; i++) {
            out.reference((int) (pairs[i] >> 32), (int) pairs[i]);
        }
    }

    private static int[] safepoints(Code code) {
        int[] list = new int[16];
        int count = 0;
        for (int instruction = 0; instruction < code.instructionCount(); instruction++) {
            if (code.isSafepoint(instruction)) {
                list = count == list.length ? Arrays.copyOf(list, count * 2) : list;
                list[count++] = instruction;
            }
        }
        return Arrays.copyOf(list, count);
    }

    /** The first safepoint that a range from a position on may contain. */
    private static int atOrBehind(int[] safepoints, int position) {
        int index = Arrays.binarySearch(safepoints, Lifetimes.instruction(position));
        return index < 0 ? -index - 1 : index;
    }
}
