package emberwall.ebpf.verify;

import emberwall.op.Op;

/**
 * A set of words of a width: those that agree with known bits, an unsigned and a signed interval. Never empty: what would be
 * is null.
 *
 * <p>The three tell each other what they know when a word is made ({@link #of}), so that each says as much as follows from
 * all. The width is a parameter because the proof of these functions is that all words of four bits were tried.
 *
 * @param width 1 to 64
 * @param bits known bits; those above the width are known to be 0
 * @param umin least, zero-extended
 * @param umax greatest, zero-extended
 * @param smin least, sign-extended
 * @param smax greatest, sign-extended
 */
record Word(int width, Tnum bits, long umin, long umax, long smin, long smax) {
    static final Word UNKNOWN_64 = unknown(64);
    static final Word UNKNOWN_32 = unknown(32);

    static long ones(int width) {
        return -1L >>> (64 - width);
    }

    /** The lowest {@code width} bits as a signed number. */
    static long signed(int width, long word) {
        return word << (64 - width) >> (64 - width);
    }

    static Word unknown(int width) {
        return new Word(
                width, new Tnum(0, ones(width)), 0, ones(width), signed(width, 1L << (width - 1)), ones(width) >>> 1);
    }

    static Word constant(int width, long word) {
        var low = word & ones(width);
        var signed = signed(width, word);
        return new Word(width, Tnum.constant(low), low, low, signed, signed);
    }

    static Word unsigned(int width, long min, long max) {
        var all = unknown(width);
        return of(width, all.bits, min, max, all.smin, all.smax);
    }

    static Word signed(int width, long min, long max) {
        var all = unknown(width);
        return of(width, all.bits, all.umin, all.umax, min, max);
    }

    static Word ofBits(int width, Tnum bits) {
        var all = unknown(width);
        return of(width, bits, all.umin, all.umax, all.smin, all.smax);
    }

    /** The words that are in all three, with each made as small as the others allow, or null if there are none. */
    static Word of(int width, Tnum bits, long umin, long umax, long smin, long smax) {
        var sign = 1L << (width - 1);
        for (int round = 0; ; round++) {
            var value = bits.value();
            var mask = bits.mask();
            var ulow = maxUnsigned(umin, value);
            var uhigh = minUnsigned(umax, value | mask);
            var slow = Math.max(smin, signed(width, value | (mask & sign)));
            var shigh = Math.min(smax, signed(width, value | (mask & ~sign)));
            if (slow > shigh || above(ulow, uhigh)) {
                return null;
            }
            if ((slow ^ shigh) >= 0) { // one sign: the same order
                ulow = maxUnsigned(ulow, slow & ones(width));
                uhigh = minUnsigned(uhigh, shigh & ones(width));
            } else if (above(ulow, shigh)) { // only the negative ones can be meant
                shigh = -1;
                ulow = maxUnsigned(ulow, slow & ones(width));
            } else if (above(slow & ones(width), uhigh)) { // only the others can
                slow = 0;
                uhigh = minUnsigned(uhigh, shigh);
            }
            if (above(ulow, uhigh)) {
                return null;
            }
            if (((ulow ^ uhigh) & sign) == 0) {
                slow = Math.max(slow, signed(width, ulow));
                shigh = Math.min(shigh, signed(width, uhigh));
                if (slow > shigh) {
                    return null;
                }
            }
            var known = bits.intersect(Tnum.range(ulow, uhigh));
            if (known == null) {
                return null;
            }
            var stable = known.mask() == mask && ulow == umin && uhigh == umax && slow == smin && shigh == smax;
            bits = known;
            umin = ulow;
            umax = uhigh;
            smin = slow;
            smax = shigh;
            if (stable || round == 4) {
                return new Word(width, bits, umin, umax, smin, smax);
            }
        }
    }

    boolean isConstant() {
        return umin == umax;
    }

    boolean isUnknown() {
        return equals(unknown(width));
    }

    boolean contains(long word) {
        var low = word & ones(width);
        var number = signed(width, word);
        return bits.contains(low) && !above(umin, low) && !above(low, umax) && smin <= number && number <= smax;
    }

    boolean contains(Word other) {
        return bits.contains(other.bits)
                && !above(umin, other.umin)
                && !above(other.umax, umax)
                && smin <= other.smin
                && other.smax <= smax;
    }

