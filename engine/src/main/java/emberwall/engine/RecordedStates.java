package emberwall.engine.optimizing;

/**
 * At which stops optimized code can say what the frames of its source hold. What only a state needs is computed and kept for it,
 * so that more of them cost time; none changes what programs do.
 */
enum RecordedStates {
    NONE,
    /** Calls, of Java too, and the polls of loops. */
    STOPS,
    /** All of these, and what may trap but accesses of memory and divisions. */
    TRAPS;

    /** A system property: {@code none}, {@code stops} or {@code traps}. */
    private static final String PROPERTY = "emberwall.states";

    /** What the property says. */
    static RecordedStates configured() {
        String wanted = System.getProperty(PROPERTY, NONE.name());
        for (RecordedStates states : values()) {
            if (states.name().equalsIgnoreCase(wanted)) {
                return states;
            }
        }
        throw new IllegalArgumentException(PROPERTY + " is none, stops or traps, not " + wanted);
    }
}
