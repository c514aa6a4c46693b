package emberwall.codegen.alloc;

import java.util.Arrays;

/**
 * Lifetimes cut into pieces, in each of which a value stays in one place. A piece is a stretch [start, end) of its value's
 * lifetime; cuts are at gaps of instructions. The pieces of a value are a list by start, and do not overlap.
 */
final class Pieces {
    static final int NONE = -1;
    /** The place of a piece that is in the word of its value, or nowhere if that is made anew at its uses. */
    static final int WORD = -2;

    private final Lifetimes lifetimes;
    private int count;
    private int[] value = new int[64];
    private int[] start = new int[64];
    private int[] end = new int[64];
    private int[] range = new int[64];
    private int[] use = new int[64];
    private int[] place = new int[64];
    private int[] next = new int[64];
    private int[] previous = new int[64];
    /** Of the piece before, whose register this one goes on from; or -1 where it comes from memory or is defined. */
    private int[] continued = new int[64];
    /** What {@link #useFrom} found last: the next question is mostly about a position a little further on. */
    private int[] foundUse = new int[64];

    /** By value: its first piece. */
    private int[] head = {};

    Pieces(Lifetimes lifetimes) {
        this.lifetimes = lifetimes;
    }

    void reset() {
        count = 0;
        int all = lifetimes.all();
        if (head.length < all) {
            head = new int[all + all / 2];
        }
        Arrays.fill(head, 0, all, NONE);
        if (value.length < 2 * all) {
            grow(3 * all);
        }
    }

    /** The whole lifetime of a value as one piece. */
    int whole(int itsValue) {
        int first = lifetimes.firstRange(itsValue);
        int last = lifetimes.endOfRanges(itsValue) - 1;
        int piece = add(itsValue, lifetimes.from(first), lifetimes.to(last), first, lifetimes.firstUse(itsValue));
        head[itsValue] = piece;
        return piece;
    }

    private int add(int itsValue, int itsStart, int itsEnd, int itsRange, int itsUse) {
        if (count == value.length) {
            grow(count * 2);
        }
        value[count] = itsValue;
        start[count] = itsStart;
        end[count] = itsEnd;
        range[count] = itsRange;
        use[count] = itsUse;
        foundUse[count] = itsUse;
        place[count] = NONE;
        next[count] = NONE;
        previous[count] = NONE;
        continued[count] = NONE;
        return count++;
    }

    private void grow(int size) {
        value = Arrays.copyOf(value, size);
        start = Arrays.copyOf(start, size);
        end = Arrays.copyOf(end, size);
        range = Arrays.copyOf(range, size);
        use = Arrays.copyOf(use, size);
        place = Arrays.copyOf(place, size);
        next = Arrays.copyOf(next, size);
        previous = Arrays.copyOf(previous, size);
        continued = Arrays.copyOf(continued, size);
        foundUse = Arrays.copyOf(foundUse, size);
    }

    /**
     * Cuts a piece: it ends at a position or, in a hole, before it, and the rest becomes a piece of its own.
     *
     * @param position inside of the piece, behind its start
     */
    int split(int piece, int position) {
        assert position > start[piece] && position < end[piece] : "split at " + position;
        int at = range[piece];
        while (lifetimes.to(at) <= position) {
            at++;
        }
        int from = Math.max(position, lifetimes.from(at));
        int firstUse = use[piece];
        int lastUse = lifetimes.endOfUses(value[piece]);
        while (firstUse < lastUse && lifetimes.usePosition(firstUse) < from) {
            firstUse++;
        }
        int rest = add(value[piece], from, end[piece], at, firstUse);
        end[piece] = lifetimes.from(at) < position ? position : lifetimes.to(at - 1);
        next[rest] = next[piece];
        if (next[rest] != NONE) {
            previous[next[rest]] = rest;
        }
        next[piece] = rest;
        previous[rest] = piece;
        return rest;
    }

    int count() {
        return count;
    }

    int value(int piece) {
        return value[piece];
    }

    int start(int piece) {
        return start[piece];
    }

    int end(int piece) {
        return end[piece];
    }

    /** The first range of the lifetime that the piece has something of. */
    int range(int piece) {
        return range[piece];
    }

    /** The first use that is not before the piece. */
    int use(int piece) {
        return use[piece];
    }

    /** Whether a use is one of the piece's. */
    boolean has(int piece, int itsUse) {
        return itsUse < lifetimes.endOfUses(value[piece]) && lifetimes.usePosition(itsUse) < end[piece];
    }

    /** The first use of a piece from a position on, or the number behind all uses of the value. */
    int useFrom(int piece, int position) {
        int first = use[piece];
        int last = lifetimes.endOfUses(value[piece]);
        int found = foundUse[piece];
        if (found == first || lifetimes.usePosition(found - 1) < position) {
            if (found == last || lifetimes.usePosition(found) >= position) {
                return found;
            }
            first = found + 1;
        } else {
            last = found - 1;
        }
        found = search(position, first, last);
        foundUse[piece] = found;
        return found;
    }

    private int search(int position, int first, int last) {
        int low = first;
        int high = last;
        while (low < high) {
            int middle = low + high >>> 1;
            if (lifetimes.usePosition(middle) < position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** A physical register, {@link #WORD}, or -1: not decided. */
    int place(int piece) {
        return place[piece];
    }

    void setPlace(int piece, int itsPlace) {
        place[piece] = itsPlace;
    }

    /** Says that a piece goes on from the register of the one before. */
    void setContinued(int piece, int register) {
        continued[piece] = register;
    }

    int continued(int piece) {
        return continued[piece];
    }

    /** The piece of the same value that comes behind, or -1. */
    int next(int piece) {
        return next[piece];
    }

    /** The piece of the same value that comes before, or -1. */
    int previous(int piece) {
        return previous[piece];
    }

    /** The first piece of a value, or -1. */
    int head(int itsValue) {
        return head[itsValue];
    }

    /**
     * Where two pieces are live at once first, or {@link Obstacles#NEVER}.
     *
     * @param fromA a range of the first one: those before it end where the second one has not begun
     */
    int meet(int a, int fromA, int b) {
        int rangeA = fromA;
        int rangeB = range[b];
        int endA = lifetimes.endOfRanges(value[a]);
        int endB = lifetimes.endOfRanges(value[b]);
        while (rangeA < endA && rangeB < endB) {
            int from = Math.max(Math.max(start[a], start[b]), Math.max(lifetimes.from(rangeA), lifetimes.from(rangeB)));
            if (from >= end[a] || from >= end[b]) {
                return Obstacles.NEVER;
            }
            if (lifetimes.to(rangeA) <= from) {
                rangeA++;
            } else if (lifetimes.to(rangeB) <= from) {
                rangeB++;
            } else {
                return from;
            }
        }
        return Obstacles.NEVER;
    }
}