    Word intersect(Word other) {
        var both = bits.intersect(other.bits);
        return both == null
                ? null
                : of(
                        width,
                        both,
                        maxUnsigned(umin, other.umin),
                        minUnsigned(umax, other.umax),
                        Math.max(smin, other.smin),
                        Math.min(smax, other.smax));
    }

    Word union(Word other) {
        return of(
                width,
                bits.union(other.bits),
                minUnsigned(umin, other.umin),
                maxUnsigned(umax, other.umax),
                Math.min(smin, other.smin),
                Math.max(smax, other.smax));
    }

    /**
     * What an operator of the ALU may compute of words of both sets. Division by 0 gives 0, a remainder by 0 the dividend, and
     * only the lowest bits of a shift's distance count, as RFC 9669 wants it.
     *
     * @throws IllegalArgumentException for an operator that no eBPF instruction has
     */
    Word apply(Op op, Word other) {
        var result = compute(op, other);
        return result == null ? unknown(width) : result; // one of the sets was empty without looking so
    }

    private Word compute(Op op, Word other) {
        return switch (op) {
            case ADD -> add(other);
            case SUB -> sub(other);
            case MUL -> mul(other);
            case AND -> and(other);
            case OR -> or(other);
            case XOR -> ofBits(width, bits.xor(other.bits));
            case SHL, SHR_U, SHR_S -> shift(op, other);
            case DIV_U -> divideUnsigned(other);
            case REM_U -> remainderUnsigned(other);
            case DIV_S -> divideSigned(other);
            case REM_S -> remainderSigned(other);
            default -> throw new IllegalArgumentException("no operator of eBPF: " + op);
        };
    }

    private Word add(Word other) {
        var all = unknown(width);
        var ulow = umin + other.umin & ones(width);
        var uhigh = umax + other.umax & ones(width);
        if (carries(umin, other.umin) != carries(umax, other.umax)) { // some wrap and some do not
            ulow = all.umin;
            uhigh = all.umax;
        }
        var slow = all.smin;
        var shigh = all.smax;
        if (fits(smin, other.smin, smin + other.smin) && fits(smax, other.smax, smax + other.smax)) {
            slow = smin + other.smin;
            shigh = smax + other.smax;
        }
        return of(width, bits.add(other.bits).truncate(width), ulow, uhigh, slow, shigh);
    }

    private Word sub(Word other) {
        var all = unknown(width);
        var ulow = umin - other.umax & ones(width);
        var uhigh = umax - other.umin & ones(width);
        if (above(other.umax, umin) != above(other.umin, umax)) {
            ulow = all.umin;
            uhigh = all.umax;
        }
        var slow = all.smin;
        var shigh = all.smax;
        if (fits(smin, ~other.smax, smin - other.smax) && fits(smax, ~other.smin, smax - other.smin)) {
            slow = smin - other.smax;
            shigh = smax - other.smin;
        }
        return of(width, bits.sub(other.bits).truncate(width), ulow, uhigh, slow, shigh);
    }

    private boolean carries(long a, long b) {
        return width == 64 ? Long.compareUnsigned(a + b, a) < 0 : a + b > ones(width);
    }

    /** Whether a sum of two numbers with the signs of {@code a} and {@code b} is one of the width. */
    private boolean fits(long a, long b, long sum) {
        return width == 64 ? ((a ^ sum) & (b ^ sum)) >= 0 : signed(width, sum) == sum;
    }

    private Word mul(Word other) {
        var all = unknown(width);
        var ulow = all.umin;
        var uhigh = all.umax;
        if (Math.unsignedMultiplyHigh(umax, other.umax) == 0 && !above(umax * other.umax, ones(width))) {
            ulow = umin * other.umin;
            uhigh = umax * other.umax;
        }
        var slow = Long.MAX_VALUE;
        var shigh = Long.MIN_VALUE;
        for (int corner = 0; corner < 4; corner++) {
            var a = (corner & 1) == 0 ? smin : smax;
            var b = (corner & 2) == 0 ? other.smin : other.smax;
            var product = a * b;
            if (Math.multiplyHigh(a, b) != product >> 63 || signed(width, product) != product) {
                slow = all.smin;
                shigh = all.smax;
                break;
            }
            slow = Math.min(slow, product);
            shigh = Math.max(shigh, product);
        }
        return of(width, bits.mul(other.bits).truncate(width), ulow, uhigh, slow, shigh);
    }

    private Word and(Word other) {
        var all = unknown(width);
        var both = bits.and(other.bits);
        return of(width, both, 0, minUnsigned(umax, other.umax), all.smin, all.smax);
    }

