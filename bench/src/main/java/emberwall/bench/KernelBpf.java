package emberwall.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Kind;
import emberwall.ebpf.map.MapDefinition;
import emberwall.os.Errno;
import emberwall.os.Syscall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program in the running kernel, compiled by it, run by {@code BPF_PROG_TEST_RUN} over a packet. Its maps are arrays with one value, as
 * constants are. See bpf(2).
 */
final class KernelBpf implements AutoCloseable {
    private static final int BPF = 321;
    private static final int MAP_CREATE = 0;
    private static final int MAP_UPDATE = 2;
    private static final int PROG_LOAD = 5;
    private static final int PROG_TEST_RUN = 10;
    private static final int ATTRIBUTES = 128;
    private static final int LINK_HEADER = 14;

    /** What the first four bytes of a socket filter's context hold: the packet's length, without the link's header. */
    static final int PACKET = 50;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
    private final MemorySegment packet;
    private final List<Long> files = new ArrayList<>();
    private long program;

    /**
     * A socket filter over an empty packet.
     *
     * @throws IOException if the kernel refuses the program, or nobody may ask it
     */
    KernelBpf(Instructions program) throws IOException {
        this(Program.of("filter", ProgramKind.SOCKET_FILTER, program, List.of()), new byte[PACKET + LINK_HEADER]);
    }

    /**
     * A program of any kind that sees packets.
     *
     * @throws IOException if the kernel refuses the program, or nobody may ask it
     */
    KernelBpf(Program program, byte[] packet) throws IOException {
        this.packet = arena.allocateFrom(JAVA_BYTE, packet);
        try {
            for (MapDefinition map : program.maps()) {
                files.add(create(map));
            }
            this.program = load(program);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private long create(MapDefinition map) throws IOException {
        attributes.set(JAVA_INT, 0, map.kind().number());
        attributes.set(JAVA_INT, 4, map.keySize());
        attributes.set(JAVA_INT, 8, map.valueSize());
        attributes.set(JAVA_INT, 12, map.maxEntries());
        long file = call(MAP_CREATE);
        MemorySegment value = arena.allocate(map.valueSize(), 8);
        if (map.contents() != null)
            MemorySegment.copy(map.contents(), 0, value, 0, map.contents().byteSize());
        attributes.set(JAVA_INT, 0, (int) file);
        attributes.set(JAVA_LONG, 8, arena.allocate(map.keySize(), 8).address());
        attributes.set(JAVA_LONG, 16, value.address());
        call(MAP_UPDATE);
        return file;
    }

    private long load(Program program) throws IOException {
        List<Insn> insns = new ArrayList<>();
        for (Insn insn : program.instructions().list()) {
            insns.add(insn.kind() == Kind.LOAD_WIDE && insn.src() != 0 ? withFile(insn) : insn);
        }
        byte[] code = Instructions.encode(insns);
        attributes.set(JAVA_INT, 0, program.kind().number());
        attributes.set(JAVA_INT, 4, code.length / Long.BYTES);
        attributes.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_BYTE, code).address());
        attributes.set(JAVA_LONG, 16, arena.allocateFrom("GPL").address());
        return call(PROG_LOAD);
    }

    /** Maps are named by their files. */
    private Insn withFile(Insn insn) {
        long file = files.get((int) insn.immediate());
        return new Insn(insn.opcode(), insn.dst(), insn.src(), 0, insn.immediate() >>> 32 << 32 | file);
    }

    /** Calls with the attributes, which are zero then. */
    private long call(int command) throws IOException {
        long answer = Syscall.call(BPF, command, attributes.address(), ATTRIBUTES);
        attributes.fill((byte) 0);
        if (answer < 0) throw new IOException("the kernel: " + Errno.text((int) -answer));
        return answer;
    }

    /** Runs the program so many times; the lower half of what r0 is at the end. */
    int run(int times) {
        attributes.set(JAVA_INT, 0, (int) program);
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
        if (program > 0) Syscall.call(Syscall.CLOSE, program);
        for (long file : files) {
            Syscall.call(Syscall.CLOSE, file);
        }
        arena.close();
    }
}
