package emberwall.engine.optimizing;

import emberwall.codegen.Convention;
import emberwall.codegen.alloc.Allocation;
import emberwall.engine.code.ReferenceMap;
import java.util.Arrays;

/** Collects which words of a frame hold references at each call. What two neighbours begin with is written once. */
final class FrameReferences {
    private static final int WORD = Convention.slot(0) - Convention.slot(1);

    private final ReferenceMap.Builder map = new ReferenceMap.Builder();
    private Allocation allocation;

    // The list of the latest call, and the node of each of its words.
    private int[] words = new int[16];
    private int[] nodes = new int[16];
    private int latest;

    /** Words of the next call that the allocation does not know of. */
    private int[] further = new int[8];

    private int furtherCount;

    void begin(Allocation functions) {
        allocation = functions;
        map.reset();
        latest = 0;
        furtherCount = 0;
    }

    /** At the next call there is a reference also in this place, from the frame pointer. */
    void alsoAt(int offset) {
        if (furtherCount == further.length) {
            further = Arrays.copyOf(further, furtherCount * 2);
        }
        further[furtherCount++] = (Convention.slot(0) - offset) / WORD;
    }

    /** An instruction, a call, returns to a code offset. */
    void call(int codeOffset, int instruction) {
        int list = ReferenceMap.NONE;
        int count = 0;
        boolean shares = true;
        int pair = firstPair(instruction);
        int pairs = allocation.referenceCount();
        for (int i = 0; ; ) {
            int word;
            if (pair < pairs && allocation.referenceInstruction(pair) == instruction) {
                word = allocation.referenceWord(pair++);
            } else if (i < furtherCount) {
                word = further[i++];
            } else {
                break;
            }
            if (shares && count < latest && words[count] == word) {
                list = nodes[count++];
                continue;
            }
            shares = false;
            list = map.node(word, list);
            if (count == words.length) {
                words = Arrays.copyOf(words, count * 2);
                nodes = Arrays.copyOf(nodes, count * 2);
            }
            words[count] = word;
            nodes[count++] = list;
        }
        latest = count;
        furtherCount = 0;
        if (list != ReferenceMap.NONE) {
            map.call(codeOffset, list);
        }
    }

    /** The first pair of an instruction or a later one. */
    private int firstPair(int instruction) {
        int low = 0;
        int high = allocation.referenceCount();
        while (low < high) {
            int middle = low + high >>> 1;
            if (allocation.referenceInstruction(middle) < instruction) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    ReferenceMap build() {
        return map.build();
    }
}
