package emberwall.wasi;

import emberwall.os.RawMemory;
import emberwall.wasi.file.Errno;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.file.GuestMemory;
import emberwall.wasi.host.Kernel;
import java.util.random.RandomGenerator;

/** Arguments, environment, clocks, randomness, and the guest's end. */
final class ProcessCalls {
    private static final int RANDOM_PART = 1 << 20;
    private static final int BOUNCE = 1 << 13;

    private final Guest guest;
    private final byte[][] arguments;
    private final byte[][] environment;
    private final Clocks clocks;
    private RandomGenerator random;

    /**
     * @param arguments without terminators, as are the {@code key=value} pairs of the environment
     * @param random null for the operating system's own
     */
    ProcessCalls(Guest guest, byte[][] arguments, byte[][] environment, Clocks clocks, RandomGenerator random) {
        this.guest = guest;
        this.arguments = arguments;
        this.environment = environment;
        this.clocks = clocks;
        this.random = random;
    }

    void argsGet(int pointers, int buffer) {
        strings(arguments, pointers, buffer);
    }

    void argsSizesGet(int count, int size) {
        sizes(arguments, count, size);
    }

    void environGet(int pointers, int buffer) {
        strings(environment, pointers, buffer);
    }

    void environSizesGet(int count, int size) {
        sizes(environment, count, size);
    }

    private void sizes(byte[][] strings, int count, int size) {
        long countAt = guest.out(count, 4);
        long sizeAt = guest.out(size, 4);
        guest.memory().putInt(countAt, strings.length);
        guest.memory().putInt(sizeAt, (int) bytes(strings));
    }

    private void strings(byte[][] strings, int pointers, int buffer) {
        GuestMemory memory = guest.memory();
        long pointer = Integer.toUnsignedLong(pointers);
        long at = Integer.toUnsignedLong(buffer);
        memory.check(pointer, 4L * strings.length);
        memory.check(at, bytes(strings));
        for (byte[] string : strings) {
            memory.putInt(pointer, (int) at);
            memory.write(at, string, 0, string.length);
            memory.putByte(at + string.length, (byte) 0);
            pointer += 4;
            at += string.length + 1;
        }
    }

    private static long bytes(byte[][] strings) {
        long bytes = 0;
        for (byte[] string : strings) {
            bytes += string.length + 1;
        }
        return bytes;
    }

    void clockResGet(int id, int resolution) {
        long at = guest.out(resolution, 8);
        guest.memory().putLong(at, clocks.resolution(id));
    }

    void clockTimeGet(int id, int time) {
        long at = guest.out(time, 8);
        guest.memory().putLong(at, clocks.now(id));
    }

    void randomGet(int buffer, int length) {
        long at = Integer.toUnsignedLong(buffer);
        long left = Integer.toUnsignedLong(length);
        guest.memory().check(at, left);
        while (left > 0) {
            int part = guest.kernel != null && random == null ? systemRandom(at, left) : javaRandom(at, left);
            at += part;
            left -= part;
            guest.attention().check();
        }
    }

    private int systemRandom(long at, long left) {
        long base = guest.memory().base();
        Kernel kernel = guest.kernel;
        int limit = base != 0 ? RANDOM_PART : Kernel.DATA_SIZE;
        int got = kernel.random(base != 0 ? base + at : kernel.data(), (int) Math.min(left, limit));
        if (got < 0) {
            if (got == -emberwall.os.Errno.EINTR) {
                return 0;
            }
            throw new ErrnoException(Errno.ofLinux(-got));
        }
        if (base == 0) {
            guest.memory().write(at, RawMemory.bytes(kernel.data(), got), 0, got);
        }
        return got;
    }

    private int javaRandom(long at, long left) {
        if (random == null) {
            random = new java.security.SecureRandom();
        }
        byte[] bytes = new byte[(int) Math.min(left, BOUNCE)];
        random.nextBytes(bytes);
        guest.memory().write(at, bytes, 0, bytes.length);
        return bytes.length;
    }

    /** What a signal does whose handling nobody changed: most end the guest, some do nothing. */
    void procRaise(int signal) {
        if (signal < 0 || signal >= SIGNALS.length) {
            throw new ErrnoException(Errno.INVAL);
        }
        int linux = SIGNALS[signal];
        if (linux == STOPS) {
            throw new ErrnoException(Errno.NOTSUP);
        }
        if (linux != IGNORED) {
            throw ExitException.signal(linux);
        }
    }

    private static final int IGNORED = 0;
    private static final int STOPS = -1;

    /** By WASI's number: the Linux number of a signal that ends the guest, {@link #IGNORED} or {@link #STOPS}. */
    // @formatter:off
    private static final int[] SIGNALS = {
        IGNORED, 1, 2, 3, 4, 5, 6, 7,   // none hup int quit ill trap abrt bus
        8, 9, 10, 11, 12, 13, 14, 15,   // fpe kill usr1 segv usr2 pipe alrm term
        IGNORED, IGNORED, STOPS, STOPS, // chld cont stop tstp
        STOPS, STOPS, IGNORED, 24,      // ttin ttou urg xcpu
        25, 26, 27, IGNORED,            // xfsz vtalrm prof winch
        29, 30, 31,                     // poll pwr sys
    };
    // @formatter:on

    void schedYield() {
        guest.attention().check();
        Thread.yield();
    }
}
