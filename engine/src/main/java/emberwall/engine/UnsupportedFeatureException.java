package emberwall.engine;

/** A valid module needs something that the engine's tier cannot run yet. */
public final class UnsupportedFeatureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Says what is needed.
     *
     * @param what what is needed, with its byte offset
     */
    public UnsupportedFeatureException(String what) {
        super("not supported in this tier: " + what);
    }
}
