package emberwall.wasi.host;

import emberwall.os.Pages;
import emberwall.os.Platform;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;

/** Ends this process as a signal ends a native program, so that whoever waits for it sees the signal. */
public final class ProcessEnd {
    private static final int SIGNAL_SET_BYTES = 8;
    private static final int UNBLOCK = 1;

    private ProcessEnd() {}

    /** Ends the process by a signal, by its Linux number. Returns only where that cannot be done. */
    public static void bySignal(int signal) {
        System.out.flush();
        System.err.flush();
        if (!Platform.supported()) return;
        long page = Pages.allocate(Pages.SIZE); // all zero: the default action, no flags, nothing blocked
        Syscall.call(Syscall.RT_SIGACTION, signal, page, 0, SIGNAL_SET_BYTES, 0);
        RawMemory.putLong(page, 1L << signal - 1);
        Syscall.call(Syscall.RT_SIGPROCMASK, UNBLOCK, page, 0, SIGNAL_SET_BYTES, 0);
        Syscall.call(Syscall.KILL, Syscall.call(Syscall.GETPID, 0), signal);
    }
}
