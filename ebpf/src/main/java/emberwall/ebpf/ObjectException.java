package emberwall.ebpf;

/** An object file, or a part of it, is refused: one sentence that says what is wrong and where. */
public final class ObjectException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * A refusal.
     *
     * @param where the section, symbol or type that is to blame
     * @param problem what is wrong with it
     */
    public ObjectException(String where, String problem) {
        // The place in the object is what counts; where we were in our own code is of no use to anyone.
        super(where + ": " + problem, null, false, false);
    }
}
