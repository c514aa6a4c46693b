package emberwall.ir;

/** What all of a function's code finds in registers of its own: values that nobody has to compute, copy or keep. */
public enum Context {
    /** The block of the fiber that runs. */
    FIBER,
    /** The block of the instance that runs. */
    INSTANCE,
    /**
     * The base of the instance's first memory. A call may change it, so that only accesses may take it, as their base:
     * what is computed from it may float to where it is another one.
     */
    MEMORY0;

    private static final Context[] VALUES = values();

    /** The one with an ordinal. */
    public static Context of(int ordinal) {
        return VALUES[ordinal];
    }
}
