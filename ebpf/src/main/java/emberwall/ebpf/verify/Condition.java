package emberwall.ebpf.verify;

import static emberwall.ebpf.verify.Word.above;

/**
 * What a conditional jump compares, and what is known of both words if it holds. A branch is decided where nothing is left
 * of its opposite: there is no second set of rules for that.
 */
enum Condition {
    EQ("=="),
    NE("!="),
    SET("&"),
    CLEAR("!&"),
    LT_U("<"),
    LE_U("<="),
    GT_U(">"),
    GE_U(">="),
    LT_S("s<"),
    LE_S("s<="),
    GT_S("s>"),
    GE_S("s>=");

    final String text;

    Condition(String text) {
        this.text = text;
    }

    /** What holds where this does not. */
    Condition opposite() {
        return switch (this) {
            case EQ -> NE;
            case NE -> EQ;
            case SET -> CLEAR;
            case CLEAR -> SET;
            case LT_U -> GE_U;
            case GE_U -> LT_U;
            case LE_U -> GT_U;
            case GT_U -> LE_U;
            case LT_S -> GE_S;
            case GE_S -> LT_S;
            case LE_S -> GT_S;
            case GT_S -> LE_S;
        };
    }

    /** What holds of b and a where this holds of a and b. */
    Condition swapped() {
        return switch (this) {
            case EQ, NE, SET, CLEAR -> this;
            case LT_U -> GT_U;
            case GT_U -> LT_U;
            case LE_U -> GE_U;
            case GE_U -> LE_U;
            case LT_S -> GT_S;
            case GT_S -> LT_S;
            case LE_S -> GE_S;
            case GE_S -> LE_S;
        };
    }

    /** Whether it holds of two words. */
    boolean holds(int width, long a, long b) {
        var x = a & Word.ones(width);
        var y = b & Word.ones(width);
        var signedX = Word.signed(width, a);
        var signedY = Word.signed(width, b);
        return switch (this) {
            case EQ -> x == y;
            case NE -> x != y;
            case SET -> (x & y) != 0;
            case CLEAR -> (x & y) == 0;
            case LT_U -> above(y, x);
            case LE_U -> !above(x, y);
            case GT_U -> above(x, y);
            case GE_U -> !above(y, x);
            case LT_S -> signedX < signedY;
            case LE_S -> signedX <= signedY;
            case GT_S -> signedX > signedY;
            case GE_S -> signedX >= signedY;
        };
    }

    /** The words of {@code a} for which it can hold with one of {@code b}, or somewhat more; null if there are none. */
    Word refine(Word a, Word b) {
        return switch (this) {
            case EQ -> a.intersect(b);
            case NE -> b.isConstant() ? without(a, b.umin()) : a;
            case SET -> set(a, b);
            case CLEAR -> clear(a, b);
            case LT_U -> b.umax() == 0 ? null : unsigned(a, 0, b.umax() - 1);
            case LE_U -> unsigned(a, 0, b.umax());
            case GT_U -> b.umin() == Word.ones(b.width()) ? null : unsigned(a, b.umin() + 1, Word.ones(a.width()));
            case GE_U -> unsigned(a, b.umin(), Word.ones(a.width()));
            case LT_S -> b.smax() == least(b) ? null : signed(a, least(a), b.smax() - 1);
            case LE_S -> signed(a, least(a), b.smax());
            case GT_S -> b.smin() == greatest(b) ? null : signed(a, b.smin() + 1, greatest(a));
            case GE_S -> signed(a, b.smin(), greatest(a));
        };
    }

    private static long least(Word word) {
        return Word.signed(word.width(), 1L << (word.width() - 1));
    }

    private static long greatest(Word word) {
        return Word.ones(word.width()) >>> 1;
    }

    private static Word unsigned(Word a, long min, long max) {
        return Word.of(
                a.width(),
                a.bits(),
                Word.maxUnsigned(a.umin(), min),
                Word.minUnsigned(a.umax(), max),
                a.smin(),
                a.smax());
    }

    private static Word signed(Word a, long min, long max) {
        return Word.of(a.width(), a.bits(), a.umin(), a.umax(), Math.max(a.smin(), min), Math.min(a.smax(), max));
    }

    /** Without one word, as far as that is an end of an interval. */
    private static Word without(Word a, long word) {
        if (a.isConstant()) {
            return a.umin() == word ? null : a;
        }
        var number = Word.signed(a.width(), word);
        return Word.of(
                a.width(),
                a.bits(),
                a.umin() == word ? word + 1 : a.umin(),
                a.umax() == word ? word - 1 : a.umax(),
                a.smin() == number ? number + 1 : a.smin(),
                a.smax() == number ? number - 1 : a.smax());
    }

    private static Word set(Word a, Word b) {
        var possible = (a.bits().value() | a.bits().mask())
                & (b.bits().value() | b.bits().mask());
        if (possible == 0) {
            return null;
        }
        if (Long.bitCount(possible) > 1) {
            return a;
        }
        var bits = new Tnum(a.bits().value() | possible, a.bits().mask() & ~possible);
        return Word.of(a.width(), bits, a.umin(), a.umax(), a.smin(), a.smax());
    }

    private static Word clear(Word a, Word b) {
        var zero = b.bits().value();
        if ((a.bits().value() & zero) != 0) {
            return null;
        }
        var bits = new Tnum(a.bits().value(), a.bits().mask() & ~zero);
        return Word.of(a.width(), bits, a.umin(), a.umax(), a.smin(), a.smax());
    }
}
