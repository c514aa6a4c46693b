package emberwall.ebpf.verify;

import emberwall.op.Op;

/**
 * What is known of a number in a register: of all 64 bits and of the lower 32, each telling the other what it knows. Never
 * empty: what would be is null.
 *
 * @param wide the register
 * @param low its lower half
 */
record Scalar(Word wide, Word low) {
    static final Scalar UNKNOWN = new Scalar(Word.UNKNOWN_64, Word.UNKNOWN_32);
    static final Scalar ZERO = constant(0);

    private static final long LOW = 0xffff_ffffL;

    static Scalar constant(long value) {
        return new Scalar(Word.constant(64, value), Word.constant(32, value));
    }

    static Scalar unsigned(long min, long max) {
        return of(Word.unsigned(64, min, max));
    }

    static Scalar signed(long min, long max) {
        return of(Word.signed(64, min, max));
    }

    /** All that a zero-extending load of some bits may give. */
    static Scalar ofWidth(int bits) {
        return bits == 64 ? UNKNOWN : unsigned(0, Word.ones(bits));
    }

    static Scalar of(Word wide) {
        return wide == null ? null : of(wide, Word.UNKNOWN_32);
    }

    /** The numbers that agree with both, or null if there are none. */
    static Scalar of(Word wide, Word low) {
        for (int round = 0; round < 3 && wide != null && low != null; round++) {
            var narrowed = narrow(wide, low);
            var widened = narrowed == null ? null : widen(wide, narrowed);
            if (narrowed == null || widened == null) {
                return null;
            }
            if (narrowed.equals(low) && widened.equals(wide)) {
                break;
            }
            low = narrowed;
            wide = widened;
        }
        return wide == null || low == null ? null : new Scalar(wide, low);
    }

    /** What the register tells about its lower half. */
    private static Word narrow(Word wide, Word low) {
        var bits = low.bits().intersect(wide.bits().truncate(32));
        if (bits == null) {
            return null;
        }
        var umin = low.umin();
        var umax = low.umax();
        var smin = low.smin();
        var smax = low.smax();
        for (int order = 0; order < 2; order++) {
            var least = order == 0 ? wide.umin() : wide.smin();
            var most = order == 0 ? wide.umax() : wide.smax();
            if (Word.above(most - least, LOW)) {
                continue; // all lower halves occur
            }
            if ((least & LOW) <= (most & LOW)) {
                umin = Math.max(umin, least & LOW);
                umax = Math.min(umax, most & LOW);
            }
            if ((int) least <= (int) most) {
                smin = Math.max(smin, (int) least);
                smax = Math.min(smax, (int) most);
            }
        }
        return Word.of(32, bits, umin, umax, smin, smax);
    }

    /** What the lower half tells about the register: ends of intervals move to the next word with such a lower half. */
    private static Word widen(Word wide, Word low) {
        var bits = wide.bits().intersect(new Tnum(low.bits().value(), low.bits().mask() | ~LOW));
        if (bits == null) {
            return null;
        }
        var smin = wide.smin();
        var smax = wide.smax();
        if (smin >= Integer.MIN_VALUE && smax <= Integer.MAX_VALUE) {
            smin = Math.max(smin, low.smin());
            smax = Math.min(smax, low.smax());
        }
        var umin = raise(wide.umin(), low);
        var umax = reduce(wide.umax(), low);
        if (Word.above(wide.umin(), umin) || Word.above(umax, wide.umax())) {
            return null; // wrapped: there is no such word
        }
        var slow = raise(smin, low);
        var shigh = reduce(smax, low);
        if (slow < smin || shigh > smax) {
            return null;
        }
        return Word.of(64, bits, umin, umax, slow, shigh);
    }

    private static long raise(long word, Word low) {
        var half = word & LOW;
        return half < low.umin()
                ? word & ~LOW | low.umin()
                : half <= low.umax() ? word : (word & ~LOW) + LOW + 1 | low.umin();
    }

    private static long reduce(long word, Word low) {
        var half = word & LOW;
        return half > low.umax()
                ? word & ~LOW | low.umax()
                : half >= low.umin() ? word : (word & ~LOW) - LOW - 1 | low.umax();
    }

    boolean isConstant() {
        return wide.isConstant();
    }

    boolean isConstant(long value) {
        return wide.isConstant() && wide.umin() == value;
    }

