package emberwall.ebpf.kernel;

import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Kind;
import emberwall.os.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the kernel's verifier says of a program.
 *
 * @param fd the loaded program, or an error, negated
 * @param reason why it is refused, the log's last line that says so; or ""
 */
public record KernelProgram(long fd, String reason) implements AutoCloseable {
    private static final int PROG_LOAD = 5;
    private static final int PROG_TEST_RUN = 10;
    private static final int BTF_LOAD = 18;
    private static final int LOG_BYTES = 1 << 20;

    /** What {@code expected_attach_type} is for sections whose name decides it. */
    private static final Map<String, Integer> ATTACH = Map.ofEntries(
            Map.entry("cgroup/bind4", 8),
            Map.entry("cgroup/bind6", 9),
            Map.entry("cgroup/connect4", 10),
            Map.entry("cgroup/connect6", 11),
            Map.entry("cgroup/post_bind4", 12),
            Map.entry("cgroup/post_bind6", 13),
            Map.entry("cgroup/sendmsg4", 14),
            Map.entry("cgroup/sendmsg6", 15),
            Map.entry("cgroup/recvmsg4", 19),
            Map.entry("cgroup/recvmsg6", 20),
            Map.entry("cgroup/getsockopt", 21),
            Map.entry("cgroup/setsockopt", 22),
            Map.entry("sk_lookup", 36));

    /** Whether the program may run. */
    public boolean isAccepted() {
        return fd >= 0;
    }

    /** Asks the kernel; a refusal says why. */
    public static KernelProgram load(Program program, KernelMaps maps) {
        return load(program, maps, true);
    }

    /** Asks the kernel without waiting for reasons. */
    public static KernelProgram tryLoad(Program program, KernelMaps maps) {
        return load(program, maps, false);
    }

    private static KernelProgram load(Program program, KernelMaps maps, boolean explain) {
        if (maps.fault() != null) {
            return new KernelProgram(-Errno.EINVAL, maps.fault());
        }
        byte[] code = Instructions.encode(patched(program, maps));
        long btf = callsFunctions(program) ? types() : -1;
        try (Arena arena = Arena.ofConfined()) {
            long fd = call(program, arena, code, btf, MemorySegment.NULL, 0);
            if (fd >= 0 || !explain) {
                return new KernelProgram(fd, fd >= 0 ? "" : Errno.text((int) -fd));
            }
            MemorySegment log = arena.allocate(LOG_BYTES);
            long again = call(program, arena, code, btf, log, 1);
            String reason = reason(Kernel.text(log.toArray(ValueLayout.JAVA_BYTE)));
            return new KernelProgram(again, reason.isEmpty() ? Errno.text((int) -fd) : reason);
        } finally {
            if (btf >= 0) {
                Kernel.close(btf);
            }
        }
    }

