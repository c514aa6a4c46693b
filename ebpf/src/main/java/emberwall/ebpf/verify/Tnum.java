package emberwall.ebpf.verify;

/**
 * A set of 64-bit words of which some bits are known: all words that have the bits of {@code value} where {@code mask} is
 * 0, and anything where it is 1.
 *
 * <p>The domain of "tracked numbers" (Vishwanathan et al., Sound, Precise, and Fast Abstract Interpretation with Tristate
 * Numbers, CGO 2022). Operations work on 64 bits; a narrower word is one whose upper bits are known to be 0.
 *
 * @param value the known ones, 0 where unknown
 * @param mask the unknown bits
 */
record Tnum(long value, long mask) {
    static final Tnum UNKNOWN = new Tnum(0, -1);

    Tnum {
        assert (value & mask) == 0;
    }

    static Tnum constant(long value) {
        return new Tnum(value, 0);
    }

    /** The smallest tnum with all words from {@code min} to {@code max}, both unsigned. */
    static Tnum range(long min, long max) {
        var differing = min ^ max;
        if (differing == 0) {
            return constant(min);
        }
        var mask = -1L >>> Long.numberOfLeadingZeros(differing);
        return new Tnum(min & ~mask, mask);
    }

    boolean isConstant() {
        return mask == 0;
    }

    boolean contains(long word) {
        return (word & ~mask) == value;
    }

    /** Whether each word of {@code other} is one of this. */
    boolean contains(Tnum other) {
        return (other.mask & ~mask) == 0 && (other.value & ~mask) == value;
    }

    /** The words that are in both, or null if there are none. */
    Tnum intersect(Tnum other) {
        if (((value ^ other.value) & ~mask & ~other.mask) != 0) {
            return null;
        }
        var unknown = mask & other.mask;
        return new Tnum((value | other.value) & ~unknown, unknown);
    }

    /** The smallest tnum with the words of both. */
    Tnum union(Tnum other) {
        var unknown = mask | other.mask | (value ^ other.value);
        return new Tnum(value & ~unknown, unknown);
    }

    Tnum add(Tnum other) {
        var masks = mask + other.mask;
        var values = value + other.value;
        var carries = (masks + values) ^ values; // where a carry may come in or not
        var unknown = carries | mask | other.mask;
        return new Tnum(values & ~unknown, unknown);
    }

    Tnum sub(Tnum other) {
        var values = value - other.value;
        var highest = values + mask;
        var lowest = values - other.mask;
        var unknown = (highest ^ lowest) | mask | other.mask;
        return new Tnum(values & ~unknown, unknown);
    }

    Tnum and(Tnum other) {
        var mayBeOne = (value | mask) & (other.value | other.mask);
        var one = value & other.value;
        return new Tnum(one, mayBeOne & ~one);
    }

    Tnum or(Tnum other) {
        var one = value | other.value;
        return new Tnum(one, (mask | other.mask) & ~one);
    }

    Tnum xor(Tnum other) {
        var unknown = mask | other.mask;
        return new Tnum((value ^ other.value) & ~unknown, unknown);
    }

    /** Long multiplication: known bits contribute themselves, unknown ones all that they may. */
    Tnum mul(Tnum other) {
        var product = constant(value * other.value);
        var unknown = constant(0);
        var a = this;
        var b = other;
        while (a.value != 0 || a.mask != 0) {
            if ((a.value & 1) != 0) {
                unknown = unknown.add(new Tnum(0, b.mask));
            } else if ((a.mask & 1) != 0) {
                unknown = unknown.add(new Tnum(0, b.value | b.mask));
            }
            a = a.shiftRight(1);
            b = b.shiftLeft(1);
        }
        return product.add(unknown);
    }

    Tnum shiftLeft(int distance) {
        return new Tnum(value << distance, mask << distance);
    }

    Tnum shiftRight(int distance) {
        return new Tnum(value >>> distance, mask >>> distance);
    }

    /** The lowest {@code width} bits. */
    Tnum truncate(int width) {
        var kept = Word.ones(width);
        return new Tnum(value & kept, mask & kept);
    }

    /** The lowest {@code width} bits, with copies of the highest of them above. */
    Tnum signExtend(int width) {
        var up = 64 - width;
        return new Tnum((value << up) >> up, (mask << up) >> up);
    }

    Tnum reverseBytes() {
        return new Tnum(Long.reverseBytes(value), Long.reverseBytes(mask));
    }

    /** As the kernel prints it: {@code (value; mask)}. */
    @Override
    public String toString() {
        return "(0x" + Long.toHexString(value) + "; 0x" + Long.toHexString(mask) + ")";
    }
}
