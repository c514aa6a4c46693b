package emberwall.wasi;

import emberwall.wasi.file.Errno;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.host.Kernel;
import java.time.Instant;
import java.util.function.LongSupplier;

/** The clocks of a guest ({@code clockid}), all in nanoseconds. */
final class Clocks {
    // @formatter:off
    static final int REALTIME       = 0;
    static final int MONOTONIC      = 1;
    static final int PROCESS_CPU    = 2;
    static final int THREAD_CPU     = 3;
    // @formatter:on

    private final Kernel kernel;
    private final LongSupplier realtime;
    private final LongSupplier monotonic;
    private final LongSupplier processor;

    /**
     * @param kernel for the processor clocks; null if there is none
     * @param realtime null for the system's, as are {@code monotonic} and {@code processor}
     */
    Clocks(Kernel kernel, LongSupplier realtime, LongSupplier monotonic, LongSupplier processor) {
        this.kernel = kernel;
        this.realtime = realtime;
        this.monotonic = monotonic;
        this.processor = processor;
    }

    /** The time now. */
    long now(int id) {
        return switch (id) {
            case REALTIME -> realtime != null ? realtime.getAsLong() : systemTime();
            case MONOTONIC -> monotonic != null ? monotonic.getAsLong() : System.nanoTime();
            case PROCESS_CPU, THREAD_CPU -> processor(id, false);
            default -> throw new ErrnoException(Errno.INVAL);
        };
    }

    /** The smallest step. */
    long resolution(int id) {
        return switch (id) {
            case REALTIME, MONOTONIC -> 1; // what the kernel says of its high-resolution timers
            case PROCESS_CPU, THREAD_CPU -> processor(id, true);
            default -> throw new ErrnoException(Errno.INVAL);
        };
    }

    private long processor(int id, boolean resolution) {
        if (processor != null) {
            return resolution ? 1 : processor.getAsLong();
        }
        if (kernel == null) {
            throw new ErrnoException(Errno.NOTSUP);
        }
        long time = kernel.clock(id, resolution); // the numbers are those of Linux
        if (time < 0) {
            throw new ErrnoException(Errno.ofLinux((int) -time));
        }
        return time;
    }

    private static long systemTime() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
