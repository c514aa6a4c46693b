package emberwall.fiber;

/** Why a guest is asked for attention: bits that {@link Fiber#takeRequests} answers. Other bits are free for others. */
public final class Request {
    // @formatter:off
    /** The thread inside the guest was interrupted. */
    public static final int INTERRUPT = 1;
    /** The guest's time is over. */
    public static final int DEADLINE  = 2;
    /** The owner wants the guest to stop, for instance to close it. */
    public static final int STOP      = 4;
    // @formatter:on

    private Request() {}
}
