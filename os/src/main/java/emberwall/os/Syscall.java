package emberwall.os;

/**
 * Linux system calls on x86-64, by number, answering the value or {@code -errno} (see {@link Errno}). The thread is in
 * native state meanwhile, so a call may block. Nothing is retried: {@code EINTR} is the caller's to handle.
 */
public final class Syscall {
    // @formatter:off
    public static final int READ             = 0;
    public static final int WRITE            = 1;
    public static final int OPEN             = 2;
    public static final int CLOSE            = 3;
    public static final int STAT             = 4;
    public static final int FSTAT            = 5;
    public static final int LSTAT            = 6;
    public static final int POLL             = 7;
    public static final int LSEEK            = 8;
    public static final int MMAP             = 9;
    public static final int MPROTECT         = 10;
    public static final int MUNMAP           = 11;
    public static final int RT_SIGACTION     = 13;
    public static final int RT_SIGPROCMASK   = 14;
    public static final int IOCTL            = 16;
    public static final int PREAD64          = 17;
    public static final int PWRITE64         = 18;
    public static final int READV            = 19;
    public static final int WRITEV           = 20;
    public static final int SCHED_YIELD      = 24;
    public static final int MREMAP           = 25;
    public static final int MADVISE          = 28;
    public static final int NANOSLEEP        = 35;
    public static final int GETPID           = 39;
    public static final int SOCKET           = 41;
    public static final int CONNECT          = 42;
    public static final int SENDTO           = 44;
    public static final int RECVFROM         = 45;
    public static final int SENDMSG          = 46;
    public static final int RECVMSG          = 47;
    public static final int SHUTDOWN         = 48;
    public static final int BIND             = 49;
    public static final int LISTEN           = 50;
    public static final int GETSOCKNAME      = 51;
    public static final int SOCKETPAIR       = 53;
    public static final int SETSOCKOPT       = 54;
    public static final int GETSOCKOPT       = 55;
    public static final int KILL             = 62;
    public static final int FCNTL            = 72;
    public static final int FSYNC            = 74;
    public static final int FDATASYNC        = 75;
    public static final int FTRUNCATE        = 77;
    public static final int SIGALTSTACK      = 131;
    public static final int ARCH_PRCTL       = 158;
    public static final int GETTID           = 186;
    public static final int FUTEX            = 202;
    public static final int GETDENTS64       = 217;
    public static final int FADVISE64        = 221;
    public static final int CLOCK_GETTIME    = 228;
    public static final int CLOCK_GETRES     = 229;
    public static final int CLOCK_NANOSLEEP  = 230;
    public static final int TGKILL           = 234;
    public static final int OPENAT           = 257;
    public static final int MKDIRAT          = 258;
    public static final int NEWFSTATAT       = 262;
    public static final int UNLINKAT         = 263;
    public static final int RENAMEAT         = 264;
    public static final int LINKAT           = 265;
    public static final int SYMLINKAT        = 266;
    public static final int READLINKAT       = 267;
    public static final int FCHMODAT         = 268;
    public static final int FACCESSAT        = 269;
    public static final int PSELECT6         = 270;
    public static final int PPOLL            = 271;
    public static final int SPLICE           = 275;
    public static final int SYNC_FILE_RANGE  = 277;
    public static final int UTIMENSAT        = 280;
    public static final int EPOLL_PWAIT      = 281;
    public static final int FALLOCATE        = 285;
    public static final int ACCEPT4          = 288;
    public static final int EVENTFD2         = 290;
    public static final int DUP3             = 292;
    public static final int PIPE2            = 293;
    public static final int PREADV           = 295;
    public static final int PWRITEV          = 296;
    public static final int PRLIMIT64        = 302;
    public static final int SYNCFS           = 306;
    public static final int PROCESS_VM_READV = 310;
    public static final int RENAMEAT2        = 316;
    public static final int SECCOMP          = 317;
    public static final int GETRANDOM        = 318;
    public static final int MEMFD_CREATE     = 319;
    public static final int MEMBARRIER       = 324;
    public static final int COPY_FILE_RANGE  = 326;
    public static final int PREADV2          = 327;
    public static final int PWRITEV2         = 328;
    public static final int STATX            = 332;
    public static final int CLOSE_RANGE      = 436;
    public static final int OPENAT2          = 437;
    public static final int FACCESSAT2       = 439;
    // @formatter:on

    /** The calls that {@link #call6} knows. */
    private static final int[] SIX = {
        MMAP,
        SENDTO,
        RECVFROM,
        FUTEX,
        PSELECT6,
        SPLICE,
        EPOLL_PWAIT,
        PROCESS_VM_READV,
        COPY_FILE_RANGE,
        PREADV2,
        PWRITEV2
    };

    private Syscall() {}

    /** A system call of up to five arguments. */
    public static long call(int number, long a, long b, long c, long d, long e) {
        return Native.call(Leaves.SYSCALL, number, a, b, c, d, e);
    }

    /** A system call of up to three arguments. */
    public static long call(int number, long a, long b, long c) {
        return Native.call(Leaves.SYSCALL, number, a, b, c, 0, 0);
    }

    /** A system call of up to two arguments. */
    public static long call(int number, long a, long b) {
        return Native.call(Leaves.SYSCALL, number, a, b, 0, 0, 0);
    }

    /** A system call of one argument or none. */
    public static long call(int number, long a) {
        return Native.call(Leaves.SYSCALL, number, a, 0, 0, 0, 0);
    }

    /**
     * A system call of six arguments. Each has a stub of its own, since the downcall passes no more than six.
     *
     * @throws IllegalArgumentException if the call is not one of six arguments
     */
    public static long call6(int number, long a, long b, long c, long d, long e, long f) {
        for (int i = 0; i < SIX.length; i++) {
            if (SIX[i] == number) {
                return Native.call(Leaves.SIX + LeafPage.ALIGNMENT * i, a, b, c, d, e, f);
            }
        }
        throw new IllegalArgumentException("not a system call of six arguments: " + number);
    }

    /** Whether an answer is an error: {@code -errno} lies in -4095..-1. */
    public static boolean failed(long answer) {
        return answer < 0 && answer >= -4095;
    }

    /** The address of code that ends a signal handler; to be given as {@code sa_restorer}. */
    public static long signalReturn() {
        return Leaves.SIGNAL_RETURN;
    }

    static int sixCount() {
        return SIX.length;
    }

    static int six(int i) {
        return SIX[i];
    }
}
