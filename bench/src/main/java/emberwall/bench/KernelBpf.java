package emberwall.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.insn.Instructions;
import emberwall.os.Errno;
import emberwall.os.Syscall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** A socket filter in the running kernel, compiled by it, run by {@code BPF_PROG_TEST_RUN} over an empty packet. See bpf(2). */
final class KernelBpf implements AutoCloseable {
    private static final int BPF = 321;
    private static final int PROG_LOAD = 5;
    private static final int PROG_TEST_RUN = 10;
    private static final int ATTRIBUTES = 128;
    private static final int LINK_HEADER = 14;

    /** What the first four bytes of the context hold: the packet's length, without the link's header. */
    static final int PACKET = 50;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
    private final MemorySegment packet = arena.allocate(PACKET + LINK_HEADER);
    private final long fd;

    /** @throws IOException if the kernel refuses the program, or nobody may ask it */
    KernelBpf(Instructions program) throws IOException {
        byte[] code = Instructions.encode(program.list());
        attributes.set(JAVA_INT, 0, ProgramKind.SOCKET_FILTER.number());
        attributes.set(JAVA_INT, 4, code.length / Long.BYTES);
        attributes.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_BYTE, code).address());
        attributes.set(JAVA_LONG, 16, arena.allocateFrom("GPL").address());
        fd = Syscall.call(BPF, PROG_LOAD, attributes.address(), ATTRIBUTES);
        if (fd < 0) {
            arena.close();
            throw new IOException("the kernel: " + Errno.text((int) -fd));
        }
        attributes.fill((byte) 0);
    }

    /** Runs the program so many times; the lower half of what r0 is at the end. */
    int run(int times) {
        attributes.set(JAVA_INT, 0, (int) fd);
        attributes.set(JAVA_INT, 8, (int) packet.byteSize());
        attributes.set(JAVA_LONG, 16, packet.address());
        attributes.set(JAVA_INT, 32, times);
        long answer = Syscall.call(BPF, PROG_TEST_RUN, attributes.address(), ATTRIBUTES);
        if (answer < 0) throw new IllegalStateException("test run: " + Errno.text((int) -answer));
        return attributes.get(JAVA_INT, 4);
    }

    /** Its version, and whether it compiles. */
    static String version() throws IOException {
        Path setting = Path.of("/proc/sys/net/core/bpf_jit_enable");
        boolean compiles =
                !Files.isReadable(setting) || !Files.readString(setting).startsWith("0");
        return "Linux " + System.getProperty("os.version").replaceAll("[^0-9.].*", "")
                + (compiles ? "" : ", interpreting");
    }

    @Override
    public void close() {
        Syscall.call(Syscall.CLOSE, fd);
        arena.close();
    }
}
