package emberwall.os;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Mappings of memory, by page. Addresses and sizes are multiples of {@link #SIZE} unless said; sizes given to
 * {@link #reserve}, {@link #allocate} and {@link #dual} are rounded up.
 *
 * <p>Every mapping call of the project goes through here, so that a test can let any of them fail ({@link #inject}).
 * Where the process's address space is limited, mappings are refused before the JVM itself has too little.
 */
public final class Pages {
    /** Bytes of a page. */
    public static final int SIZE = 4096;

    // @formatter:off
    /** Protection: no access at all. */
    public static final int NONE         = 0;
    /** Protection: read. */
    public static final int READ         = 1;
    /** Protection: read and write. */
    public static final int READ_WRITE   = 3;
    /** Protection: read and execute. */
    public static final int READ_EXECUTE = 5;

    private static final int MAP_SHARED    = 0x01;
    private static final int MAP_PRIVATE   = 0x02;
    private static final int MAP_FIXED     = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;

    private static final int MREMAP_MAYMOVE = 1;
    private static final int MADV_DONTNEED  = 4;

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_EXEC    = 0x10;
    // @formatter:on

    private static volatile Fault fault;

    /** What could not be unmapped yet. */
    private static final ConcurrentLinkedQueue<Range> REMAINS = new ConcurrentLinkedQueue<>();

    private Pages() {}

    /** How code memory is seen twice: once writable, once executable. */
    public enum Views {
        /** Shared anonymous memory whose mapping {@code mremap} duplicates; profilers' perf maps work with it. */
        SHARED_ANONYMOUS,
        /** A memory file mapped twice, which another process could map too. */
        MEMORY_FILE,
        /**
         * A memory file whose executable view is private: a debugger can plant breakpoints in it. A page that a debugger
         * wrote to no longer follows the writable view.
         */
        PRIVATE_EXECUTABLE
    }

    /** Two views of the same memory. */
    public record Dual(long writable, long executable, long bytes) {
        /** Unmaps both views. */
        public void release() {
            Pages.release(writable, bytes);
            Pages.release(executable, bytes);
        }
    }

    /** Decides in tests which mapping calls fail, and sees what is mapped. Called by any thread. */
    public interface Fault {
        /** The error number that {@code operation} on {@code bytes} shall fail with, or 0 to let it go on. */
        int errno(String operation, long bytes);

        /** Whole pages were mapped. */
        default void mapped(long address, long bytes) {}

        /** Whole pages are about to be unmapped. */
        default void released(long address, long bytes) {}
    }

    /** Lets calls fail as {@code fault} says, in the whole process, until called with null. For tests. */
    public static void inject(Fault fault) {
        Pages.fault = fault;
    }

    /** {@code bytes} rounded up to whole pages. */
    public static long round(long bytes) {
        return bytes + (SIZE - 1) & -SIZE;
    }

    /** Whether the process may have less address space than the processor knows. */
    public static boolean isLimited() {
        return AddressSpace.isLimited();
    }

    /** Address space without access and without memory behind it; {@link OsException} if there is not so much. */
    public static long reserve(long bytes) {
        return check("reserving memory", map("reserve", 0, bytes, NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE));
    }

    /** {@link #reserve}, but -1 instead of an exception. */
    public static long tryReserve(long bytes) {
        long address = map("reserve", 0, bytes, NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
        return Syscall.failed(address) ? -1 : address;
    }

    /** Readable and writable memory, all zero. */
    public static long allocate(long bytes) {
        return check("mapping memory", map("allocate", 0, bytes, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS));
    }

    /** Makes part of a reservation readable and writable; it is zero where it was not before. */
    public static void commit(long address, long bytes) {
        check("committing memory", commitOrErrno(address, bytes));
    }

    /** {@link #commit}, but false instead of an exception. */
    public static boolean tryCommit(long address, long bytes) {
        return commitOrErrno(address, bytes) == 0;
    }

    private static long commitOrErrno(long address, long bytes) {
        int failure = failure("commit", bytes);
        return failure != 0 ? -failure : Syscall.call(Syscall.MPROTECT, address, round(bytes), READ_WRITE);
    }

    /** Turns part of a mapping into reserved address space again: its memory goes back, access ends. */
    public static void decommit(long address, long bytes) {
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
        check("decommitting memory", map("decommit", address, bytes, NONE, flags));
    }

    /** Gives the memory behind a private mapping back: it reads as zero afterwards. */
    public static void discard(long address, long bytes) {
        int failure = failure("discard", bytes);
        check(
                "discarding memory",
                failure != 0 ? -failure : Syscall.call(Syscall.MADVISE, address, bytes, MADV_DONTNEED));
    }

    /** Changes what is allowed: {@link #NONE}, {@link #READ}, {@link #READ_WRITE}, {@link #READ_EXECUTE}. */
    public static void protect(long address, long bytes, int protection) {
        int failure = failure("protect", bytes);
        check(
                "protecting memory",
                failure != 0 ? -failure : Syscall.call(Syscall.MPROTECT, address, bytes, protection));
    }

    /**
     * Unmaps. Where the system refuses, as it does if the process has no mapping left to split one that the kernel joined,
     * the memory goes back at least, and the addresses follow when something else is unmapped.
     */
    public static void release(long address, long bytes) {
        Fault told = fault;
        if (told != null) {
            told.released(address, round(bytes));
        }
        Range range = new Range(address, round(bytes));
        int failure = failure("release", bytes);
        long answer = failure != 0 ? -failure : range.unmap();
        if (answer == -Errno.EINVAL) {
            check("unmapping memory", answer); // what we ask for makes no sense
        } else if (answer != 0) {
            Syscall.call(Syscall.MADVISE, address, round(bytes), MADV_DONTNEED);
            REMAINS.add(range);
        } else {
            releaseRemains();
        }
    }

    private static void releaseRemains() {
        for (Range range = REMAINS.poll(); range != null; range = REMAINS.poll()) {
            if (range.unmap() != 0) {
                REMAINS.add(range);
                return;
            }
        }
    }

    /** Whole pages that are mapped. */
    private record Range(long address, long bytes) {
        /** 0, or an error number, negated. */
        long unmap() {
            return Syscall.call(Syscall.MUNMAP, address, bytes);
        }
    }

    /**
     * Memory seen at two addresses, writable at one and executable at the other. Pages are taken from the system when
     * they are first touched.
     *
     * @throws OsException if there is not so much address space, or executable memory is not allowed
     */
    public static Dual dual(long bytes, Views views) {
        long size = round(bytes);
        return views == Views.SHARED_ANONYMOUS ? dualAnonymous(size) : dualFile(size, views);
    }

    private static Dual dualAnonymous(long size) {
        int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE;
        long writable = check("mapping code memory", map("dual", 0, size, READ_WRITE, flags));
        int failure = failure("duplicate", size);
        // An old size of 0 duplicates a shared mapping.
        long executable = failure != 0
                ? -failure
                : mapped(Syscall.call(Syscall.MREMAP, writable, 0, size, MREMAP_MAYMOVE, 0), size);
        if (Syscall.failed(executable)) {
            release(writable, size);
            throw new OsException("mapping code memory", (int) -executable);
        }
        failure = failure("execute", size);
        long answer = failure != 0 ? -failure : Syscall.call(Syscall.MPROTECT, executable, size, READ_EXECUTE);
        if (answer != 0) {
            new Dual(writable, executable, size).release();
            throw new OsException("making memory executable", (int) -answer);
        }
        return new Dual(writable, executable, size);
    }

    private static Dual dualFile(long size, Views views) {
        int fd = (int) check("making a memory file", memoryFile());
        try {
            check("sizing a memory file", Syscall.call(Syscall.FTRUNCATE, fd, size));
            int failure = failure("dual", size);
            long writable =
                    check("mapping code memory", failure != 0 ? -failure : mapFile(size, READ_WRITE, MAP_SHARED, fd));
            failure = failure("execute", size);
            int kind = views == Views.PRIVATE_EXECUTABLE ? MAP_PRIVATE : MAP_SHARED;
            long executable = failure != 0 ? -failure : mapFile(size, READ_EXECUTE, kind, fd);
            if (Syscall.failed(executable)) {
                release(writable, size);
                throw new OsException("making memory executable", (int) -executable);
            }
            return new Dual(writable, executable, size);
        } finally {
            Syscall.call(Syscall.CLOSE, fd);
        }
    }

    private static long mapFile(long size, int protection, int kind, int fd) {
        return mapped(Syscall.call6(Syscall.MMAP, 0, size, protection, kind | MAP_NORESERVE, fd, 0), size);
    }

    private static long memoryFile() {
        int failure = failure("file", 0);
        if (failure != 0) {
            return -failure;
        }
        long name = allocate(SIZE);
        try {
            byte[] text = {'e', 'm', 'b', 'e', 'r', 'w', 'a', 'l', 'l', 0};
            RawMemory.copy(text, 0, name, text.length);
            long fd = Syscall.call(Syscall.MEMFD_CREATE, name, MFD_CLOEXEC | MFD_EXEC);
            return fd != -Errno.EINVAL ? fd : Syscall.call(Syscall.MEMFD_CREATE, name, MFD_CLOEXEC); // before Linux 6.3
        } finally {
            release(name, SIZE);
        }
    }

    private static long map(String operation, long address, long bytes, int protection, int flags) {
        int failure = failure(operation, bytes);
        if (failure != 0) {
            return -failure;
        }
        long answer = Syscall.call6(Syscall.MMAP, address, round(bytes), protection, flags, -1, 0);
        return address == 0 ? mapped(answer, round(bytes)) : answer;
    }

    /** A new mapping, if {@code answer} is one: undone if it leaves too little to others. */
    private static long mapped(long answer, long bytes) {
        if (Syscall.failed(answer)) {
            return answer;
        }
        if (AddressSpace.isScarce()) {
            Syscall.call(Syscall.MUNMAP, answer, bytes);
            return -Errno.ENOMEM;
        }
        Fault told = fault;
        if (told != null) {
            told.mapped(answer, bytes);
        }
        return answer;
    }

    static int failure(String operation, long bytes) {
        Fault asked = fault;
        return asked == null ? 0 : asked.errno(operation, bytes);
    }

    private static long check(String operation, long answer) {
        if (Syscall.failed(answer)) {
            throw new OsException(operation, (int) -answer);
        }
        return answer;
    }
}
