package emberwall.ebpf.kernel;

import emberwall.ebpf.map.MapDefinition;
import emberwall.os.Errno;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The running kernel's eBPF, by {@code bpf(2)}: an oracle for maps, for the verifier, and for what programs do. */
public final class Kernel {
    private static final int BPF = 321;
    private static final int CAPSET = 126;

    private static final int MAP_CREATE = 0;
    private static final int MAP_LOOKUP = 1;
    private static final int MAP_UPDATE = 2;
    private static final int MAP_DELETE = 3;
    private static final int MAP_NEXT_KEY = 4;
    private static final int MAP_LOOKUP_AND_DELETE = 21;
    private static final int MAP_FREEZE = 22;

    /** Bytes of {@code union bpf_attr} that this kernel may read. */
    private static final int ATTRIBUTES = 152;

    private static final int MAP_SHARED = 1;
    private static final int PRIVATE_LOW_ANONYMOUS = 0x62;

    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_BPF = 39;

    private Kernel() {}

    /** Command of {@code bpf(2)} with attributes that {@code fill} writes to zeroed memory. */
    static long call(int command, Fill fill) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
            fill.in(attributes);
            long answer = Syscall.call(BPF, command, attributes.address(), ATTRIBUTES);
            fill.after(attributes);
            return answer;
        }
    }

    interface Fill {
        void in(MemorySegment attributes);

        /** Reads what the kernel wrote. */
        default void after(MemorySegment attributes) {}
    }

    /**
     * Ends the test where the kernel cannot be asked: skipped with one line, but failed where everything must be there
     * ({@code EMBERWALL_REQUIRE_SHARED=1}) and the process has the right and no filter of system calls.
     */
    public static void require() {
        MapDefinition map = new MapDefinition("probe", emberwall.ebpf.map.MapKind.ARRAY, 4, 4, 1, 0);
        long fd = create(map, -1);
        if (fd >= 0) {
            close(fd);
            return;
        }
        String message = "bpf(2) is not allowed here (" + Errno.text((int) -fd) + "): the kernel cannot be asked";
        if ("1".equals(System.getenv("EMBERWALL_REQUIRE_SHARED")) && isEntitled()) {
            Assertions.fail(message);
        }
        Assumptions.abort(message);
    }

    /** Whether nothing that we know of forbids the call. */
    private static boolean isEntitled() {
        long capabilities = Long.parseUnsignedLong(status("CapEff"), 16);
        return (capabilities & (1L << CAP_SYS_ADMIN | 1L << CAP_BPF)) != 0 && "0".equals(status("Seccomp"));
    }

    private static String status(String name) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(name + ":")) {
                    return line.substring(name.length() + 1).strip();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "0";
    }

    /** The kernel's version, as 6.18. */
    public static String version() {
        return System.getProperty("os.version").replaceAll("^(\\d+\\.\\d+).*", "$1");
    }

    /**
     * Does something on a thread that may load programs of all kinds and look at addresses no more than an ordinary user's
     * programs may: what the kernel lets root's programs do with addresses is no question of safety to it.
     */
    public static <T> T restricted(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(() -> {
            dropCapabilities();
            return task.call();
        });
        Thread thread = Thread.ofPlatform().start(future);
        try {
            thread.join();
            return future.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void dropCapabilities() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocate(8, 8);
            header.set(ValueLayout.JAVA_INT, 0, 0x2008_0522);
            MemorySegment sets = arena.allocate(24, 8); // effective, permitted, inheritable; lower halves first
            for (int i = 0; i < 2; i++) {
                sets.set(ValueLayout.JAVA_INT, 4 * i, 1 << CAP_NET_ADMIN);
                sets.set(ValueLayout.JAVA_INT, 12 + 4 * i, 1 << CAP_BPF - 32);
            }
            Assertions.assertEquals(0, Syscall.call(CAPSET, header.address(), sets.address()));
        }
    }

    // ---- maps

    /** A file descriptor of a new map, or an error, negated. */
    static long create(MapDefinition map, long innerFd) {
        return call(MAP_CREATE, a -> {
            int[] words = {map.kind().number(), map.keySize(), map.valueSize(), map.maxEntries(), map.flags()};
            for (int i = 0; i < words.length; i++) {
                a.set(ValueLayout.JAVA_INT, 4 * i, words[i]);
            }
            a.set(ValueLayout.JAVA_INT, 20, (int) Math.max(innerFd, 0));
        });
    }

    static long update(long fd, MemorySegment key, MemorySegment value) {
        return element(MAP_UPDATE, fd, key, value);
    }

    static long lookup(long fd, MemorySegment key, MemorySegment value) {
        return element(MAP_LOOKUP, fd, key, value);
    }

    private static long element(int command, long fd, MemorySegment key, MemorySegment value) {
        return call(command, a -> {
            a.set(ValueLayout.JAVA_LONG, 0, fd);
            a.set(ValueLayout.JAVA_LONG, 8, key.address());
            a.set(ValueLayout.JAVA_LONG, 16, value.address());
        });
    }

    static long delete(long fd, byte[] key) {
        try (Arena arena = Arena.ofConfined()) {
            return element(MAP_DELETE, fd, arena.allocateFrom(ValueLayout.JAVA_BYTE, key), MemorySegment.NULL);
        }
    }

    /** All keys of a map. */
    static List<byte[]> keys(long fd, int bytes) {
        List<byte[]> keys = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment next = arena.allocate(bytes, 8);
            MemorySegment last = MemorySegment.NULL;
            while (element(MAP_NEXT_KEY, fd, last, next) == 0) {
                keys.add(next.toArray(ValueLayout.JAVA_BYTE));
                last = arena.allocateFrom(ValueLayout.JAVA_BYTE, keys.getLast());
            }
        }
        return keys;
    }

    /** Takes all values out of a queue. */
    static List<byte[]> drain(long fd, int bytes) {
        List<byte[]> values = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(bytes, 8);
            while (element(MAP_LOOKUP_AND_DELETE, fd, MemorySegment.NULL, value) == 0) {
                values.add(value.toArray(ValueLayout.JAVA_BYTE));
            }
        }
        return values;
    }

    /** Sets a ring buffer's consumer to its producer: two words in pages of the map's. */
    static void forgetRecords(long fd) {
        long consumer = Syscall.call6(Syscall.MMAP, 0, Pages.SIZE, Pages.READ_WRITE, MAP_SHARED, fd, 0);
        long producer = Syscall.call6(Syscall.MMAP, 0, Pages.SIZE, Pages.READ, MAP_SHARED, fd, Pages.SIZE);
        RawMemory.putLong(consumer, RawMemory.getLong(producer));
        Pages.release(consumer, Pages.SIZE);
        Pages.release(producer, Pages.SIZE);
    }

    /** Makes constants of what is in a map. */
    static long freeze(long fd) {
        return call(MAP_FREEZE, a -> a.set(ValueLayout.JAVA_INT, 0, (int) fd));
    }

    static void close(long fd) {
        Syscall.call(Syscall.CLOSE, fd);
    }

    // ---- memory for packets

    /** Zeroed pages whose addresses have 32 bits, as fields of contexts have. */
    public static MemorySegment lowPages(long bytes) {
        long address =
                Syscall.call6(Syscall.MMAP, 0, Pages.round(bytes), Pages.READ_WRITE, PRIVATE_LOW_ANONYMOUS, -1, 0);
        if (address < 0) {
            throw new IllegalStateException(Errno.text((int) -address));
        }
        return RawMemory.segment(address, Pages.round(bytes));
    }

    static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
