package emberwall.os;

/**
 * What a limit of this process's address space ({@code ulimit -v}) leaves for others than us. The JVM ends where it gets
 * no memory for a thread, a compilation or a collection, so whoever takes all that the system grants takes the JVM with
 * it. Where there is a limit, an eighth of it, {@value #LEAST} bytes at least, stays free.
 */
final class AddressSpace {
    private static final long LEAST = 128L << 20;
    private static final int SHARE = 8;

    private static final int RLIMIT_AS = 9;
    private static final int PRIVATE_ANONYMOUS_NORESERVE = 0x4022;

    private static final long UNKNOWN = -1;
    private static volatile long headroom = UNKNOWN;

    private AddressSpace() {}

    /** Whether less is left than shall stay free. */
    static boolean isScarce() {
        long wanted = headroom();
        return wanted != 0 && !has(wanted);
    }

    /** Whether there is a limit. */
    static boolean isLimited() {
        return headroom() != 0;
    }

    private static long headroom() {
        long wanted = headroom;
        if (wanted == UNKNOWN) {
            wanted = ask();
            headroom = wanted;
        }
        return wanted;
    }

    private static boolean has(long bytes) {
        long address = map(bytes, Pages.NONE);
        if (Syscall.failed(address)) {
            return false;
        }
        Syscall.call(Syscall.MUNMAP, address, bytes);
        return true;
    }

    /** What shall stay free: 0 where there is no limit. */
    private static long ask() {
        long limits = map(Pages.SIZE, Pages.READ_WRITE);
        if (Syscall.failed(limits)) {
            return LEAST;
        }
        long answer = Syscall.call(Syscall.PRLIMIT64, 0, RLIMIT_AS, 0, limits, 0);
        long limit = answer == 0 ? RawMemory.getLong(limits) : -1;
        Syscall.call(Syscall.MUNMAP, limits, Pages.SIZE);
        return limit < 0 ? 0 : Math.max(LEAST, limit / SHARE); // no limit is all ones
    }

    private static long map(long bytes, int protection) {
        return Syscall.call6(Syscall.MMAP, 0, bytes, protection, PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
    }
}
