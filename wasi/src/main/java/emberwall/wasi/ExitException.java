package emberwall.wasi;

import emberwall.wasi.host.ProcessEnd;

/** The guest ended itself: by {@code proc_exit}, or by a signal that it raised. Unwinds all of its frames. */
public final class ExitException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int SIGNAL_BASE = 128;

    private final int code;
    private final int signal;

    private ExitException(String message, int code, int signal) {
        super(message, null, false, false);
        this.code = code;
        this.signal = signal;
    }

    /**
     * {@return what to throw when the guest calls {@code proc_exit}}
     *
     * @param code what it passed
     */
    public static ExitException exit(int code) {
        return new ExitException("the guest exited with code " + Integer.toUnsignedString(code), code, 0);
    }

    /**
     * {@return what to throw when the guest dies of a signal}
     *
     * @param signal its Linux number
     */
    public static ExitException signal(int signal) {
        return new ExitException("the guest ended by signal " + signal, SIGNAL_BASE + signal, signal);
    }

    /** {@return what the guest passed to {@code proc_exit}, an unsigned number; 128 and the signal if it died of one} */
    public int code() {
        return code;
    }

    /**
     * Ends this process by the signal that the guest died of, as a native program would end, so that whoever waits for it
     * sees the signal. Standard output and error are flushed; no shutdown hook runs. Returns only if the guest exited, or where
     * native access is missing.
     */
    public void endProcess() {
        if (signal != 0) ProcessEnd.bySignal(signal);
    }

    /** {@return the signal that it died of, by its Linux number; 0 if it exited} */
    public int signal() {
        return signal;
    }
}