    /** All that the kernel has to say of its walk through a program, or the last of it. */
    public static String walk(Program program, KernelMaps maps) {
        byte[] code = Instructions.encode(patched(program, maps));
        long btf = callsFunctions(program) ? types() : -1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment log = arena.allocate(16 * LOG_BYTES);
            long fd = call(program, arena, code, btf, log, 2);
            if (fd >= 0) {
                Kernel.close(fd);
            }
            return Kernel.text(log.toArray(ValueLayout.JAVA_BYTE));
        } finally {
            if (btf >= 0) {
                Kernel.close(btf);
            }
        }
    }

    private static long call(Program program, Arena arena, byte[] code, long btf, MemorySegment log, int level) {
        MemorySegment insns = arena.allocateFrom(ValueLayout.JAVA_BYTE, code);
        MemorySegment license = arena.allocateFrom("GPL");
        MemorySegment functions = btf < 0 ? MemorySegment.NULL : functions(program, arena);
        return Kernel.call(PROG_LOAD, a -> {
            a.set(ValueLayout.JAVA_INT, 0, program.kind().number());
            a.set(ValueLayout.JAVA_INT, 4, code.length / 8);
            a.set(ValueLayout.JAVA_LONG, 8, insns.address());
            a.set(ValueLayout.JAVA_LONG, 16, license.address());
            if (log.address() != 0) {
                a.set(ValueLayout.JAVA_INT, 24, level);
                a.set(ValueLayout.JAVA_INT, 28, (int) log.byteSize());
                a.set(ValueLayout.JAVA_LONG, 32, log.address());
            }
            a.set(ValueLayout.JAVA_INT, 68, ATTACH.getOrDefault(program.section(), 0));
            if (btf >= 0) {
                a.set(ValueLayout.JAVA_INT, 72, (int) btf);
                a.set(ValueLayout.JAVA_INT, 76, 8);
                a.set(ValueLayout.JAVA_LONG, 80, functions.address());
                a.set(ValueLayout.JAVA_INT, 88, (int) (functions.byteSize() / 8));
            }
        });
    }

    /** The kernel knows maps by file descriptors. */
    private static List<Insn> patched(Program program, KernelMaps maps) {
        List<Insn> patched = new ArrayList<>();
        for (Insn insn : program.instructions().list()) {
            boolean map = insn.kind() == Kind.LOAD_WIDE && insn.src() != Insn.VALUE && insn.src() != Insn.FUNCTION;
            if (map && (int) insn.immediate() < program.maps().size()) {
                long low = maps.fd((int) insn.immediate());
                int src = insn.src() >= Insn.MAP_INDEX ? insn.src() - Insn.MAP_INDEX + Insn.MAP : insn.src();
                insn = new Insn(insn.opcode(), insn.dst(), src, 0, insn.immediate() & ~0xFFFF_FFFFL | low);
            }
            patched.add(insn.kind() == Kind.CALL_RUNTIME ? KernelFunctions.call(insn) : insn);
        }
        return patched;
    }

    // ---- types: functions whose address is taken have to have one

    private static boolean callsFunctions(Program program) {
        return program.instructions().list().stream()
                .anyMatch(insn -> insn.kind() == Kind.LOAD_WIDE && insn.src() == Insn.FUNCTION);
    }

    /** BTF with one function, {@code static int f()}, as type 3. */
    private static long types() {
        byte[] strings = "\0int\0f\0".getBytes(StandardCharsets.US_ASCII);
        int[] words = {
            1,
            0x0100_0000,
            4,
            0x0100_0020, // INT int, 4 bytes, signed, 32 bits
            0,
            0x0D00_0000,
            1, // FUNC_PROTO of int
            5,
            0x0C00_0000,
            2 // FUNC f, static
        };
        ByteBuffer btf =
                ByteBuffer.allocate(24 + 4 * words.length + strings.length).order(ByteOrder.LITTLE_ENDIAN);
        btf.putShort((short) 0xEB9F).put((byte) 1).put((byte) 0).putInt(24);
        btf.putInt(0).putInt(4 * words.length).putInt(4 * words.length).putInt(strings.length);
        for (int word : words) {
            btf.putInt(word);
        }
        btf.put(strings);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, btf.array());
            return Kernel.call(BTF_LOAD, a -> {
                a.set(ValueLayout.JAVA_LONG, 0, data.address());
                a.set(ValueLayout.JAVA_INT, 16, (int) data.byteSize());
            });
        }
    }

    private static MemorySegment functions(Program program, Arena arena) {
        Instructions code = program.instructions();
        MemorySegment functions = arena.allocate(8L * code.subprograms(), 8);
        for (int i = 0; i < code.subprograms(); i++) {
            functions.setAtIndex(ValueLayout.JAVA_INT, 2L * i, code.slot(code.start(i)));
            functions.setAtIndex(ValueLayout.JAVA_INT, 2L * i + 1, 3);
        }
        return functions;
    }

    // ---- what it says

    /** The last line of a log that says what is wrong. */
    private static String reason(String log) {
        String last = "";
        for (String line : log.split("\n")) {
            boolean aside = line.isEmpty()
                    || line.startsWith("processed ")
                    || line.startsWith("verification time")
                    || line.startsWith("stack depth")
                    || line.startsWith("mark_precise")
                    || line.startsWith("arg#")
                    || line.startsWith("cur state:")
                    || line.startsWith("old state:")
                    || line.startsWith(";");
            if (!aside) {
                last = line.strip();
            }
        }
        return last;
    }

    // ---- running

    /**
     * What a test run gave.
     *
     * @param result lower half of r0, or an error, negated, where {@code packet} is null
     * @param packet what became of it
     */
    public record Run(int result, byte[] packet) {}

    /** Runs the program once over a packet. */
    public Run run(byte[] packet) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocateFrom(ValueLayout.JAVA_BYTE, packet);
            MemorySegment out = arena.allocate(4096);
            int[] found = new int[2];
            long answer = Kernel.call(PROG_TEST_RUN, new Kernel.Fill() {
                @Override
                public void in(MemorySegment a) {
                    a.set(ValueLayout.JAVA_INT, 0, (int) fd);
                    a.set(ValueLayout.JAVA_INT, 8, packet.length);
                    a.set(ValueLayout.JAVA_INT, 12, (int) out.byteSize());
                    a.set(ValueLayout.JAVA_LONG, 16, in.address());
                    a.set(ValueLayout.JAVA_LONG, 24, out.address());
                    a.set(ValueLayout.JAVA_INT, 32, 1);
                }

                @Override
                public void after(MemorySegment a) {
                    found[0] = a.get(ValueLayout.JAVA_INT, 4);
                    found[1] = a.get(ValueLayout.JAVA_INT, 12);
                }
            });
            return answer < 0
                    ? new Run((int) answer, null)
                    : new Run(found[0], out.asSlice(0, found[1]).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** Whether the kernel can run programs of the kind over packets. */
    public static boolean runs(ProgramKind kind) {
        return kind == ProgramKind.XDP;
    }

    @Override
    public void close() {
        if (fd >= 0) {
            Kernel.close(fd);
        }
    }
}
