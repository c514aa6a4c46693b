package emberwall.engine;

/** A limit of the engine or of the machine is reached: mappings, address space, memory. */
public final class EngineLimitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Says which limit.
     *
     * @param message which limit, and what asked for it
     */
    public EngineLimitException(String message) {
        super(message);
    }

    /** The system, or a full code space, refuses memory for code. */
    static EngineLimitException noCodeMemory(RuntimeException refusal) {
        return new EngineLimitException("no code memory: " + refusal.getMessage());
    }
}
