package emberwall.wasm;

import java.util.Arrays;

/** How much of everything a module may have: a number for each {@link Limit}. Exceeding one is a {@link LimitException}. */
public final class Limits {
    /** The limits of the JavaScript API, and few of our own. */
    public static final Limits DEFAULT = new Limits(defaults());

    /** No limits but those of ints. */
    public static final Limits UNLIMITED = new Limits(unlimited());

    private final int[] most;

    private Limits(int[] most) {
        this.most = most;
    }

    private static int[] defaults() {
        Limit[] limits = Limit.values();
        int[] most = new int[limits.length];
        for (Limit limit : limits) {
            most[limit.ordinal()] = limit.most();
        }
        return most;
    }

    private static int[] unlimited() {
        int[] most = new int[Limit.values().length];
        Arrays.fill(most, Integer.MAX_VALUE);
        return most;
    }

    /** How much is allowed. */
    public int of(Limit limit) {
        return most[limit.ordinal()];
    }

    /** The same with another number in one place. */
    public Limits with(Limit limit, int value) {
        if (value < 0) {
            throw new IllegalArgumentException("a limit of " + value + " " + limit.text());
        }
        int[] changed = most.clone();
        changed[limit.ordinal()] = value;
        return new Limits(changed);
    }

    /** Refuses a count, read as unsigned, that exceeds its limit: the error names the offset. */
    public void check(Limit limit, int count, int offset) {
        if (count < 0 || count > of(limit)) {
            throw exceeded(limit, count & 0xFFFF_FFFFL, offset);
        }
    }

    LimitException exceeded(Limit limit, long count, int offset) {
        return new LimitException(
                "implementation limit: " + count + " " + limit.text() + ", at most " + of(limit), offset);
    }
}
