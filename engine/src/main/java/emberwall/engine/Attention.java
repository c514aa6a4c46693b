package emberwall.engine;

/**
 * How a host function that waits, or works long, learns that its guest shall end: by interruption of the thread, by
 * the store's deadline, by {@link Store#interrupt} or by closing.
 */
public interface Attention {
    /**
     * {@return a file descriptor that becomes readable when the guest shall end, for {@code ppoll}; -1 in the reference tier,
     * where waiting must be done in slices with {@link #check} between}
     */
    int eventfd();

    /**
     * Returns if the guest may go on.
     *
     * @throws Trap if it shall end
     */
    void check();

    /** {@return the nanoseconds left until the deadline, at least 0; {@link Long#MAX_VALUE} without one} */
    long remainingNanos();
}
