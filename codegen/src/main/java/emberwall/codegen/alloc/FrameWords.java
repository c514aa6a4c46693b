package emberwall.codegen.alloc;

import emberwall.codegen.Convention;

/** Hands out words of a frame. Those of vectors, pairs that begin with an odd one, never become those of other values. */
final class FrameWords {
    private static final int NONE = -1;

    private int end;
    private int spareWord;
    private int sparePair;

    void reset(int reserved) {
        end = reserved;
        spareWord = NONE;
        sparePair = NONE;
    }

    /** New words for a value: the number of the one that names its place. */
    int take(int valueClass) {
        if (valueClass != Convention.VECTOR) {
            return end++;
        }
        int first = end | 1;
        end = first + 2;
        return first;
    }

    /** A word where values wait in which nothing else ever is. */
    int spare(int valueClass) {
        if (valueClass == Convention.VECTOR) {
            return sparePair = sparePair == NONE ? take(valueClass) : sparePair;
        }
        return spareWord = spareWord == NONE ? take(valueClass) : spareWord;
    }

    /** How many words were taken. */
    int count() {
        return end;
    }
}