    /** The number, if there is only one. */
    long value() {
        return wide.umin();
    }

    boolean isUnknown() {
        return equals(UNKNOWN);
    }

    boolean contains(long word) {
        return wide.contains(word) && low.contains(word);
    }

    boolean contains(Scalar other) {
        return wide.contains(other.wide) && low.contains(other.low);
    }

    Scalar union(Scalar other) {
        return of(wide.union(other.wide), low.union(other.low));
    }

    Scalar intersect(Scalar other) {
        var both = wide.intersect(other.wide);
        var lows = low.intersect(other.low);
        return both == null || lows == null ? null : of(both, lows);
    }

    /** What an operator on 64 bits may give. */
    Scalar apply64(Op op, Scalar other) {
        var result = wide.apply(op, other.wide);
        return switch (op) {
            // the lower half of the result depends on lower halves only
            case ADD, SUB, MUL, AND, OR, XOR -> of(result, low.apply(op, other.low));
            default -> of(result);
        };
    }

    /** What an operator on 32 bits may give, zero-extended. */
    Scalar apply32(Op op, Scalar other) {
        return ofLow(low.apply(op, other.low));
    }

    /** The lower half, zero-extended. */
    Scalar truncate32() {
        return wide.umax() >>> 32 == 0 ? this : ofLow(low);
    }

    private static Scalar ofLow(Word low) {
        return of(new Word(64, low.bits(), low.umin(), low.umax(), low.umin(), low.umax()), low);
    }

    /** The lowest bits (8, 16 or 32), zero-extended. */
    Scalar zeroExtend(int bits) {
        return bits == 64 ? this : apply64(Op.AND, constant(Word.ones(bits)));
    }

    /** The lowest bits (8, 16 or 32), sign-extended to 64. */
    Scalar signExtend64(int bits) {
        if (bits == 32) {
            var known = low.bits().signExtend(32);
            var all = Word.UNKNOWN_64;
            return of(Word.of(64, known, all.umin(), all.umax(), low.smin(), low.smax()), low);
        }
        var distance = constant(64 - bits);
        return apply64(Op.SHL, distance).apply64(Op.SHR_S, distance);
    }

    /** The lowest bits (8 or 16), sign-extended to 32, zero-extended from there. */
    Scalar signExtend32(int bits) {
        var distance = constant(32 - bits);
        return apply32(Op.SHL, distance).apply32(Op.SHR_S, distance);
    }

    /** The lowest bits (16, 32 or 64) with their bytes in the other order, zero-extended. */
    Scalar reverseBytes(int bits) {
        var known = wide.bits().truncate(bits).reverseBytes().shiftRight(64 - bits);
        return of(Word.ofBits(64, known));
    }

    /** The numbers for which a comparison with one of {@code other} can hold; null if there are none. */
    Scalar refine(Condition condition, boolean is64, Scalar other) {
        if (is64) {
            var refined = condition.refine(wide, other.wide);
            var half = condition == Condition.EQ ? low.intersect(other.low) : low;
            return refined == null || half == null ? null : of(refined, half);
        }
        var refined = condition.refine(low, other.low);
        return refined == null ? null : of(wide, refined);
    }

    /** As the kernel's log has it: only what is known. */
    @Override
    public String toString() {
        if (isConstant()) {
            return Long.toString(value());
        }
        var text = new StringBuilder();
        bound(text, "smin", wide.smin(), Long.MIN_VALUE);
        bound(text, "smax", wide.smax(), Long.MAX_VALUE);
        bound(text, "umin", wide.umin(), 0);
        bound(text, "umax", wide.umax(), -1);
        bound(text, "smin32", low.smin(), Integer.MIN_VALUE);
        bound(text, "smax32", low.smax(), Integer.MAX_VALUE);
        bound(text, "umin32", low.umin(), 0);
        bound(text, "umax32", low.umax(), LOW);
        if (wide.bits().mask() != -1) {
            text.append(text.isEmpty() ? "" : ",").append("var_off=").append(wide.bits());
        }
        return text.toString();
    }

    private static void bound(StringBuilder text, String name, long bound, long none) {
        if (bound != none) {
            text.append(text.isEmpty() ? "" : ",").append(name).append('=');
            text.append(name.startsWith("u") ? Long.toUnsignedString(bound) : Long.toString(bound));
        }
    }
}
