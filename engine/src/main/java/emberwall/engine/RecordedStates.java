package emberwall.engine;

/**
 * At which stops optimized code can say what the frames of its source hold. What only that needs is computed and kept for it,
 * so that more of them cost time; none changes what programs do.
 */
public enum RecordedStates {
    /** At none. */
    NONE,
    /** At calls, of Java too, and the polls of loops. */
    STOPS,
    /** At all of these, and at what may trap but accesses of memory and divisions. */
    TRAPS
}