    private Word or(Word other) {
        var all = unknown(width);
        return of(width, bits.or(other.bits), maxUnsigned(umin, other.umin), all.umax, all.smin, all.smax);
    }

    /** The union over all distances that are possible: there are at most as many as bits. */
    private Word shift(Op op, Word distances) {
        if (distances.isConstant()) {
            return shift(op, (int) distances.umin & (width - 1));
        }
        Word result = null;
        for (int distance = 0; distance < width; distance++) {
            if (distances.mayEndWith(distance)) {
                var one = shift(op, distance);
                result = result == null || one == null ? one : result.union(one);
            }
        }
        return result;
    }

    /** Whether the lowest bits, as many as a distance has, can be these: exact or too often true. */
    private boolean mayEndWith(int distance) {
        var low = width - 1L;
        var small = !above(umax, low);
        return (distance & low & ~bits.mask()) == (bits.value() & low) && (!small || contains(distance));
    }

    private Word shift(Op op, int distance) {
        var all = unknown(width);
        return switch (op) {
            case SHL -> {
                var known = bits.shiftLeft(distance).truncate(width);
                var unsigned = (umax << distance & ones(width)) >>> distance == umax;
                var signed = keepsSign(smin, distance) && keepsSign(smax, distance);
                yield of(
                        width,
                        known,
                        unsigned ? umin << distance : 0,
                        unsigned ? umax << distance : all.umax,
                        signed ? smin << distance : all.smin,
                        signed ? smax << distance : all.smax);
            }
            case SHR_U ->
                of(width, bits.shiftRight(distance), umin >>> distance, umax >>> distance, all.smin, all.smax);
            default -> {
                var wide = bits.signExtend(width);
                var known = new Tnum(wide.value() >> distance, wide.mask() >> distance).truncate(width);
                yield of(width, known, 0, all.umax, smin >> distance, smax >> distance);
            }
        };
    }

    private boolean keepsSign(long number, int distance) {
        return signed(width, number << distance) >> distance == number;
    }

    private Word divideUnsigned(Word divisor) {
        if (divisor.umax == 0) {
            return constant(width, 0);
        }
        return divisor.umin == 0
                ? unsigned(width, 0, umax) // by 0 it is 0
                : unsigned(width, Long.divideUnsigned(umin, divisor.umax), Long.divideUnsigned(umax, divisor.umin));
    }

    private Word remainderUnsigned(Word divisor) {
        if (divisor.umax == 0 || above(divisor.umin, umax)) {
            return this;
        }
        if (isConstant() && divisor.isConstant()) {
            return constant(width, Long.remainderUnsigned(umin, divisor.umin));
        }
        return unsigned(width, 0, divisor.umin == 0 ? umax : minUnsigned(umax, divisor.umax - 1));
    }

    private Word divideSigned(Word divisor) {
        if (divisor.isConstant()) {
            var by = divisor.smin;
            if (by == 0) {
                return constant(width, 0);
            }
            if (by != -1) {
                var a = smin / by;
                var b = smax / by;
                return signed(width, Math.min(a, b), Math.max(a, b));
            }
            return constant(width, 0).sub(this);
        }
        if (smin == unknown(width).smin) { // by -1 it stays what it is
            return unknown(width);
        }
        var most = Math.max(Math.abs(smin), Math.abs(smax));
        return signed(width, smin >= 0 && divisor.smin >= 0 ? 0 : -most, most);
    }

    private Word remainderSigned(Word divisor) {
        if (divisor.umax == 0) {
            return this;
        }
        if (divisor.isConstant()) {
            if (isConstant()) {
                return constant(width, divisor.smin == -1 ? 0 : smin % divisor.smin);
            }
            if (divisor.smin != unknown(width).smin) {
                var most = Math.abs(divisor.smin) - 1;
                return signed(
                        width,
                        smin >= 0 ? 0 : Math.max(Math.min(smin, 0), -most),
                        smax <= 0 ? 0 : Math.min(smax, most));
            }
        }
        return signed(width, Math.min(smin, 0), Math.max(smax, 0));
    }

    Word reverseBytes() {
        return ofBits(width, bits.reverseBytes().shiftRight(64 - width));
    }

    static boolean above(long a, long b) {
        return Long.compareUnsigned(a, b) > 0;
    }

    static long minUnsigned(long a, long b) {
        return above(a, b) ? b : a;
    }

    static long maxUnsigned(long a, long b) {
        return above(a, b) ? a : b;
    }
}
